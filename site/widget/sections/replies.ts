import { el, icon, ICONS } from "../dom.ts";
import type { Section } from "../view.ts";

/** The customer's possible answers, on the keys 1 to 9. */
export const replies: Section = {
  name: "replies",
  reads: ({ decision, moves }) => [decision.scenario?.replies, moves.length > 0, decision.scenario?.end],
  draw(view) {
    const offered = view.decision.scenario?.replies ?? [];
    const undo = view.moves.length > 0 && el(
      "button",
      { type: "button", class: "quiet-button", part: "undo", "data-focus": "undo", "aria-keyshortcuts": "Backspace", onclick: () => { view.act.undo(); } },
      icon(ICONS.undo), view.say("undo"),
    );
    if (offered.length === 0 && undo === false) return [];
    return [
      el("div", { class: "bar" }, el("h3", {}, offered.length > 0 ? view.say("replies") : ""), undo),
      el("ol", { class: "replies", part: "replies" },
        ...offered.map((reply, i) =>
          el("li", {},
            el("button",
              {
                type: "button", part: "reply", "data-focus": `reply ${i}`, "data-reply": reply.id,
                "aria-keyshortcuts": i < 9 ? String(i + 1) : undefined,
                onclick: () => { view.act.reply(reply); },
              },
              i < 9 && el("kbd", {}, String(i + 1)),
              el("span", {}, reply.label === "" ? view.say("next") : view.prefer(reply.label, reply.gloss)))))),
    ];
  },
};
