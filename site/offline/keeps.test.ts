import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { files, kept, withKept } from "./keeps.ts";

const worker = withKept("https://crm.example/static/koujing/koujing-offline.js", ["/desk?x=1", "/v1/packs/cn-telecom", "https://elsewhere.example/a.js"]);

suite("offline", () => {
  test("the panel's own files beside the worker, and those listed, from this origin only", () => {
    assert.deepEqual(files(worker), ["koujing.js", "koujing-worker.js", "koujing.wasm"].map((name) => `https://crm.example/static/koujing/${name}`).concat("https://crm.example/desk?x=1", "https://crm.example/v1/packs/cn-telecom"));
  });

  for (const [address, is] of [
    ["https://crm.example/static/koujing/koujing.wasm", true],
    ["https://crm.example/static/koujing/koujing-frame.html#x", true],
    ["https://crm.example/desk?x=1", true],
    ["https://crm.example/v1/packs/cn-telecom", true],
    ["https://crm.example/desk", false],
    ["https://crm.example/v1/decide", false],
    ["https://crm.example/customers/1001", false],
    ["https://crm.example/static/koujing/koujing.js?customer=1", false],
    ["https://crm.example/static/koujing/deep/koujing.js", false],
    ["https://crm.example/koujing.js", false],
    ["https://elsewhere.example/a.js", false],
  ] as const) test(`${is ? "keeps" : "leaves"} ${address}`, () => { assert.equal(kept(worker, address), is); });
});
