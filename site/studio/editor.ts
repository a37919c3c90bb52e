import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { forceLinting, linter, lintGutter, lintKeymap, setDiagnostics, type Action, type Diagnostic as Mark } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "../engine/errors.ts";
import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { expressionsIn, wordAt } from "./expression.ts";
import type { Known } from "./protocol.ts";
import type { Say } from "./strings.ts";

const fromDraft = Annotation.define<boolean>();
const paintRules = StateEffect.define<readonly Paint[]>();

/** A line of the file with how it came out in the tests: reached by one, or by none. */
export interface Paint {
  line: number;
  reached: boolean;
}

/** Colours by custom properties, so that light and dark are the page's business. */
const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--muted)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
  ".cm-content": { caretColor: "var(--ink)", paddingBottom: "40vh" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--select)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--muted)", borderRight: "1px solid var(--edge)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active-line)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "4px", maxWidth: "46em" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-wash)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "1.5em" },
  ".cm-diagnostic": { padding: "6px 10px", whiteSpace: "pre-wrap" },
  ".cm-diagnosticAction": { color: "var(--paper)", backgroundColor: "var(--accent)", borderRadius: "3px", padding: "2px 8px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--stop) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--soon) 1.5px", textUnderlineOffset: "3px" },
  ".cm-expression": { backgroundColor: "var(--expression)", borderRadius: "2px" },
  ".cm-reached": { boxShadow: "inset 3px 0 0 var(--ok)" },
  ".cm-unreached": { boxShadow: "inset 3px 0 0 var(--stop)" },
  ".cm-help": { padding: "6px 10px" },
});

/**
 * The text of one file, with findings as one types, completion from what the pack really knows, and help under the pointer. It lives
 * in a shadow tree, where its styles are constructed sheets and no policy stands in their way.
 */
export class PackEditor {
  readonly element: HTMLElement;
  readonly #view: EditorView;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #readOnly = new Compartment();
  readonly #off: (() => void)[];
  path: string;

  constructor(draft: Draft, path: string, say: Say) {
    this.#draft = draft;
    this.#say = say;
    this.path = path;
    this.element = el("div", { class: "editor" });
    const root = this.element.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host { display: block; height: 100%; min-height: 0 } .cm-editor { height: 100% }");
    root.adoptedStyleSheets = [sheet];
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ doc: draft.text(path) ?? "", extensions: this.#extensions(path.endsWith(".csv")) }),
    });
    this.#off = [
      draft.on("edit", ({ path: edited, by }) => {
        if (edited === this.path && by !== this) this.#take();
      }),
      draft.on("checked", () => { this.#mark(); }),
    ];
    this.#mark();
  }

  #extensions(csv: boolean) {
    return [
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), highlightSelectionMatches(),
      lintGutter(), linter(null, { delay: 0 }), EditorState.allowMultipleSelections.of(true), EditorView.lineWrapping,
      ...(csv ? [] : [yaml()]), indentUnit.of("  "), EditorState.tabSize.of(2),
      syntaxHighlighting(colours), look, expressions, paint,
      autocompletion({ override: [(context) => this.#complete(context)], icons: false, activateOnTypingDelay: 20 }),
      hoverTooltip((view, at) => this.#help(view, at)),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...completionKeymap, ...lintKeymap,
        // Tab leaves the editor, as everywhere in a page; the brackets with Ctrl move a line in and out.
        { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess }, { key: "Shift-Alt-f", run: () => { void this.format(); return true; } }]),
      EditorView.contentAttributes.of({ "aria-label": this.path, spellcheck: "false", tabindex: "0" }),
      this.#readOnly.of([]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.some((one) => one.annotation(fromDraft))) return;
        this.#draft.edit(this.path, update.state.doc.toString(), this);
      }),
    ];
  }

  focus(): void {
    this.#view.focus();
  }

  /** Puts the cursor at a place of the file, lines and columns from 1, in code points. */
  reveal(line: number, column = 1): void {
    const at = offset(this.#view.state, line, column);
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.#view.focus();
  }

  /** Writes the file in the pack's one style; a file that cannot be read stays as it is. */
  async format(): Promise<void> {
    const text = this.#view.state.doc.toString();
    const formatted = await this.#draft.clerk.send({ op: "format", path: this.path, text });
    if (this.#view.state.doc.toString() === text && formatted !== text) this.#draft.edit(this.path, formatted);
  }

  /** Which lines tests reached. */
  paint(lines: readonly Paint[]): void {
    this.#view.dispatch({ effects: paintRules.of(lines) });
  }

  destroy(): void {
    for (const off of this.#off) off();
    this.#view.destroy();
  }

  /** Takes in what somebody else made of the file, with the cursor where it was as far as can be. */
  #take(): void {
    const text = this.#draft.text(this.path) ?? "";
    const { state } = this.#view;
    if (state.doc.toString() === text) return;
    const before = state.doc.toString();
    let from = 0;
    while (from < before.length && from < text.length && before[from] === text[from]) from++;
    let back = 0;
    while (back < before.length - from && back < text.length - from && before[before.length - 1 - back] === text[text.length - 1 - back]) back++;
    this.#view.dispatch({ changes: { from, to: before.length - back, insert: text.slice(from, text.length - back) }, annotations: fromDraft.of(true) });
  }

  #mark(): void {
    const { state } = this.#view;
    const found = this.#draft.diagnostics.filter(({ file }) => file === this.path);
    this.#view.dispatch(setDiagnostics(state, found.map((one) => this.#markOf(state, one))));
    forceLinting(this.#view);
  }

  #markOf(state: EditorState, one: Diagnostic): Mark {
    const from = offset(state, one.line, one.column);
    const to = Math.max(from, offset(state, one.line, one.end_column ?? one.column + 1));
    const fix = one.meant;
    const actions: Action[] = fix === undefined ? [] : [{
      name: `${this.#say("fix")} ${fix}`,
      apply: (view, start, end) => { view.dispatch({ changes: { from: start, to: end, insert: fix } }); },
    }];
    return { from, to, severity: one.level, message: one.hint ? `${one.message}\n${one.hint}` : one.message, source: one.code, actions };
  }

  #complete(context: CompletionContext): CompletionResult | null {
    const word = wordAt(context.state.doc.lineAt(context.pos).text, context.pos - context.state.doc.lineAt(context.pos).from);
    const inside = expressionsIn(context.state.doc.toString(), this.path).some(({ from, to }) => from <= context.pos && context.pos <= to);
    if (!inside || word === null && !context.explicit) return null;
    const from = context.state.doc.lineAt(context.pos).from + (word?.from ?? context.pos - context.state.doc.lineAt(context.pos).from);
    return { from, validFor: /^[\w.]*$/, options: this.#draft.names.flatMap(optionOf) };
  }

  #help(view: EditorView, at: number) {
    const line = view.state.doc.lineAt(at);
    const word = wordAt(line.text, at - line.from, true);
    const known = word && this.#draft.names.find(({ name }) => name === word.text);
    if (!known) return null;
    return {
      pos: line.from + word.from,
      end: line.from + word.to,
      create: () => ({ dom: el("div", { class: "cm-help" }, el("strong", {}, known.name), ` ${known.type}`,
        known.of !== "" && el("div", {}, known.of), known.when !== "" && el("div", {}, known.when)) }),
    };
  }
}

