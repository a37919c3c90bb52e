import type { Case } from "../engine/types.ts";
import { sameTalk, Talk, type Move, type Saved } from "./talk.ts";

/** So many customers' talks are remembered; the one not looked at for longest goes first. */
const KEPT = 32;

/**
 * Talks by the id of their case: an agent who turns to another customer and back goes on where he was. With a `name` they also
 * outlive a reload, in the tab's own storage, which ends with the tab.
 */
export class Talks {
  readonly #talks = new Map<string, Talk>();
  #name: string | undefined;
  /** What a page before this one left, until it is asked for. */
  #left: Saved[] = [];

  /** Where unfinished talks are kept; undefined: only as long as the page. */
  set name(name: string | undefined) {
    if (name === this.#name) return;
    this.#name = name;
    this.#left = this.#load();
    this.save();
  }

  /** The talk that `next` goes on with, `now` being the one at hand, or a new one. */
  of(next: Case, now: Talk | undefined): Talk {
    const known = now?.goesOn(next) ? now : this.#talks.get(next.id ?? "");
    if (known?.goesOn(next)) {
      known.update(next);
      return this.keep(known);
    }
    const left = this.#left.find(({ of }) => sameTalk(of, next));
    return this.keep(left ? Talk.from(next, left) : new Talk(next));
  }

  /** Remembers a talk, as the last one looked at. */
  keep(talk: Talk): Talk {
    const id = talk.base.id ?? "";
    if (id === "") return talk;
    this.#talks.delete(id);
    this.#talks.set(id, talk);
    this.#left = this.#left.filter(({ of }) => of.id !== id);
    const oldest = this.#talks.keys().next();
    if (this.#talks.size > KEPT && !oldest.done) this.#talks.delete(oldest.value);
    this.save();
    return talk;
  }

  /** Writes what is unfinished down, where the host wants that. */
  save(): void {
    if (this.#name === undefined) return;
    const begun = [...this.#talks.values()].map(({ saved }) => saved).filter(({ moves, draft }) => moves.length > 0 || draft !== undefined);
    try {
      sessionStorage.setItem(this.#name, JSON.stringify([...this.#left, ...begun].slice(-KEPT)));
    } catch {
      // A page without storage, or with a full one: the talks live as long as the page.
    }
  }

  #load(): Saved[] {
    if (this.#name === undefined) return [];
    try {
      const found: unknown = JSON.parse(sessionStorage.getItem(this.#name) ?? "[]");
      return Array.isArray(found) ? found.filter(isSaved) : [];
    } catch {
      return [];
    }
  }
}

/** Storage is shared with the whole origin: what another script wrote there is none of ours. */
function isSaved(given: unknown): given is Saved {
  const { of, moves, draft } = given as Partial<Saved>;
  return typeof of === "object" && !!(of as object | null) && Array.isArray(moves) && (draft === undefined || typeof draft === "string") && (moves as readonly Move[]).every((move) =>
    move.kind === "answer" ? typeof move.place.field === "string" : typeof move.at.id === "string" && typeof move.id === "string");
}
