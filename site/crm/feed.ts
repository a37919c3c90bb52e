import type { Case, Decision } from "../engine/types.ts";
import { put, read } from "../widget/place.ts";
import type { Task } from "./customer.ts";

/**
 * What happened in a contact has to be put back into its case by whoever holds the case: the engine keeps nothing, and the panel
 * only tells. Here are the three such facts of a refund: whether the customer accepts it, that it was paid, that he was told.
 */

type Accepts = "yes" | "no";

/** What the talk tracks call an answer to the amount offered. */
const ACCEPTANCE: Partial<Record<string, Accepts>> = { accepts: "yes", refuses: "no", more: "no", insists: "no" };

/**
 * What a reply says of the refund on the table. Undefined while none is, and at a step that does not ask for it: only one that
 * lets the customer take the amount and also turn it down does; elsewhere the same words mean something else.
 */
export function acceptance(reply: string, decision: Decision | undefined): Accepts | undefined {
  if ((decision?.refund?.pay_fen ?? 0) <= 0) return undefined;
  const offered = new Set(decision?.scenario?.replies.map(({ id }) => ACCEPTANCE[id]));
  return offered.has("yes") && offered.has("no") ? ACCEPTANCE[reply] : undefined;
}

/** The tasks whose being done is a fact of the case, so that the next decision no longer calls for them. */
export function isFact(task: string): boolean {
  return task === "pay" || task === "tell_customer";
}

/** Writes into the case that a task was carried out. `pay` books what the decision has each line pay. */
export function carryOut(draft: Case, task: Task, decision: Decision | undefined, now: string): void {
  if (task.id === "tell_customer") put(draft, { field: "refund.told_at" }, now);
  if (task.id !== "pay") return;
  put(draft, { field: "refund.executed_at" }, now);
  task.booked = (decision?.refund?.lines ?? []).filter(({ pay_fen }) => pay_fen > 0).map(({ id, pay_fen }) => ({ line: id, fen: pay_fen }));
  for (const { line, fen } of task.booked) book(draft, line, fen);
}

/** Takes a wrong tick back out of the case. */
export function takeBack(draft: Case, task: Task): void {
  if (task.id === "tell_customer") put(draft, { field: "refund.told_at" }, null);
  if (task.id !== "pay") return;
  put(draft, { field: "refund.executed_at" }, null);
  for (const { line, fen } of task.booked ?? []) book(draft, line, -fen);
  task.booked = undefined;
}

function book(draft: Case, line: string, fen: number): void {
  const place = { field: "lines[].refunded_fen", line };
  const before = read(draft, place);
  put(draft, place, Math.max(0, (typeof before === "number" ? before : 0) + fen));
}

/**
 * The to-do list after a decision: what it calls for, in the order in which it came up, and what was done. What is no longer
 * called for and was not done is gone. An invalid case calls for nothing and withdraws nothing.
 */
export function mirror(tasks: readonly Task[], decision: Decision): Task[] {
  if (decision.status === "invalid") return [...tasks];
  const wanted = new Map((decision.tasks ?? []).map(({ id, due_at }) => [id, due_at ?? ""]));
  const kept: Task[] = [];
  for (const task of tasks) {
    const due = wanted.get(task.id);
    if (due === undefined) {
      if (task.done) kept.push({ ...task, settled: true });
    } else {
      // Paid, and yet there is something to pay again: that is a new task, and not the ticked one.
      kept.push(task.settled && isFact(task.id) ? fresh(task.id, due) : { ...task, due, settled: false });
    }
    wanted.delete(task.id);
  }
  for (const [id, due] of wanted) kept.push(fresh(id, due));
  return kept;
}

function fresh(id: string, due: string): Task {
  return { id, due, done: false, settled: false, booked: undefined };
}
