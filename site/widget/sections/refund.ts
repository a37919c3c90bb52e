import { el, icon, ICONS, own } from "../dom.ts";
import { listName } from "../fields.ts";
import { money, span, when, yuan } from "../format.ts";
import type { Refund, Section, View } from "../view.ts";

type RefundLine = Refund["lines"][number];

/** The amount, and how it comes about: charged, due, difference, times two, already returned, to pay now. */
export const refund: Section = {
  name: "refund",
  reads: ({ decision, request, words }) => [decision.refund, request.lines, request.now, words?.lists, decision.clocks],
  draw(view) {
    const { refund: found } = view.decision;
    if (!found || found.lines.length === 0) return [];
    return [headline(view, found), found.lines.length === 1 ? ledger(view, found.lines[0] as RefundLine) : table(view, found), terms(view, found)];
  },
};

/** Statuses that ask something of the agent before money moves stand out in words and colour alike. */
const TONE: Record<Refund["status"], "go" | "wait" | "stop" | "rest"> = {
  none: "rest", verify_first: "wait", refuted: "rest", payable: "go", needs_approval: "wait", offered: "wait", settled: "rest", overdue: "stop",
};

function headline(view: View, found: Refund): HTMLElement {
  const preview = found.pay_fen === 0 && found.preview_fen > 0;
  return el(
    "div",
    { class: "amount", "data-tone": TONE[found.status] },
    el("h3", {}, preview ? view.say("preview") : view.say("pay")),
    el("output", { class: preview ? "sum preview" : "sum", part: "amount" }, money(preview ? found.preview_fen : found.pay_fen, view.lang)),
    el("span", { class: "badge", part: "refund-status" }, view.named("status", found.status)),
  );
}

function lineOf(view: View, id: string) {
  return view.request.lines?.find((line) => line.id === id);
}

function title(view: View, line: RefundLine): HTMLElement {
  const given = lineOf(view, line.id);
  const category = given?.category ? listName("category", given.category, view.words, view.lang) : "";
  return el("span", { class: "item" }, el("b", {}, given?.item ?? line.id), category !== "" && el("small", {}, category));
}

/** One line of the bill: a sum written out as on paper. */
function ledger(view: View, line: RefundLine): HTMLElement {
  const given = lineOf(view, line.id);
  const open = line.status === "verify_first";
  const rows: [label: string, value: string, sign?: string, kind?: string][] = [[view.say("charged"), yuan(given?.charged_fen ?? 0)]];
  const due = given?.due_fen;
  if (due !== undefined && due !== null) rows.push([view.say("due"), yuan(due), "−"], [view.say("diff"), yuan(line.diff_fen ?? 0), "=", "sub"]);
  const total = open ? line.preview_fen : line.total_fen;
  if (line.multiplier !== 0 && (line.diff_fen ?? 0) > 0) rows.push([line.multiplier === 2 ? view.say("doubled") : view.say("once"), String(line.multiplier), "×"]);
  if ((given?.refunded_fen ?? 0) > 0) rows.push([view.say("total"), yuan(line.total_fen), "=", "sub"], [view.say("refunded"), yuan(given?.refunded_fen ?? 0), "−"]);
  rows.push([open ? view.say("preview") : view.say("pay"), yuan(open ? total : line.pay_fen), "=", "sum"]);
  return el(
    "div",
    { class: "ledger", part: "derivation" },
    title(view, line),
    el("dl", {}, ...rows.map(([label, value, sign = "", kind]) =>
      el("div", { class: kind }, el("dt", {}, label), el("dd", {}, sign !== "" && el("i", {}, sign), value)))),
    flags(view, line.flags),
  );
}

/** Several lines: each its own sum in one line of text, and what comes of it on the right. */
function table(view: View, found: Refund): HTMLElement {
  return el(
    "ul",
    { class: "lines", part: "derivation" },
    ...found.lines.map((line) => {
      const given = lineOf(view, line.id);
      const due = given?.due_fen;
      const sum = `${yuan(given?.charged_fen ?? 0)} − ${yuan(due ?? 0)}`;
      const returned = given?.refunded_fen ?? 0;
      const parts = due === undefined || due === null
        ? `${view.say("charged")} ${yuan(given?.charged_fen ?? 0)}`
        : (line.diff_fen ?? 0) <= 0 || line.multiplier === 0
          ? `${sum} = ${yuan(line.diff_fen ?? 0)}`
          : `(${sum}) × ${line.multiplier}${returned > 0 ? ` − ${view.say("refunded")} ${yuan(returned)}` : ""}`;
      const open = line.status === "verify_first";
      return el(
        "li",
        { "data-status": line.status },
        title(view, line),
        el("span", { class: "sum-of" }, parts),
        el("span", { class: "pays" },
          el("b", {}, yuan(open ? line.preview_fen : line.pay_fen)),
          el("small", {}, view.named("status", line.status))),
        flags(view, line.flags),
      );
    }),
    found.preview_fen > 0 && found.pay_fen > 0 && el("li", { class: "later" }, el("span", {}, view.say("preview")), el("span", { class: "pays" }, el("b", {}, yuan(found.preview_fen)))),
  );
}

function flags(view: View, found: readonly string[]): HTMLElement | false {
  return found.length > 0 && el("span", { class: "flags" }, ...found.map((flag) => el("span", { class: "flag" }, view.named("flag", flag))));
}

/** A reason in the pack's own words. */
function because(view: View, reason: string): (Node | string)[] {
  return reason === "" ? [] : [" · ", own(reason, view.lang)];
}

/** By what means, by when, and who has to agree. */
function terms(view: View, found: Refund): HTMLElement {
  const items: (Node | false)[] = [];
  const colon = view.lang === "en" ? " " : "";
  if (found.pay_fen > 0) {
    items.push(el("span", {}, `${view.say("means")}${colon} `, el("b", {}, view.say(found.means)), ...because(view, found.means_reason)));
    if (found.due_by) {
      const clock = view.decision.clocks?.find(({ id }) => id === "refund");
      const left = clock && clock.status !== "met" ? ` · ${view.lang === "en" ? `${span(clock.remaining_sec, "en")} ${view.say(clock.remaining_sec < 0 ? "over" : "left")}` : `${view.say(clock.remaining_sec < 0 ? "over" : "left")} ${span(clock.remaining_sec, "zh-CN")}`}` : "";
      items.push(el("span", {}, `${view.say("due_by")}${colon} `, el("b", {}, when(found.due_by, view.request.now, view.lang)), left));
    }
  }
  if (found.approval.needed) {
    const reason = found.approval.reason;
    items.push(el("span", { class: "approval" }, icon(ICONS.up), el("b", {}, view.say("approval")), ...because(view, reason)));
  }
  const all = found.flags.filter((flag) => !found.lines.some((line) => found.lines.length === 1 && line.flags.includes(flag)));
  items.push(flags(view, all));
  return el("div", { class: "terms", part: "terms" }, ...items);
}
