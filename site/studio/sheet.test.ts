import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import writeBook from "write-excel-file/universal";
import type { Sources } from "../engine/runner.ts";
import { fromCsv, toCsv } from "./exchange.ts";
import { composed, fromBook, toBook } from "./sheet.ts";

const PACK = fileURLToPath(new URL("../../core/packs/cn-telecom/", import.meta.url));
const BUILT = fileURLToPath(new URL("../../.build/koujing", import.meta.url));
const COMMAND = process.env.KOUJING_BIN ?? BUILT;

function tables(folder = PACK): Sources {
  const out: Sources = { "pack.yaml": readFileSync(join(folder, "pack.yaml"), "utf8") };
  for (const name of readdirSync(join(folder, "tables"))) out[`tables/${name}`] = readFileSync(join(folder, "tables", name), "utf8");
  return out;
}

/** A table with what is hard to carry: quotes that need not be, a comment between rows, breaks, spaces, what a workbook has a code for. */
const HARD = '# hit: first\n# a, b\nid,customer.surname,=> word,note\n# between\n"h1",-,"two\nlines",_x0041_\n\nh2,王," a ","say ""x"""\nh3,,=1+1,0012\n\n';

const NAMES = [{ name: "customer.surname", type: "text?", when: "", of: "王, 李" }];

test("a workbook written is the pack it was made of", async () => {
  const files = { ...tables(), "tables/hard.csv": HARD };
  const taken = await fromBook(files, await (await toBook(files, NAMES)).arrayBuffer());
  assert.deepEqual(taken, { files: {}, left: [], older: [], unchanged: Object.keys(files).filter((path) => path !== "pack.yaml").sort() });
});

test("the command's workbook comes in, and the studio's goes back into the command", { skip: existsSync(COMMAND) ? false : "there is no koujing: make koujing, or KOUJING_BIN" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "koujing-sheet-"));
  try {
    const pack = join(folder, "pack");
    cpSync(PACK, pack, { recursive: true });
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(COMMAND, args, { encoding: "utf8" });
      assert.equal(status, 0, `${args.join(" ")}: ${stdout}${stderr}`);
      return stdout;
    };
    const files = tables(pack);
    run("pack", "export", pack, "-o", join(folder, "out.xlsx"));
    const bytes = readFileSync(join(folder, "out.xlsx"));
    const taken = await fromBook(files, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    assert.deepEqual([taken.files, taken.left, taken.unchanged.length], [{}, [], Object.keys(files).length - 1]);

    const path = "tables/hall.greeting.csv";
    const edited = { ...files, [path]: files[path]?.replace("晚上好,Good evening", "晚安,\"Good night, sir\"") ?? "" };
    assert.notEqual(edited[path], files[path]);
    writeFileSync(join(folder, "in.xlsx"), new Uint8Array(await (await toBook(edited, NAMES)).arrayBuffer()));
    const said = run("pack", "import", pack, join(folder, "in.xlsx"));
    assert.match(said, /hall\.greeting/);
    assert.deepEqual(tables(pack), edited, said);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a workbook older than the pack it comes back into is told", async () => {
  const before: Sources = { "pack.yaml": "", "tables/t.csv": "# hit: first\nid,refund.pay_fen,=> x\na,-,1\n", "tables/u.csv": "# hit: first\nid,refund.pay_fen,=> x\na,-,1\n" };
  const book = await (await toBook(before, [])).arrayBuffer();
  assert.deepEqual((await fromBook(before, book)).older, []);
  const since = { ...before, "tables/t.csv": `${before["tables/t.csv"] ?? ""}b,> 1,2\n` };
  const taken = await fromBook(since, book);
  assert.deepEqual([taken.older, Object.keys(taken.files), taken.unchanged], [["tables/t.csv"], ["tables/t.csv"], ["tables/u.csv"]]);
});

test("CSV goes out with a byte order mark, and comes in with it or without", () => {
  const bytes = (text: string) => new TextEncoder().encode(text).buffer;
  assert.deepEqual([...new TextEncoder().encode(toCsv(HARD)).slice(0, 5)], [0xef, 0xbb, 0xbf, 0x23, 0x20]);
  assert.equal(toCsv(toCsv(HARD)), toCsv(HARD));
  for (const text of [toCsv(HARD), HARD]) assert.equal(fromCsv(bytes(text), HARD, composed), HARD);
  // As a spreadsheet program writes it: lines of one width, other line ends.
  assert.equal(fromCsv(bytes(toCsv("# hit: first,,\r\n\"# a, b\",,\r\nid,a,=> x\r\n1,-,好\r\n")), "# hit: first\n# a, b\nid,a,=> x\n1,-,y\n", composed), "# hit: first\n# a, b\nid,a,=> x\n1,-,好\n");
  assert.equal(fromCsv(new Uint8Array([0x69, 0x64, 0x2c, 0xc4, 0xe3, 0xba, 0xc3]).buffer, HARD, composed), undefined, "GBK");
  assert.equal(fromCsv(bytes('id,"a'), HARD, composed), undefined, "a quote that nothing closes");
});

test("rows of a sheet keep the bytes of the rows they were; new ones are written plainly", () => {
  const rows = [["# hit: first"], ["# a, b"], ["id", "customer.surname", "=> word", "note"], ["h2", "王", " a ", 'say "x"'], ["n", "a, b", "#"], ["# between"], ["h1", "-", "two\nlines", "_x0041_"]];
  assert.equal(composed(rows, HARD), '# hit: first\n# a, b\nid,customer.surname,=> word,note\nh2,王," a ","say ""x"""\nn,"a, b",#,\n# between\n"h1",-,"two\nlines",_x0041_\n\n');
  assert.equal(composed([["# hit: any"], ["id", "=> x"], ["a", "1"]], undefined), "# hit: any\nid,=> x\na,1\n");
});

test("what a spreadsheet program has made something else of is named, and nothing is taken", async () => {
  const book = (row: Parameters<typeof writeBook>[0]) => writeBook([{ sheet: "t", data: [["# table: t"], ["# hit: first"], ["id", "refund.pay_fen", "=> x"], ...row as []] }]).toBlob().then((blob) => blob.arrayBuffer());
  const before: Sources = { "pack.yaml": 'utc_offset: "+08:00"\n', "tables/t.csv": "# hit: first\nid,refund.pay_fen,=> x\n" };
  const given = async (cell: object) => fromBook(before, await book([["a", cell, "y"]] as never));
  const text = async (cell: object) => (await given(cell)).files["tables/t.csv"]?.split("\n")[2];
  assert.equal(await text({ value: 6000, type: Number }), "a,6000,y");
  assert.equal(await text({ value: 5000.5, type: Number }), "a,5000.5,y", "the checker will say what is wrong with it");
  assert.equal(await text({ value: true, type: Boolean }), "a,true,y");
  assert.equal(await text({ value: new Date("2026-11-22T10:00:00Z"), type: Date, format: "yyyy-mm-dd hh:mm" }), "a,2026-11-22T10:00:00+08:00,y");
  await assert.rejects(given({ value: 0.5, type: Number, format: "0%" }), /t!B4 \(money or percent\)/);
  await assert.rejects(given({ value: 50, type: Number, format: '"¥"#,##0.00' }), /t!B4 \(money or percent\)/);
  await assert.rejects(given({ value: "=B5*2", type: "Formula" }), /t!B4 \(formula\)/);
  await assert.rejects(fromBook(before, new TextEncoder().encode("id,a\n").buffer), { code: "bad_workbook" });
});