function optionOf(known: Known): Completion[] {
  if (known.name.includes(" ")) return []; // columns of lists are completed inside predicates only
  const kind = known.type === "function" ? "function" : known.name.startsWith("settings.") ? "constant" : "variable";
  return [{ label: known.name, type: kind, detail: known.type, apply: known.type === "function" ? `${known.name}(` : known.name,
    ...(known.of === "" && known.when === "" ? {} : { info: [known.of, known.when].filter((text) => text !== "").join(" · ") }) }];
}

/** A place of the file as a position in the document; findings count code points, the document UTF-16 units. */
export function offset(state: EditorState, line: number, column: number): number {
  const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  let units = 0;
  let points = column - 1;
  for (const point of at.text) {
    if (points-- <= 0) break;
    units += point.length;
  }
  return at.from + units;
}

/** Expressions stand on a ground of their own, so that one sees where the rule language begins. */
const expressions = ViewPlugin.fromClass(class {
  decorations: DecorationSet;
  constructor(view: EditorView) {
    this.decorations = ground(view);
  }
  update(update: ViewUpdate): void {
    if (update.docChanged || update.viewportChanged) this.decorations = ground(update.view);
  }
}, { decorations: (plugin) => plugin.decorations });

function ground(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const mark = Decoration.mark({ class: "cm-expression" });
  for (const { from, to } of expressionsIn(view.state.doc.toString(), view.contentDOM.getAttribute("aria-label") ?? "")) {
    if (to > from) builder.add(from, to, mark);
  }
  return builder.finish();
}

const paint = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let out = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(paintRules)) continue;
      out = Decoration.set(effect.value.filter(({ line }) => line <= transaction.state.doc.lines)
        .sort((a, b) => a.line - b.line)
        .map(({ line, reached }) => Decoration.line({ class: reached ? "cm-reached" : "cm-unreached" }).range(transaction.state.doc.line(line).from)));
    }
    return out;
  },
  provide: (field) => EditorView.decorations.from(field),
});
