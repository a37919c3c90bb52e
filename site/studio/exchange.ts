import { EngineError } from "../engine/errors.ts";
import { el } from "../widget/dom.ts";
import { Table } from "./csv.ts";
import type { Draft } from "./draft.ts";
import { listing } from "./packfile.ts";
import { save } from "./save.ts";
import type { Say } from "./strings.ts";

/**
 * Tables on their way to spreadsheet programs and back: the pack's tables as a workbook, the table at hand as CSV. What comes back goes into
 * the draft, where it can be looked at, and taken back one file at a time.
 */
export class Exchange {
  /** The buttons, for a toolbar. */
  readonly tools: readonly HTMLElement[];
  readonly #draft: Draft;
  readonly #path: string;
  readonly #say: Say;
  readonly #tell: (text: string, bad?: boolean) => void;
  /** Called with the paths of the files before they are written. */
  readonly #before: (paths: readonly string[]) => void;

  constructor(draft: Draft, path: string, say: Say, tell: (text: string, bad?: boolean) => void, before: (paths: readonly string[]) => void) {
    this.#draft = draft;
    this.#path = path;
    this.#say = say;
    this.#tell = tell;
    this.#before = before;
    const field = el("input", { type: "file", accept: ".xlsx,.csv", hidden: true, "aria-label": say("book_in"), onchange: () => { void this.#in(field); } });
    this.tools = [
      el("button", { type: "button", title: "XLSX", onclick: () => { void this.#book(); } }, say("book_out")),
      el("button", { type: "button", title: "CSV", onclick: () => { this.#csv(); } }, say("csv_out")),
      el("button", { type: "button", title: "XLSX, CSV", onclick: () => { field.click(); } }, say("book_in")), field];
  }

  async #book(): Promise<void> {
    const { toBook } = await import("./sheet.ts");
    save(await toBook(this.#draft.files, this.#draft.names), "tables.xlsx");
  }

  #csv(): void {
    save(new Blob([toCsv(this.#draft.text(this.#path) ?? "")], { type: "text/csv" }), this.#path.replace(/^.*\//, ""));
  }

  async #in(field: HTMLInputElement): Promise<void> {
    const file = field.files?.[0];
    if (!file) return;
    const say = this.#say;
    try {
      const { composed, fromBook } = await import("./sheet.ts");
      const content = await file.arrayBuffer();
      if (/\.csv$/i.test(file.name)) {
        const path = this.#draft.text(`tables/${file.name}`) === undefined ? this.#path : `tables/${file.name}`;
        const text = fromCsv(content, this.#draft.text(path), composed);
        if (text === undefined) this.#tell(say("csv_refused"), true);
        else if (text === this.#draft.text(path)) this.#tell(`1 ${say("book_same")}`);
        else {
          this.#write({ [path]: text });
          this.#tell(`${say("book_changed")}${path}`);
        }
        return;
      }
      const { files, unchanged, left, older } = await fromBook(this.#draft.files, content);
      this.#write(files);
      const said = [`${say("book_changed")}${Object.keys(files).join(", ") || say("empty")}`, `${unchanged.length} ${say("book_same")}`];
      if (left.length > 0) said.push(`${say("book_left")}${left.join(", ")}`);
      if (older.length > 0) said.unshift(`${say("book_older")}${older.join(", ")}`);
      this.#tell(said.join(" · "), older.length > 0);
    } catch (thrown) {
      this.#tell(`${say("book_refused")}${EngineError.wrap(thrown, "trap").message}`, true);
    } finally {
      field.value = "";
    }
  }

  #write(files: Readonly<Record<string, string>>): void {
    this.#before(Object.keys(files));
    for (const [path, text] of Object.entries(files)) {
      if (this.#draft.text(path) === undefined) this.#draft.edit("pack.yaml", listing(this.#draft.text("pack.yaml") ?? "", path, true));
      this.#draft.edit(path, text);
    }
  }
}

const MARK = "\ufeff";

/** A table as a CSV file: with a byte order mark, since a spreadsheet program of a Chinese system takes it for GBK without. */
export function toCsv(text: string): string {
  return MARK + (text.startsWith(MARK) ? text.slice(1) : text);
}

/** A CSV file, with the mark or without, as the table it makes of the one before; undefined where it is not UTF-8 or no CSV. */
export function fromCsv(content: ArrayBuffer, before: string | undefined, composed: (rows: string[][], before: string | undefined) => string): string | undefined {
  try {
    const table = new Table(new TextDecoder("utf-8", { fatal: true }).decode(content)); // drops the mark
    // A program puts commas behind a comment, up to the width of the table.
    const bare = ([only = "", ...more]: string[]) => (more.length === 0 && only.startsWith("#") && /,+$/.exec(only)?.[0].length === table.header.length - 1 ? [only.replace(/,+$/, "")] : [only, ...more]);
    return table.broken === undefined ? composed(table.lines.map((cells) => (cells.length === 0 ? cells : bare(cells))), before) : undefined;
  } catch {
    return undefined;
  }
}
