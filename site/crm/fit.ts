import type { Words } from "../engine/index.ts";
import type { Case } from "../engine/types.ts";
import { put, read } from "../widget/place.ts";

/** Fields whose values a pack lists. */
const LISTED: Record<string, string> = {
  zone: "zone", "agent.role": "role", "customer.form": "form", "customer.brand": "brand",
  "complaint.kind": "kind", "complaint.state": "state", "service.kind": "service_kind",
};

/**
 * A sample customer for the pack in use: without the values that its lists do not have and the facts it does not declare, which
 * would make the case invalid. The samples are written for cn-telecom.
 */
export function fitted(given: Case, words: Words): Case {
  const fit = structuredClone(given);
  const lacks = (list: string, value: unknown) => {
    const values = words.lists.find(({ name }) => name === list)?.values ?? [];
    return typeof value === "string" && values.length > 0 && !values.some(({ id }) => id === value);
  };
  for (const [field, list] of Object.entries(LISTED)) if (lacks(list, read(fit, { field }))) put(fit, { field }, null);
  for (const line of fit.lines ?? []) if (lacks("category", line.category)) delete line.category;
  const facts = (fit.facts ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(facts)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a plain object out of JSON
    if (!words.facts.some((fact) => fact.name === name)) delete facts[name];
  }
  return fit;
}
