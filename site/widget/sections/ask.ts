import { el } from "../dom.ts";
import { kindOf, shown, type Kind } from "../fields.ts";
import { fen, moved } from "../format.ts";
import { places, type Place } from "../place.ts";
import type { Section, View } from "../view.ts";

/** So many choices are still buttons side by side; more are a list to open. */
const BUTTONS = 4;

/** What the agent has to find out, as small inputs; and what has been filled in, to be changed again. */
export const ask: Section = {
  name: "ask",
  reads: ({ decision, words, moves, request, unanswered }) => [
    decision.scenario?.ask,
    unanswered,
    words !== undefined,
    moves.filter(({ kind }) => kind === "answer"),
    request.lines?.map(({ id, item }) => [id, item]),
    decision.scenario?.ask.map(({ field }) => places(request, field)),
  ],
  draw(view) {
    const rows: Node[] = [];
    let keyed = false;
    for (const { field, label, gloss } of view.decision.scenario?.ask ?? []) {
      for (const place of places(view.request, field)) {
        // The first open yes-or-no question has the keys; the next one has them when it is answered.
        const keys: boolean = !keyed && kindOf(field, view.words, view.lang).kind === "bool";
        keyed ||= keys;
        rows.push(row(view, place, view.prefer(label, gloss), keys));
      }
    }
    const answered = view.moves.filter((move) => move.kind === "answer");
    const chips = answered.map(({ place, value }) => {
      const name = nameOf(view, place, view.fieldName(place.field));
      return el(
        "button",
        {
          type: "button", class: "chip", part: "answer", "data-focus": `clear ${key(place)}`,
          "aria-label": `${view.say("change")} ${name}`,
          onclick: () => { view.act.answer(place, undefined); },
        },
        `${name}${view.lang === "en" ? ": " : "："}`,
        el("b", {}, shown(value, kindOf(place.field, view.words, view.lang), view.lang)),
        el("span", { class: "chip-x", "aria-hidden": "true" }, "×"),
      );
    });
    if (rows.length === 0 && chips.length === 0) return [];
    return [
      rows.length > 0 && el("h3", {}, view.say("ask")),
      rows.length > 0 && view.unanswered && el("p", { class: "unanswered", role: "alert" }, view.say("unanswered")),
      ...rows,
      chips.length > 0 && el("div", { class: "chips", role: "group", "aria-label": view.say("answered") }, ...chips),
    ].filter((node) => node !== false);
  },
};

function key({ field, line }: Place): string {
  return line === undefined ? field : `${field} ${line}`;
}

function nameOf(view: View, place: Place, label: string): string {
  if (place.line === undefined) return label;
  const line = view.request.lines?.find(({ id }) => id === place.line);
  return `${line?.item ?? place.line} · ${label}`;
}

function row(view: View, place: Place, label: string, keys: boolean): HTMLElement {
  const kind = kindOf(place.field, view.words, view.lang);
  const id = `ask ${key(place)}`.replaceAll(/[^\w-]/g, "-");
  const name = nameOf(view, place, label);
  const give = (value: unknown) => { view.act.answer(place, value); };
  const options = kind.kind === "bool"
    ? [{ id: true, label: view.say("yes") }, { id: false, label: view.say("no") }]
    : kind.kind === "choice" ? kind.options : [];

  if (options.length > 0 && options.length <= BUTTONS) {
    return el(
      "div",
      { class: "field", part: "field", role: "group", "aria-labelledby": id },
      el("span", { id, class: "label" }, name),
      el("span", { class: "segments" },
        ...options.map((option) =>
          el("button", { type: "button", "data-focus": `${id} ${String(option.id)}`, "data-key": keys ? yesNo(option.id) : undefined, "aria-keyshortcuts": keys ? yesNo(option.id) : undefined, onclick: () => { give(option.id); } },
            option.label, keys && el("kbd", { "aria-hidden": "true" }, yesNo(option.id))))),
    );
  }
  if (options.length > BUTTONS) {
    const select = el("select", { id, "data-focus": id, onchange: () => { if (select.value !== "") give(select.value); } },
      el("option", { value: "" }, view.say("choose")),
      ...options.map((option) => el("option", { value: String(option.id) }, option.label)));
    return el("div", { class: "field", part: "field" }, el("label", { for: id, class: "label" }, name), select);
  }
  return typed(view, kind, id, name, give);
}

function yesNo(value: unknown): string {
  return value === true ? "y" : "n";
}

/** An amount, a number, a time or a text: typed, then given with Enter or the button. */
function typed(view: View, kind: Kind, id: string, name: string, give: (value: unknown) => void): HTMLElement {
  const now = view.request.now;
  const input = el("input", {
    id, "data-focus": id, autocomplete: "off",
    type: kind.kind === "time" ? "datetime-local" : "text",
    inputmode: kind.kind === "fen" ? "decimal" : kind.kind === "int" || kind.kind === "duration" ? "numeric" : undefined,
    min: kind.kind === "time" ? now.slice(0, 16) : undefined,
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const value = parse(input.value.trim(), kind, now);
    if (value !== undefined) give(value);
    else {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  };
  return el(
    "form",
    { class: "field", part: "field", novalidate: true, onsubmit: submit },
    el("label", { for: id, class: "label" }, name),
    kind.kind === "time" && el("span", { class: "picks" }, ...picks(view).map(([label, time]) =>
      el("button", { type: "button", class: "chip", "data-focus": `${id} ${time}`, onclick: () => { give(time); } }, label))),
    el("span", { class: "typed" }, input, el("button", { type: "submit" }, view.say("set"))),
  );
}

/** Times that are promised most often, so that a promise costs one press. */
function picks(view: View): [label: string, time: string][] {
  const { now } = view.request;
  const at = (day: string) => `${day.slice(0, 10)}T18:00:00${/(Z|[+-]\d\d:\d\d)$/.exec(now)?.[0] ?? "Z"}`;
  const offered: [string, string][] = [[view.say("in_two_hours"), moved(now, 7200)]];
  if (Date.parse(at(now)) > Date.parse(now) + 7200_000) offered.push([view.say("today_at"), at(now)]);
  offered.push([view.say("tomorrow_at"), at(moved(now, 86400))]);
  return offered;
}

function parse(text: string, kind: Kind, now: string): unknown {
  switch (kind.kind) {
    case "fen":
      return fen(text);
    case "int":
    case "duration":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "time": {
      // A time typed here is meant in the offset the case's clock has.
      const offset = /(Z|[+-]\d\d:\d\d)$/.exec(now)?.[0] ?? "Z";
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? `${text.slice(0, 16)}:00${offset}` : undefined;
    }
    default:
      return text === "" ? undefined : text;
  }
}
