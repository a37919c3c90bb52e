import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { listing, packOf, withItem, withoutItem, withSetting } from "./packfile.ts";

const PACK = readFileSync(new URL("../../core/packs/cn-telecom/pack.yaml", import.meta.url), "utf8");

test("every setting of the default pack is read, and written as it is it changes nothing", () => {
  const { settings, lists } = packOf(PACK);
  assert.ok(settings.length > 50 && lists.length > 10);
  for (const { name, value, items, origin } of settings) {
    assert.equal(withSetting(PACK, name, items ?? value), PACK, name);
    assert.match(origin, /^(source|operator)$/, name);
  }
  const paid = settings.find(({ name }) => name === "refund.pay_within");
  assert.deepEqual({ ...paid, line: 0 }, { name: "refund.pay_within", value: "72h", items: undefined, kind: "duration", unit: "", origin: "operator", row: "REF-03", note: "the sources give no figure", line: 0 });
  assert.equal(PACK.split("\n")[(paid?.line ?? 0) - 1]?.trim().startsWith("refund.pay_within:"), true);
});

test("a setting changes in its one place", () => {
  const once = (from: string, to: string, made: string) => { assert.equal(made, PACK.replace(from, to)); assert.notEqual(made, PACK); };
  once("{ value: 72h, origin: operator, row: REF-03", "{ value: 48h, origin: operator, row: REF-03", withSetting(PACK, "refund.pay_within", "48h"));
  once("refund.line_ceiling:      { value: 100000000", "refund.line_ceiling:      { value: 5000", withSetting(PACK, "refund.line_ceiling", "5000"));
  once("[bill_item, call_record,", '[bill_item, "a, b", call_record,', withSetting(PACK, "refund.doubled", ["bill_item", "a, b", ...packOf(PACK).settings.find(({ name }) => name === "refund.doubled")?.items?.slice(1) ?? []]));
});

test("a text stays a text, whatever is typed", () => {
  const text = "settings:\n  # who\n  who: { value: 移动公司, origin: operator } # kept\n  open: { value: unsettled, origin: operator }\n";
  assert.equal(packOf(withSetting(text, "who", "a, b: c")).settings[0]?.value, "a, b: c");
  assert.equal(packOf(withSetting(text, "who", "12")).settings[0]?.kind, "text");
  assert.equal(withSetting(text, "open", "48h"), text.replace("unsettled", "48h"));
  assert.equal(withSetting(text, "absent", "1"), text);
});

test("values of lists come and go in the way the others are written", () => {
  const text = "lists:\n  a:\n    x: { label: 甲, gloss: one } # first\n    y: 乙\n  b: { p: 丙, q: 丁 }\n  c: [m, n]\nladder: [m]\n";
  assert.deepEqual(packOf(text).lists.map(({ name, items }) => [name, items.map(({ id, label }) => `${id}${label}`).join()]), [["a", "x甲,y乙"], ["b", "p丙,q丁"], ["c", "m,n"]]);
  assert.equal(withItem(text, "a", "z", "戊", "three"), text.replace("y: 乙\n", "y: 乙\n    z: { label: 戊, gloss: three }\n"));
  assert.equal(withItem(text, "b", "r", "己", ""), text.replace("q: 丁 }", "q: 丁, r: 己 }"));
  assert.equal(withItem(text, "c", "o", "", ""), text.replace("[m, n]", "[m, n, o]"));
  assert.equal(withoutItem(text, "a", "x"), text.replace("    x: { label: 甲, gloss: one } # first\n", ""));
  assert.equal(withoutItem(text, "b", "q"), text.replace(", q: 丁", ""));
  assert.equal(withoutItem(text, "b", "p"), text.replace("p: 丙, ", ""));
  assert.equal(withoutItem(text, "c", "m"), text.replace("[m, n]", "[n]"));
  assert.equal(withoutItem(text, "c", "zz"), undefined);
});

test("a new file is listed among those of its folder, and one that goes is not listed any more", () => {
  const more = listing(PACK, "tables/new.csv", true);
  assert.equal(more, PACK.replace("  - tables/hall.product.csv\n", "  - tables/hall.product.csv\n  - tables/new.csv\n"));
  assert.equal(listing(more, "tables/new.csv", false), PACK);
  assert.equal(listing(PACK, "tests/new.yaml", true), PACK);
});
