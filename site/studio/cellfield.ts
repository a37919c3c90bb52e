import { el } from "../widget/dom.ts";
import type { Column } from "./columns.ts";
import type { Spot } from "./csv.ts";

/** A cell to be edited: what it holds, and what becomes of the answer. */
export interface Edited {
  column: Column;
  label: string;
  value: string;
  /** How tall the cell is, in pixels. */
  height: () => number;
  /** The element that the list of values is placed in. */
  within: HTMLElement;
  /** Something was typed or chosen, and where to go from there. Called once, or `leave` is. */
  take: (text: string, step?: Spot) => void;
  leave: () => void;
}

/** A field for a cell: with the values to choose from where the pack knows them, and anything else may be typed. `shown` is to be called when it stands on the page. */
export function cellField({ column, label, value, height, within, take, leave }: Edited): { field: HTMLElement; shown: () => void } {
  let options: HTMLElement | undefined;
  let field: HTMLInputElement | HTMLTextAreaElement;
  if (column.values.length > 0) {
    options = optionsOf(column, (chosen) => { finish(chosen); });
    field = el("input", { "aria-label": label, role: "combobox", "aria-expanded": "true", "aria-controls": options.id, "aria-autocomplete": "list", autocomplete: "off" });
  } else field = el("textarea", { "aria-label": label, rows: Math.max(1, value.split("\n").length), spellcheck: "false" });
  field.value = value;
  let over = false;
  const close = (): boolean => {
    if (over) return false;
    over = true;
    options?.remove();
    return true;
  };
  const finish = (text: string, step?: Spot) => { if (close()) take(text, step); };
  field.addEventListener("keydown", ((event: KeyboardEvent) => {
    event.stopPropagation();
    const chosen = options ? pick(options, field, event) : undefined;
    if (chosen === true) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing) finish(typeof chosen === "string" ? chosen : field.value, { row: 1, column: 0 });
    else if (event.key === "Tab") finish(field.value, { row: 0, column: event.shiftKey ? -1 : 1 });
    else if (event.key === "Escape") {
      if (close()) leave();
    } else return;
    event.preventDefault();
  }) as EventListener);
  const grow = () => {
    if (options) return;
    field.style.height = "0";
    field.style.height = `${Math.max(field.scrollHeight + 2, height())}px`;
  };
  field.addEventListener("input", () => {
    grow();
    if (options) filter(options, field.value);
  });
  field.addEventListener("blur", () => { finish(field.value); });
  for (const name of ["copy", "cut", "paste"]) field.addEventListener(name, (event) => { event.stopPropagation(); });
  return {
    field,
    shown: () => {
      field.focus({ preventScroll: true });
      field.select();
      grow();
      if (!options) return;
      within.append(options);
      place(options, field, within);
    },
  };
}

function optionsOf({ values, name }: Column, choose: (value: string) => void): HTMLElement {
  return el("ul", { class: "options", role: "listbox", id: "cell-options", "aria-label": name }, ...values.map(({ value, label }, i) => {
    const option = el("li", { role: "option", id: `cell-option-${i}`, "aria-selected": "false", onmousedown: (event: MouseEvent) => {
      event.preventDefault(); // the field keeps the focus
      choose(value);
    } }, value, label !== "" && el("small", {}, label));
    option.dataset.value = value;
    option.dataset.label = label;
    return option;
  }));
}

/** Keys in a field with options below it: true when the key was for them, the option at hand on Enter. */
function pick(options: HTMLElement, field: HTMLElement, { key }: KeyboardEvent): string | boolean {
  const all = [...options.querySelectorAll<HTMLElement>("[role=option]:not([hidden])")];
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (key === "Enter") return all[at]?.dataset.value ?? false;
  if (key !== "ArrowDown" && key !== "ArrowUp") return false;
  const next = all[(at + (key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length];
  all[at]?.setAttribute("aria-selected", "false");
  next?.setAttribute("aria-selected", "true");
  next?.scrollIntoView({ block: "nearest" });
  if (next) field.setAttribute("aria-activedescendant", next.id);
  return true;
}

function filter(options: HTMLElement, typed: string): void {
  const wanted = typed.trim().toLowerCase();
  for (const option of options.querySelectorAll<HTMLElement>("[role=option]")) {
    option.hidden = !`${option.dataset.value ?? ""} ${option.dataset.label ?? ""}`.toLowerCase().includes(wanted);
    option.setAttribute("aria-selected", "false");
  }
}

/** Below the field, or above it where there is no room below. */
function place(options: HTMLElement, field: HTMLElement, within: HTMLElement): void {
  const [here, whole] = [field.getBoundingClientRect(), within.getBoundingClientRect()];
  options.style.left = `${Math.min(here.left - whole.left, whole.width - options.offsetWidth - 8)}px`;
  const below = here.bottom - whole.top + 2;
  options.style.top = `${below + options.offsetHeight > whole.height ? Math.max(0, here.top - whole.top - options.offsetHeight - 2) : below}px`;
}
