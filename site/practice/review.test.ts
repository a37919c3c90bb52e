import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Decision } from "../engine/types.ts";
import { review, type Visit } from "./review.ts";

const visit = (more: Partial<Visit>): Visit => ({ aim: "说清结果", lines: ["这笔多收了，退给您 20元，11月24日10:00 前到账。"], said: [], looked: false, open: [], ...more });

suite("review", () => {
  test("who said it all, with the figures, has missed nothing", () => {
    assert.deepEqual(review([visit({ said: ["多收的双倍退您，20 元，", "11月24日 10:00 前到账"] })], undefined), []);
  });

  test("a figure that was left out, a look at the line, a step in silence, a question passed over", () => {
    assert.deepEqual(review([visit({ said: ["会退给您的"], looked: true }), visit({ aim: "核对", open: ["是否携带有效证件"] })], []), [
      { kind: "looked", aim: "说清结果" },
      { kind: "figure", aim: "说清结果", text: "20元" },
      { kind: "figure", aim: "说清结果", text: "11月24日10:00" },
      { kind: "silent", aim: "核对" },
      { kind: "question", aim: "核对", text: "是否携带有效证件" },
    ]);
  });

  test("a step without a line asks for no words", () => {
    assert.deepEqual(review([visit({ lines: [] })], undefined), []);
  });

  test("what the pack has against the words said, and not what it says elsewhere", () => {
    const warning = { code: "c", level: "fault", span: null, text: "系统问题", count: null, limit: null, message: "m", suggestion: "s", row: "" };
    assert.deepEqual(review([], [{ ...warning, at: "transcript[0].text" }, { ...warning, at: "complaint.state" }] as Decision["warnings"]), [{ kind: "wording", level: "fault", text: "系统问题", message: "m", suggestion: "s" }]);
  });
});
