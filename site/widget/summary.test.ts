import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type { Case, Decision } from "../engine/types.ts";
import { summary } from "./summary.ts";
import { View, type Actions } from "./view.ts";

const given = (name: string) => JSON.parse(readFileSync(new URL(`../testdata/decisions/${name}.json`, import.meta.url), "utf8")) as { case: Case; decision: Decision };
const act = {} as Actions;

suite("summary", () => {
  test("the amount with its derivation, means, deadline and receipt", () => {
    const { case: request, decision } = given("payable");
    const text = summary(new View(request, decision, undefined, [], "zh-CN", act));
    assert.match(text, /^话术：账单有误，客户情绪激动$/m);
    assert.match(text, /^上网流量费：\(已收 15\.00 − 应收 5\.00\) × 2 = 20\.00 \(可退\)$/m);
    assert.match(text, /^现退：20\.00 元 · 可退$/m);
    assert.match(text, /^期限：11月24日 10:00$/m);
    assert.match(text, new RegExp(`^decision ${decision.receipt.decision}$`, "m"));
    const english = summary(new View(request, decision, undefined, [], "en", act));
    assert.match(english, /^To pay now: ¥20\.00 · payable$/m);
  });

  test("nobody is in it", () => {
    const { case: request, decision } = given("payable");
    const { scenario } = decision;
    if (!scenario) throw new Error("no scenario");
    scenario.say = ["王女士，您的 13812345678 已查实，我的工号是 8812。", "身份证 11010519491231002X，卡号 6222 0200 0000 0000 123，住西湖路 7 号，退 20元。"]
      .map((text, i) => ({ id: String(i), text, gloss: "", tags: [], row: "" }));
    const words = { title: "", lists: [], ladder: [], labels: [], facts: [{ name: "address", type: "text", nullable: true, list: "" }] };
    const persons: Case = { ...request, id: "C-100187", customer: { surname: "王", form: "ms" }, agent: { id: "8812" }, promises: [{ by: "70021" }], facts: { address: "西湖路 7 号" } };
    for (const lang of ["zh-CN", "en"] as const) {
      const text = summary(new View(persons, decision, words, [], lang, act)).split("\nengine ")[0] ?? "";
      for (const of of ["王", "13812345678", "8812", "11010519491231002", "6222", "C-100187", "70021", "西湖路"]) assert.ok(!text.includes(of), `${of} in ${text}`);
      assert.ok(text.includes("20元") && text.includes("15.00"), "amounts stay");
    }
  });

  test("an amount that happens to hold a staff number stays whole", () => {
    const { case: request, decision } = given("payable");
    if (!decision.scenario) throw new Error("no scenario");
    decision.scenario.say = [{ id: "a", text: "共 18812.00 元，其中 8812.50 元", gloss: "", tags: [], row: "" }];
    assert.match(summary(new View({ ...request, agent: { id: "8812" } }, decision, undefined, [], "zh-CN", act)), /共 18812\.00 元，其中 8812\.50 元/);
  });
});
