import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Words } from "../engine/index.ts";
import type { Case } from "../engine/types.ts";
import { fitted } from "./fit.ts";

suite("a sample for another pack", () => {
  const given = {
    now: "2026-11-22T10:00:00+08:00", zone: "counter", customer: { brand: "m_zone", form: "ms" },
    lines: [{ id: "L1", charged_fen: 100, category: "metering" }], facts: { offer_name: "x", n: 1 },
  } as unknown as Case;
  const words = (lists: Record<string, string[]>, facts: string[]): Words => ({
    title: "", ladder: [], labels: [],
    lists: Object.entries(lists).map(([name, values]) => ({ name, values: values.map((id) => ({ id, label: id, gloss: "" })) })),
    facts: facts.map((name) => ({ name, type: "int", nullable: false, list: "" })),
  });

  test("loses what the pack does not know, and nothing else", () => {
    const fit = fitted(given, words({ brand: ["gold"], form: ["ms"], category: ["other"], zone: [] }, ["n"]));
    assert.deepEqual(fit, { now: given.now, zone: "counter", customer: { brand: null, form: "ms" }, lines: [{ id: "L1", charged_fen: 100 }], facts: { n: 1 } });
    assert.equal((given.lines?.[0] as { category?: string }).category, "metering");
  });

  test("is left as it is by its own pack", () => {
    assert.deepEqual(fitted(given, words({ brand: ["m_zone"], form: ["ms"], category: ["metering"] }, ["n", "offer_name"])), given);
  });
});
