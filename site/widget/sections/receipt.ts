import { el, icon, ICONS } from "../dom.ts";
import { summary } from "../summary.ts";
import type { Section } from "../view.ts";

/** What proves the computation, which rules fired, and the contact as text. */
export const receipt: Section = {
  name: "receipt",
  reads: ({ decision, words, moves }) => [decision.receipt, decision.trace, words !== undefined, moves.length],
  draw(view) {
    const { receipt: found, trace } = view.decision;
    const short = found.decision.replace("sha256:", "").slice(0, 12);
    const copy = el("button", { type: "button", class: "quiet-button", "data-focus": "copy-receipt", onclick: () => { view.act.copy(summary(view), copy); } }, icon(ICONS.copy), el("span", {}, view.say("copy_summary")));
    return [
      el("div", { class: "receipt-line" }, el("span", {}, view.say("receipt"), " ", el("code", { part: "receipt", title: found.decision }, short)), copy),
      ...(trace.length > 0
        ? [el("details", { class: "why", part: "why" }, el("summary", {}, `${view.say("why")} · ${trace.length}`),
            el("ul", {}, ...trace.map((entry) => el("li", {}, el("code", {}, entry.rule), el("small", {}, [entry.subject, entry.row].filter((text) => text !== "").join(" · "))))))]
        : []),
    ];
  },
};
