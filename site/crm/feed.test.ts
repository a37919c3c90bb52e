import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Case, Decision } from "../engine/types.ts";
import type { Task } from "./customer.ts";
import { acceptance, carryOut, mirror, takeBack } from "./feed.ts";

const returned = (of: Case) => of.lines?.map(({ refunded_fen }) => refunded_fen);
const NOW = "2026-11-22T10:00:00+08:00";

function decided(pay: Record<string, number>, tasks: string[] = [], status: Decision["status"] = "decided", replies = ["accepts", "refuses", "listening"]): Decision {
  const lines = Object.entries(pay).map(([id, pay_fen]) => ({ id, pay_fen }));
  const pay_fen = lines.reduce((sum, line) => sum + line.pay_fen, 0);
  return { status, refund: { lines, pay_fen }, scenario: { replies: replies.map((id) => ({ id })) }, tasks: tasks.map((id) => ({ id, due_at: null, row: "" })) } as unknown as Decision;
}

function task(id: string): Task {
  return { id, due: "", done: false, settled: false, booked: undefined };
}

suite("what goes back into the case", () => {
  test("an answer counts only while an amount is offered", () => {
    assert.equal(acceptance("accepts", decided({ L1: 2000 })), "yes");
    assert.equal(acceptance("refuses", decided({ L1: 2000 })), "no");
    assert.equal(acceptance("refuses", decided({})), undefined);
    assert.equal(acceptance("refuses", undefined), undefined);
    assert.equal(acceptance("listening", decided({ L1: 2000 })), undefined);
  });

  test("at a step that does not ask for it, the same words say nothing of the refund", () => {
    assert.equal(acceptance("refuses", decided({ L1: 2000 }, [], "decided", ["agrees", "refuses"])), undefined, "the customer at the counter lets nobody in between");
    assert.equal(acceptance("accepts", decided({ L1: 2000 }, [], "decided", ["accepts"])), undefined);
  });

  test("paying books each line by what it pays, beside what was returned before; a wrong tick is taken back whole", () => {
    const draft = { now: NOW, lines: [{ id: "L1", charged_fen: 1500, refunded_fen: 300 }, { id: "L2", charged_fen: 900 }, { id: "L3", charged_fen: 5 }] } as Case;
    const pay = task("pay");
    carryOut(draft, pay, decided({ L1: 1700, L2: 400, L3: 0 }), NOW);
    assert.deepEqual(returned(draft), [2000, 400, undefined]);
    assert.equal(draft.refund?.executed_at, NOW);
    takeBack(draft, pay);
    assert.deepEqual(returned(draft), [300, 0, undefined]);
    assert.equal(draft.refund.executed_at, null);
  });

  test("telling the customer is a time of the case; another task is none of its business", () => {
    const draft = { now: NOW } as Case;
    carryOut(draft, task("record"), decided({ L1: 5 }), NOW);
    assert.deepEqual(draft, { now: NOW });
    carryOut(draft, task("tell_customer"), undefined, NOW);
    assert.equal(draft.refund?.told_at, NOW);
  });
});

suite("the to-do list", () => {
  const ids = (tasks: readonly Task[]) => tasks.map(({ id, done }) => (done ? `${id}*` : id));

  test("follows the decision: withdrawn tasks go, done ones stay done", () => {
    let tasks = mirror([], decided({}, ["verify", "record"]));
    assert.deepEqual(ids(tasks), ["verify", "record"]);
    (tasks[1] as Task).done = true;
    tasks = mirror(tasks, decided({}, ["pay"]));
    assert.deepEqual(ids(tasks), ["record*", "pay"]);
    tasks = mirror(tasks, decided({}, ["record", "pay"]));
    assert.deepEqual(ids(tasks), ["record*", "pay"]);
    assert.deepEqual(ids(mirror(tasks, decided({}, [], "invalid"))), ["record*", "pay"]);
  });

  test("what is to be paid again after a payment is a new task", () => {
    let tasks = mirror([], decided({}, ["pay"]));
    (tasks[0] as Task).done = true;
    tasks = mirror(tasks, decided({}));
    assert.deepEqual(ids(tasks), ["pay*"]);
    assert.deepEqual(ids(mirror(tasks, decided({}, ["pay"]))), ["pay"]);
  });
});
