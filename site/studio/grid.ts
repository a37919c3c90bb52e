import DOMPurify from "dompurify";
import { TabulatorFull as Tabulator, type CellComponent, type ColumnDefinition, type EmptyCallback, type Options, type RowComponent, type ValueBooleanCallback, type ValueVoidCallback } from "tabulator-tables";
import type { Diagnostic } from "../engine/errors.ts";
import { el } from "../widget/dom.ts";
import { cellField } from "./cellfield.ts";
import { columnOf, type Column } from "./columns.ts";
import { readTsv, Table, writeTsv, type Spot } from "./csv.ts";
import type { Draft } from "./draft.ts";
import type { Paint } from "./editor.ts";
import { Exchange } from "./exchange.ts";
import { packOf } from "./packfile.ts";
import type { Say } from "./strings.ts";
import type { View } from "./studio.ts";

// The grid's library sets markup of its own. It goes through a sanitizer, and only on this page; what comes out of a pack gets there as nodes.
const markup = { createHTML: (given: string) => DOMPurify.sanitize(given) };
(window as { trustedTypes?: { createPolicy(name: "default", rules: typeof markup): unknown } }).trustedTypes?.createPolicy("default", markup);


const HITS = ["first", "unique", "any", "collect", "collect sum", "collect min", "collect max", "collect count"];

/** A row as the library keeps it: its number and its cells. */
type Line = Record<string, string | number> & { n: number };

/** The cells that are selected, and the one that is worked on. */
interface Selection {
  from: Spot;
  to: Spot;
}

/**
 * A decision table to be edited cell by cell. It holds nothing of its own: what is typed goes into the text, with every other byte as it was,
 * and what the text says is shown. A row behind the last one waits to be filled.
 */
export class Grid implements View {
  readonly key = "grid";
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #path: string;
  readonly #say: Say;
  readonly #host = el("div", { class: "sheet" });
  readonly #remarks = el("div", { class: "remarks" });
  readonly #status = el("p", { class: "cellstate", role: "status" });
  readonly #covered = el("p", { class: "covered", hidden: true });
  readonly #hit: HTMLSelectElement;
  readonly #off: (() => void)[];
  #table: Table;
  #columns: Column[] = [];
  #grid: Tabulator | undefined;
  #ready: Promise<void> = Promise.resolve();
  #selection: Selection | undefined;
  #done: string[] = [];
  #undone: string[] = [];
  #editing = false;
  #late = false;
  /** What the checker says, by cell. */
  #found: ReadonlyMap<string, readonly Diagnostic[]> = new Map();
  /** Whether a test reached a row, by its number; empty where the tests were not run. */
  #reached: ReadonlyMap<number, boolean> = new Map();

