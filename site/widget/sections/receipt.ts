import { el, icon, ICONS } from "../dom.ts";
import type { Section } from "../view.ts";

/** What proves the computation, and which rules fired. */
export const receipt: Section = {
  name: "receipt",
  reads: ({ decision }) => [decision.receipt, decision.trace],
  draw(view) {
    const { receipt: found, trace } = view.decision;
    const short = found.decision.replace("sha256:", "").slice(0, 12);
    const text = [`engine ${found.engine}`, `pack ${found.pack}`, `case ${found.case}`, `decision ${found.decision}`].join("\n");
    const copy = el("button", { type: "button", class: "quiet-button", "data-focus": "copy-receipt", onclick: () => { view.act.copy(text, copy); } }, icon(ICONS.copy), el("span", {}, view.say("copy")));
    return [
      el("div", { class: "receipt-line" }, el("span", {}, view.say("receipt"), " ", el("code", { part: "receipt", title: found.decision }, short)), copy),
      ...(trace.length > 0
        ? [el("details", { class: "why", part: "why" }, el("summary", {}, `${view.say("why")} · ${trace.length}`),
            el("ul", {}, ...trace.map((entry) => el("li", {}, el("code", {}, entry.rule), el("small", {}, [entry.subject, entry.row].filter((text) => text !== "").join(" · "))))))]
        : []),
    ];
  },
};
