import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { marksOf, type Warning } from "./draft.ts";

const warning = (span: [number, number] | null, more: Partial<Warning> = {}): Warning => ({
  code: "c", level: "fault", at: "draft", span, text: "", count: null, limit: null, message: "", suggestion: "", row: "", ...more,
});

suite("draft", () => {
  test("spans count code points; a field counts UTF-16 units", () => {
    const text = "😀咱们😀";
    const [mark] = marksOf(text, [warning([1, 3])], () => "我们");
    assert.equal(text.slice(mark?.start, mark?.end), "咱们");
    assert.equal(mark?.instead, "我们");
  });

  test("left to right, the longer first; what is elsewhere, empty or beyond the text is no mark", () => {
    const given = [warning([2, 3]), warning([0, 1]), warning([0, 2]), warning(null), warning([1, 1]), warning([3, 9]), warning([0, 1], { at: "transcript[0].text" })];
    assert.deepEqual(marksOf("abcd", given, () => "").map(({ start, end }) => [start, end]), [[0, 2], [0, 1], [2, 3]]);
  });
});
