import { el } from "../widget/dom.ts";
import { span } from "../widget/format.ts";
import { named } from "../widget/strings.ts";
import { text, type Customer } from "./customer.ts";
import { t, type Desk } from "./desk.ts";

/** Who is waiting at this desk. */
export function drawQueue(desk: Desk): Node[] {
  const waiting = desk.customers.filter((customer) => customer.case.channel === desk.channel);
  return [
    el("div", { class: "queue-head" }, el("h2", { id: "queue-title" }, t(desk, "queue")), el("span", {}, `${waiting.length} ${t(desk, "people")}`)),
    el("ul", {}, ...waiting.map((customer) => entry(desk, customer))),
  ];
}

function entry(desk: Desk, customer: Customer): Node {
  const { sample } = customer;
  const current = customer === desk.current;
  return el("li", {},
    el("button",
      { type: "button", "aria-current": current ? "true" : undefined, "data-case": customer.case.id ?? "", onclick: () => { desk.select(customer); } },
      el("span", { class: "who" }, text(sample.name, desk.lang)),
      el("span", { class: "tone" }, state(desk, customer)),
      el("span", { class: "note" }, text(sample.note, desk.lang)),
      el("span", { class: "wait" }, desk.channel === "outbound" ? t(desk, "planned") : `${t(desk, "waited")} ${span(sample.wait_sec, desk.lang)}`)));
}

/** What the last decision said of it, in a word; nothing before the first one. */
function state(desk: Desk, customer: Customer): Node | string {
  if (customer.status === "blocked") return el("em", { class: "stop" }, t(desk, "blocked"));
  if (customer.status === "invalid") return el("em", { class: "stop" }, t(desk, "invalid"));
  if (!customer.refund || customer.refund === "none") return "";
  const tone = customer.refund === "overdue" ? "stop" : customer.refund === "payable" ? "go" : "";
  return el("em", { class: tone }, named("status", customer.refund, desk.lang));
}
