import { strFromU8, unzipSync } from "fflate";
import readBook from "read-excel-file/universal";
import writeBook, { type Feature, type Row } from "write-excel-file/universal";
import { EngineError } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import { digestText, sha256 } from "../engine/sha256.ts";
import { columnOf, type Column } from "./columns.ts";
import { Table } from "./csv.ts";
import { packOf } from "./packfile.ts";
import type { Known } from "./protocol.ts";

// The workbook is the one that `koujing pack export` writes and `koujing pack import` reads: a sheet a table, its name in the first row.
const MARKER = "# table:";
const VALUES = "# values to choose from";
/** Beside the name: a fingerprint of the table that was exported. */
const ORIGIN = "# from:";

/** What a workbook makes of a pack's tables. */
export interface Taken {
  /** The tables' files that change or are new, by path. */
  files: Sources;
  unchanged: string[];
  /** Sheets that say of no table. */
  left: string[];
  /** Tables that would change, and that have changed in the pack since the workbook was exported. */
  older: string[];
}

/** How many rows below a table have the drop-down lists too. */
const SPARE = 500;
const COLOURS: Readonly<Record<Column["role"], readonly [head: string, cell: string]>> = {
  id: ["#D9D9D9", "#FFFFFF"], input: ["#BDD7EE", "#F5FAFE"], output: ["#C6E0B4", "#F6FBF2"], row: ["#D9D9D9", "#FFFFFF"], note: ["#D9D9D9", "#FFFFFF"],
};

/** The pack's tables as a workbook, every cell a text, so that a spreadsheet program leaves `> 5000` and `0012` alone. */
export async function toBook(files: Readonly<Sources>, names: readonly Known[]): Promise<Blob> {
  const { lists } = packOf(files["pack.yaml"] ?? "");
  const taken = new Set<string>();
  const sheets = await Promise.all(Object.keys(files).filter((path) => path.startsWith("tables/")).sort().map(async (path) => {
    const mark = await fingerprint(files[path] ?? "");
    const name = nameOf(path);
    const table = new Table(files[path] ?? "");
    const columns = table.header.map((header) => columnOf(header, name, names, lists));
    const lines = layout(name, mark, table);
    const head = lines.findIndex((cells, i) => i > 0 && cells.length > 0 && !(cells.length === 1 && cells[0]?.startsWith("#")));
    const data = lines.map((cells, i): Row => cells.map((text, n) => {
      const role = i >= head ? columns[n]?.role : undefined;
      const look = role ? { backgroundColor: COLOURS[role][i === head ? 0 : 1], borderColor: "#D0D0D0", borderStyle: "thin" as const, wrap: true, alignVertical: "top" as const } : {};
      return { value: escaped(text), type: String, format: "@", ...(i === 0 || i === head ? { fontWeight: "bold" as const } : role ? {} : { fontStyle: "italic" as const, textColor: "#5F5F5F" }), ...look };
    }));
    return {
      sheet: titleOf(name, taken), data, stickyRowsCount: head + 1, columns: columns.map((_, n) => ({ width: Math.min(60, Math.max(8, ...lines.slice(head).map((cells) => wide(cells[n] ?? "") + 2))) })),
      choices: choicesOf(columns, head, lines.length),
    };
  }));
  const choices: Feature<Blob> = { files: { transform: { "xl/worksheets/sheet{id}.xml": { insert: (_, { sheetIndex }) => sheets[sheetIndex]?.choices } } } };
  return writeBook(sheets.map(({ sheet, data, stickyRowsCount, columns }) => ({ sheet, data, stickyRowsCount, columns })), { features: [choices] }).toBlob();
}

/** The rows of a table's sheet: its name, then every line of the file. */
function layout(name: string, mark: string, table: Table): string[][] {
  return [[`${MARKER} ${name}`, `${ORIGIN} ${mark}`], ...table.lines];
}

/** Tells a table's text from others: short enough to stand in a cell. */
async function fingerprint(text: string): Promise<string> {
  return digestText(await sha256(new TextEncoder().encode(text))).slice("sha256:".length, "sha256:".length + 12);
}

