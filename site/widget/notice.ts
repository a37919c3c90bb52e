import { EngineError, type Diagnostic } from "../engine/index.ts";
import { el } from "./dom.ts";
import { named, say, type Lang } from "./strings.ts";

/** What stands in the panel's place while there is nothing to decide with, or nothing to decide. */
export type State = { kind: "failed"; error: EngineError; retry: () => void } | { kind: "packless" } | { kind: "loading" } | { kind: "idle" } | { kind: "ready" };

export function notice(state: State, lang: Lang): Node[] {
  switch (state.kind) {
    case "ready":
      return [];
    case "packless":
      return [el("p", {}, say("no_pack", lang))];
    case "loading":
      return [el("p", {}, say("loading", lang))];
    case "idle":
      return [el("p", {}, say("no_case", lang))];
    case "failed": {
      const { code, message, diagnostics } = state.error;
      return [
        el("p", {}, el("strong", {}, say(code === "bad_case" ? "case_failed" : "engine_failed", lang))),
        el("p", {}, `${named("error", code, lang)} `, el("code", {}, code)),
        ...(diagnostics ? findings(diagnostics) : [el("p", { class: "detail" }, message)]),
        el("button", { type: "button", onclick: state.retry }, say("retry", lang)),
      ];
    }
  }
}

/** So many findings are shown where a pack does not build; whoever mends the pack has the checker for the rest. */
const FINDINGS = 4;

function findings(all: readonly Diagnostic[]): Node[] {
  return all.filter(({ level }) => level === "error").slice(0, FINDINGS).map(({ file, line, column, message, hint, source }) =>
    el("div", { class: "finding", part: "finding" },
      el("b", {}, `${file}:${line}:${column}`),
      el("span", {}, message),
      source !== undefined && source !== "" && el("code", {}, source),
      hint !== undefined && hint !== "" && el("span", {}, hint)));
}
