/** A cell of a row: what it says, and where its bytes stand in the row's. */
export interface Cell {
  text: string;
  from: number;
  to: number;
}

/** A row of a table's file, a comment or an empty line, as it stands there. */
export interface Row {
  /** With its line break. */
  raw: string;
  /** The line it begins on, from 1. */
  line: number;
  /** undefined of a comment and of an empty line. */
  cells: Cell[] | undefined;
}

/** A cell by its row, from 0 without the header, and its column, from 0. The header is row -1. */
export interface Spot {
  row: number;
  column: number;
}

const BOM = "\ufeff";

/**
 * A decision table as its file holds it. Every change gives the text of a new file, in which whatever was not changed has the bytes it
 * had: comments, quotes, line breaks and empty lines too.
 */
export class Table {
  readonly #bom: string;
  readonly #all: readonly Row[];
  /** Where the rows are among all lines; the header is the first. */
  readonly #at: readonly number[];
  /** The line on which a quote opens that nothing closes: the file is no CSV from there on. */
  readonly broken: number | undefined;

  constructor(text: string) {
    this.#bom = text.startsWith(BOM) ? BOM : "";
    const { rows, broken } = read(text.slice(this.#bom.length));
    this.#all = rows;
    this.broken = broken;
    this.#at = rows.flatMap(({ cells }, i) => (cells ? [i] : []));
  }

  get header(): string[] {
    return this.#cells(0).map(({ text }) => text.trim());
  }

  get rows(): string[][] {
    return this.#at.slice(1).map((_, i) => this.#cells(i + 1).map(({ text }) => text));
  }

  /** The comments above the header, without their marks. */
  get remarks(): string[] {
    return this.#all.slice(0, this.#at[0] ?? this.#all.length).flatMap(({ raw }) => (raw.startsWith("#") ? [raw.replace(/^#\s?/, "").trimEnd()] : []));
  }

  /** The comments that stand right above a row. */
  notes(row: number): string[] {
    const at = this.#at[row + 1] ?? 0;
    const before = this.#at[row] ?? 0;
    return this.#all.slice(before + 1, at).flatMap(({ raw }) => (raw.startsWith("#") ? [raw.replace(/^#\s?/, "").trimEnd()] : []));
  }

  lineOf(row: number): number {
    return this.#all[this.#at[row + 1] ?? 0]?.line ?? 1;
  }

  /** The cell at a place of the file; lines and columns from 1, columns in code points, as findings count. */
  at(line: number, column: number): Spot | undefined {
    const index = this.#at.filter((at) => (this.#all[at]?.line ?? 0) <= line).length - 1;
    const row = this.#all[this.#at[index] ?? -1];
    if (!row?.cells || line > row.line + lines(row.raw) - 1) return undefined;
    const before = row.raw.split("\n").slice(0, line - row.line).reduce((sum, each) => sum + each.length + 1, 0);
    let unit = before;
    for (let points = column - 1; points > 0 && unit < row.raw.length; points--) unit += (row.raw.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
    return { row: index - 1, column: Math.max(0, row.cells.filter(({ from }) => from <= unit).length - 1) };
  }

  /** Cells written, whatever is there; a row behind the last one is a new one. */
  set(spots: readonly (Spot & { text: string })[]): string {
    const width = this.header.length;
    const out = this.#all.map(({ raw }) => raw);
    const added: string[][] = [];
    for (const at of new Set(spots.map(({ row }) => row))) {
      const wanted = spots.filter(({ row }) => row === at);
      const index = this.#at[at + 1];
      if (index === undefined) {
        const cells = Array.from({ length: width }, (_, column) => givenFor(wanted, column) ?? "");
        added.push(cells);
      } else out[index] = changed(this.#all[index] as Row, wanted);
    }
    return this.#insert(out, (this.#at.at(-1) ?? -1) + 1, added);
  }

  /** New rows in front of a row; behind the last one where there is none. They stand right behind the row before: a comment above a row stays with it. */
  insert(row: number, rows: readonly string[][]): string {
    return this.#insert(this.#all.map(({ raw }) => raw), (this.#at[Math.min(row, this.#at.length - 1)] ?? -1) + 1, rows);
  }

  #insert(raws: readonly string[], at: number, rows: readonly string[][]): string {
    const newline = raws.some((raw) => raw.endsWith("\r\n")) ? "\r\n" : "\n";
    const before = raws.slice(0, at);
    if (rows.length > 0 && before.length > 0 && !before.at(-1)?.endsWith("\n")) before.push(newline);
    return this.#bom + [...before, ...rows.map((cells) => rowText(cells) + newline), ...raws.slice(at)].join("");
  }

  /** Without some rows. Comments stay. */
  remove(rows: readonly number[]): string {
    const gone = new Set(rows.map((row) => this.#at[row + 1]));
    return this.#bom + this.#all.filter((_, i) => !gone.has(i)).map(({ raw }) => raw).join("");
  }

  /** Rows from `first` to `last` moved by one, up (-1) or down (1). Comments stay on their lines. */
  move(first: number, last: number, by: -1 | 1): string {
    const order = this.#at.slice(1);
    if (by < 0 ? first < 1 : last >= order.length - 1) return this.text();
    const block = order.splice(first, last - first + 1);
    order.splice(first + by, 0, ...block);
    const out = this.#all.map(({ raw }) => raw);
    for (const [i, to] of this.#at.slice(1).entries()) {
      const raw = (this.#all[order[i] ?? to]?.raw ?? "").replace(/\r?\n$/, "");
      out[to] = raw + (/\r?\n$/.exec(this.#all[to]?.raw ?? "")?.[0] ?? "");
    }
    return this.#bom + out.join("");
  }

  /** A line such as `# hit: first` set; it comes to stand at the top where there is none. */
  declare(key: string, value: string): string {
    const head = new RegExp(`^(#\\s*${key}\\s*:\\s*)[^\\r\\n]*`);
    const at = this.#all.findIndex(({ raw }) => head.test(raw));
    const raws = this.#all.map(({ raw }, i) => (i === at ? raw.replace(head, `$1${value}`) : raw));
    return this.#bom + (at < 0 ? `# ${key}: ${value}\n` : "") + raws.join("");
  }

  declared(key: string): string | undefined {
    const head = new RegExp(`^#\\s*${key}\\s*:\\s*([^\\r\\n]*)`);
    return this.#all.flatMap(({ raw }) => head.exec(raw)?.[1]?.trim() ?? [])[0];
  }

  /** Every line as a sheet shows it: a comment is a text in the first cell, an empty line a row without cells. */
  get lines(): string[][] {
    return this.raws.map(({ cells }) => cells);
  }

  get raws(): { cells: string[]; raw: string }[] {
    return this.#all.map(({ cells, raw }) => ({ cells: cells?.map(({ text }) => text) ?? [raw.trimEnd()].filter((text) => text !== ""), raw }));
  }

  /** A row's cells, or a comment alone, as a line of the file, without its break. */
  static line(cells: readonly string[]): string {
    const [only = ""] = cells;
    return cells.length === 1 && only.startsWith("#") ? only : rowText(cells);
  }

  text(): string {
    return this.#bom + this.#all.map(({ raw }) => raw).join("");
  }

  #cells(index: number): readonly Cell[] {
    return this.#all[this.#at[index] ?? -1]?.cells ?? [];
  }
}

/** What a column is given; the last word counts. */
function givenFor(wanted: readonly (Spot & { text: string })[], column: number): string | undefined {
  return wanted.filter((spot) => spot.column === column).at(-1)?.text;
}

function lines(raw: string): number {
  return raw.replace(/\r?\n$/, "").split("\n").length;
}

/** A row with some cells written anew. Cells that say what they said keep their bytes. */
function changed({ raw, cells = [] }: Row, wanted: readonly (Spot & { text: string })[]): string {
  const end = cells.at(-1)?.to ?? 0;
  let out = raw.slice(end);
  const width = Math.max(cells.length, ...wanted.map(({ column, text }) => (text === "" ? 0 : column + 1)));
  for (let i = width - 1; i >= 0; i--) {
    const cell = cells[i];
    const given = givenFor(wanted, i);
    const text = given === undefined || given === cell?.text ? (cell ? raw.slice(cell.from, cell.to) : "") : cellText(given, i, width);
    out = (i > 0 ? "," : "") + text + out;
  }
  return out;
}

function rowText(cells: readonly string[]): string {
  return cells.map((cell, i) => cellText(cell, i, cells.length)).join(",");
}

/** A cell as CSV, with quotes only where a reader needs them. */
function cellText(text: string, column: number, width: number): string {
  return /[",\r\n]/.test(text) || column === 0 && (text.startsWith("#") || width === 1 && text === "") ? `"${text.replaceAll('"', '""')}"` : text;
}

function read(text: string): { rows: Row[]; broken: number | undefined } {
  const rows: Row[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = at;
    const breaks = text.indexOf("\n", at);
    const end = breaks < 0 ? text.length : breaks + 1;
    const whole = text.slice(at, end);
    if (whole.startsWith("#") || /^\r?\n$/.test(whole)) {
      rows.push({ raw: whole, line, cells: undefined });
      at = end;
      line++;
      continue;
    }
    const cells: Cell[] = [];
    for (;;) {
      const cell = readCell(text, at);
      if (!cell) return { rows, broken: line };
      cells.push({ text: cell.text, from: at - start, to: cell.to - start });
      at = cell.to;
      if (text[at] !== ",") break;
      at++;
    }
    if (text.startsWith("\r\n", at)) at += 2;
    else if (text[at] === "\n") at++;
    const raw = text.slice(start, at);
    rows.push({ raw, line, cells });
    line += lines(raw);
  }
  return { rows, broken: undefined };
}

function readCell(text: string, at: number): { text: string; to: number } | undefined {
  if (text[at] !== '"') {
    let to = at;
    while (to < text.length && text[to] !== "," && text[to] !== "\n" && !text.startsWith("\r\n", to)) to++;
    return { text: text.slice(at, to), to };
  }
  let out = "";
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] !== '"') out += text.charAt(i);
    else if (text[i + 1] === '"') {
      out += '"';
      i++;
    } else {
      const next = text[i + 1];
      return next === undefined || next === "," || next === "\n" || text.startsWith("\r\n", i + 1) ? { text: out.replaceAll("\r\n", "\n"), to: i + 1 } : undefined;
    }
  }
  return undefined;
}

/** What a spreadsheet program puts on the clipboard: tabs between cells, a line a row, quotes around cells with tabs or breaks in them. */
export function readTsv(text: string): string[][] {
  const out: string[][] = [[]];
  let at = 0;
  const push = (cell: string) => { out.at(-1)?.push(cell); };
  const plain = text.replaceAll("\r\n", "\n").replace(/\n$/, "");
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(plain.slice(at));
    const bare = quoted ? quoted[0] : /^[^\t\n]*/.exec(plain.slice(at))?.[0] ?? "";
    push(quoted && /[\t\n"]/.test(quoted[1] ?? "") ? (quoted[1] ?? "").replaceAll('""', '"') : bare);
    at += bare.length;
    if (at >= plain.length) return out;
    if (plain[at] === "\n") out.push([]);
    at++;
  }
}

export function writeTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map((cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");
}
