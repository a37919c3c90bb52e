import { EngineError } from "../engine/errors.ts";
import type { Case, Decision } from "../engine/types.ts";
import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { Labels, type Label } from "./labels.ts";
import { placeOfRule } from "./places.ts";
import type { Flip, Reason } from "./protocol.ts";
import { langOf, type Say } from "./strings.ts";

/** A case to try the pack on. */
export interface Sample {
  name: string;
  text: string;
}

/** What one looks at first in a decision: paths, and what they are called. */
const HEADLINES: readonly (readonly [path: string, zh: string, en: string])[] = [
  ["status", "结论", "Status"], ["scenario.title", "话术", "Talk track"], ["scenario.step", "步骤", "Step"], ["scenario.say", "这样说", "Say"], ["scenario.replies", "客户怎么回应", "Answers"],
  ["refund.status", "退费", "Refund"], ["refund.pay_fen", "应付（分）", "To pay (fen)"], ["refund.means", "方式", "Means"], ["refund.due_by", "期限", "Due by"],
  ["refund.approval.rung", "审批级别", "Approval rung"], ["complaint.severity", "严重程度", "Severity"], ["complaint.escalate", "上报", "Escalate"],
  ["gates", "拦截", "Gates"], ["clocks", "时限", "Clocks"], ["tasks", "待办", "Tasks"], ["warnings", "提醒", "Warnings"], ["results", "自定决定", "Own decisions"],
];

/** Where a text of the operator's own case is kept through a reload. */
const OWN = "koujing-studio-case";

/**
 * A case at the side of the editor, decided anew whenever the pack is in order: what comes out, what came out before the edits, why,
 * why not another rule, and what would change it.
 */
export class CasePane {
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #open: (path: string, line: number) => void;
  readonly #text: HTMLTextAreaElement;
  readonly #pick: HTMLSelectElement;
  readonly #labels: Labels;
  readonly #trouble = el("div", { role: "status" });
  readonly #outcome = el("div", { class: "outcome", role: "status" });
  readonly #why = el("ol", { class: "why" });
  readonly #reason = el("div", { class: "reason", role: "status" });
  readonly #flips = el("div", { class: "flips", role: "status" });
  readonly #rule: HTMLInputElement;
  readonly #rules = el("datalist", { id: "rules" });
  readonly #aspect: HTMLSelectElement;
  #samples: readonly Sample[] = [];
  #round = 0;
  /** Changes with the pack and the case: what was asked for before holds for what was before. */
  #state = 0;
  /** What the draft decides of the case; undefined while it cannot be decided. */
  decision: Decision | undefined;
  ondecision: () => void = () => undefined;

