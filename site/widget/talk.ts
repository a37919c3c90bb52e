import type { Case, Decision } from "../engine/types.ts";
import { put, read, type Place } from "./place.ts";

type At = Pick<NonNullable<Decision["scenario"]>, "id" | "step" | "stack">;
type Reply = NonNullable<Decision["scenario"]>["replies"][number];

/** What the agent did: took a reply of the customer, or filled in a field. */
export type Move =
  | { kind: "reply"; at: At; id: string; label: string; count: string | undefined }
  | { kind: "answer"; place: Place; value: unknown };

/** What makes two cases the same talk. */
const SAME = ["id", "intent", "channel", "scenario"] as const;

/** A talk as it is kept: which one, and what was done in it: enough to go on with it, and nothing of the host's own. */
export interface Saved {
  of: { [K in (typeof SAME)[number]]?: Case[K] | undefined };
  moves: readonly Move[];
  draft: string | undefined;
}

/**
 * One talk with one customer: the host's case, and the moves made since. The engine keeps nothing between decisions, so a
 * talk is the whole of the state and undoing a move is leaving it out.
 *
 * After a reply the case to decide starts at the step where the reply was given and carries that reply, also when it is decided
 * again because a bill line changed: the branch behind the reply is then chosen anew, by the facts of now.
 */
export class Talk {
  #base: Case;
  #moves: Move[] = [];
  #draft: string | undefined;

  constructor(base: Case) {
    this.#base = base;
  }

  /** Goes on with a talk that was saved. An answer the host has meanwhile put into its case is the host's now. */
  static from(base: Case, saved: Saved): Talk {
    const talk = new Talk(base);
    talk.#moves = saved.moves.filter((move) => move.kind === "reply" || read(base, move.place) === undefined);
    talk.#draft = saved.draft;
    return talk;
  }

  get saved(): Saved {
    const { id, intent, channel, scenario } = this.#base;
    return { of: { id, intent, channel, scenario }, moves: this.#moves, draft: this.#draft };
  }

  get base(): Case {
    return this.#base;
  }

  get moves(): readonly Move[] {
    return this.#moves;
  }

  /** What the agent is about to say or send: what he wrote, else what the host's case holds. */
  get draft(): string {
    return this.#draft ?? this.#base.draft ?? "";
  }

  set draft(text: string) {
    this.#draft = text === (this.#base.draft ?? "") ? undefined : text;
  }

  /** Takes the host's newer case of the same talk. What the host itself has changed is no longer overlaid by an older answer. */
  update(base: Case): void {
    const before = this.#base;
    this.#base = base;
    this.#moves = this.#moves.filter((move) => move.kind === "reply" || same(read(before, move.place), read(base, move.place)));
    if ((before.draft ?? "") !== (base.draft ?? "")) this.#draft = undefined;
  }

  /** Whether `next` goes on with this talk, or another customer, or another matter, has come up. */
  goesOn(next: Case): boolean {
    return sameTalk(this.#base, next);
  }

  reply(decision: Decision, reply: Reply): void {
    if (!decision.scenario) return;
    const { id, step, stack } = decision.scenario;
    this.#moves.push({ kind: "reply", at: { id, step, stack }, id: reply.id, label: reply.label, count: reply.count === "" ? undefined : reply.count });
  }

  /** Fills in a field; undefined takes an answer back. */
  answer(place: Place, value: unknown): void {
    this.#moves = this.#moves.filter((move) => move.kind === "reply" || !same(move.place, place));
    if (value !== undefined) this.#moves.push({ kind: "answer", place, value });
  }

  /** Takes the last move back. */
  undo(): Move | undefined {
    return this.#moves.pop();
  }

  /** The case to decide now. */
  get request(): Case {
    const request = structuredClone(this.#base);
    const counters: Record<string, number | null> = { ...request.scenario?.counters };
    let last: Extract<Move, { kind: "reply" }> | undefined;
    for (const move of this.#moves) {
      if (move.kind === "answer") {
        put(request, move.place, move.value);
        continue;
      }
      last = move;
      if (move.count) counters[move.count] = (counters[move.count] ?? 0) + 1;
    }
    if (this.#draft !== undefined) request.draft = this.#draft === "" ? null : this.#draft;
    if (last) request.scenario = { id: last.at.id, step: last.at.step, stack: last.at.stack, replies: [last.id], counters };
    return request;
  }
}

/** Whether two cases are of one customer and one matter. */
export function sameTalk(a: Saved["of"], b: Saved["of"]): boolean {
  return SAME.every((key) => same(a[key] ?? null, b[key] ?? null));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
