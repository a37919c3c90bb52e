import { el, icon, ICONS } from "../dom.ts";
import type { ChromeKey } from "../strings.ts";
import type { Section } from "../view.ts";

const BLOCKS: Record<string, ChromeKey> = { call: "gate_call", offer: "gate_offer", booking: "gate_booking" };

/** What may not be done, and why: above everything else. Reasons for the same stand under one head. */
export const gates: Section = {
  name: "gates",
  reads: ({ decision }) => decision.gates,
  draw(view) {
    const found = view.decision.gates ?? [];
    return [...new Set(found.map(({ blocks }) => blocks))].map((blocks) => {
      const what = BLOCKS[blocks];
      const reasons = found.filter((gate) => gate.blocks === blocks)
        .map((gate) => (view.lang === "en" ? view.named("gate", gate.id) : gate.reason || view.named("gate", gate.id)));
      return el(
        "div",
        { class: "gate", part: "gate" },
        icon(ICONS.stop),
        el("div", {},
          el("strong", {}, what ? view.say(what) : `${view.say("blocked")}${view.lang === "en" ? ": " : "："}${blocks}`),
          el("ul", {}, ...reasons.map((reason) => el("li", {}, reason)))),
      );
    });
  },
};
