import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { packSources } from "../tests/guests.ts";
import { chunks, decided, merge } from "./merge.ts";

const rules = `# a head
decision: x
hit: first
rules:
  # about one
  - id: one
    when: a > 1
    then: { y: 1 }
  - id: two
    when: a > 2
    then: { y: 2 }
  - id: three
    then: { y: 3 }
`;
const path = "rules/x.yaml";
const of = (text: string) => ({ [path]: text });
const never = () => { throw new Error("there is nothing to choose"); };

suite("three-way merge, rule by rule", () => {
  test("edits of different rules come together, also of neighbours", () => {
    const merged = merge(of(rules), of(rules.replace("a > 1", "a > 10")), of(rules.replace("a > 2", "a > 20")));
    assert.deepEqual(merged.conflicts, []);
    assert.equal(decided(merged, never)[path], rules.replace("a > 1", "a > 10").replace("a > 2", "a > 20"));
    assert.deepEqual(merged.taken, [path]);
  });

  test("the same rule edited in two ways is a conflict, whole, also where the lines differ", () => {
    const ours = rules.replace("a > 2", "a > 20");
    const theirs = rules.replace("y: 2", "y: 22");
    const merged = merge(of(rules), of(ours), of(theirs));
    assert.equal(merged.conflicts.length, 1);
    const [conflict] = merged.conflicts;
    assert.equal(conflict?.title, "- id: two");
    assert.match(conflict.ours ?? "", /a > 20/);
    assert.match(conflict.theirs ?? "", /y: 22/);
    assert.equal(decided(merged, () => "ours")[path], ours);
    assert.equal(decided(merged, () => "theirs")[path], theirs);
    assert.equal(decided(merged, () => "both")[path]?.match(/- id: two/g)?.length, 2);
  });

  test("a rule that one moves and the other edits is moved and edited; new rules of both stay", () => {
    const one = "  # about one\n  - id: one\n    when: a > 1\n    then: { y: 1 }\n";
    const two = "  - id: two\n    when: a > 2\n    then: { y: 2 }\n";
    const merged = merge(of(rules), of(rules.replace(one + two, two + one)), of(rules.replace("a > 1", "a > 10").replace(two, `${two}  - id: new\n    then: { y: 9 }\n`)));
    assert.deepEqual(merged.conflicts, []);
    const text = decided(merged, never)[path] ?? "";
    assert.ok(text.indexOf("id: two") < text.indexOf("id: one"), text);
    assert.match(text, /a > 10/);
    assert.equal(text.match(/id: new/g)?.length, 1);
    assert.equal(text.length, rules.length + 1 + "  - id: new\n    then: { y: 9 }\n".length);
  });

  test("rows, settings and steps edited by two people", () => {
    const table = "# hit: first\nid,a,=> b\nx,1,2\ny,3,4\n";
    const rows = merge({ "tables/t.csv": table }, { "tables/t.csv": table.replace("1,2", "1,20") }, { "tables/t.csv": table.replace("3,4", "3,40") + "z,5,6\n" });
    assert.equal(decided(rows, never)["tables/t.csv"], "# hit: first\nid,a,=> b\nx,1,20\ny,3,40\nz,5,6\n");
    const pack = "id: p\nsettings:\n  a: 1\n  b: { value: 2 }\nlists:\n  a: [x]\n";
    const both = merge({ "pack.yaml": pack }, { "pack.yaml": pack.replace("a: 1", "a: 10") }, { "pack.yaml": pack.replace("value: 2", "value: 20").replace("[x]", "[x, y]") });
    assert.equal(decided(both, never)["pack.yaml"], "id: p\nsettings:\n  a: 10\n  b: { value: 20 }\nlists:\n  a: [x, y]\n");
    const clash = merge({ "pack.yaml": pack }, { "pack.yaml": pack.replace("a: 1", "a: 10") }, { "pack.yaml": pack.replace("a: 1", "a: 11") });
    assert.equal(clash.conflicts.length, 1);
  });

  test("the same edit made twice is one", () => {
    const both = rules.replace("a > 2", "a > 20");
    const merged = merge(of(rules), of(both), of(both));
    assert.deepEqual(merged.conflicts, []);
    assert.equal(decided(merged, never)[path], both);
  });

  test("files that came, and went, on either side", () => {
    const merged = merge({ a: "1", b: "2", c: "3" }, { a: "1", c: "3", d: "ours" }, { a: "9", b: "2", e: "theirs" });
    assert.deepEqual(merged.conflicts, []);
    assert.deepEqual(decided(merged, never), { a: "9", d: "ours", e: "theirs" });
    const gone = merge({ a: "1" }, { a: "2" }, {});
    assert.equal(gone.conflicts.length, 1);
    assert.deepEqual(decided(gone, () => "theirs"), {});
    assert.deepEqual(decided(gone, () => "ours"), { a: "2" });
  });

  test("every file of the default pack is its chunks, joined", async () => {
    for (const [name, text] of Object.entries(await packSources())) assert.equal(chunks(name, text).join(""), text, name);
  });
});
