import type { Case } from "../engine/types.ts";
import type { KoujingPanel } from "../widget/koujing-panel.ts";
import { clock } from "./clock.ts";
import type { FrameConfig } from "./config.ts";
import { mapCase, type Mapping } from "./mapping.ts";
import { trouble } from "./trouble.ts";

/**
 * A Chatwoot dashboard app: Chatwoot opens the frame in a tab beside the conversation and posts JSON texts, `{"event":"appContext",
 * "data":{conversation, contact, currentAgent}}`, at the start, when the conversation changes, and when asked.
 */
export function chatwoot(panel: KoujingPanel, config: FrameConfig): void {
  const mapping: Mapping = { ...CHATWOOT, ...config.mapping };
  window.addEventListener("message", ({ source, origin, data }: MessageEvent) => {
    if (source !== window.parent || !config.origins.includes(origin)) return;
    const context = read(data);
    if (!context) return;
    const { case: made, problems } = mapCase(mapping, context, clock(config.offset));
    panel.case = made as unknown as Case;
    trouble(problems);
  });
  const { ancestorOrigins } = location as { ancestorOrigins?: DOMStringList };
  // Where the browser tells who is around the frame, only that one is asked.
  const asked = config.origins.filter((origin) => ancestorOrigins === undefined || ancestorOrigins[0] === origin);
  for (const origin of asked) window.parent.postMessage("chatwoot-dashboard-app:fetch-info", origin);
}

function read(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    const { event, data: context } = JSON.parse(data) as { event?: unknown; data?: unknown };
    return event === "appContext" ? context : undefined;
  } catch {
    // Chatwoot says other things to its frames as well.
    return undefined;
  }
}

/** What Chatwoot itself knows. The bill and the complaint are the operator's: by his own mapping, from custom attributes. */
const CHATWOOT: Mapping = {
  id: { from: "conversation.id", type: "text" },
  channel: { from: "conversation.meta.channel", map: { "Channel::Api": "hotline", "Channel::Voice": "hotline" }, else: "online" },
  "agent.id": { from: "currentAgent.id", type: "text" },
  "customer.surname": { from: "contact.name", type: "text", take: 1 },
  transcript: {
    each: "conversation.messages",
    item: {
      // 0 came in from the customer, 1 went out, 2 tells of something, 3 is a template.
      by: { from: "message_type", map: { 0: "customer", 1: "agent", incoming: "customer", outgoing: "agent" }, else: "system" },
      text: { from: "content", type: "text", else: "" },
    },
  },
};
