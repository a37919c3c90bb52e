import type { Case } from "../engine/types.ts";
import { el, icon, ICONS } from "../widget/dom.ts";
import { kindOf } from "../widget/fields.ts";
import { fen, wrongWith, yuan } from "../widget/format.ts";
import { t, type Desk } from "./desk.ts";

type Line = NonNullable<Case["lines"]>[number];

type Column = "category" | "charged" | "due" | "refunded" | "verification";

/** The disputed items. Every change goes to the panel as it is typed; the panel alone computes. */
export function drawBill(desk: Desk): Node[] {
  const lines = desk.current.case.lines ?? [];
  const add = el("button", { type: "button", class: "plain", onclick: () => { addLine(desk); } }, `+ ${t(desk, "add")}`);
  const head = el("div", { class: "section-head" }, el("h2", { id: "bill-title" }, t(desk, "bill")), add);
  if (lines.length === 0) return [head, el("p", { class: "empty" }, t(desk, "no_bill"))];
  const columns = ["item", "category", "charged", "due", "refunded", "verification"] as const;
  return [
    head,
    el("div", { class: "scroll" },
      el("table", {},
        el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col", class: column }, t(desk, column))), el("th", { class: "last" }, el("span", { class: "hidden" }, t(desk, "remove"))))),
        el("tbody", {}, ...lines.map((line) => row(desk, line))))),
  ];
}

/** A new item, still to be verified, with an id no other has. */
function addLine(desk: Desk): void {
  const taken = desk.current.case.lines ?? [];
  let number = taken.length + 1;
  while (taken.some(({ id }) => id === `L${number}`)) number++;
  const id = `L${number}`;
  desk.current.added.add(id);
  desk.edit((draft) => {
    (draft.lines ??= []).push({ id, charged_fen: 0, due_fen: null, refunded_fen: 0, category: "other", verification: "pending" });
  }, { zh: "添加账目", en: "Item added" });
  document.querySelector<HTMLElement>(`[data-line="${id}"] input`)?.focus();
}

function row(desk: Desk, line: Line): Node {
  const change = (make: (draft: Line) => void) => {
    desk.edit((draft) => {
      const found = draft.lines?.find(({ id }) => id === line.id);
      if (found) make(found);
    });
  };
  const added = desk.current.added.has(line.id);
  const name = line.item ?? (added ? t(desk, "new_item") : line.id);
  const known = (value: number | null | undefined) => (added && value === 0 ? null : value);
  const made = el("tr", { "data-line": line.id },
    el("th", { scope: "row", class: "item" }, added ? naming(desk, line, (item) => {
      for (const control of made.querySelectorAll("[data-column]")) control.setAttribute("aria-label", `${item} ${control.getAttribute("data-column") ?? ""}`);
      change((draft) => { draft.item = item; });
    }) : name),
    el("td", { class: "category" }, options(desk, "lines[].category", name, "category", line.category ?? "other", (value) => { change((draft) => { draft.category = value; }); })),
    el("td", {}, amount(desk, name, "charged", known(line.charged_fen), false, (value) => { change((draft) => { draft.charged_fen = value ?? 0; }); })),
    el("td", {}, amount(desk, name, "due", line.due_fen, true, (value) => { change((draft) => { draft.due_fen = value; }); })),
    el("td", {}, amount(desk, name, "refunded", known(line.refunded_fen ?? 0), true, (value) => { change((draft) => { draft.refunded_fen = value; }); })),
    el("td", {}, options(desk, "lines[].verification", name, "verification", line.verification ?? "pending", (value) => {
      change((draft) => {
        draft.verification = value as "pending" | "confirmed" | "refuted";
        // The hour of the finding is the hour it is entered: the refund's clock starts then.
        draft.confirmed_at = value === "confirmed" ? (line.confirmed_at ?? desk.now) : null;
      });
    })),
    el("td", { class: "last" }, el("button", { type: "button", class: "plain", "aria-label": `${t(desk, "remove")} ${name}`, onclick: () => {
      desk.edit((draft) => { draft.lines = (draft.lines ?? []).filter(({ id }) => id !== line.id); }, { zh: `移除账目：${name}`, en: `Item removed: ${name}` });
    } }, icon(ICONS.close))));
  return made;
}

/** The name of a line that the agent entered; the panel calls it by its id until it has one. */
function naming(desk: Desk, line: Line, change: (item: string) => void): Node {
  const input = el("input", { type: "text", class: "name", autocomplete: "off", maxlength: 40, "aria-label": t(desk, "item_name"), placeholder: t(desk, "item_name"), value: line.item ?? "" });
  input.addEventListener("input", () => {
    change(input.value.trim() || t(desk, "new_item"));
  });
  return input;
}

function options(desk: Desk, field: string, name: string, column: Column, now: string, change: (value: string) => void): Node {
  const kind = kindOf(field, desk.words, desk.lang);
  const known = kind.kind === "choice" && kind.options.length > 0 ? kind.options : [{ id: now, label: now }];
  const select = el("select", { "aria-label": `${name} ${t(desk, column)}`, "data-column": t(desk, column), onchange: () => { change(select.value); } },
    ...known.map((option) => el("option", { value: option.id, selected: option.id === now }, option.label)));
  return select;
}

/**
 * Yuan as typed. What is no amount changes nothing: it is marked, the field says why, and the desk says that the result is not of
 * what is on the screen; Escape puts the amount back that is counted with. Empty is "not known", where that may be.
 */
function amount(desk: Desk, name: string, column: Column, now: number | null | undefined, mayBeEmpty: boolean, change: (value: number | null) => void): Node {
  let good = now === null || now === undefined ? "" : yuan(now).replaceAll(",", "");
  const why = el("span", { class: "why-not", role: "alert", hidden: true });
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${name} ${t(desk, column)}`, "data-column": t(desk, column), placeholder: mayBeEmpty ? undefined : "0.00", value: good });
  const judge = () => {
    const empty = input.value.trim() === "";
    const value = empty ? null : fen(input.value);
    const wrong = value === undefined || (empty && !mayBeEmpty);
    input.setAttribute("aria-invalid", String(wrong));
    why.hidden = !wrong;
    why.textContent = wrong ? t(desk, `wrong_${wrongWith(input.value)}`) : "";
    if (!wrong) {
      good = input.value;
      change(value);
    }
    desk.doubt();
  };
  input.addEventListener("input", judge);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || input.getAttribute("aria-invalid") !== "true") return;
    input.value = good;
    // Counted with already: nothing changes, the mark goes.
    input.setAttribute("aria-invalid", "false");
    why.hidden = true;
    desk.doubt();
  });
  return el("span", { class: "amount" }, input, why);
}
