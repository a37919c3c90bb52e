import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision } from "../engine/types.ts";
import { packSources } from "../tests/guests.ts";
import type { Draft } from "./draft.ts";
import { Labels } from "./labels.ts";

test("what a case and a decision have by id is called by its name, in both languages as far as there is a gloss", async () => {
  const files = await packSources();
  const draft = { paths: Object.keys(files).sort(), text: (path: string) => files[path] } as unknown as Draft;
  const [zh, en] = [new Labels(draft, "zh-CN"), new Labels(draft, "en")];
  assert.deepEqual(zh.intent("fee_not_ordered"), { text: "未订购却被收费", id: "fee_not_ordered" });
  assert.deepEqual(en.intent("fee_not_ordered"), { text: "Charged for something not ordered", id: "fee_not_ordered" });
  assert.deepEqual(zh.intent("no.such"), { text: "no.such", id: "" });
  assert.deepEqual([zh.field("customer.has_id"), en.field("customer.has_id")], [{ text: "是否携带有效证件", id: "customer.has_id" }, { text: "identity document at hand", id: "customer.has_id" }]);
  assert.deepEqual(zh.field("lines[0].charged_fen"), { text: "lines[0].charged_fen", id: "" });
  assert.deepEqual([zh.value("customer.emotion", "heated"), en.value("customer.emotion", "heated")].map(({ text }) => text), ["激动", "heated"]);
  assert.deepEqual(zh.value("lines[2].category", "metering"), { text: zh.listed("category", "metering")?.text, id: "metering" });
  assert.notEqual(zh.value("lines[2].category", "metering").text, "metering");
  const decision = {
    status: "blocked", gates: [{ id: "abroad", blocks: "booking", reason: "", row: "" }], tasks: [{ id: "pay", due_at: "2026-11-24T10:00:00+08:00", row: "" }],
    scenario: { id: "t", title: "题", title_gloss: "", step: "s", stack: [], aim: "目的", aim_gloss: "aim", say: [{ id: "a", text: "好", gloss: "fine", tags: [], row: "" }], held: [], ask: [], replies: [{ id: "r", label: "答", gloss: "answer", count: "" }], end: false },
    results: { "count.tea": { cups: 2, kind: "", of: [""] } }, trace: [],
  } as unknown as Decision;
  const parts = (labels: Labels, path: string) => labels.part(decision, path)?.map(({ text, id }) => `${text}|${id}`).join("; ");
  assert.equal(parts(zh, "status"), "拦住了|blocked");
  assert.equal(parts(zh, "gates"), "客户在境外，接听要付费|abroad");
  assert.equal(parts(zh, "tasks"), `${zh.listed("task", "pay")?.text ?? ""} 2026-11-24 10:00|pay`);
  assert.equal(parts(en, "scenario.title"), "题|t", "without a gloss the pack's own words");
  assert.equal(parts(en, "scenario.step"), "aim|s");
  assert.deepEqual([parts(zh, "scenario.say"), parts(en, "scenario.say")], ["好|", "好|fine"]);
  assert.equal(parts(en, "scenario.replies"), "answer|r");
  assert.equal(parts(zh, "results"), "cups 2|count.tea");
  assert.equal(zh.part(decision, "refund.pay_fen"), undefined);
});
