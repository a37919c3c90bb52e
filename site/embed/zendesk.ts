import type { Case } from "../engine/types.ts";
import type { KoujingPanel } from "../widget/koujing-panel.ts";
import { clock } from "./clock.ts";
import type { FrameConfig } from "./config.ts";
import { mapCase, type Mapping, type Rule } from "./mapping.ts";
import { trouble } from "./trouble.ts";

/** What of Zendesk's client (ZAFClient.init(), from its own SDK) is used here. */
export interface ZendeskClient {
  get(paths: string[]): Promise<Record<string, unknown>>;
  invoke(name: string, ...values: unknown[]): Promise<unknown>;
  on(name: string, handler: (...values: unknown[]) => void): void;
}

/**
 * An app in Zendesk's ticket sidebar. The client gives fields by their paths, `ticket.id`, and custom ones by
 * `ticket.customField:custom_field_123`; the mapping names those paths as they are, in brackets where they have dots:
 * `["ticket.requester.name"]`.
 */
export function zendesk(panel: KoujingPanel, config: FrameConfig, client: ZendeskClient): void {
  const mapping: Mapping = { ...ZENDESK, ...config.mapping };
  const paths = [...new Set(Object.values(mapping).flatMap(asked))];
  const read = async () => {
    const context = await client.get(paths);
    const { case: made, problems } = mapCase(mapping, context, clock(config.offset));
    panel.case = made as unknown as Case;
    trouble(problems);
  };
  // A path that this ticket form lacks refuses the whole of a bulk get: the failure is shown, not an empty panel.
  const again = () => { read().catch((thrown: unknown) => { trouble([{ field: "case", from: thrown instanceof Error ? thrown.message : String(thrown), code: "bad_path" }]); }); };
  client.on("app.registered", again);
  client.on("app.activated", again);
  for (const field of ["ticket.requester.id", "ticket.status", "ticket.subject"]) client.on(`${field}.changed`, again);
  const grow = () => { void client.invoke("resize", { width: "100%", height: `${Math.ceil(panel.getBoundingClientRect().bottom + window.scrollY)}px` }); };
  new ResizeObserver(grow).observe(panel);
}

/** The paths a rule asks the client for: what stands in its first brackets, or all of it. */
function asked(rule: Rule): string[] {
  if (typeof rule === "string") return rule.startsWith("=") ? [] : [first(rule)];
  if ("each" in rule) return [first(rule.each)];
  return (typeof rule.from === "string" ? [rule.from] : rule.from).map(first);
}

function first(place: string): string {
  return /^\["([^"]+)"\]/.exec(place)?.[1] ?? place;
}

const ZENDESK: Mapping = {
  id: { from: '["ticket.id"]', type: "text" },
  channel: { from: '["ticket.via"].channel', map: { voice: "hotline", phone: "hotline" }, else: "online" },
  "agent.id": { from: '["currentUser.id"]', type: "text" },
  "customer.surname": { from: '["ticket.requester.name"]', type: "text", take: 1 },
};
