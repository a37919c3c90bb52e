import { el, icon, ICONS } from "../dom.ts";
import { span, when } from "../format.ts";
import type { Section, View } from "../view.ts";

type Clock = NonNullable<View["decision"]["clocks"]>[number];

/** Running clocks as a person reads them. Those that were met are named in one line. */
export const clocks: Section = {
  name: "clocks",
  reads: ({ decision, request }) => [decision.clocks, decision.refund?.pay_fen, decision.refund?.due_by, request.now],
  draw(view) {
    const { clocks: given = [], refund } = view.decision;
    // While money is to be paid, its deadline stands with the amount.
    const all = given.filter(({ id, status }) => id !== "refund" || status === "met" || !refund || refund.pay_fen === 0 || refund.due_by === null);
    if (all.length === 0) return [];
    const running = all.filter(({ status }) => status !== "met");
    const met = all.filter(({ status }) => status === "met");
    return [
      el("h3", {}, view.say("clocks")),
      el("ul", { class: "clocks", part: "clocks" }, ...running.map((clock) =>
        el("li", { "data-status": clock.status },
          icon(clock.status === "overdue" ? ICONS.warn : ICONS.clock),
          el("span", { class: "what" }, view.named("clock", clock.id)),
          el("b", {}, left(view, clock)),
          el("time", { datetime: clock.due_at }, when(clock.due_at, view.request.now, view.lang))))),
      ...(met.length > 0 ? [el("p", { class: "met" }, icon(ICONS.check), `${met.map(({ id }) => view.named("clock", id)).join(view.lang === "en" ? ", " : "、")} ${view.say("met")}`)] : []),
    ];
  },
};

function left(view: View, { remaining_sec: seconds }: Clock): string {
  const long = span(seconds, view.lang);
  const word = view.say(seconds < 0 ? "over" : "left");
  return view.lang === "en" ? `${long} ${word}` : `${word} ${long}`;
}