/** What the columns can hold, offered and not insisted on: `a, b` and not(a) are right as well. */
function choicesOf(columns: readonly Column[], head: number, rows: number): string | undefined {
  const lists = columns.flatMap(({ values }, n) => {
    const all = values.map(({ value }) => value).join(",");
    if (all === "" || all.length > 255 || /[<&"]/.test(all)) return []; // what stands in the sheet itself has room for so much
    return [`<dataValidation type="list" allowBlank="1" sqref="${letters(n)}${head + 2}:${letters(n)}${rows + SPARE}"><formula1>"${all}"</formula1></dataValidation>`];
  });
  return lists.length === 0 ? undefined : `<dataValidations count="${lists.length}">${lists.join("")}</dataValidations>`;
}

function letters(column: number): string {
  return (column >= 26 ? letters(Math.floor(column / 26) - 1) : "") + String.fromCharCode(65 + column % 26);
}

/** How wide a text's longest line is, in digits; a Chinese character is as wide as two. */
function wide(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length + (line.match(/[\u2e80-\uffff]/g) ?? []).length));
}

/** A tab's name: at most 31 characters, and like no other. The first row has the whole. */
function titleOf(name: string, taken: Set<string>): string {
  for (let n = 1; ; n++) {
    const tail = n > 1 ? `~${n}` : "";
    const title = name.slice(0, 31 - tail.length) + tail;
    if (title.toLowerCase() === "history" || taken.has(title.toLowerCase())) continue;
    taken.add(title.toLowerCase());
    return title;
  }
}

/** A workbook would read the text _x0041_ as A. */
function escaped(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_");
}

/**
 * A workbook taken into a pack: rows that did not change keep their bytes. Whatever a spreadsheet program may have made something else of
 * (a formula, an amount of money, joined cells) is named, and then nothing is taken: EngineError `bad_workbook`.
 */
export async function fromBook(files: Readonly<Sources>, book: ArrayBuffer): Promise<Taken> {
  const doubts = doubtful(book);
  if (doubts.length > 0) throw new EngineError("bad_workbook", doubts.slice(0, 20).join("; "));
  const zone = /^utc_offset:\s*["']?([+-]\d\d:\d\d)/m.exec(files["pack.yaml"] ?? "")?.[1] ?? "+00:00";
  const out: Taken = { files: {}, unchanged: [], left: [], older: [] };
  for (const { sheet, data } of await readBook(book, { trim: false, parseNumber: (text) => text })) {
    const rows = data.map((cells) => cells.map((cell) => textOf(cell, zone)));
    const mark = rows.findIndex((cells) => cells[0]?.startsWith(MARKER) && cells.slice(1).every((cell, i) => cell === "" || i === 0 && cell.startsWith(ORIGIN)));
    if (rows.length === 0 || rows[0]?.[0] === VALUES) continue;
    const name = mark >= 0 ? rows[mark]?.[0]?.slice(MARKER.length).trim() ?? "" : rows.some((cells) => cells[0]?.startsWith("# hit:")) ? sheet : "";
    if (name === "") {
      out.left.push(sheet);
      continue;
    }
    if (!/^[a-z][\w]*(\.[a-z][\w]*)*$/.test(name)) throw new EngineError("bad_workbook", `${sheet}: ${name}`);
    const path = `tables/${name}.csv`;
    const text = composed(rows.filter((_, i) => i !== mark), files[path]);
    if (text === files[path]) out.unchanged.push(path);
    else {
      out.files[path] = text;
      const of = rows[mark]?.[1]?.slice(ORIGIN.length).trim() ?? "";
      if (of !== "" && files[path] !== undefined && of !== await fingerprint(files[path])) out.older.push(path);
    }
  }
  return out;
}

/** What a program has made of a cell, as a text again. */
function textOf(cell: unknown, zone: string): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return `${cell.toISOString().slice(0, 19)}${zone}`; // a workbook's times are of no zone, so they are the pack's
  if (typeof cell === "boolean") return String(cell);
  return (cell as string).replaceAll("\r\n", "\n");
}

