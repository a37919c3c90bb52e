import { el } from "../widget/dom.ts";
import { listName } from "../widget/fields.ts";
import { when } from "../widget/format.ts";
import { text } from "./customer.ts";
import { t, type Desk } from "./desk.ts";

/** Earlier contacts and what was done in this one, newest first. */
export function drawHistory(desk: Desk): Node[] {
  const { log, sample } = desk.current;
  const past = [...sample.history].sort((a, b) => b.at.localeCompare(a.at));
  return [
    el("div", { class: "section-head" }, el("h2", { id: "history-title" }, t(desk, "history"))),
    el("ol", { class: "trail" },
      ...log.map((entry) => el("li", { class: "new" }, el("time", {}, when(entry.at, desk.now, desk.lang)), el("span", {}, text(entry, desk.lang)))),
      ...past.map((entry) => el("li", {}, el("time", { datetime: entry.at }, when(entry.at, desk.now, desk.lang)), el("span", {}, text(entry, desk.lang))))),
  ];
}

/** What the last decision calls for, and what was done already. */
export function drawJobs(desk: Desk): Node[] {
  const { tasks } = desk.current;
  return [
    el("div", { class: "section-head" }, el("h2", { id: "jobs-title" }, t(desk, "jobs"))),
    tasks.length === 0
      ? el("p", { class: "empty" }, t(desk, "no_jobs"))
      : el("ul", { class: "jobs-list" }, ...tasks.map((task) => {
          const id = `task-${task.id}`;
          const name = listName("task", task.id, desk.words, desk.lang);
          const box = el("input", { type: "checkbox", id, checked: task.done, onchange: () => { desk.finish(task, box.checked); } });
          return el("li", {}, box, el("label", { for: id }, name),
            task.due !== "" && el("time", { datetime: task.due }, desk.lang === "en" ? `${t(desk, "by")} ${when(task.due, desk.now, "en")}` : `${when(task.due, desk.now, "zh-CN")} ${t(desk, "by")}`));
        })),
  ];
}
