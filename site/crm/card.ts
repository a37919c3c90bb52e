import type { Case } from "../engine/types.ts";
import { el } from "../widget/dom.ts";
import { kindOf, listName } from "../widget/fields.ts";
import { yuan } from "../widget/format.ts";
import { put, read } from "../widget/place.ts";
import { text } from "./customer.ts";
import { t, type Desk } from "./desk.ts";
import type { Word } from "./words.ts";

/** What the desk keeps of a customer, and the handful of facts an agent changes while talking. */
export function drawCard(desk: Desk): Node[] {
  const { sample, case: given } = desk.current;
  const brand = read(given, { field: "customer.brand" });
  return [
    el("div", { class: "person" },
      el("div", { class: "avatar", "aria-hidden": "true" }, text(sample.name, "zh-CN").slice(0, 1)),
      el("div", { class: "who" },
        el("h2", { id: "card-title" }, text(sample.name, desk.lang)),
        el("p", {}, text(sample.note, desk.lang))),
      el("dl", { class: "facts" },
        fact(t(desk, "phone"), sample.phone),
        fact(t(desk, "plan"), text(sample.plan, desk.lang)),
        fact(t(desk, "since"), sample.since.replace("-", desk.lang === "en" ? "/" : " 年 ") + (desk.lang === "en" ? "" : " 月")),
        typeof brand === "string" ? fact(t(desk, "brand"), listName("brand", brand, desk.words, desk.lang)) : undefined),
      el("div", { class: "timer", id: "timer" }, el("span", {}, t(desk, desk.channel === "hall" ? "timer_hall" : "timer")), el("b", { id: "timer-text" }, "00:00"))),
    el("div", { class: "knobs" }, ...knobs(desk, given)),
  ];
}

function fact(label: string, value: string): Node {
  return el("div", {}, el("dt", {}, label), el("dd", {}, value));
}

function knobs(desk: Desk, given: Case): Node[] {
  const outbound = desk.channel === "outbound";
  const nodes = [choice(desk, given, "customer.emotion", "emotion", "calm")];
  if (outbound) {
    nodes.push(choice(desk, given, "customer.location", "location", "home"), truth(desk, given, "customer.is_owner", "owner"));
  } else {
    nodes.push(
      choice(desk, given, "customer.accepts", "accepts", "unasked"),
      choice(desk, given, "account.state", "account", "active"),
      authority(desk, given),
      truth(desk, given, "customer.wants_cash", "cash"),
    );
  }
  return nodes;
}

function knob(id: string, label: string, control: Node): Node {
  return el("div", { class: "knob" }, el("label", { for: id }, label), control);
}

function choice(desk: Desk, given: Case, field: string, label: Word, absent: string): Node {
  const kind = kindOf(field, desk.words, desk.lang);
  const options = kind.kind === "choice" ? kind.options : [];
  const now = read(given, { field }) ?? absent;
  const id = field.replace(".", "-");
  const select = el("select", { id, onchange: () => { desk.edit((draft) => { put(draft, { field }, select.value); }); } },
    ...options.map((option) => el("option", { value: option.id, selected: option.id === now }, option.label)));
  return knob(id, t(desk, label), select);
}

function truth(desk: Desk, given: Case, field: string, label: Word): Node {
  const now = read(given, { field });
  const id = field.replace(".", "-");
  const select = el("select", { id, onchange: () => { desk.edit((draft) => { put(draft, { field }, select.value === "" ? null : select.value === "true"); }); } },
    field === "customer.is_owner" && el("option", { value: "", selected: now === undefined }, t(desk, "unknown")),
    el("option", { value: "true", selected: now === true }, t(desk, "yes")),
    el("option", { value: "false", selected: now === false || (now === undefined && field !== "customer.is_owner") }, t(desk, "no")));
  return knob(id, t(desk, label), select);
}

/** How much this agent may pay himself; without a figure the pack's own table decides. */
function authority(desk: Desk, given: Case): Node {
  const field = "agent.authority_fen";
  const now = read(given, { field });
  const offered = [10_000, 50_000, 200_000];
  if (typeof now === "number" && !offered.includes(now)) offered.push(now);
  const select = el("select", { id: "authority", onchange: () => { desk.edit((draft) => { put(draft, { field }, select.value === "" ? null : Number(select.value)); }); } },
    el("option", { value: "", selected: now === undefined }, t(desk, "authority_none")),
    ...offered.map((limit) => el("option", { value: String(limit), selected: limit === now }, `≤ ${yuan(limit)}`)));
  return knob("authority", t(desk, "authority"), select);
}