/** A table's file from the rows of a sheet. Rows that the file had too take over its bytes, as do the empty lines at its end. */
export function composed(rows: readonly (readonly string[])[], before: string | undefined): string {
  const old = new Table(before ?? "");
  const known = new Map<string, string[]>();
  for (const { cells, raw } of old.raws) known.set(keyOf(cells), [...known.get(keyOf(cells)) ?? [], raw]);
  const newline = before?.includes("\r\n") ? "\r\n" : "\n";
  let width = 0;
  const out: { cells: string[]; raw: string }[] = [];
  for (const given of rows) {
    const cells = [...given];
    while (cells.length > 0 && cells.at(-1) === "") cells.pop();
    if (cells.length === 1 && cells[0]?.startsWith("#")) {
      for (const line of cells[0].split("\n")) out.push({ cells: [line.startsWith("#") ? line : `# ${line}`], raw: "" });
    } else {
      if (cells.length > 0) width = width === 0 ? cells.length : width;
      while (cells.length > 0 && cells.length < width) cells.push("");
      out.push({ cells, raw: "" });
    }
  }
  while (out.at(-1)?.cells.length === 0) out.pop();
  for (const [i, row] of out.entries()) {
    const same = known.get(keyOf(row.cells));
    const raw = same?.[0] ?? Table.line(row.cells) + newline;
    if (same && same.length > 1) same.shift();
    row.raw = raw.endsWith("\n") || i === out.length - 1 ? raw : raw + newline;
  }
  const tail = /(?:\r?\n)*$/.exec(before ?? "")?.[0].replace(/^\r?\n/, "") ?? "";
  return (before?.startsWith("\ufeff") ? "\ufeff" : "") + out.map(({ raw }) => raw).join("") + tail;
}

function keyOf(cells: readonly string[]): string {
  return cells.join("\0");
}

function nameOf(path: string): string {
  return path.replace(/^tables\/|\.csv$/g, "");
}

/** Cells that are not what they look like: formulas, numbers shown as money or percent, joined cells. The library gives their values and does not say. */
function doubtful(book: ArrayBuffer): string[] {
  const parts = unzip(book);
  const read = (path: string) => parts[path] ?? "";
  const formats = new Map([...read("xl/styles.xml").matchAll(/<numFmt\b[^>]*numFmtId="(\d+)"[^>]*formatCode="([^"]*)"/g)].map(([, id, code]) => [id, code ?? ""]));
  const odd = [...(/<cellXfs[\s\S]*?<\/cellXfs>/.exec(read("xl/styles.xml"))?.[0] ?? "").matchAll(/<xf\b[^>]*>/g)]
    .map(([tag]) => /\bnumFmtId="(\d+)"/.exec(tag)?.[1] ?? "0")
    .map((id) => ["5", "6", "7", "8", "9", "10", "42", "44"].includes(id) || /[%¥￥€£元]|CNY|RMB|\$(?!-)/.test(formats.get(id) ?? ""));
  const targets = new Map([...read("xl/_rels/workbook.xml.rels").matchAll(/<Relationship\b[^>]*>/g)].map(([tag]) => [/\bId="([^"]*)"/.exec(tag)?.[1], /\bTarget="([^"]*)"/.exec(tag)?.[1]]));
  return [...read("xl/workbook.xml").matchAll(/<sheet\b[^>]*>/g)].flatMap(([tag]) => {
    const title = /\bname="([^"]*)"/.exec(tag)?.[1] ?? "";
    const target = targets.get(/\br:id="([^"]*)"/.exec(tag)?.[1]) ?? "";
    const sheet = read(target.startsWith("/") ? target.slice(1) : `xl/${target}`);
    const cells = [...sheet.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)].flatMap(([, about = "", inside = ""]) => {
      const type = /\bt="(\w+)"/.exec(about)?.[1];
      const number = inside.includes("<v>") && (type === undefined || type === "n");
      const why = /<f[ >/]/.test(inside) ? "formula" : type === "e" ? "error" : number && odd[Number(/\bs="(\d+)"/.exec(about)?.[1] ?? -1)] ? "money or percent" : undefined;
      return why === undefined ? [] : [`${title}!${/\br="(\w+)"/.exec(about)?.[1] ?? ""} (${why})`];
    });
    return [...cells, ...[...sheet.matchAll(/<mergeCell\b[^>]*ref="([^"]*)"/g)].map(([, area]) => `${title}!${area ?? ""} (joined)`)];
  });
}

/** At most this much is unpacked: a small file can say that it is a very large one. */
const MOST = 64 << 20;

function unzip(book: ArrayBuffer): Record<string, string> {
  let whole = 0;
  try {
    const parts = unzipSync(new Uint8Array(book), { filter: ({ name, originalSize }) => /^xl\/(workbook|styles|worksheets\/|_rels\/)/.test(name) && (whole += originalSize) < MOST });
    return Object.fromEntries(Object.entries(parts).map(([path, bytes]) => [path, strFromU8(bytes)]));
  } catch {
    throw new EngineError("bad_workbook", "this is no workbook: save it as .xlsx, without a password");
  }
}
