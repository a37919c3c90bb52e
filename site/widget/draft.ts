import type { Decision } from "../engine/types.ts";
import { el, icon, ICONS } from "./dom.ts";
import { say, type Lang } from "./strings.ts";

export type Warning = NonNullable<Decision["warnings"]>[number];

/** What of a warning's suggestion can be said as it stands. */
export type Instead = (warning: Warning) => string;

/** Words of a text that a warning means, in UTF-16 units. */
interface Mark {
  start: number;
  end: number;
  level: string;
  /** What can stand in their place as it is; "" if the suggestion is advice. */
  instead: string;
}

/** Typing is checked when the hand rests this long: an answer comes in a few milliseconds, but not after every key. */
const REST_MS = 180;

/**
 * What the agent is about to say or send, written here and marked as it is written. The marks lie in a copy of the text under a
 * transparent field, since a field cannot hold markup of its own; the words stay text in both.
 *
 * F2 selects the next marked words; pressed again it puts the suggestion in their place where that is something to say, else
 * it goes on to the next ones.
 */
export class DraftBox {
  readonly element: HTMLElement;
  readonly #field = el("textarea", { id: "draft", rows: 1, autocomplete: "off", spellcheck: "false", "data-focus": "draft", part: "draft-field", "aria-keyshortcuts": "F2" });
  readonly #copyOf = el("div", { class: "marks", "aria-hidden": "true" });
  readonly #label = el("label", { for: "draft", class: "draft-label" });
  readonly #copy: HTMLButtonElement;
  /** The text the marks belong to. */
  #marked = "";
  #marks: Mark[] = [];
  #instead: Instead = () => "";
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** F2 was pressed before the marks were there. */
  #going = false;
  readonly #decide: () => void;

  /** `wrote` is told at once what stands in the box, `rested` when it is time to decide by it. */
  constructor(on: { wrote(text: string): void; rested(): void; copy(text: string, button: HTMLElement): void }) {
    this.#copy = el("button", { type: "button", class: "quiet-button", "data-focus": "copy-draft", onclick: () => { on.copy(this.#field.value, this.#copy); } }, icon(ICONS.copy), el("span", {}));
    this.element = el("section", { class: "draft", part: "section draft" }, this.#label, el("div", { class: "sheet" }, this.#copyOf, this.#field), this.#copy);
    this.#decide = () => {
      clearTimeout(this.#resting);
      this.#resting = undefined;
      on.rested();
    };
    this.#field.addEventListener("input", () => {
      on.wrote(this.#field.value);
      this.#draw();
      clearTimeout(this.#resting);
      this.#resting = setTimeout(this.#decide, REST_MS);
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "F2" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#next();
    });
    this.#field.addEventListener("scroll", () => { this.#copyOf.scrollTop = this.#field.scrollTop; });
  }

  /** Shows `text`, unless that is what stands there already, and the marks of the warnings about it. */
  show(text: string, decided: string, warnings: readonly Warning[], instead: Instead, lang: Lang): void {
    this.#label.textContent = say("draft", lang);
    this.#field.placeholder = say("draft_hint", lang);
    const name = this.#copy.querySelector("span");
    if (name && !this.#copy.matches(":focus")) name.textContent = say("copy", lang);
    // A field written anew loses its caret and what the browser can undo.
    if (this.#field.value !== text) this.#field.value = text;
    this.#marked = decided;
    this.#instead = instead;
    this.#marks = marksOf(decided, warnings, instead);
    this.#draw();
    if (this.#going && this.#marked === this.#field.value) this.#next();
  }

  /** Selects the words of a warning. */
  select(warning: Warning): void {
    const [mark] = marksOf(this.#marked, [warning], this.#instead);
    if (!mark || this.#marked !== this.#field.value) return;
    this.#field.focus();
    this.#field.setSelectionRange(mark.start, mark.end);
  }

  /** Puts the suggestion in the place of the words; the browser's own undo takes it back. */
  replace(warning: Warning): void {
    const [mark] = marksOf(this.#marked, [warning], this.#instead);
    if (mark && this.#marked === this.#field.value) this.#put(mark);
  }

  #put({ start, end, instead }: Mark): void {
    this.#field.focus();
    this.#field.setSelectionRange(start, end);
    // The only way to write into a field that its undo knows of.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    if (document.execCommand("insertText", false, instead)) return;
    this.#field.setRangeText(instead, start, end, "end");
    this.#field.dispatchEvent(new Event("input"));
  }

  #next(): void {
    // What was typed a moment ago is not marked yet: asked at once, and gone to when it is.
    this.#going = this.#marked !== this.#field.value;
    if (this.#going) {
      this.#decide();
      return;
    }
    const { selectionStart: from, selectionEnd: to } = this.#field;
    const chosen = this.#marks.find(({ start, end, instead }) => start === from && end === to && instead !== "");
    if (chosen) {
      this.#put(chosen);
      return;
    }
    const next = this.#marks.find(({ start }) => start >= from && !(start === from && to > from)) ?? this.#marks[0];
    if (next) this.#field.setSelectionRange(next.start, next.end);
  }

  #draw(): void {
    const text = this.#field.value;
    let kept = 0;
    while (kept < text.length && text[kept] === this.#marked[kept]) kept++;
    // While the answer to the newest text is on its way, what stands before the change keeps its marks.
    const marks = text === this.#marked ? this.#marks : this.#marks.filter(({ end }) => end <= kept);
    const nodes: (Node | string)[] = [];
    let at = 0;
    for (const { start, end, level } of marks) {
      if (start < at) continue;
      nodes.push(text.slice(at, start), el("mark", { "data-level": level }, text.slice(start, end)));
      at = end;
    }
    // A last line break has a height only with something behind it.
    this.#copyOf.replaceChildren(...nodes, `${text.slice(at)}\u200b`);
    this.#copy.hidden = text === "";
  }
}

/** The marks in a text, from left to right; of two that begin together the longer one first. Spans count code points. */
export function marksOf(text: string, warnings: readonly Warning[], instead: Instead): Mark[] {
  const units: number[] = [0];
  for (const character of text) units.push((units[units.length - 1] ?? 0) + character.length);
  return warnings
    .filter(({ at }) => at === "draft")
    .flatMap((warning) => {
      const start = units[warning.span?.[0] ?? -1];
      const end = units[warning.span?.[1] ?? -1];
      return start === undefined || end === undefined || end <= start ? [] : [{ start, end, level: warning.level, instead: instead(warning) }];
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
}
