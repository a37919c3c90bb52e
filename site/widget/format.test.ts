import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fen, money, moved, span, when, wrongWith, yuan } from "./format.ts";

const now = "2026-11-22T10:00:00+08:00";

suite("format", () => {
  test("money is grouped and never rounded", () => {
    assert.deepEqual([0, 2, 1990, 197280, 100000000000, -500].map(yuan), ["0.00", "0.02", "19.90", "1,972.80", "1,000,000,000.00", "−5.00"]);
    assert.equal(money(2000, "zh-CN"), "20.00 元");
    assert.equal(money(-500, "en"), "−¥5.00");
  });

  test("typed amounts become fen exactly", () => {
    for (const [text, value] of [["19.90", 1990], ["0.07", 7], ["1,972.8", 197280], ["5", 500], [" ¥3.5元 ", 350], ["8.", 800], ["1.005", undefined], ["-1", undefined], ["", undefined], ["abc", undefined], ["５．００", 500], ["１９。９", 1990], ["￥３,２００", 320000], ["1e3", undefined], ["5.555", undefined]] as const) {
      assert.equal(fen(text), value, text);
    }
    for (let i = 0; i < 100000; i += 37) assert.equal(fen(yuan(i)), i);
  });

  test("what is no amount is told why", () => {
    for (const [text, why] of [["-3", "negative"], ["－３", "negative"], ["5.555", "decimals"], ["1e3", "form"], ["12x", "form"], ["1.2.3", "form"], [" ", "empty"], ["12345678901", "large"]] as const) {
      assert.equal(wrongWith(text), why, text);
    }
  });

  test("times leave out what goes without saying", () => {
    assert.equal(when("2026-11-22T18:30:00+08:00", now, "zh-CN"), "今天 18:30");
    assert.equal(when("2026-11-24T10:00:00+08:00", now, "zh-CN"), "11月24日 10:00");
    assert.equal(when("2027-01-02T09:05:00+08:00", now, "en"), "2 Jan 2027 09:05");
    assert.equal(when("whenever", now, "en"), "whenever");
  });

  test("spans are said in two units", () => {
    const zh = (seconds: number) => span(seconds, "zh-CN");
    assert.equal(zh(12000), "3 小时 20 分");
    assert.equal(zh(-3600), "1 小时");
    assert.equal(zh(172800), "48 小时");
    assert.equal(zh(259200), "3 天");
    assert.equal(zh(100000), "27 小时 46 分");
    assert.equal(zh(273600), "3 天 4 小时");
    assert.equal(zh(45), "45 秒");
    assert.equal(zh(0), "0 分");
    assert.equal(span(90, "en"), "1 min");
  });

  test("the clock is moved in its own offset, over the end of a year too", () => {
    assert.equal(moved(now, 3600), "2026-11-22T11:00:00+08:00");
    assert.equal(moved("2026-12-31T23:30:00-05:30", 3600), "2027-01-01T00:30:00-05:30");
    assert.equal(moved("2026-11-22T10:00:00Z", -60), "2026-11-22T09:59:00Z");
  });
});
