import type { Decision } from "../engine/types.ts";
import { named, say as word, type Lang, type NameGroup } from "../widget/strings.ts";
import type { Draft } from "./draft.ts";
import { packOf } from "./packfile.ts";
import { labelOf } from "./outline.ts";

/** What something is called, and the id by which the pack knows it; the id is empty where there is none to tell. */
export interface Label {
  text: string;
  id: string;
}

/** Fields of the case whose values the contract has fixed, and the group of words they are in. */
const FIXED: Readonly<Record<string, NameGroup>> = {
  "channel": "channel", "customer.location": "location", "customer.emotion": "emotion", "customer.accepts": "accepts", "customer.consent": "consent", "account.state": "account",
  "line.verification": "verification", "line.collected_for": "collected_for", "line.consented_by": "consented_by", "complaint.cause": "cause", "complaint.motive": "motive",
};

/** Fields of the case whose values are one of the pack's lists. */
const LISTS: Readonly<Record<string, string>> = {
  "zone": "zone", "line.category": "category", "complaint.kind": "kind", "complaint.state": "state", "complaint.severity": "severity", "customer.brand": "brand", "customer.form": "form", "agent.role": "role", "service.kind": "service_kind",
};

/** The words for what a pack and a decision have by id, in one language: from the pack's own labels and glosses, else from the panel's words. */
export class Labels {
  readonly #draft: Draft;
  readonly #lang: Lang;

  constructor(draft: Draft, lang: Lang) {
    this.#draft = draft;
    this.#lang = lang;
  }

  /** Of a label and its gloss the one in the page's language, as far as there is one. */
  pick(label: string, gloss: string | undefined): string {
    return this.#lang === "en" && gloss !== undefined && gloss !== "" ? gloss : label;
  }

  /** A value of one of the pack's lists. */
  listed(list: string, id: string): Label | undefined {
    const item = packOf(this.#draft.text("pack.yaml") ?? "").lists.find(({ name }) => name === list)?.items.find((one) => one.id === id);
    return item && item.label !== "" ? { text: this.pick(item.label, item.gloss), id } : undefined;
  }

  /** What customers come with: called as the track that takes it up. Of several the first by name. */
  intent(id: string): Label {
    const wanted = new RegExp(`^intents:\\s*\\[[^\\]]*\\b${id.replace(/\W/g, "\\$&")}\\b`, "m");
    const path = this.#draft.paths.find((one) => one.startsWith("scenarios/") && wanted.test(this.#draft.text(one) ?? ""));
    const title = path === undefined ? undefined : labelOf(this.#draft.text(path) ?? "");
    return title ? { text: this.pick(title.text, title.gloss), id } : { text: id, id: "" };
  }

  /** A field of the case by its path. */
  field(path: string): Label {
    const plain = plainPath(path);
    const found = packOf(this.#draft.text("pack.yaml") ?? "").labels.find(({ id }) => id === plain);
    return found ? { text: this.pick(found.label, found.gloss), id: path } : { text: path, id: "" };
  }

  /** A value of a field of the case. */
  value(path: string, value: string): Label {
    const plain = plainPath(path);
    if (plain === "intent") return this.intent(value);
    const group = FIXED[plain];
    if (group) return { text: named(group, value, this.#lang), id: value };
    return (LISTS[plain] === undefined ? undefined : this.listed(LISTS[plain], value)) ?? { text: value, id: "" };
  }

  /** A decision by its name. */
  decision(name: string): Label {
    const known = DECISIONS[name];
    return known ? { text: known[this.#lang === "en" ? 1 : 0], id: name } : { text: name, id: "" };
  }

  /** A part of a decision in the words for it, by its path; undefined where there are no words but its own. */
  part(decision: Decision, path: string): Label[] | undefined {
    const lang = this.#lang;
    const { scenario, refund, complaint, clocks, gates, tasks, warnings } = decision;
    switch (path) {
      case "status": return [{ text: OUTCOMES[decision.status][lang === "en" ? 1 : 0], id: decision.status }];
      case "scenario.title": return scenario && [{ text: this.pick(scenario.title, scenario.title_gloss), id: scenario.id }];
      case "scenario.step": return scenario && [{ text: this.pick(scenario.aim, scenario.aim_gloss), id: scenario.step }];
      case "scenario.say": return scenario?.say.map(({ text, gloss }) => ({ text, id: lang === "en" ? gloss : "" })); // it is said in Chinese
      case "scenario.replies": return scenario?.replies.map(({ id, label, gloss }) => ({ text: this.pick(label, gloss), id }));
      case "refund.status": return refund && [{ text: named("status", refund.status, lang), id: refund.status }];
      case "refund.means": return refund && [{ text: word(refund.means, lang), id: refund.means }];
      case "complaint.severity": return complaint && [{ text: named("severity", complaint.severity, lang), id: complaint.severity }];
      case "refund.due_by": return refund?.due_by ? [{ text: minute(refund.due_by), id: "" }] : undefined;
      case "clocks": return clocks?.map(({ id, status, due_at }) => ({ text: `${named("clock", id, lang)} ${CLOCKS[status][lang === "en" ? 1 : 0]} ${minute(due_at)}`, id }));
      case "gates": return gates?.map(({ id }) => ({ text: named("gate", id, lang), id }));
      case "tasks": return tasks?.map(({ id, due_at }) => ({ text: `${this.listed("task", id)?.text ?? id}${due_at === null ? "" : ` ${minute(due_at)}`}`, id }));
      case "warnings": return warnings?.map(({ code, text, message }) => ({ text: message === "" ? text : message, id: code }));
      case "results": return decision.results && Object.entries(decision.results).map(([id, result]) => ({ text: pairs(result), id }));
      default: return undefined;
    }
  }
}

/** The decisions that the core asks for; an operator's own are called as he has called them. */
const DECISIONS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "gates": ["拦截", "gates"], "refund.multiplier": ["退几倍", "how many times"], "refund.means": ["退费方式", "means"], "refund.approval": ["谁审批", "approval"], "refund.tasks": ["退费待办", "refund tasks"],
  "complaint.severity": ["严重程度", "severity"], "complaint.next": ["下一步状态", "next states"], "complaint.escalate": ["上报", "escalation"], "complaint.tasks": ["投诉待办", "complaint tasks"],
  "service.desk": ["台席时限", "desk limit"], "service.warnings": ["服务提醒", "service warnings"], "service.tasks": ["服务待办", "service tasks"],
};

const OUTCOMES: Readonly<Record<Decision["status"], readonly [zh: string, en: string]>> = {
  decided: ["已有结论", "decided"], blocked: ["拦住了", "blocked"], invalid: ["资料有误", "invalid"],
};

const CLOCKS: Readonly<Record<NonNullable<Decision["clocks"]>[number]["status"], readonly [zh: string, en: string]>> = {
  met: ["已按时完成", "met"], ok: ["来得及", "in time"], due_soon: ["快到了", "due soon"], overdue: ["已超", "overdue"],
};

/** A time as one reads it, at the offset it has. */
function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}

/** What an own decision gave, output by output, without what is empty. */
function pairs(result: object): string {
  const plain = (value: unknown) => (Array.isArray(value) ? value.filter((one) => one !== "" && one !== null) : value);
  return Object.entries(result).map(([name, value]) => [name, plain(value)] as const).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value)}`).join("; ");
}

/** lines[0].category is line.category to an expression and to a label. */
function plainPath(path: string): string {
  return path.replace(/^lines\[\d+\]\./, "line.");
}
