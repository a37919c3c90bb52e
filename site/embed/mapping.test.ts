import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { readConfig } from "./config.ts";
import { inOffset, mapCase, type Mapping } from "./mapping.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`testdata/${name}.json`, import.meta.url), "utf8")) as Record<string, unknown>;
const NOW = "2026-11-22T10:00:00+08:00";
const map = (mapping: Mapping, source: unknown) => mapCase(mapping, source, NOW);

suite("mapping", () => {
  test("a conversation of Chatwoot becomes a case, its bill in fen and its times in the clock's offset", () => {
    const { case: made, problems } = map(read("mapping") as unknown as Mapping, read("chatwoot").data);
    assert.deepEqual(problems, []);
    assert.deepEqual(made, {
      now: NOW, intent: "wrong_bill", channel: "hotline", customer: { form: "ms" },
      lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
    });
  });

  test("fields of Zendesk have dots in their names; entries of a list can be named one by one", () => {
    const mapping: Mapping = {
      id: { from: '["ticket.id"]', type: "text" },
      intent: '["ticket.customField:custom_field_360042"]',
      "lines[0].id": "=L1",
      "lines[0].charged_fen": { from: '["ticket.customField:custom_field_360043"]', type: "yuan" },
      "lines[0].verification": { from: '["ticket.customField:custom_field_360045"]', map: { checked_wrong: "confirmed", checked_right: "refuted" } },
    };
    assert.deepEqual(map(mapping, read("zendesk")).case, { now: NOW, id: "2024", intent: "wrong_bill", lines: [{ id: "L1", charged_fen: 1500, verification: "confirmed" }] });
  });

  for (const [name, rule, value, is, code] of [
    ["yuan as typed", { from: "v", type: "yuan" }, "1,972.80 元", 197280, undefined],
    ["yuan as a number", { from: "v", type: "yuan" }, 19.9, 1990, undefined],
    ["three decimals are no amount", { from: "v", type: "yuan" }, "1.005", undefined, "not_amount"],
    ["a negative amount is none", { from: "v", type: "yuan" }, "-1", undefined, "not_amount"],
    ["fen are whole", { from: "v", type: "fen" }, "1.5", undefined, "not_int"],
    ["a number as a text", { from: "v", type: "text" }, 12, "12", undefined],
    ["an object is no text", { from: "v", type: "text" }, {}, undefined, "not_text"],
    ["yes and no in several spellings", { from: "v", type: "bool" }, "1", true, undefined],
    ["perhaps is neither", { from: "v", type: "bool" }, "perhaps", undefined, "not_bool"],
    ["seconds since 1970", { from: "v", type: "time" }, 1795312800, "2026-11-22T10:00:00+08:00", undefined],
    ["another offset", { from: "v", type: "time" }, "2026-11-22T02:00:00.5Z", "2026-11-22T10:00:00+08:00", undefined],
    ["a time without an offset is none", { from: "v", type: "time" }, "2026-11-22T10:00:00", undefined, "not_time"],
    ["a value that is not listed", { from: "v", map: { a: "b" } }, "c", undefined, "not_listed"],
    ["a value that is not listed, with a way out", { from: "v", map: { a: "b" }, else: "z" }, "c", "z", undefined],
    ["names of every object are not listed", { from: "v", map: { a: "b" } }, "constructor", undefined, "not_listed"],
    ["the first place that has something", { from: ["gone", "v"] }, "x", "x", undefined],
    ["a surname", { from: "v", take: 1 }, "𠮷田", "𠮷", undefined],
    ["a place of every object is none", { from: "constructor" }, "x", undefined, undefined],
  ] as const) {
    test(name, () => {
      const { case: made, problems } = map({ f: rule }, { v: value });
      assert.equal(made.f, is);
      assert.deepEqual(problems.map((problem) => problem.code), code === undefined ? [] : [code]);
    });
  }

  test("a path into a value, and a list that is none, are told and change nothing", () => {
    const { case: made, problems } = map({ a: "=x", "a.b": "=y", l: { each: "v", item: {} } }, { v: "text" });
    assert.deepEqual(made, { now: NOW, a: "x" });
    assert.deepEqual(problems.map(({ field, code }) => [field, code]), [["a.b", "bad_path"], ["l", "not_list"]]);
  });

  test("nothing reaches what all objects have in common", () => {
    for (const path of ["__proto__.polluted", "constructor.prototype.polluted"]) map({ [path]: "=yes" }, {});
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test("times in an offset", () => {
    assert.equal(inOffset(Date.UTC(2026, 10, 22, 2), "+08:00"), "2026-11-22T10:00:00+08:00");
    assert.equal(inOffset(Date.UTC(2026, 10, 22, 2), "-03:30"), "2026-11-21T22:30:00-03:30");
    assert.equal(inOffset(Date.UTC(2026, 10, 22, 2), "Z"), "2026-11-22T02:00:00Z");
  });
});

suite("configuration", () => {
  for (const [name, given, wrong] of [
    ["no object", [], /an object/],
    ["a misspelt field", { orgins: [] }, /orgins/],
    ["any origin", { origins: ["*"] }, /origins\[0\]/],
    ["an origin with a path", { origins: ["https://crm.example/"] }, /origins\[0\]/],
    ["another protocol", { protocol: "smoke" }, /protocol/],
    ["a private key", { keys: [{ kty: "EC", crv: "P-256", kid: "1", x: "a", y: "b", d: "secret" }] }, /private/],
    ["a key of another kind", { keys: [{ kty: "RSA", kid: "1" }] }, /keys\[0\]/],
    ["signatures where there are none", { protocol: "chatwoot", keys: [{ kty: "EC", crv: "P-256", kid: "1" }] }, /sign/],
    ["an attribute that starts something", { panel: { worker: "x.js" } }, /panel\.worker/],
  ] as const) test(`${name} is refused`, () => { assert.throws(() => readConfig(given), wrong); });

  test("an empty one hears nobody", () => {
    assert.deepEqual(readConfig({}), { protocol: "koujing", origins: [], keys: [], pack: undefined, mapping: {}, offset: "+08:00", panel: {} });
  });
});
