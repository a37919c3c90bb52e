import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Case, Decision } from "../engine/types.ts";
import { places } from "./place.ts";
import { sameTalk, Talk, type Saved } from "./talk.ts";

const base = (): Case => ({
  id: "C-1",
  now: "2026-11-22T10:00:00+08:00",
  lines: [{ id: "L1", charged_fen: 1500 }, { id: "L2", charged_fen: 20, consented_by: "owner" }],
  scenario: { counters: { offtopic: 1 } },
});

const at = (step: string, stack: string[] = []): Decision => ({
  status: "decided",
  scenario: { id: "hall.fee", title: "", step, stack, aim: "", say: [], held: [], ask: [], replies: [], end: false, title_gloss: "", aim_gloss: "" },
  trace: [],
  receipt: { engine: "sha256:", pack: "sha256:", case: "sha256:", decision: "sha256:" },
});

suite("talk", () => {
  test("before the first reply the host's case goes through untouched", () => {
    assert.deepEqual(new Talk(base()).request, base());
  });

  test("a reply is sent with the step and stack of the decision it answers", () => {
    const talk = new Talk(base());
    talk.reply(at("hello"), { id: "calmer", label: "", gloss: "", count: "" });
    assert.deepEqual(talk.request.scenario, { id: "hall.fee", step: "hello", stack: [], replies: ["calmer"], counters: { offtopic: 1 } });
    talk.reply(at("ask", ["hall.fee/hello"]), { id: "yes", label: "", gloss: "", count: "" });
    assert.deepEqual(talk.request.scenario, { id: "hall.fee", step: "ask", stack: ["hall.fee/hello"], replies: ["yes"], counters: { offtopic: 1 } });
  });

  test("a counted reply adds one each time, and undo takes it back", () => {
    const talk = new Talk(base());
    const sent = () => talk.request.scenario;
    const silence = { id: "silence", label: "", gloss: "", count: "silence" };
    talk.reply(at("hello"), silence);
    talk.reply(at("again"), silence);
    assert.deepEqual(sent()?.counters, { offtopic: 1, silence: 2 });
    talk.undo();
    assert.deepEqual(sent()?.counters, { offtopic: 1, silence: 1 });
    assert.equal(sent()?.step, "hello");
    talk.undo();
    assert.deepEqual(talk.request, base());
    assert.equal(talk.undo(), undefined);
  });

  test("answers are written into the case, in a line too, and the host's own case stays as it is", () => {
    const given = base();
    const talk = new Talk(given);
    talk.answer({ field: "customer.has_id" }, false);
    talk.answer({ field: "lines[].consented_by", line: "L1" }, "nobody");
    talk.answer({ field: "lines[].consented_by", line: "L9" }, "nobody");
    talk.answer({ field: "facts.callers" }, 3);
    assert.deepEqual(talk.request.customer, { has_id: false });
    assert.deepEqual(talk.request.lines?.map((line) => line.consented_by), ["nobody", "owner"]);
    assert.deepEqual(talk.request.facts, { callers: 3 });
    assert.deepEqual(given, base());
    talk.answer({ field: "customer.has_id" }, true);
    assert.equal(talk.moves.length, 4, "an answer replaces the one before");
    talk.answer({ field: "customer.has_id" }, undefined);
    assert.equal(talk.request.customer, undefined);
  });

  test("what the host changes itself wins over an older answer", () => {
    const talk = new Talk(base());
    talk.answer({ field: "lines[].consented_by", line: "L1" }, "nobody");
    talk.answer({ field: "customer.has_id" }, true);
    const next = base();
    (next.lines ?? [])[0] = { id: "L1", charged_fen: 1500, consented_by: "owner" };
    assert.ok(talk.goesOn(next));
    talk.update(next);
    assert.equal(talk.request.lines?.[0]?.consented_by, "owner");
    assert.deepEqual(talk.request.customer, { has_id: true });
  });

  test("another customer, matter or channel is another talk", () => {
    const talk = new Talk(base());
    assert.ok(talk.goesOn({ ...base(), now: "2026-11-22T11:00:00+08:00" }));
    assert.ok(!talk.goesOn({ ...base(), id: "C-2" }));
    assert.ok(!talk.goesOn({ ...base(), intent: "other" }));
    assert.ok(!talk.goesOn({ ...base(), channel: "outbound" }));
  });

  test("a field of the lines is asked in every line that lacks it", () => {
    assert.deepEqual(places(base(), "lines[].consented_by"), [{ field: "lines[].consented_by", line: "L1" }]);
    assert.deepEqual(places(base(), "customer.has_id"), [{ field: "customer.has_id" }]);
  });

  test("what is kept goes on with the same talk; what the host has put into its case since is the host's", () => {
    const talk = new Talk(base());
    talk.reply(at("hello"), { id: "calmer", label: "", gloss: "", count: "" });
    talk.answer({ field: "customer.has_id" }, true);
    talk.answer({ field: "lines[].consented_by", line: "L1" }, "nobody");
    talk.draft = "您好";
    const kept = JSON.parse(JSON.stringify(talk.saved)) as Saved;
    assert.ok(sameTalk(kept.of, base()));
    assert.deepEqual(Talk.from(base(), kept).request, talk.request);
    const told = Talk.from({ ...base(), customer: { has_id: false } }, kept).request;
    assert.deepEqual(told.customer, { has_id: false });
    assert.equal(told.lines?.[0]?.consented_by, "nobody");
  });

  test("the draft goes along until the host changes its own", () => {
    const talk = new Talk({ ...base(), draft: "甲" });
    assert.equal(talk.draft, "甲");
    talk.draft = "乙";
    assert.equal(talk.request.draft, "乙");
    talk.update({ ...base(), draft: "甲", now: "2026-11-22T11:00:00+08:00" });
    assert.equal(talk.draft, "乙");
    talk.update({ ...base(), draft: null });
    assert.equal(talk.draft, "");
    assert.equal(talk.request.draft, null);
  });
});
