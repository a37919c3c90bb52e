import { el, icon, ICONS } from "../dom.ts";
import { money, when } from "../format.ts";
import type { Section } from "../view.ts";

/** What has been promised to this customer before: by whom, how much, by when, and whether that hour has passed. */
export const promises: Section = {
  name: "promises",
  reads: ({ request }) => [request.promises, request.now],
  draw(view) {
    const { promises: given, now } = view.request;
    if (!given || given.length === 0) return [];
    const english = view.lang === "en";
    return [
      el("h3", {}, view.say("promises")),
      el("ul", { class: "promises", part: "promises" }, ...[...given].sort((a, b) => Date.parse(b.at ?? now) - Date.parse(a.at ?? now)).map((promise) => {
        const { by, at, amount_fen: amount, due_at: due } = promise;
        const passed = due !== undefined && due !== null && Date.parse(due) < Date.parse(now);
        const till = due === undefined || due === null ? "" : when(due, now, view.lang);
        return el("li", { "data-passed": passed },
          icon(passed ? ICONS.warn : ICONS.clock),
          el("span", {}, [at ? when(at, now, view.lang) : "", by ?? ""].filter((part) => part !== "").join(" · ")),
          el("b", {}, amount === undefined || amount === null ? view.say("an_answer") : money(amount, view.lang)),
          till !== "" && el("time", { datetime: due ?? undefined }, english ? `${view.say("before")} ${till}` : `${till} ${view.say("before")}`, passed && el("em", {}, ` ${view.say("passed")}`)));
      })),
    ];
  },
};
