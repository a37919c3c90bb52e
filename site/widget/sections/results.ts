import { el } from "../dom.ts";
import { money, span, when } from "../format.ts";
import type { View } from "../view.ts";

/** What the operator's own decisions found, folded up: under each decision its outputs, named and with their units. */
export function results(view: View): Node | undefined {
  const found = Object.entries(view.decision.results ?? {});
  if (found.length === 0) return undefined;
  return el("details", { class: "results", part: "results" }, el("summary", {}, `${view.say("results")} · ${found.length}`),
    el("dl", {}, ...found.flatMap(([decision, given]) => {
      const name = plain(view.fieldName(decision));
      if (Array.isArray(given)) return [pair(name, given.map((each) => flat(view, each)).join(view.lang === "en" ? "; " : "；") || "–")];
      const outputs = Object.entries(given).filter(([, each]) => each !== null && each !== "");
      return [el("div", { class: "decision" }, el("dt", {}, name), el("dd", {}, outputs.length === 0 ? "–" : "")), ...outputs.map(([output, each]) => pair(plain(view.fieldName(`${decision}.${output}`).split(".").pop() ?? output), value(view, output, each)))];
    })));
}

function pair(name: string, text: string): HTMLElement {
  return el("div", {}, el("dt", {}, name), el("dd", {}, text));
}

/** A name of the pack that it has not put into words. */
function plain(name: string): string {
  return name.replace(/_(fen|sec|at)$/, "").replaceAll(/[._]/g, " ");
}

/** The end of a field's name is its unit. */
function value(view: View, name: string, given: unknown): string {
  if (typeof given === "boolean") return view.say(given ? "yes" : "no");
  if (typeof given === "number") return name.endsWith("_fen") ? money(given, view.lang) : name.endsWith("_sec") ? span(given, view.lang) : String(given);
  if (typeof given === "string") return name.endsWith("_at") ? when(given, view.request.now, view.lang) : given;
  return flat(view, given);
}

function flat(view: View, given: unknown): string {
  if (Array.isArray(given)) return given.map((each) => flat(view, each)).join(view.lang === "en" ? ", " : "、");
  if (given === null || typeof given !== "object") return value(view, "", given);
  return Object.entries(given).map(([name, each]) => `${plain(name)} ${value(view, name, each)}`).join(view.lang === "en" ? ", " : "、");
}
