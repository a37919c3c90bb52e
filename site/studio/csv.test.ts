import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readTsv, Table, writeTsv } from "./csv.ts";

const TABLES = new URL("../../core/packs/cn-telecom/tables/", import.meta.url);
const TEXT = '# hit: first\n# who may\nid,agent.role,=> word,row\n# two of them\na,"clerk, consultant",x,\n"b","-","""q""",R-1\n\nc,-,"two\nlines",\n';

test("every table of the default pack is read and comes out with the bytes it has", () => {
  for (const name of readdirSync(TABLES)) {
    const text = readFileSync(new URL(name, TABLES), "utf8");
    const table = new Table(text);
    assert.equal(table.text(), text, name);
    assert.equal(table.broken, undefined, name);
    assert.ok(table.rows.length > 0, name);
    for (const row of table.rows) assert.equal(row.length, table.header.length, `${name}: ${row.join("|")}`);
    const spots = table.rows.flatMap((row, r) => row.map((cell, column) => ({ row: r, column, text: cell })));
    assert.equal(table.set(spots), text, `${name}, every cell written as it is`);
  }
});

test("a cell is written and nothing else changes", () => {
  const table = new Table(TEXT);
  assert.deepEqual(table.rows, [["a", "clerk, consultant", "x", ""], ["b", "-", '"q"', "R-1"], ["c", "-", "two\nlines", ""]]);
  assert.equal(table.set([{ row: 0, column: 2, text: "y" }]), TEXT.replace("consultant\",x", "consultant\",y"));
  assert.equal(table.set([{ row: 1, column: 0, text: "b, b" }]), TEXT.replace('"b",', '"b, b",'));
  assert.equal(table.set([{ row: 1, column: 2, text: "plain" }]), TEXT.replace('"""q"""', "plain"));
  assert.equal(table.set([{ row: 2, column: 0, text: "#c" }]), TEXT.replace("\nc,", '\n"#c",'));
  assert.equal(table.set([{ row: -1, column: 2, text: "=> say" }]), TEXT.replace("=> word", "=> say"));
});

test("rows come, go and move; comments stay where they are", () => {
  const table = new Table(TEXT);
  assert.equal(table.insert(1, [["n", "-", "new", ""]]), TEXT.replace('"b","-"', 'n,-,new,\n"b","-"'));
  assert.equal(table.insert(9, [["n", "a, b", "", ""]]), `${TEXT}n,"a, b",,\n`);
  assert.equal(table.remove([0]), TEXT.replace('a,"clerk, consultant",x,\n', ""));
  assert.equal(table.move(1, 1, -1), '# hit: first\n# who may\nid,agent.role,=> word,row\n# two of them\n"b","-","""q""",R-1\na,"clerk, consultant",x,\n\nc,-,"two\nlines",\n');
  assert.equal(new Table(table.move(0, 1, 1)).rows.map(([id]) => id).join(""), "cab");
  assert.equal(table.move(0, 0, -1), TEXT);
  assert.equal(table.move(2, 2, 1), TEXT);
  assert.equal(new Table("id,a\nx,1").insert(1, [["y", "2"]]), "id,a\nx,1\ny,2\n");
  assert.equal(new Table("id,a\nx,1\ny,2").move(1, 1, -1), "id,a\ny,2\nx,1");
  assert.equal(new Table("id,a\r\nx,1\r\n").insert(1, [["y", "2"]]), "id,a\r\nx,1\r\ny,2\r\n");
});

test("cells beyond the last row are new rows", () => {
  const text = new Table("id,a,b\nx,1,\n").set([{ row: 0, column: 2, text: "z" }, { row: 1, column: 0, text: "y" }, { row: 1, column: 1, text: "2" }, { row: 2, column: 0, text: "w" }]);
  assert.equal(text, "id,a,b\nx,1,z\ny,2,\nw,,\n");
  assert.equal(new Table("id,a,b\nx\n").set([{ row: 0, column: 2, text: "z" }]), "id,a,b\nx,,z\n", "a short row grows");
});

test("a place of the file is a cell, counted in code points", () => {
  const table = new Table("# hit: first\nid,a,b\n𠮷,王,\"x\ny\"\nz,,\n");
  assert.deepEqual(table.at(3, 1), { row: 0, column: 0 });
  assert.deepEqual(table.at(3, 3), { row: 0, column: 1 });
  assert.deepEqual(table.at(4, 1), { row: 0, column: 2 });
  assert.deepEqual(table.at(5, 4), { row: 1, column: 2 });
  assert.deepEqual(table.at(2, 4), { row: -1, column: 1 });
  assert.equal(table.at(1, 3), undefined);
});

test("what the table says of itself is read and set", () => {
  const table = new Table(TEXT);
  assert.equal(table.declared("hit"), "first");
  assert.equal(table.declare("hit", "unique"), TEXT.replace("hit: first", "hit: unique"));
  assert.equal(new Table("id\n").declare("hit", "any"), "# hit: any\nid\n");
  assert.deepEqual(table.remarks, ["hit: first", "who may"]);
  assert.deepEqual(table.notes(0), ["two of them"]);
});

test("a quote that nothing closes is told, with its line", () => {
  assert.equal(new Table('id,a\nx,"1\n').broken, 2);
  assert.equal(new Table('id,a\nx,"1"2\n').broken, 2);
});

test("the clipboard of a spreadsheet", () => {
  assert.deepEqual(readTsv('a\tb, c\r\n"two\nlines"\t"say ""x"""\r\n'), [["a", "b, c"], ["two\nlines", 'say "x"']]);
  assert.deepEqual(readTsv('"kept"\t'), [['"kept"', ""]]);
  assert.deepEqual(readTsv("one"), [["one"]]);
  const rows = [["a", 'b\tc', 'd"e'], ["", "f\ng", ""]];
  assert.deepEqual(readTsv(writeTsv(rows)), rows);
});
