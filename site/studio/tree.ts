import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { KINDS, kindOf, outlineOf, titleOf, type Entry } from "./outline.ts";
import type { Say } from "./strings.ts";

export interface TreeOptions {
  draft: Draft;
  say: Say;
  open: (path: string, line: number) => void;
  /** Asks for a new file. */
  make: () => void;
  /** Asks whether a file is to go. */
  remove: (path: string) => void;
}

/**
 * The pack as a tree: kinds of files, files, and what is in them. A tree in ARIA's sense: one stop of Tab, arrows within, letters
 * find names. What is inside a file is read when the file is opened out.
 */
export class Tree {
  readonly element: HTMLElement;
  readonly #options: TreeOptions;
  readonly #root = el("ul", { role: "tree", class: "tree" });
  readonly #filter: HTMLInputElement;
  #open = new Set<string>(["pack", "rules", "tables", "scenarios"]);
  #current = "";

  constructor(options: TreeOptions) {
    this.#options = options;
    const { say, draft } = options;
    this.#root.setAttribute("aria-label", say("files"));
    this.#filter = el("input", { type: "search", placeholder: say("filter"), "aria-label": say("filter"), oninput: () => { this.draw(); } });
    this.element = el("nav", { class: "files", "aria-label": say("files") }, this.#filter, this.#root,
      el("button", { type: "button", class: "newfile", onclick: () => { options.make(); } }, `${say("new_file")}…`));
    this.#root.addEventListener("keydown", (event) => { this.#key(event); });
    this.#root.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[role=treeitem]");
      if (item) this.#choose(item, (event.target as Element).closest(".twig") !== null);
    });
    draft.on("files", () => { this.draw(); });
    draft.on("checked", () => { this.draw(); });
    this.draw();
  }

  /** Shows which file is being worked on. */
  select(path: string): void {
    this.#current = path;
    this.#open.add(kindOf(path));
    this.draw();
  }

  draw(): void {
    const { draft, say } = this.#options;
    const focused = this.#focused()?.dataset.key;
    const wanted = this.#filter.value.trim().toLowerCase();
    const changes = new Set(Object.keys(draft.changes));
    const groups = KINDS.flatMap((kind) => {
      const paths = draft.paths.filter((path) => kindOf(path) === kind);
      const items = paths.flatMap((path) => this.#file(path, wanted, changes.has(path)) ?? []);
      if (items.length === 0) return [];
      const open = wanted !== "" || this.#open.has(kind);
      return [this.#item(kind, 1, open, el("span", { class: "group" }, say(kind), el("small", {}, String(paths.length))), items)];
    });
    this.#root.replaceChildren(...(groups.length > 0 ? groups : [el("li", { class: "nothing", role: "treeitem" }, say("nothing_found"))]));
    const items = this.#items();
    const stop = items.find(({ dataset }) => dataset.key === focused) ?? items.find(({ dataset }) => dataset.key === this.#current) ?? items[0];
    if (stop) stop.tabIndex = 0;
    if (focused !== undefined) stop?.focus();
  }

  #file(path: string, wanted: string, changed: boolean): HTMLElement | undefined {
    const { draft, say } = this.#options;
    const text = draft.text(path) ?? "";
    const title = titleOf(path, text);
    const inside = wanted !== "" || this.#open.has(path) ? outlineOf(path, text) : [];
    const matches = (entry: Entry): Entry[] => {
      const children = entry.children.flatMap(matches);
      return wanted === "" || children.length > 0 || entry.name.toLowerCase().includes(wanted) ? [{ ...entry, children: children.length > 0 ? children : wanted === "" ? entry.children : [] }] : [];
    };
    const named = wanted !== "" && (path.toLowerCase().includes(wanted) || title.toLowerCase().includes(wanted));
    const entries = named ? inside : inside.flatMap(matches);
    if (wanted !== "" && !named && entries.length === 0) return undefined;
    const errors = draft.diagnostics.filter(({ file, level }) => file === path && level === "error").length;
    const label = el("span", { class: "file", title: path }, title,
      changed && el("small", { class: "changed" }, say("changed")), errors > 0 && el("small", { class: "bad" }, String(errors)));
    const leaf = kindOf(path) === "calendar" || kindOf(path) === "rows" || path === "pack.yaml";
    return this.#item(path, 2, leaf ? undefined : wanted !== "" || this.#open.has(path), label, entries.map((entry) => this.#entry(path, entry, 3)));
  }

  #entry(path: string, entry: Entry, level: number): HTMLElement {
    const label = el("span", { class: "entry" }, entry.name, entry.note !== "" && el("small", {}, entry.note));
    const item = this.#item(`${path}:${entry.line}`, level, entry.children.length > 0 ? true : undefined, label, entry.children.map((child) => this.#entry(path, child, level + 1)));
    item.dataset.path = path;
    item.dataset.line = String(entry.line);
    return item;
  }

  #item(key: string, level: number, open: boolean | undefined, label: HTMLElement, children: HTMLElement[]): HTMLElement {
    const row = el("div", { class: "row", style: undefined }, el("span", { class: "twig", "aria-hidden": "true" }, open === undefined ? "" : open ? "▾" : "▸"), label);
    const item = el("li", { role: "treeitem", "aria-level": level, tabindex: -1, "aria-expanded": open === undefined ? undefined : String(open), "aria-selected": String(key === this.#current) }, row);
    item.dataset.key = key;
    if (level === 2) item.dataset.path = key;
    if (open === true && children.length > 0) item.append(el("ul", { role: "group" }, ...children));
    return item;
  }

  #items(): HTMLElement[] {
    return [...this.#root.querySelectorAll<HTMLElement>("[role=treeitem]")];
  }

  #focused(): HTMLElement | undefined {
    return this.#items().find((item) => item === document.activeElement);
  }

  #choose(item: HTMLElement, twig = false): void {
    const { key = "", path, line } = item.dataset;
    if (path !== undefined && !twig) {
      this.#current = path;
      if (line === undefined) this.#open.add(key);
      this.draw();
      this.#options.open(path, Number(line ?? 1)); // and there the next key goes
      return;
    } else if (item.hasAttribute("aria-expanded")) this.#toggle(key);
    this.draw();
    this.#items().find(({ dataset }) => dataset.key === key)?.focus();
  }

  #toggle(key: string): void {
    if (!this.#open.delete(key)) this.#open.add(key);
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items();
    const at = items.findIndex((item) => item === document.activeElement);
    const here = items[at];
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    const expanded = here.getAttribute("aria-expanded");
    const move = (to: number) => { items[Math.max(0, Math.min(items.length - 1, to))]?.focus(); };
    switch (event.key) {
      case "ArrowDown": move(at + 1); break;
      case "ArrowUp": move(at - 1); break;
      case "Home": move(0); break;
      case "End": move(items.length - 1); break;
      case "ArrowRight":
        if (expanded === "false") { this.#toggle(here.dataset.key ?? ""); this.draw(); } else if (expanded === "true") move(at + 1);
        break;
      case "ArrowLeft":
        if (expanded === "true" && this.#open.has(here.dataset.key ?? "")) { this.#toggle(here.dataset.key ?? ""); this.draw(); } else here.parentElement?.closest<HTMLElement>("[role=treeitem]")?.focus();
        break;
      case "Enter": case " ": this.#choose(here); break;
      case "Delete":
        if (here.getAttribute("aria-level") === "2") this.#options.remove(here.dataset.path ?? "");
        break;
      default: {
        if (event.key.length !== 1) return;
        const letter = event.key.toLowerCase();
        const next = [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) => item.querySelector(".file, .entry, .group")?.textContent.toLowerCase().startsWith(letter));
        next?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
