import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { DURATION, packOf, withItem, withoutItem, withSetting, type List, type Setting } from "./packfile.ts";
import type { Say } from "./strings.ts";
import type { View } from "./studio.ts";

const ORDER = ["unsettled", "operator", "source", ""] as const;

/**
 * The settings of a pack as a form, and its lists of values. What the operator had to choose stands before what the sources give, and what
 * nobody has chosen yet stands first. A value that is typed goes into its one place in pack.yaml.
 */
export class SettingsForm implements View {
  readonly key = "settings";
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #path: string;
  readonly #say: Say;
  readonly #source: (line: number) => void;
  readonly #body = el("div", { class: "settingsbody" });
  readonly #status = el("p", { class: "cellstate", role: "status" });
  readonly #filter: HTMLInputElement;
  readonly #off: (() => void)[];
  /** What the fields show, so that they are not made anew under somebody's hands. */
  #shown = "";

  constructor(draft: Draft, path: string, say: Say, source: (line: number) => void) {
    this.#draft = draft;
    this.#path = path;
    this.#say = say;
    this.#source = source;
    this.#filter = el("input", { type: "search", placeholder: say("filter_settings"), "aria-label": say("filter_settings"), oninput: () => { this.#hide(); } });
    this.element = el("div", { class: "settings" }, el("div", { class: "tools" }, this.#filter), this.#body, this.#status);
    this.#off = [draft.on("edit", ({ path: edited }) => { if (edited === path) this.#draw(); }), draft.on("checked", () => { this.#mark(); })];
    this.#draw();
  }

  reveal(line: number): boolean {
    const { settings, lists } = packOf(this.#text);
    const found = settings.find((one) => one.line === line)?.name ?? lists.find((one) => one.line === line)?.name;
    if (found === undefined) return line === 1;
    queueMicrotask(() => {
      const row = this.#body.querySelector<HTMLElement>(`[data-name="${CSS.escape(found)}"]`);
      row?.scrollIntoView({ block: "center" });
      row?.querySelector<HTMLElement>("input, select, button")?.focus({ preventScroll: true });
    });
    return true;
  }

  /** Tests reach rules, not settings. */
  paint(): void {}

  destroy(): void {
    for (const off of this.#off) off();
  }

  get #text(): string {
    return this.#draft.text(this.#path) ?? "";
  }

  #draw(): void {
    const pack = packOf(this.#text);
    const shape = JSON.stringify([pack.settings.map(({ name, value, origin, kind }) => [name, value, origin, kind]), pack.lists]);
    if (shape === this.#shown) return;
    this.#shown = shape;
    const focus = document.activeElement?.closest<HTMLElement>("[data-name]")?.dataset.name;
    const say = this.#say;
    const groups = ORDER.flatMap((origin) => {
      const settings = pack.settings.filter((one) => (one.kind === "unsettled" ? "unsettled" : one.origin) === origin);
      if (settings.length === 0) return [];
      return [el("section", {}, el("h3", { class: origin }, say(`origin_${origin || "none"}` as "origin_none"), el("small", {}, String(settings.length))),
        el("table", {}, el("thead", {}, el("tr", {}, ...(["setting", "value", "basis", "note"] as const).map((head) => el("th", { scope: "col" }, say(`col_${head}`))))),
          el("tbody", {}, ...settings.map((one) => this.#row(one)))))];
    });
    const lists = pack.lists.length === 0 ? [] : [el("section", {}, el("h3", {}, say("lists"), el("small", {}, String(pack.lists.length))), ...pack.lists.map((list) => this.#list(list)))];
    // What somebody has typed and is not a value yet is no reason to lose it.
    const halves = [...this.#body.querySelectorAll<HTMLInputElement>("tr [aria-invalid=true]")].map(({ ariaLabel, value }) => ({ ariaLabel, value }));
    this.#body.replaceChildren(...groups, ...lists);
    for (const { ariaLabel, value } of halves) {
      const field = this.#body.querySelector<HTMLInputElement>(`tr input[aria-label="${CSS.escape(ariaLabel ?? "")}"]`);
      if (!field) continue;
      field.value = value;
      field.dispatchEvent(new Event("input"));
    }
    this.#hide();
    this.#mark();
    if (focus !== undefined) this.#body.querySelector<HTMLElement>(`[data-name="${CSS.escape(focus)}"] :is(input, select)`)?.focus({ preventScroll: true });
  }

  #row(one: Setting): HTMLElement {
    const { name, row, note, line } = one;
    const made = el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => { this.#source(line); } }, name)),
      el("td", {}, this.#field(one), el("small", { class: "finding" })), el("td", {}, row), el("td", { class: "note" }, note));
    made.dataset.name = name;
    return made;
  }

  #field(one: Setting): HTMLElement {
    const { name, value, kind, unit, items } = one;
    if (items) return this.#chips(items, (texts) => { this.#write(withSetting(this.#text, name, texts)); }, name);
    if (kind === "bool") {
      const box = el("select", { "aria-label": name, onchange: () => { this.#write(withSetting(this.#text, name, box.value)); } }, ...["true", "false"].map((each) => el("option", { value: each, selected: each === value }, this.#say(each as "true"))));
      return box;
    }
    const meaning = el("small", { class: "meaning" }, this.#meaning(one, value));
    const field = el("input", {
      value: kind === "unsettled" ? "" : value, "aria-label": name, spellcheck: "false", placeholder: kind === "unsettled" ? this.#say("origin_unsettled") : undefined, inputmode: kind === "int" ? "numeric" : undefined,
      oninput: () => {
        const wrong = this.#wrong(one, field.value);
        field.setCustomValidity(wrong);
        field.setAttribute("aria-invalid", String(wrong !== ""));
        meaning.textContent = wrong === "" ? this.#meaning(one, field.value) : wrong;
        meaning.classList.toggle("bad", wrong !== "");
      },
      onchange: () => {
        if (this.#wrong(one, field.value) === "") this.#write(withSetting(this.#text, name, field.value.trim()));
      },
    });
    return el("span", { class: "field" }, field, unit !== "" && el("span", { class: "unit" }, unit === "fen" ? this.#say("unit_fen") : unit), meaning);
  }

  /** What a value is in other words: fen in yuan, a span in full. */
  #meaning({ unit, kind }: Setting, value: string): string {
    if (unit === "fen" && /^\d+$/.test(value)) return `= ${(Number(value) / 100).toLocaleString("en", { minimumFractionDigits: 2 })} ${this.#say("yuan")}`;
    const span = kind === "duration" || kind === "unsettled" ? /^(\d+)(s|m|h|d|wd)$/.exec(value) : null;
    return span ? `= ${span[1] ?? ""} ${this.#say(`span_${span[2] as "s"}`)}` : "";
  }

  #wrong({ kind }: Setting, value: string): string {
    const text = value.trim();
    if (kind === "int" && !/^(?:0|-?[1-9]\d*)$/.test(text)) return this.#say("want_int");
    if (kind === "duration" && !DURATION.test(text)) return this.#say("want_span");
    return text === "" ? this.#say("want_value") : "";
  }

  /** Texts one can take out and add to. */
  #chips(items: readonly string[], write: (items: string[]) => void, name: string): HTMLElement {
    const say = this.#say;
    const field = el("input", { "aria-label": `${name}: ${say("add")}`, placeholder: say("add"), list: this.#offer(name, items) });
    return el("div", { class: "chips" }, ...items.map((item, i) => chip(item, "", `${say("remove")} ${item}`, () => { write(items.filter((_, at) => at !== i)); })),
      el("form", { onsubmit: (event: Event) => {
        event.preventDefault();
        const added = field.value.trim();
        if (added !== "" && !items.includes(added)) write([...items, added]);
      } }, field));
  }

  /** The values of the list that a setting's own are of, where there is one. */
  #offer(name: string, items: readonly string[]): string | undefined {
    const list = packOf(this.#text).lists.find((one) => items.length > 0 && items.every((item) => one.items.some(({ id }) => id === item)));
    if (!list) return undefined;
    const id = `offer-${name}`;
    this.#body.querySelector(`#${CSS.escape(id)}`)?.remove();
    this.element.append(el("datalist", { id }, ...list.items.filter((one) => !items.includes(one.id)).map((one) => el("option", { value: one.id }, one.label))));
    return id;
  }

  #list({ name, items, line }: List): HTMLElement {
    const say = this.#say;
    const [id, label] = [el("input", { "aria-label": `${name}: ${say("item_id")}`, placeholder: say("item_id"), pattern: "[a-z][a-z0-9_]*", required: true, title: "a-z 0-9 _" }), el("input", { "aria-label": `${name}: ${say("item_label")}`, placeholder: say("item_label") })];
    const made = el("div", { class: "list" }, el("h4", {}, el("button", { type: "button", class: "link", onclick: () => { this.#source(line); } }, name)),
      el("div", { class: "chips" }, ...items.map((item) => chip(item.id, item.label, `${say("remove")} ${item.id}`, () => { this.#write(withoutItem(this.#text, name, item.id)); })),
        el("form", { onsubmit: (event: Event) => {
          event.preventDefault();
          if (items.some((item) => item.id === id.value)) this.#tell(`${id.value}: ${say("item_taken")}`, true);
          else this.#write(withItem(this.#text, name, id.value, label.value.trim(), ""));
        } }, id, label, el("button", { type: "submit" }, say("add")))));
    made.dataset.name = name;
    return made;
  }

  #write(text: string | undefined): void {
    if (text === undefined) this.#tell(this.#say("not_written"), true);
    else {
      this.#tell("");
      this.#draft.edit(this.#path, text);
    }
  }

  /** What the checker says, at the values it is about. */
  #mark(): void {
    const { settings } = packOf(this.#text);
    for (const { name, line } of settings) {
      const row = this.#body.querySelector<HTMLElement>(`tr[data-name="${CSS.escape(name)}"]`);
      const found = this.#draft.diagnostics.filter((one) => one.file === this.#path && one.line === line);
      const note = row?.querySelector(".finding");
      row?.classList.toggle("error", found.some(({ level }) => level === "error"));
      if (note) note.textContent = found.map(({ message, hint }) => (hint ? `${message}: ${hint}` : message)).join(" · ");
    }
  }

  #hide(): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    for (const row of this.#body.querySelectorAll<HTMLElement>("[data-name]")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    for (const section of this.#body.querySelectorAll<HTMLElement>("section")) section.hidden = section.querySelector("[data-name]:not([hidden])") === null;
  }

  #tell(text: string, bad = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("bad", bad);
  }
}

function chip(text: string, label: string, remove: string, onclick: () => void): HTMLElement {
  return el("span", { class: "chip" }, text, label !== "" && el("small", {}, label), el("button", { type: "button", "aria-label": remove, onclick }, "×"));
}
