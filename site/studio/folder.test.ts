import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sources } from "../engine/runner.ts";
import { fromZip, isPackPath, keep, packIn, toZip, type Home } from "./folder.ts";
import type { Edit } from "./protocol.ts";

const BASE: Sources = { "pack.yaml": "id: x\n", "rules/a.yaml": "decision: a\nrules:\n  - id: one\n    then: { x: 1 }\n  - id: two\n    then: { x: 2 }\n", "tables/t.csv": "# hit: first\nid,=> x\na,1\n" };

class Memory implements Home {
  readonly name = "memory";
  readonly wrote: Edit[] = [];
  constructor(readonly files: Sources) {}
  read(): Promise<Sources> {
    return Promise.resolve({ ...this.files });
  }
  write(edit: Edit): Promise<void> {
    this.wrote.push(edit);
    return Promise.resolve();
  }
}

test("only what changed is written, and what is gone is taken away", async () => {
  const home = new Memory(BASE);
  const kept = await keep(home, BASE, { "rules/a.yaml": BASE["rules/a.yaml"] ?? "", "pack.yaml": "id: y\n", "rules/b.yaml": "decision: b\n" });
  assert.deepEqual(home.wrote, [{ "pack.yaml": "id: y\n", "tables/t.csv": null, "rules/b.yaml": "decision: b\n" }]);
  assert.deepEqual(kept.written, ["pack.yaml", "rules/b.yaml", "tables/t.csv"]);
  const none = new Memory(BASE);
  assert.deepEqual((await keep(none, BASE, BASE)).written, []);
  assert.deepEqual(none.wrote, []);
});

test("an edit made in the folder meanwhile is kept, and one of the same rule stops the save", async () => {
  const rules = BASE["rules/a.yaml"] ?? "";
  const theirs = { ...BASE, "rules/a.yaml": rules.replace("x: 2", "x: 3") };
  const home = new Memory(theirs);
  const kept = await keep(home, BASE, { ...BASE, "rules/a.yaml": rules.replace("x: 1", "x: 9") });
  assert.deepEqual(home.wrote, [{ "rules/a.yaml": rules.replace("x: 1", "x: 9").replace("x: 2", "x: 3") }]);
  assert.deepEqual(kept.taken, ["rules/a.yaml"]);
  const clash = new Memory(theirs);
  const refused = await keep(clash, BASE, { ...BASE, "rules/a.yaml": rules.replace("x: 2", "x: 4") });
  assert.deepEqual([refused.written, refused.conflicts.map(({ path }) => path), clash.wrote], [[], ["rules/a.yaml"], []]);
});

test("a zip there and back, in whatever folder the pack lies", () => {
  assert.deepEqual(fromZip(toZip(BASE, "my-pack")), BASE);
  assert.deepEqual(toZip(BASE, "p"), toZip(Object.fromEntries(Object.entries(BASE).reverse()), "p"));
  assert.deepEqual(packIn({ "a/b/pack.yaml": "1", "a/b/rules/x.yaml": "2", "a/other.yaml": "3", "a/b/rules/deep/x.yaml": "4" }), { "pack.yaml": "1", "rules/x.yaml": "2" });
  assert.throws(() => packIn({ "rules/x.yaml": "2" }), { code: "no_pack" });
  assert.throws(() => fromZip(new Uint8Array([1, 2, 3])), { code: "no_pack" });
  assert.deepEqual(["pack.yaml", "tables/a.csv", "tables/a.yaml", "rows/1.yaml", "rules/../pack.yaml", ".git/config", "rules/a.yaml~"].map(isPackPath), [true, true, false, true, false, false, false]);
});