  constructor(draft: Draft, path: string, say: Say) {
    this.#draft = draft;
    this.#path = path;
    this.#say = say;
    this.#table = new Table(draft.text(path) ?? "");
    this.#hit = el("select", { "aria-label": say("hit_policy"), onchange: () => { this.#write(this.#table.declare("hit", this.#hit.value)); } },
      ...HITS.map((hit) => el("option", { value: hit }, hit)));
    const exchange = new Exchange(draft, path, say, (text, bad) => { this.#tell(text, bad); }, (paths) => { if (paths.includes(path)) this.#done.push(draft.text(path) ?? ""); });
    const tool = (name: Parameters<Say>[0], keys: string, act: () => void) => el("button", { type: "button", title: keys, onclick: act }, say(name));
    this.element = el("div", { class: "grid" },
      el("div", { class: "tools", role: "toolbar", "aria-label": say("grid") },
        el("label", {}, say("hit_policy"), " ", this.#hit),
        tool("row_add", "Ctrl+Enter", () => { this.#add(); }), tool("row_remove", "Ctrl+Backspace", () => { this.#remove(); }),
        tool("row_up", "Alt+↑", () => { this.#move(-1); }), tool("row_down", "Alt+↓", () => { this.#move(1); }),
        tool("undo", "Ctrl+Z", () => { this.#undo(); }), tool("redo", "Ctrl+Y", () => { this.#redo(); }),
        ...exchange.tools),
      this.#remarks, this.#covered, this.#host, this.#status);
    this.#host.addEventListener("keydown", (event) => { this.#key(event); }, { capture: true });
    this.#host.addEventListener("copy", (event) => { this.#copy(event); });
    this.#host.addEventListener("cut", (event) => { if (this.#copy(event)) this.#clear(); });
    this.#host.addEventListener("paste", (event) => { this.#paste(event); });
    this.#off = [
      draft.on("edit", ({ path: edited, by }) => {
        if (edited === path && by !== this) this.#draw();
        else if (edited === "pack.yaml") this.#reshape();
      }),
      draft.on("checked", () => { this.#mark(); }),
      draft.on("names", () => { this.#reshape(); }),
    ];
    // The library measures its place, so it is drawn when it has one.
    queueMicrotask(() => { this.#draw(); });
  }

  reveal(line: number, column = 1): boolean {
    const spot = this.#table.at(line, column);
    if (!spot) return line === 1;
    void this.#ready.then(() => { this.#select({ from: spot, to: spot }); });
    return true;
  }

  paint(painted: readonly Paint[]): void {
    if (painted.length === 0 && this.#reached.size === 0) return;
    this.#reached = new Map(painted.flatMap(({ line, reached }) => {
      const spot = this.#table.at(line, 1);
      return spot && spot.row >= 0 ? [[spot.row, reached] as const] : [];
    }));
    const missing = [...this.#reached.values()].filter((reached) => !reached).length;
    this.#covered.hidden = this.#reached.size === 0;
    this.#covered.textContent = `${this.#say("coverage_here")} ${this.#reached.size - missing}/${this.#reached.size}${missing > 0 ? ` · ✗ ${this.#say("not_reached")}: ${missing}` : ""}`;
    void this.#ready.then(() => {
      for (const row of this.#grid?.getRows() ?? []) row.reformat();
      this.#mark();
    });
  }

  destroy(): void {
    for (const off of this.#off) off();
    this.#grid?.destroy();
    this.#grid = undefined;
  }

  #described(): Column[] {
    const { lists } = packOf(this.#draft.text("pack.yaml") ?? "");
    const name = this.#path.replace(/^tables\/|\.csv$/g, "");
    return this.#table.header.map((header) => columnOf(header, name, this.#draft.names, lists));
  }

  /** More is known of the columns: drawn anew, though not under somebody's hands. */
  #reshape(): void {
    if (JSON.stringify(this.#described()) === this.#shape()) return;
    if (this.#editing) this.#late = true;
    else this.#draw();
  }

  #draw(): void {
    const text = this.#draft.text(this.#path) ?? "";
    const before = this.#grid ? this.#shape() : "";
    this.#table = new Table(text);
    this.#columns = this.#described();
    this.#hit.value = this.#table.declared("hit") ?? "";
    this.#remarks.replaceChildren(...this.#table.remarks.filter((remark) => !/^(hit|default|complete)\s*:/.test(remark)).map((remark) => el("p", {}, remark)));
    const broken = this.#table.broken;
    this.#host.hidden = broken !== undefined;
    if (broken !== undefined) {
      this.#tell(`${this.#say("no_csv")} ${broken}`);
      return;
    }
    if (this.#grid && before === this.#shape()) {
      const grid = this.#grid;
      const at = this.#selection;
      this.#ready = this.#ready.then(() => grid.replaceData(this.#data())).then(() => {
        this.#mark();
        if (at) this.#select(at);
      });
    } else this.#make();
  }

  /** What the columns are; when it changes, the grid is made anew. */
  #shape(): string {
    return JSON.stringify(this.#columns);
  }

  #data(): Line[] {
    const { rows, header } = this.#table;
    const empty = header.map(() => "");
    return [...rows, empty].map((cells, n) => ({ n, ...Object.fromEntries(header.map((_, i) => [`c${i}`, cells[i] ?? ""])) }));
  }

  #make(): void {
    this.#grid?.destroy();
    const columns = this.#columns.map((column, i): ColumnDefinition & { maxInitialWidth: number } => ({
      title: column.name, field: `c${i}`, headerSort: false, variableHeight: true, cssClass: column.role,
      ...(column.role === "id" ? { minWidth: 130 } : column.role === "row" ? { width: 86 } : { minWidth: 110 }), maxInitialWidth: 320,
      titleFormatter: () => this.#head(column),
      formatter: (cell) => el("span", { class: /^=\s/.test(String(cell.getValue())) ? "formula" : undefined }, String(cell.getValue())),
      editor: (cell, shown, take, leave) => this.#editor(column, cell, shown, take, leave),
    }));
    const options = {
      data: this.#data(), columns, height: "100%", layout: "fitDataStretch", renderVertical: this.#table.rows.length > 200 ? "virtual" : "basic",
      selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, selectableRangeInitializeDefault: false, selectableRangeAutoFocus: false,
      editTriggerEvent: "dblclick", clipboard: false, history: false, keybindings: { navPrev: false, navNext: false },
      rowHeader: {
        field: "n", headerSort: false, resizable: false, frozen: true, width: 46, hozAlign: "right", cssClass: "number", title: "",
        titleFormatter: () => el("span", { class: "unseen" }, this.#say("row_number")),
        formatter: (cell: CellComponent) => this.#number(Number(cell.getValue())),
      },
      columnDefaults: { resizable: "header" },
    };
    const grid = new Tabulator(this.#host, options as unknown as Options); // its types lag behind what it takes
    this.#grid = grid;
    this.#ready = new Promise((resolve) => {
      grid.on("tableBuilt", () => {
        this.#name();
        this.#mark();
        resolve();
      });
    });
    grid.on("rangeChanged", () => { this.#ranged(); });
    grid.on("rangeAdded", () => { this.#ranged(); });
    grid.on("cellEdited", (cell) => {
      const spot = this.#spotOf(cell);
      this.#write(this.#table.set([{ ...spot, text: String(cell.getValue()) }]), spot.row < this.#table.rows.length);
    });
  }

  #head({ role, name, type }: Column): HTMLElement {
    const say = this.#say;
    const kind = role === "input" ? say("column_input") : role === "output" ? say("column_output") : "";
    const fen = /_fen$/.test(name) ? say("unit_fen") : TYPES.has(type.replace("?", "")) ? say(`type_${type.replace("?", "") as "text"}`) : "";
    return el("div", { class: "head", title: type === "" ? name : `${name}: ${type}` }, el("strong", {}, role === "output" ? `⇒ ${name}` : name),
      el("small", {}, [kind, role === "input" || role === "output" ? fen : ""].filter((word) => word !== "").join(" · ")));
  }

  #number(row: number): HTMLElement {
    if (row >= this.#table.rows.length) return el("span", { "aria-label": this.#say("row_new") }, "＋");
    const notes = this.#table.notes(row);
    const number = el("span", notes.length > 0 ? { class: "noted", title: notes.join("\n") } : {}, String(row + 1));
    const reached = this.#reached.get(row);
    if (reached === undefined) return number;
    const word = this.#say(reached ? "reached_by" : "not_reached");
    return el("span", {}, number, el("span", { class: reached ? "reached" : "unreached", role: "img", "aria-label": word, title: word }, reached ? "✓" : "✗"));
  }

  #editor(column: Column, cell: CellComponent, shown: EmptyCallback, take: ValueBooleanCallback, leave: ValueVoidCallback): HTMLElement {
    const value = String(cell.getValue());
    this.#editing = true;
    const close = () => {
      this.#editing = false;
      if (!this.#late) return;
      this.#late = false;
      queueMicrotask(() => { this.#draw(); }); // when what was typed is written
    };
    const made = cellField({
      column, value, label: `${column.name}, ${this.#say("row_number")} ${this.#spotOf(cell).row + 1}`, height: () => cell.getElement().offsetHeight, within: this.element,
      take: (text, step) => {
        close();
        const spot = this.#spotOf(cell);
        if (text === value) leave(value);
        else take(text);
        if (step) {
          const next = this.#within({ row: spot.row + step.row, column: spot.column + step.column });
          this.#select({ from: next, to: next });
        }
        void this.#ready.then(() => { this.#focus(); });
      },
      leave: () => {
        close();
        leave(value);
        this.#focus();
      },
    });
    shown(made.shown);
    return made.field;
  }

  #spotOf(cell: CellComponent): Spot {
    return { row: (cell.getData() as Line).n, column: Number(cell.getField().slice(1)) };
  }

  #within({ row, column }: Spot): Spot {
    return { row: Math.max(0, Math.min(row, this.#table.rows.length)), column: Math.max(0, Math.min(column, this.#table.header.length - 1)) };
  }

  #cell({ row, column }: Spot): CellComponent | undefined {
    const line: RowComponent | undefined = this.#grid?.getRows().find((one) => (one.getData() as Line).n === Math.max(0, row));
    return line?.getCells().find((cell) => cell.getField() === `c${column}`);
  }

  #select(selection: Selection): void {
    const [from, to] = [this.#cell(this.#within(selection.from)), this.#cell(this.#within(selection.to))];
    if (!from || !to || !this.#grid) return;
    for (const range of this.#grid.getRanges()) range.remove();
    this.#grid.addRange(from, to);
    this.#selection = { from: this.#within(selection.from), to: this.#within(selection.to) };
    from.getElement().scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#focus();
    this.#explain();
  }

  #focus(): void {
    this.#host.querySelector<HTMLElement>(".tabulator-tableholder")?.focus({ preventScroll: true });
  }

  #ranged(): void {
    const range = this.#grid?.getRanges()[0];
    if (!range) return;
    const cells = (range.getCells() as unknown as CellComponent[][]).flat().filter((cell) => cell.getField() !== "n");
    const [first, last] = [cells[0], cells.at(-1)];
    if (!first || !last) return;
    this.#selection = { from: this.#spotOf(first), to: this.#spotOf(last) };
    this.#explain();
  }

  /** The rows that are selected and are in the file. */
  #rows(): [first: number, last: number] | undefined {
    if (!this.#selection) return undefined;
    const { from, to } = this.#selection;
    const last = Math.min(to.row, this.#table.rows.length - 1);
    return from.row > last ? undefined : [from.row, last];
  }

  #write(text: string, quiet = false): void {
    const before = this.#draft.text(this.#path) ?? "";
    if (text === before) return;
    this.#done.push(before);
    this.#undone = [];
    this.#put(text, quiet);
  }

  /** `quiet` when the grid shows it already. */
  #put(text: string, quiet = false): void {
    this.#draft.edit(this.#path, text, this);
    if (quiet) this.#table = new Table(text);
    else this.#draw();
  }

  #undo(): void {
    const before = this.#done.pop();
    if (before === undefined) return;
    this.#undone.push(this.#table.text());
    this.#put(before);
  }

  #redo(): void {
    const after = this.#undone.pop();
    if (after === undefined) return;
    this.#done.push(this.#table.text());
    this.#put(after);
  }

  #add(): void {
    const row = Math.min((this.#selection?.to.row ?? this.#table.rows.length) + 1, this.#table.rows.length);
    this.#selection = { from: { row, column: 0 }, to: { row, column: 0 } };
    this.#write(this.#table.insert(row, [this.#columns.map(({ role }) => (role === "input" ? "-" : ""))]));
  }

  #remove(): void {
    const rows = this.#rows();
    if (!rows) return;
    const [first, last] = rows;
    this.#selection = { from: { row: first, column: this.#selection?.from.column ?? 0 }, to: { row: first, column: this.#selection?.from.column ?? 0 } };
    this.#write(this.#table.remove(Array.from({ length: last - first + 1 }, (_, i) => first + i)));
  }

  #move(by: -1 | 1): void {
    const rows = this.#rows();
    if (!rows || !this.#selection) return;
    const text = this.#table.move(...rows, by);
    if (text === this.#table.text()) return;
    const { from, to } = this.#selection;
    this.#selection = { from: { ...from, row: rows[0] + by }, to: { ...to, row: rows[1] + by } };
    this.#write(text);
  }

  #clear(): void {
    if (!this.#selection) return;
    this.#write(this.#table.set(this.#spots(this.#selection).filter(({ row }) => row < this.#table.rows.length).map((spot) => ({ ...spot, text: "" }))));
  }

  #spots({ from, to }: Selection): Spot[] {
    const out: Spot[] = [];
    for (let row = from.row; row <= to.row; row++) for (let column = from.column; column <= to.column; column++) out.push({ row, column });
    return out;
  }

  #copy(event: ClipboardEvent): boolean {
    if (!this.#selection || isField(event.target)) return false;
    const { from, to } = this.#selection;
    event.clipboardData?.setData("text/plain", writeTsv(this.#table.rows.slice(from.row, to.row + 1).map((cells) => cells.slice(from.column, to.column + 1))));
    event.preventDefault();
    return true;
  }

  /** Over the selection, and on behind the last row; a copied header is no row. A single value fills all that is selected. */
  #paste(event: ClipboardEvent): void {
    if (isField(event.target)) return;
    event.preventDefault();
    let rows = readTsv(event.clipboardData?.getData("text/plain") ?? "");
    const { header } = this.#table;
    if (rows[0]?.every((cell, i) => cell.trim() === header[i])) rows = rows.slice(1);
    const only = rows[0]?.[0];
    if (only === undefined) return;
    const start = this.#selection?.from ?? { row: this.#table.rows.length, column: 0 };
    const fill = rows.length === 1 && rows[0]?.length === 1 && this.#selection;
    const spots = fill ? this.#spots(fill).map((spot) => ({ ...spot, text: only }))
      : rows.flatMap((cells, r) => cells.map((text, c) => ({ row: start.row + r, column: start.column + c, text })));
    const fitting = spots.filter(({ column }) => column < header.length);
    if (!fill) this.#selection = { from: start, to: { row: start.row + rows.length - 1, column: Math.min(header.length, start.column + Math.max(...rows.map(({ length }) => length))) - 1 } };
    this.#write(this.#table.set(fitting));
    if (fitting.length < spots.length) this.#tell(`${spots.length - fitting.length} ${this.#say("too_wide")}`);
  }

  #key(event: KeyboardEvent): void {
    if (isField(event.target)) return;
    const command = event.ctrlKey || event.metaKey;
    const act = command && event.key === "z" && !event.shiftKey ? () => { this.#undo(); }
      : command && (event.key === "y" || event.key.toLowerCase() === "z") ? () => { this.#redo(); }
      : command && event.key === "Enter" ? () => { this.#add(); }
      : command && event.key === "Backspace" ? () => { this.#remove(); }
      : event.altKey && event.key === "ArrowUp" ? () => { this.#move(-1); }
      : event.altKey && event.key === "ArrowDown" ? () => { this.#move(1); }
      : event.key === "Delete" || event.key === "Backspace" ? () => { this.#clear(); }
      : event.key === "F2" ? () => { this.#edit(); }
      : undefined;
    if (act) {
      act();
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key.length === 1 && !command && !event.altKey) this.#edit(); // what is typed goes into the field that opens
    else if (event.key.startsWith("Arrow") && !this.#selection) this.#select({ from: { row: 0, column: 0 }, to: { row: 0, column: 0 } });
  }

  #edit(): void {
    if (this.#selection) this.#cell(this.#selection.from)?.edit(true);
  }

  /** Marks the cells that something is said of. */
  #mark(): void {
    if (!this.#grid || this.#table.broken !== undefined) return;
    const found = new Map<string, Diagnostic[]>();
    for (const one of this.#draft.diagnostics.filter(({ file }) => file === this.#path)) {
      const spot = this.#table.at(one.line, one.column);
      if (spot) found.set(`${spot.row}:${spot.column}`, [...found.get(`${spot.row}:${spot.column}`) ?? [], one]);
    }
    this.#found = found;
    const dress = (element: HTMLElement, all: readonly Diagnostic[] | undefined) => {
      element.classList.toggle("error", all?.some(({ level }) => level === "error") ?? false);
      element.classList.toggle("warning", all?.every(({ level }) => level === "warning") ?? false);
      if (all) {
        element.setAttribute("aria-invalid", "true");
        element.title = all.map(({ message }) => message).join("\n");
      } else if (element.hasAttribute("aria-invalid")) {
        element.removeAttribute("aria-invalid");
        element.removeAttribute("title");
      }
    };
    for (const row of this.#grid.getRows()) {
      for (const cell of row.getCells()) {
        if (cell.getField() !== "n") dress(cell.getElement(), found.get(`${(row.getData() as Line).n}:${cell.getField().slice(1)}`));
      }
    }
    for (const column of this.#grid.getColumns()) {
      if (column.getField() !== "n") dress(column.getElement(), found.get(`-1:${column.getField().slice(1)}`));
    }
    this.#explain();
  }

  /** Says under the grid where one is, which is all that a screen reader hears of it, and what is wrong there. */
  #explain(): void {
    const { from } = this.#selection ?? {};
    if (!from) return;
    const all = this.#found.get(`${from.row}:${from.column}`) ?? this.#found.get(`-1:${from.column}`) ?? [];
    const place = `${this.#say("row_number")} ${from.row + 1}, ${this.#columns[from.column]?.name ?? ""}: ${this.#table.rows[from.row]?.[from.column] ?? ""}${this.#reached.get(from.row) === false ? ` · ✗ ${this.#say("not_reached")}` : ""}`;
    this.#tell(all.length === 0 ? place : `${place} · ${all.map(({ message, hint }) => (hint ? `${message}: ${hint}` : message)).join(" · ")}`, all.some(({ level }) => level === "error"));
  }

  #tell(text: string, bad = false): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#status.classList.toggle("bad", bad);
  }

  /** What the library leaves unsaid for those who do not see the grid. */
  #name(): void {
    this.#host.setAttribute("aria-label", this.#path);
    this.#host.removeAttribute("aria-owns");
    const holder = this.#host.querySelector(".tabulator-tableholder"); // has the focus, and so has to be something
    holder?.setAttribute("role", "rowgroup");
    holder?.setAttribute("aria-label", this.#path);
    this.#host.querySelector(".tabulator-table")?.setAttribute("role", "presentation");
  }
}

const TYPES = new Set(["text", "int", "bool", "time"]);

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
