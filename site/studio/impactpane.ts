import { yuan } from "../widget/format.ts";
import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { placeOfRule } from "./places.ts";
import type { Flow, ImpactReport } from "./protocol.ts";
import { reason } from "./reason.ts";
import type { Say } from "./strings.ts";

/**
 * What the draft would have changed over past cases: a file of them, dropped or chosen, decided by what is published and by the draft.
 * The cases stay in the page; the report names them by line and id.
 */
export class ImpactPane {
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #open: (path: string, line: number) => void;
  readonly #out = el("div", { role: "status" });
  readonly #meter: HTMLProgressElement;
  readonly #file: HTMLInputElement;

  constructor(draft: Draft, say: Say, open: (path: string, line: number) => void) {
    this.#draft = draft;
    this.#say = say;
    this.#open = open;
    this.#file = el("input", { type: "file", hidden: true, accept: ".ndjson,.jsonl,.json,.txt", "aria-label": say("drop_cases"), onchange: () => { void this.take(this.#file.files?.[0]); } });
    this.#meter = el("progress", { max: 1, value: 0, hidden: true, "aria-label": say("working") });
    const zone = el("div", { class: "drop", ondragover: (event: DragEvent) => { event.preventDefault(); }, ondrop: (event: DragEvent) => {
      event.preventDefault();
      void this.take(event.dataTransfer?.files[0]);
    } }, el("p", {}, say("drop_cases")), el("p", {}, el("button", { type: "button", onclick: () => { this.#file.click(); } }, say("choose_file")), this.#file), this.#meter);
    this.element = el("div", { class: "impactpane" }, zone, this.#out);
    draft.on("edit", () => { this.#out.classList.add("stale"); });
  }

  /** Works a file of cases through. */
  async take(file: Blob | undefined): Promise<void> {
    if (!file) return;
    this.#meter.hidden = false;
    this.#meter.value = 0;
    try {
      const report = await this.#draft.clerk.send({ op: "impact", blob: file }, (done) => { this.#meter.value = done; });
      this.#out.classList.remove("stale");
      this.#tell(report);
    } catch (thrown) {
      this.#out.replaceChildren(el("p", { class: "bad" }, reason(thrown, "trap", this.#say)));
    } finally {
      this.#meter.hidden = true;
    }
  }

  #tell(report: ImpactReport): void {
    const say = this.#say;
    const { pay } = report;
    const rules = report.by_rule.filter(({ from_only, to_only, otherwise }) => from_only + to_only + otherwise > 0).slice(0, 40);
    this.#out.replaceChildren(el("div", {},
      el("p", { class: "verdict" }, `${report.cases} ${say("cases")} · ${report.changed} ${say("cases_changed")}${report.skipped > 0 ? ` · ${report.skipped} ${say("lines_skipped")}` : ""}`),
      el("table", { class: "figures" }, el("tbody", {},
        row(say("fen_before"), money(pay.from_fen)), row(say("fen_after"), money(pay.to_fen)),
        row(say("fen_more"), `${money(pay.more_fen)} · ${pay.more_cases} ${say("cases")}`), row(say("fen_less"), `${money(pay.less_fen)} · ${pay.less_cases} ${say("cases")}`),
        report.invalid.newly > 0 && row(say("newly_invalid"), String(report.invalid.newly)))),
      this.#chart(say("by_rule"), rules.map(({ decision, rule, from_only, to_only, otherwise, pay: flow }) => ({ name: rule, note: `${decision}: −${from_only} +${to_only}${otherwise > 0 ? ` ~${otherwise}` : ""}`, flow, rule }))),
      this.#chart(say("by_category"), report.by_category.filter(({ pay: { more_fen, less_fen } }) => more_fen + less_fen > 0).map(({ category, lines, pay: flow }) => ({ name: category, note: String(lines), flow }))),
      ...(["status", "refund_status", "approval_rung", "means", "severity", "escalation_rung", "talk"] as const).map((what) =>
        list(what, report[what].slice(0, 12).map(({ from, to, cases }) => `${from === "" ? say("empty") : from} → ${to === "" ? say("empty") : to}: ${cases}`))),
      list(say("clocks_changed"), report.clocks.filter(({ breached, no_longer_breached }) => breached + no_longer_breached > 0).map(({ id, breached, no_longer_breached }) => `${id}: +${breached} −${no_longer_breached}`)),
      list(say("gates_changed"), report.gates.map(({ id, closed, opened }) => `${id}: +${closed} −${opened}`)),
      list(say("largest"), report.largest.map(({ line, case: id, pay_from_fen, pay_to_fen }) => `${line}. ${id} ${money(pay_from_fen)} → ${money(pay_to_fen)}`))));
  }

  /** Fen more to the right, fen less to the left, each bar with its figures beside it. */
  #chart(title: string, bars: readonly { name: string; note: string; flow: Flow; rule?: string }[]): HTMLElement | false {
    if (bars.length === 0) return false;
    const most = Math.max(1, ...bars.map(({ flow }) => Math.max(flow.more_fen, flow.less_fen)));
    return el("section", {}, el("h3", {}, title), el("table", { class: "bars" }, el("tbody", {}, ...bars.map(({ name, note, flow, rule }) => {
      const place = rule === undefined ? undefined : placeOfRule(this.#draft.files, rule);
      return el("tr", {}, el("th", { scope: "row" }, place ? el("button", { type: "button", class: "link", onclick: () => { this.#open(place.path, place.line); } }, name) : name, el("small", {}, note)),
        el("td", { class: "bar" }, bar("less", flow.less_fen / most), bar("more", flow.more_fen / most)),
        el("td", { class: "sum" }, flow.more_fen > 0 && el("ins", {}, `+${money(flow.more_fen)}`), flow.less_fen > 0 && el("del", {}, `−${money(flow.less_fen)}`)));
    }))));
  }
}

/** A bar as a meter's drawing: its length as an SVG attribute, since the page allows no inline styles. */
function bar(kind: "more" | "less", share: number): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const width = share === 0 ? 0 : Math.max(1, Math.round(share * 100));
  rect.setAttribute("x", String(kind === "less" ? 100 - width : 0));
  rect.setAttribute("width", String(width));
  rect.setAttribute("height", "10");
  svg.append(rect);
  return svg;
}

/** An amount in yuan, with its sign apart. */
function money(fen: number): string {
  return `¥${yuan(fen)}`;
}

function row(name: string, value: string): HTMLElement {
  return el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value));
}

function list(title: string, lines: readonly string[]): HTMLElement | false {
  return lines.length > 0 && el("section", {}, el("h3", {}, title), el("ul", {}, ...lines.map((line) => el("li", {}, line))));
}
