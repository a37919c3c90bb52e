import type { Case } from "../engine/types.ts";
import { el, icon, ICONS } from "../widget/dom.ts";
import { kindOf } from "../widget/fields.ts";
import { fen, yuan } from "../widget/format.ts";
import { t, type Desk } from "./desk.ts";

type Line = NonNullable<Case["lines"]>[number];

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
  desk.edit((draft) => {
    const lines = (draft.lines ??= []);
    let number = lines.length + 1;
    while (lines.some(({ id }) => id === `L${number}`)) number++;
    lines.push({ id: `L${number}`, item: t(desk, "new_item"), charged_fen: 1000, due_fen: null, refunded_fen: 0, category: "other", verification: "pending" });
  }, { zh: "添加账目", en: "Item added" });
}

function row(desk: Desk, line: Line): Node {
  const change = (make: (draft: Line) => void) => {
    desk.edit((draft) => {
      const found = draft.lines?.find(({ id }) => id === line.id);
      if (found) make(found);
    });
  };
  const name = line.item ?? line.id;
  return el("tr", { "data-line": line.id },
    el("th", { scope: "row", class: "item" }, name),
    el("td", { class: "category" }, options(desk, "lines[].category", `${name} ${t(desk, "category")}`, line.category ?? "other", (value) => { change((draft) => { draft.category = value; }); })),
    el("td", {}, amount(`${name} ${t(desk, "charged")}`, line.charged_fen, false, (value) => { change((draft) => { draft.charged_fen = value ?? 0; }); })),
    el("td", {}, amount(`${name} ${t(desk, "due")}`, line.due_fen, true, (value) => { change((draft) => { draft.due_fen = value; }); })),
    el("td", {}, amount(`${name} ${t(desk, "refunded")}`, line.refunded_fen ?? 0, true, (value) => { change((draft) => { draft.refunded_fen = value; }); })),
    el("td", {}, options(desk, "lines[].verification", `${name} ${t(desk, "verification")}`, line.verification ?? "pending", (value) => {
      change((draft) => {
        draft.verification = value as "pending" | "confirmed" | "refuted";
        // The hour of the finding is the hour it is entered: the refund's clock starts then.
        draft.confirmed_at = value === "confirmed" ? (line.confirmed_at ?? desk.now) : null;
      });
    })),
    el("td", { class: "last" }, el("button", { type: "button", class: "plain", "aria-label": `${t(desk, "remove")} ${name}`, onclick: () => {
      desk.edit((draft) => { draft.lines = (draft.lines ?? []).filter(({ id }) => id !== line.id); }, { zh: `移除账目：${name}`, en: `Item removed: ${name}` });
    } }, icon(ICONS.close))));
}

function options(desk: Desk, field: string, label: string, now: string, change: (value: string) => void): Node {
  const kind = kindOf(field, desk.words, desk.lang);
  const known = kind.kind === "choice" && kind.options.length > 0 ? kind.options : [{ id: now, label: now }];
  const select = el("select", { "aria-label": label, onchange: () => { change(select.value); } },
    ...known.map((option) => el("option", { value: option.id, selected: option.id === now }, option.label)));
  return select;
}

/** Yuan as typed; what is no amount is marked and changes nothing. Empty is "not known", where that may be. */
function amount(label: string, now: number | null | undefined, mayBeEmpty: boolean, change: (value: number | null) => void): Node {
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": label, value: now === null || now === undefined ? "" : yuan(now).replaceAll(",", "") });
  input.addEventListener("input", () => {
    const empty = input.value.trim() === "";
    const value = empty ? null : fen(input.value);
    const wrong = value === undefined || (empty && !mayBeEmpty);
    input.setAttribute("aria-invalid", String(wrong));
    if (!wrong) change(value);
  });
  return input;
}
