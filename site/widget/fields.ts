import type { Words } from "../engine/index.ts";
import { yuan } from "./format.ts";
import { codes, named, say, type Lang, type NameGroup } from "./strings.ts";

/** How a field of the case is filled in. */
export type Kind =
  | { kind: "bool" | "text" | "int" | "fen" | "time" | "duration" }
  | { kind: "choice"; options: { id: string; label: string }[] };

const BOOL = { kind: "bool" } as const;
const TIME = { kind: "time" } as const;

type Shape = Exclude<Kind, { kind: "choice" }> | { fixed: NameGroup } | { list: string };

/** Fields of the contract whose value is not a text; what is missing here is a text, but for times and amounts, told by their names. */
const SHAPES: Record<string, Shape> = {
  channel: { fixed: "channel" },
  zone: { list: "zone" },
  "agent.role": { list: "role" },
  "agent.contractor": BOOL,
  "customer.form": { list: "form" },
  "customer.brand": { list: "brand" },
  "customer.location": { fixed: "location" },
  "customer.emotion": { fixed: "emotion" },
  "customer.accepts": { fixed: "accepts" },
  "customer.consent": { fixed: "consent" },
  "account.state": { fixed: "account" },
  "lines[].category": { list: "category" },
  "lines[].verification": { fixed: "verification" },
  "lines[].collected_for": { fixed: "collected_for" },
  "lines[].subscribed": BOOL,
  "lines[].consented_by": { fixed: "consented_by" },
  "complaint.kind": { list: "kind" },
  "complaint.cause": { fixed: "cause" },
  "complaint.motive": { fixed: "motive" },
  "complaint.state": { list: "state" },
  "complaint.severity": { fixed: "severity" },
  "complaint.rung": { kind: "int" },
  "service.kind": { list: "service_kind" },
  "service.extended": BOOL,
  "offer.exclusive_channel": BOOL,
  "offer.valid_until": TIME,
};

const BOOLS: Record<string, readonly string[]> = {
  customer: ["is_owner", "is_user", "has_id", "wants_no_contact", "do_not_contact", "asks_for_leader", "wants_cash"],
  complaint: ["solvable_now", "needs_department", "plan_meets_need", "demand_above_authority", "new_facts", "record_complete", "against_own_team"],
};

/** How `field` is filled in; `words` knows the operator's lists and facts. */
export function kindOf(field: string, words: Words | undefined, lang: Lang): Kind {
  const [head = "", tail = ""] = field.split(".");
  if (BOOLS[head]?.includes(tail)) return BOOL;
  if (head === "facts") {
    const fact = words?.facts.find(({ name }) => name === tail);
    if (!fact) return { kind: "text" };
    if (fact.type === "one_of") return { kind: "choice", options: listed(fact.list, words, lang) };
    return { kind: (["bool", "int", "fen", "time", "duration"] as const).find((kind) => kind === fact.type) ?? "text" };
  }
  const shape = SHAPES[field] ?? { kind: field.endsWith("_at") ? "time" : field.endsWith("_fen") ? "fen" : "text" };
  if ("fixed" in shape) {
    return { kind: "choice", options: codes(shape.fixed).map((id) => ({ id, label: named(shape.fixed, id, lang) })) };
  }
  if ("list" in shape) return { kind: "choice", options: listed(shape.list, words, lang) };
  return shape;
}

/** The values of one of the pack's lists, named in `lang`. */
export function listed(list: string, words: Words | undefined, lang: Lang): { id: string; label: string }[] {
  const values = words?.lists.find(({ name }) => name === list)?.values ?? [];
  return values.map(({ id, label, gloss }) => ({ id, label: (lang === "en" && gloss) || label || id }));
}

/** What one value of a list is called; the id while the pack's words are not there yet. */
export function listName(list: string, id: string, words: Words | undefined, lang: Lang): string {
  return listed(list, words, lang).find((value) => value.id === id)?.label ?? id.replaceAll("_", " ");
}

/** A filled-in value as a person reads it. */
export function shown(value: unknown, kind: Kind, lang: Lang): string {
  if (typeof value === "boolean") return say(value ? "yes" : "no", lang);
  if (kind.kind === "choice") return kind.options.find(({ id }) => id === value)?.label ?? String(value);
  if (kind.kind === "fen" && typeof value === "number") return yuan(value);
  if (kind.kind === "time") return String(value).slice(0, 16).replace("T", " ");
  return String(value);
}
