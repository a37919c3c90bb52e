import { el, icon, ICONS, own } from "../dom.ts";
import { listName } from "../fields.ts";
import { when, yuan } from "../format.ts";
import { results } from "./results.ts";
import type { Section, View } from "../view.ts";

/** What has to happen besides the talk: going up, tasks, the counter's sums. */
export const follow: Section = {
  name: "follow",
  reads: ({ decision, words, request }) => [decision.complaint, decision.tasks, decision.cash, decision.close, decision.results, words?.lists, request.now],
  draw: (view) => [complaint(view), tasks(view), counter(view), results(view)].filter((node) => node !== undefined),
};

function complaint(view: View): Node | undefined {
  const found = view.decision.complaint;
  if (!found) return undefined;
  const up = found.escalate;
  const state = listName("state", found.state, view.words, view.lang);
  const parts: (Node | false)[] = [
    el("span", { class: "state" }, `${view.say("complaint")} `, el("b", {}, state), el("span", { class: found.severity === "major" ? "badge major" : "badge" }, view.named("severity", found.severity))),
  ];
  if (up && up.to > 0) {
    parts.push(el("span", { class: "escalate", "data-allowed": String(up.allowed), part: "escalation" }, icon(ICONS.up),
      `${view.say("escalate")} `, el("b", {}, listName("role", up.role, view.words, view.lang)),
      up.parallel && el("span", { class: "tag" }, view.say("parallel")),
      up.reason !== "" && el("small", {}, own(up.reason, view.lang))));
  }
  return el("div", { class: "complaint", part: "complaint" }, ...parts);
}

function tasks(view: View): Node | undefined {
  const found = view.decision.tasks ?? [];
  if (found.length === 0) return undefined;
  return el("div", { class: "todo" }, el("h3", {}, view.say("tasks")),
    el("ul", { class: "tasks", part: "tasks" }, ...found.map((task) => {
      const due = task.due_at;
      return el("li", {}, el("span", {}, listName("task", task.id, view.words, view.lang)),
        due !== null && el("time", { datetime: due }, view.lang === "en" ? `${view.say("before")} ${when(due, view.request.now, "en")}` : `${when(due, view.request.now, "zh-CN")} ${view.say("before")}`));
    })));
}

function counter(view: View): Node | undefined {
  const change = view.decision.cash?.change_fen;
  const close = view.decision.close;
  if (change === undefined && !close) return undefined;
  return el("div", { class: "counter" },
    change !== undefined && el("span", {}, `${view.say("cash_change")} `, el("b", {}, yuan(change))),
    close && el("span", {}, view.say(close.may_leave ? "close_ok" : "close_not_ok")));
}