  constructor(draft: Draft, say: Say, open: (path: string, line: number) => void) {
    this.#draft = draft;
    this.#say = say;
    this.#open = open;
    this.#labels = new Labels(draft, langOf(document.documentElement.lang));
    this.#pick = el("select", { "aria-label": say("pick_case"), onchange: () => { this.#chosen(); } });
    this.#text = el("textarea", { "aria-label": say("case_text"), spellcheck: "false", rows: 8, oninput: () => { this.#edited(); } });
    this.#rule = el("input", { list: "rules", "aria-label": say("rule"), placeholder: say("rule") });
    this.#aspect = el("select", { "aria-label": say("aspect") }, ...HEADLINES.filter(([path]) => path !== "scenario.say" && path !== "scenario.replies").map(([path, ...names]) => el("option", { value: path }, called(names))));
    this.#aspect.value = "refund.pay_fen";
    this.element = el("div", { class: "casepane" },
      this.#pick, el("details", {}, el("summary", {}, say("case_text")), this.#text), this.#trouble, this.#outcome,
      el("section", {}, el("h3", {}, say("why")), this.#why),
      el("section", {}, el("h3", {}, say("why_not")), el("form", { class: "ask", onsubmit: (event: Event) => { event.preventDefault(); void this.#askWhyNot(); } },
        this.#rule, this.#rules, el("button", { type: "submit" }, say("ask"))), this.#reason),
      el("section", {}, el("h3", {}, say("what_if")), el("form", { class: "ask", onsubmit: (event: Event) => { event.preventDefault(); void this.#askFlips(); } },
        this.#aspect, el("button", { type: "submit" }, say("search"))), this.#flips));
    draft.on("edit", () => { this.#state++; });
    draft.on("checked", () => { void this.decide(); });
    draft.on("files", () => { this.#list(); });
  }

  /** The cases to choose from; the operator's own stays where there is one. */
  offer(samples: readonly Sample[]): void {
    this.#samples = samples;
    const own = localStorage.getItem(OWN);
    this.#pick.replaceChildren(...samples.map(({ name }, i) => el("option", { value: i }, name)), el("option", { value: "own" }, this.#say("own_case")));
    this.#pick.value = own === null ? "0" : "own";
    this.#text.value = own ?? pretty(samples[0]?.text ?? '{"now":"2026-01-01T10:00:00+08:00"}');
    void this.decide();
  }

  /** Puts a case here, as when one is dropped on the page. */
  take(text: string): void {
    this.#pick.value = "own";
    this.#text.value = pretty(text);
    this.#edited();
  }

  get case(): string {
    return this.#text.value;
  }

  #chosen(): void {
    const sample = this.#samples[Number(this.#pick.value)];
    this.#state++;
    if (sample) {
      this.#text.value = pretty(sample.text);
      localStorage.removeItem(OWN);
    }
    void this.decide();
  }

  #edited(): void {
    this.#pick.value = "own";
    this.#state++;
    localStorage.setItem(OWN, this.#text.value);
    void this.decide();
  }

  #list(): void {
    const ids = new Set<string>();
    for (const path of this.#draft.paths) {
      const text = this.#draft.text(path) ?? "";
      if (path.startsWith("rules/")) for (const match of text.matchAll(/\bid:\s*["']?([\w.-]+)/g)) ids.add(match[1] ?? "");
      if (path.startsWith("tables/")) for (const match of text.matchAll(/^([\w.-]+),/gm)) if (match[1] !== "id") ids.add(match[1] ?? "");
    }
    this.#rules.replaceChildren(...[...ids].sort().map((id) => el("option", { value: id })));
  }

  /** Decides the case by the draft and by what is published. */
  async decide(): Promise<void> {
    const round = ++this.#round;
    const { clerk } = this.#draft;
    const input = this.#text.value;
    for (const answer of [this.#reason, this.#flips]) this.#date(answer);
    if (this.#draft.errors > 0) {
      const first = this.#draft.diagnostics.find(({ level }) => level === "error");
      this.#trouble.replaceChildren(el("p", { class: "bad" }, this.#say("pack_broken"), ` ${first?.file ?? ""}:${first?.line ?? ""} ${first?.message ?? ""}`),
        ...(this.decision ? [el("p", { class: "last" }, this.#say("last_good"))] : []));
      this.element.dataset.state = "broken";
      return;
    }
    try {
      const [after, before] = await Promise.all([clerk.send({ op: "decide", which: "draft", input }), clerk.send({ op: "decide", which: "base", input }).catch(() => undefined)]);
      if (round === this.#round) this.#show(JSON.parse(after) as Decision, before === undefined ? undefined : (JSON.parse(before) as Decision));
    } catch (thrown) {
      if (round === this.#round) this.#trouble.replaceChildren(el("p", { class: "bad" }, EngineError.wrap(thrown, "trap").message));
    }
  }

  /** Says of an answer that it was given before the last change, once it was. */
  #date(answer: HTMLElement): void {
    if (answer.childElementCount === 0 || answer.dataset.state === String(this.#state) || answer.classList.contains("stale")) return;
    answer.classList.add("stale");
    answer.prepend(el("p", { class: "last" }, this.#say("asked_before")));
  }

  /** A part of a decision: what it is called, with the ids small. */
  #part(decision: Decision, path: string): Node[] {
    const labels = this.#labels.part(decision, path);
    const plain = shown(at(decision, path));
    if (plain === "") return [document.createTextNode(this.#say("empty"))];
    return labels === undefined ? [document.createTextNode(plain)] : labels.map((label) => el("span", { class: "named" }, ...words(label)));
  }

  #show(after: Decision, before: Decision | undefined): void {
    const say = this.#say;
    this.#trouble.replaceChildren();
    this.decision = after;
    this.ondecision();
    const rows = HEADLINES.flatMap(([path, ...names]) => {
      const [now, then] = [shown(at(after, path)), before ? shown(at(before, path)) : undefined];
      if (now === "" && (then ?? "") === "") return [];
      const differs = then !== undefined && then !== now;
      return [el("tr", { class: differs ? "differs" : undefined, "data-path": path }, el("th", { scope: "row", title: path }, called(names)),
        el("td", { colspan: differs ? undefined : 2 }, ...this.#part(after, path)), differs && before && el("td", { class: "was" }, el("del", {}, ...this.#part(before, path))))];
    });
    const differs = before !== undefined && body(before) !== body(after);
    this.element.dataset.state = differs ? "differs" : "same";
    this.#outcome.replaceChildren(
      el("p", { class: differs ? "verdict differs" : "verdict" }, before === undefined ? "" : say(differs ? "differs" : "same")),
      el("table", {}, el("tbody", {}, ...rows)),
      ...(after.errors ?? []).map(({ code, path, message }) => el("p", { class: "bad" }, `${path}: ${message} (${code})`)));
    this.#why.replaceChildren(...after.trace.map(({ decision, subject, rule, row }) => {
      const place = placeOfRule(this.#draft.files, rule);
      return el("li", {}, el("span", { class: "decision" }, ...words(this.#labels.decision(decision)), subject !== "" && el("small", {}, subject)),
        place ? el("button", { type: "button", class: "link", onclick: () => { this.#open(place.path, place.line); } }, rule) : el("code", {}, rule),
        row !== "" && el("small", {}, row));
    }));
  }

  async #askWhyNot(): Promise<void> {
    const rule = this.#rule.value.trim();
    if (rule === "") return;
    await this.#answer(this.#reason, async () => {
      const reason = await this.#draft.clerk.send({ op: "whynot", rule, input: this.#text.value });
      return this.#explain(reason);
    });
  }

  #explain({ parts, subjects, fired, rule, before }: Reason): HTMLElement {
    const say = this.#say;
    const each = subjects.length > 0 ? subjects : [""];
    return el("div", {}, ...each.map((subject) => {
      const failed = parts.findIndex(({ holds }) => holds[subject] !== true);
      const applied = fired[subject] ?? [];
      const first = applied.find((id) => before.includes(id));
      return el("div", { class: "subject" }, subject !== "" && el("h4", {}, subject),
        failed < 0 && el("p", { class: "verdict" }, applied.includes(rule) ? say("all_hold_fired") : first === undefined ? say("not_asked") : say("all_hold") + first),
        el("ul", {}, ...parts.map((part, i) => el("li", { class: part.holds[subject] === true ? "holds" : "fails" },
          el("button", { type: "button", class: "link", onclick: () => { this.#open(part.file, part.line); } }, part.column === "" ? part.text : `${part.column}: ${part.text}`),
          el("small", {}, part.holds[subject] === true ? say("holds") : i === failed ? `${say("fails")} · ${say("first_failed")}` : say("fails"))))));
    }));
  }

  async #askFlips(): Promise<void> {
    const aspect = this.#aspect.value;
    const meter = el("progress", { max: 1, value: 0, "aria-label": this.#say("searching") });
    this.#flips.replaceChildren(meter);
    await this.#answer(this.#flips, async () => {
      const found = await this.#draft.clerk.send({ op: "flip", input: this.#text.value, aspect }, (done) => { meter.value = done; });
      return this.#changes(found);
    });
  }

  #changes(found: readonly Flip[]): HTMLElement {
    if (found.length === 0) return el("p", { class: "quiet" }, this.#say("no_flip"));
    const value = (path: string, given: unknown) => (given === null || given === undefined ? [this.#say("empty")] : typeof given === "string" ? words(this.#labels.value(path, given)) : [JSON.stringify(given)]);
    // The path of a pair of fields names both.
    return el("ul", {}, ...found.map(({ path, from, to, outcome }) => el("li", {}, ...path.split(" + ").flatMap((one) => [el("span", { class: "named" }, ...words(this.#labels.field(one))), " "]),
      el("del", {}, ...value(path, from)), " → ", el("ins", {}, ...value(path, to)), el("small", {}, `⇒ ${outcome === "" ? this.#say("empty") : outcome}`))));
  }

  async #answer(into: HTMLElement, make: () => Promise<HTMLElement>): Promise<void> {
    into.setAttribute("aria-busy", "true");
    const state = this.#state;
    try {
      into.replaceChildren(await make());
      into.classList.remove("stale");
      into.dataset.state = String(state);
      this.#date(into);
    } catch (thrown) {
      into.replaceChildren(el("p", { class: "bad" }, EngineError.wrap(thrown, "trap").message));
    } finally {
      into.removeAttribute("aria-busy");
    }
  }
}

/** A label as one reads it: what it is called, and small the id. */
function words({ text, id }: Label): (string | Node)[] {
  return id === "" || id === text ? [text] : [text, " ", el("small", {}, id)];
}

/** What a part of a decision is called in the page's language. */
function called([zh, en]: readonly [zh: string, en: string]): string {
  return document.documentElement.lang === "en" ? en : zh;
}

/** A decision without its receipt, which names the pack and so always differs. */
function body(decision: Decision): string {
  return JSON.stringify({ ...decision, receipt: null });
}

function at(decision: Decision, path: string): unknown {
  let here: unknown = decision;
  for (const key of path.split(".")) here = here === null || typeof here !== "object" ? undefined : (here as Record<string, unknown>)[key];
  return here;
}

/** A part of a decision in a line: the texts one says, the ids of what is listed, the value itself. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(shown).join("; ");
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value);
  const { text, id, code, status, due_at, ...rest } = value as Record<string, unknown>;
  if (typeof text === "string" && code === undefined) return text;
  if (typeof id === "string") return [id, status, due_at].filter((part) => typeof part === "string").join(" ");
  if (typeof code === "string") return `${code} ${typeof text === "string" ? text : ""}`.trim();
  return Object.entries(rest).filter(([, part]) => part !== null && part !== "").map(([key, part]) => `${key} ${shown(part)}`).join(", ");
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text) as Case, null, 1);
  } catch {
    return text;
  }
}

