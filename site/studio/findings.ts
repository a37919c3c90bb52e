import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import type { Say } from "./strings.ts";

/** The checker's findings as a list; each leads to its place. */
export class Findings {
  readonly element = el("div", { class: "findings" });

  constructor(draft: Draft, say: Say, open: (path: string, line: number, column: number) => void, take: (witness: string) => void) {
    const draw = () => {
      const found = [...draft.diagnostics].sort((a, b) => (a.level === b.level ? 0 : a.level === "error" ? -1 : 1));
      this.element.replaceChildren(found.length === 0
        ? el("p", { class: "quiet" }, say("no_problems"))
        : el("ul", { class: "list" }, ...found.map((one) => el("li", { class: one.level },
          el("button", { type: "button", onclick: () => { open(one.file, one.line, one.column); } },
            el("span", { class: "place" }, `${one.file}:${one.line}:${one.column}`), el("span", {}, one.message),
            one.hint !== undefined && one.hint !== "" && el("small", {}, one.hint)),
          one.witness !== undefined && one.witness !== "" && el("button", { type: "button", class: "link", onclick: () => { take(one.witness ?? ""); } }, say("try_witness"))))));
    };
    draft.on("checked", draw);
    draw();
  }
}
