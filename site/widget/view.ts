import type { Words } from "../engine/index.ts";
import type { Case, Decision } from "../engine/types.ts";
import type { Warning } from "./draft.ts";
import type { Place } from "./place.ts";
import { codes, named, say, type ChromeKey, type Lang, type NameGroup } from "./strings.ts";
import type { Move } from "./talk.ts";

export type Scenario = NonNullable<Decision["scenario"]>;
export type Refund = NonNullable<Decision["refund"]>;

/** What an agent can do in the panel. */
export interface Actions {
  reply(reply: Scenario["replies"][number]): void;
  answer(place: Place, value: unknown): void;
  /** Goes to the words of the draft that a warning means, or puts its suggestion in their place. */
  select(warning: Warning): void;
  replace(warning: Warning): void;
  undo(): void;
  restart(): void;
  copy(text: string, button: HTMLElement): void;
  retry(): void;
}

/** All that a section draws from. A section is a function of it and is drawn anew only when what it reads has changed. */
export class View {
  constructor(
    /** The case that was decided, with the talk's moves in it. */
    readonly request: Case,
    readonly decision: Decision,
    readonly words: Words | undefined,
    readonly moves: readonly Move[],
    readonly lang: Lang,
    readonly act: Actions,
    /** The agent wanted to go on while a question was open on which the step depends. */
    readonly unanswered = false,
  ) {}

  say(key: ChromeKey): string {
    return say(key, this.lang);
  }

  named(group: NameGroup, code: string): string {
    return named(group, code, this.lang);
  }

  /** In English the gloss, where the pack has one. */
  prefer(label: string, gloss: string | undefined): string {
    return this.lang === "en" && gloss ? gloss : label;
  }

  /** What a line is marked with. A mark that neither the pack's list `tag` nor the panel has a name for is not for the agent: "". */
  tagName(tag: string): string {
    const listed = this.words?.lists.find(({ name }) => name === "tag")?.values.find(({ id }) => id === tag);
    if (listed) return this.prefer(listed.label, listed.gloss);
    return codes("tag").includes(tag) ? this.named("tag", tag) : "";
  }

  /**
   * What can be put in the place of a warning's words: an amount the engine gives, or a suggestion that the pack's list
   * `say_instead` has among its labels. Any other suggestion is advice for the agent, and this is "".
   */
  instead({ suggestion }: Warning): string {
    if (/^\d+(\.\d+)?元$/.test(suggestion)) return suggestion;
    const said = this.words?.lists.find(({ name }) => name === "say_instead")?.values ?? [];
    return said.some(({ label }) => label === suggestion) ? suggestion : "";
  }

  /** What the pack calls a field, else the panel's guess. */
  fieldName(field: string): string {
    const label = this.words?.labels.find((known) => known.field === field);
    if (label) return this.prefer(label.label, label.gloss);
    return field;
  }
}

/** A section of the panel. */
export interface Section {
  name: string;
  /** What it draws from, as plain data: while it stays the same, what is drawn stays. */
  reads(view: View): unknown;
  /** Empty: the section is not shown. */
  draw(view: View): Node[];
}
