import { el, icon, ICONS } from "../dom.ts";
import { replyKey } from "../keys.ts";
import type { Section } from "../view.ts";

/** So many answers stand one below the other; more of them stand in two columns, so that the amount stays in sight. */
const ONE_COLUMN = 5;

/** The customer's possible answers, each on a key. */
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
      el("ol", { class: "replies", part: "replies", "data-many": offered.length > ONE_COLUMN },
        ...offered.map((reply, i) =>
          el("li", {},
            el("button",
              {
                type: "button", part: "reply", "data-focus": `reply ${i}`, "data-reply": reply.id,
                "aria-keyshortcuts": replyKey(i),
                onclick: () => { view.act.reply(reply); },
              },
              el("kbd", {}, replyKey(i) ?? "·"),
              el("span", {}, reply.label === "" ? view.say("next") : view.prefer(reply.label, reply.gloss)))))),
    ];
  },
};
