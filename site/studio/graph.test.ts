import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ANYTIME, graphOf, relabel, retarget, withReply, withStep } from "./graph.ts";

const TRACKS = new URL("../../core/packs/cn-telecom/scenarios/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, TRACKS), "utf8");
const TEXT = read("hall.wrong_bill_heated.yaml");

test("every track of the default pack is a graph in which every way leads somewhere", () => {
  const names = readdirSync(TRACKS);
  for (const name of names) {
    const text = read(name);
    const graph = graphOf(text);
    assert.ok(graph && graph.steps.length > 0 && graph.title !== "", name);
    const ids = new Set(graph.steps.map(({ id }) => id));
    assert.ok(ids.has(graph.start), `${name}: ${graph.start}`);
    for (const way of graph.ways) {
      assert.ok(ids.has(way.to), `${name}: ${way.from} to ${way.to}`);
      assert.equal(retarget(text, way, way.to), text, name);
      if (way.kind === "reply" || way.kind === "anytime") assert.equal(relabel(text, way, way.label), text, name);
    }
    for (const { id, kind } of graph.steps) if (kind === "call") assert.ok(names.includes(`${id.split("/")[0] ?? ""}.yaml`), `${name}: ${id}`);
  }
});

test("what a step says, asks and leads to", () => {
  const graph = graphOf(TEXT);
  assert.ok(graph);
  assert.equal(graph.start, "cool_down");
  const step = graph.steps.find(({ id }) => id === "higher");
  assert.ok(step);
  assert.deepEqual(step.ask, ["complaint.promised_at"]);
  assert.equal(TEXT.split("\n")[step.line - 1], "  higher:");
  assert.deepEqual(graph.ways.filter(({ from }) => from === "cool_down").map(({ id, to, label }) => [id, to, label]), [["calmer", "sum_up", "客户平静一些"], ["still", "stay_with", "仍然激动"]]);
  assert.deepEqual(graph.ways.filter(({ from }) => from === ANYTIME).map(({ to, kind }) => [to, kind]), [["common.asks_for_leader", "anytime"]]);
  assert.equal(graph.steps.find(({ id }) => id === "goodbye")?.end, "done");
  assert.equal(graph.ways.find(({ from, id }) => from === "verdict" && id === "2")?.when, "refund.pay_fen > 0");
});

test("a label, a target, a step and a reply are written, and nothing else", () => {
  const still = { from: "cool_down", kind: "reply", id: "still" } as const;
  assert.equal(relabel(TEXT, still, "还在生气, 很大声"), TEXT.replace("label: 仍然激动,", 'label: "还在生气, 很大声",'));
  assert.equal(retarget(TEXT, still, "sum_up"), TEXT.replace("gloss: still heated, to: stay_with", "gloss: still heated, to: sum_up"));
  assert.equal(retarget(TEXT, { from: "verdict", kind: "next", id: "5" }, "goodbye"), TEXT.replace("      - { to: explain }", "      - { to: goodbye }"));
  assert.equal(retarget(TEXT, { from: ANYTIME, kind: "anytime", id: "leader" }, "higher"), TEXT.replace("to: common.asks_for_leader", "to: higher"));
  assert.equal(relabel(TEXT, { from: "cool_down", kind: "reply", id: "no" }, "x"), undefined);

  const more = withStep(TEXT, "tea", { id: "bill.tea", text: "请喝茶。" });
  assert.equal(more, `${TEXT}  tea:\n    say:\n      - { id: bill.tea, text: "请喝茶。" }\n    end: done\n`);
  assert.equal(withStep(TEXT, "hold", { id: "x", text: "" }), undefined, "there is one");
  const led = withReply(more, "cool_down", { id: "thirsty", label: "口渴", to: "tea" });
  assert.equal(led, more.replace("      still:  { label: 仍然激动, gloss: still heated, to: stay_with }\n", (line) => `${line}      thirsty: { label: 口渴, to: tea }\n`));
  assert.equal(withReply(more, "tea", { id: "again", label: "再来", to: "tea" }), more.replace(/ {4}end: done\n$/, "    replies:\n      again: { label: 再来, to: tea }\n"));
  assert.equal(withReply(TEXT, "carry_out", { id: "on", label: "继续", to: "hold" }), TEXT.replace("      - { to: goodbye }\n  hold:", "      - { to: goodbye }\n    replies:\n      on: { label: 继续, to: hold }\n  hold:"));
  for (const text of [more, led]) assert.ok(graphOf(text));
});

test("comments between steps stay where they are", () => {
  const text = "title: x\nsteps:\n  # the first\n  a:\n    say: hello # said\n    next:\n      - { to: b } # on\n  # the last\n  b: { say: bye, end: done } # end\n# behind\n";
  assert.equal(withStep(text, "c", { id: "c.c", text: "c" }), text.replace("# end\n", '# end\n  c:\n    say:\n      - { id: c.c, text: "c" }\n    end: done\n'));
  assert.equal(withReply(text, "a", { id: "r", label: "R", to: "b" }), text.replace("# on\n", "# on\n    replies:\n      r: { label: R, to: b }\n"));
  assert.equal(graphOf("steps: [\n"), undefined);
});
