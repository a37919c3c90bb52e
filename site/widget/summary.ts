import { listName } from "./fields.ts";
import { money, when, yuan } from "./format.ts";
import type { View } from "./view.ts";

/**
 * The contact as text, for a ticket or a colleague: the talk, the amount with its derivation, what is to be done, and the
 * receipt. Nobody is in it: no surname, no staff number, no number of a person, and no case id.
 */
export function summary(view: View): string {
  const { decision, request, lang } = view;
  const english = lang === "en";
  const colon = english ? ": " : "：";
  const comma = english ? ", " : "、";
  const lines: string[] = [];
  const put = (name: string, text: string) => lines.push(`${name}${colon}${text}`);

  const { scenario, refund, gates = [], complaint, tasks = [], receipt } = decision;
  if (scenario) put(view.say("talk"), view.prefer(scenario.title, scenario.title_gloss));
  for (const gate of gates) put(view.say("blocked"), english ? view.named("gate", gate.id) : gate.reason || view.named("gate", gate.id));
  const took = view.moves.flatMap((move) => (move.kind === "reply" && move.label !== "" ? [move.label] : []));
  if (took.length > 0) put(view.say("said"), took.join(" → "));
  for (const line of scenario?.say ?? []) put(view.say("say"), english && line.gloss !== "" ? `${line.text} (${line.gloss})` : line.text);

  for (const line of refund?.lines ?? []) {
    const given = request.lines?.find(({ id }) => id === line.id);
    const due = given?.due_fen;
    const returned = given?.refunded_fen ?? 0;
    const open = line.status === "verify_first";
    const sum = due === undefined || due === null
      ? `${view.say("charged")} ${yuan(given?.charged_fen ?? 0)}`
      : `(${view.say("charged")} ${yuan(given?.charged_fen ?? 0)} − ${view.say("due")} ${yuan(due)})${(line.diff_fen ?? 0) > 0 ? ` × ${line.multiplier}` : ""}${returned > 0 ? ` − ${view.say("refunded")} ${yuan(returned)}` : ""}`;
    put(given?.item ?? line.id, `${sum} = ${yuan(open ? line.preview_fen : line.pay_fen)} (${view.named("status", line.status)})`);
  }
  if (refund && refund.lines.length > 0) {
    put(view.say("pay"), `${money(refund.pay_fen, lang)} · ${view.named("status", refund.status)}`);
    if (refund.pay_fen > 0) put(view.say("means"), view.say(refund.means));
    if (refund.pay_fen > 0 && refund.due_by !== null) put(view.say("due_by"), when(refund.due_by, request.now, lang));
    if (refund.approval.needed) put(view.say("approval"), refund.approval.reason || view.say("yes"));
  }
  if (complaint) put(view.say("complaint"), `${listName("state", complaint.state, view.words, lang)} · ${view.named("severity", complaint.severity)}`);
  if (tasks.length > 0) {
    put(view.say("tasks"), tasks.map(({ id, due_at }) => listName("task", id, view.words, lang) + (due_at === null ? "" : ` (${when(due_at, request.now, lang)})`)).join(comma));
  }

  const text = withoutPersons(lines.join("\n"), view, view.say("the_customer"));
  return `${text}\nengine ${receipt.engine}\npack ${receipt.pack}\ncase ${receipt.case}\ndecision ${receipt.decision}\n`;
}

/** Longer runs of digits are numbers of persons, accounts or devices; amounts and times have signs between theirs. */
const NUMBERS = /(?<![\d.])\+?\d(?:[ -]?\d){6,}[Xx]?(?![\d.])/g;
/** An id this short is a number like any other. */
const SHORT = 3;

/** Leaves out what names somebody: a surname with its form of address, staff numbers, texts the agent filled in, long numbers. */
function withoutPersons(text: string, { request, decision, words }: View, customer: string): string {
  let left = text;
  const surname = request.customer?.surname ?? "";
  const forms = words?.lists.find(({ name }) => name === "form")?.values.map(({ label }) => label) ?? [];
  if (surname !== "") for (const form of [...forms, "先生", "女士"]) if (form !== "") left = left.replaceAll(surname + form, customer);
  const typed = (words?.facts ?? []).filter(({ type }) => type.startsWith("text")).map(({ name }) => request.facts?.[name]);
  const ids = [request.id, request.agent?.id, decision.complaint?.owner, ...(request.promises ?? []).map(({ by }) => by), ...typed];
  for (const id of ids) {
    if (typeof id !== "string" || id.length < SHORT) continue;
    left = left.replaceAll(new RegExp(`(?<![\\w.,])${id.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\w.,]*\\d)`, "g"), "***");
  }
  return left.replaceAll(NUMBERS, "***");
}
