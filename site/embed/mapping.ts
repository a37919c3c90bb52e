import { fen } from "../widget/format.ts";

/**
 * What a CRM calls things, as the case calls them: a plain object, written by whoever installs the panel, by the path in the case.
 *
 * ```json
 * { "id": { "from": "conversation.id", "type": "text" },
 *   "channel": "=online",
 *   "customer.surname": { "from": "contact.name", "take": 1 },
 *   "lines": { "each": "contact.custom_attributes.bill", "item": { "id": "no", "charged_fen": { "from": "charged", "type": "yuan" } } } }
 * ```
 */
export type Mapping = Readonly<Record<string, Rule>>;

/** `=text` is that text; another text is where to find the value; the rest says more. */
export type Rule = string | ValueRule | EachRule;

export interface ValueRule {
  /** Where the value is: `a.b[0].c`, a key with dots in it as `["a.b"]`. Of several places, the first that has one. */
  from: string | readonly string[];
  /** What it has to become. Default: as it is. `yuan` becomes whole fen, `time` (RFC 3339, or seconds since 1970) a time in the offset of `now`. */
  type?: "text" | "int" | "bool" | "fen" | "yuan" | "time";
  /** The CRM's values by the case's: what is not listed is `else`, or left out. */
  map?: Readonly<Record<string, unknown>>;
  else?: unknown;
  /** Only so many characters from the left, as of a Chinese name its surname. */
  take?: number;
}

export interface EachRule {
  /** A list; each of its entries becomes one of the case's, by `item`, whose places are inside of the entry. */
  each: string;
  item: Mapping;
}

/** What could not be mapped, and why. Such a field is left out: the panel asks for it, or the engine names it. */
export interface Problem {
  /** Where it should have gone, in the case. */
  field: string;
  /** Where it was looked for, in the CRM's object. */
  from: string;
  code: "not_text" | "not_int" | "not_bool" | "not_amount" | "not_time" | "not_listed" | "not_list" | "bad_path";
}

type Tree = Record<string, unknown>;

/** Makes a case of a CRM's object. `now`, RFC 3339 with its offset, is the clock of who calls; a mapping of `now` comes before it. */
export function mapCase(mapping: Mapping, source: unknown, now: string): { case: Tree; problems: Problem[] } {
  const made: Tree = { now };
  const problems: Problem[] = [];
  fill(made, mapping, source, now, "", problems);
  return { case: made, problems };
}

function fill(into: Tree, mapping: Mapping, source: unknown, now: string, at: string, problems: Problem[]): void {
  for (const [field, rule] of Object.entries(mapping)) {
    const where = at + field;
    if (typeof rule === "object" && "each" in rule) {
      const list = find(source, rule.each);
      if (list === undefined || list === null) continue;
      if (!Array.isArray(list)) {
        problems.push({ field: where, from: rule.each, code: "not_list" });
        continue;
      }
      put(into, field, list.map((entry: unknown, i) => {
        const item: Tree = {};
        fill(item, rule.item, entry, now, `${where}[${i}].`, problems);
        return item;
      }), problems, where);
      continue;
    }
    const value = typeof rule === "string" && rule.startsWith("=") ? rule.slice(1) : read(typeof rule === "string" ? { from: rule } : rule, source, now, where, problems);
    if (value !== undefined) put(into, field, value, problems, where);
  }
}

function read(rule: ValueRule, source: unknown, now: string, field: string, problems: Problem[]): unknown {
  const places = typeof rule.from === "string" ? [rule.from] : rule.from;
  const from = places.find((place) => !absent(find(source, place)));
  if (from === undefined) return rule.else;
  let value = find(source, from);
  const wrong = (code: Problem["code"]) => {
    problems.push({ field, from, code });
    return rule.else;
  };
  if (rule.map) {
    const key = String(value);
    if (!Object.hasOwn(rule.map, key)) return rule.else === undefined ? wrong("not_listed") : rule.else;
    value = rule.map[key];
  }
  const converted = convert(value, rule.type, now);
  if ("code" in converted) return wrong(converted.code);
  const { is } = converted;
  return rule.take !== undefined && typeof is === "string" ? Array.from(is).slice(0, rule.take).join("") : is;
}

function convert(value: unknown, type: ValueRule["type"], now: string): { is: unknown } | { code: Problem["code"] } {
  const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : undefined;
  switch (type) {
    case undefined:
      return { is: value };
    case "text":
      return text === undefined ? { code: "not_text" } : { is: text };
    case "int":
    case "fen":
      return text !== undefined && /^-?\d{1,15}$/.test(text) ? { is: Number(text) } : { code: "not_int" };
    case "yuan": {
      const amount = text === undefined ? undefined : fen(text);
      return amount === undefined ? { code: "not_amount" } : { is: amount };
    }
    case "bool":
      if (typeof value === "boolean") return { is: value };
      return text === "true" || text === "1" ? { is: true } : text === "false" || text === "0" ? { is: false } : { code: "not_bool" };
    case "time": {
      const time = text === undefined ? undefined : moment(text, now);
      return time === undefined ? { code: "not_time" } : { is: time };
    }
  }
}

/** A time in the offset of `now`, in whole seconds; a number is seconds since 1970. */
function moment(text: string, now: string): string | undefined {
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(now)?.[1] ?? "Z";
  const at = /^\d{9,10}(\.\d+)?$/.test(text) ? Math.trunc(Number(text)) * 1000 : /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : inOffset(at, offset);
}

/** Milliseconds since 1970 as RFC 3339 in `offset`. */
export function inOffset(at: number, offset: string): string {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  const minutes = match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
  return new Date(at + minutes * 60_000).toISOString().slice(0, 19) + (match ? offset : "Z");
}

function absent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** `a.b[0]["c.d"]` in an object; only what it has of its own. */
function find(source: unknown, place: string): unknown {
  const path = parse(place);
  let at: unknown = path ? source : undefined;
  for (const key of path ?? []) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

/** The steps of a path, a number being a place in a list. */
function parse(place: string): (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  const part = /^(?:\.?([^.[\]"]+)|\[(\d+)\]|\["([^"]+)"\])/;
  let rest = place;
  while (rest !== "") {
    const found = part.exec(rest);
    if (!found) return undefined;
    keys.push(found[2] === undefined ? (found[1] ?? found[3] ?? "") : Number(found[2]));
    rest = rest.slice(found[0].length);
  }
  return keys.length === 0 ? undefined : keys;
}

function put(into: Tree, field: string, value: unknown, problems: Problem[], where: string): void {
  const keys = parse(field) ?? [];
  let at: object = into;
  for (const [i, key] of keys.entries()) {
    const next = keys[i + 1];
    const held = Object.hasOwn(at, key) ? (at as Tree)[key] : undefined;
    // Into a text there is no way, and a list has its entries one after the other.
    if ((next !== undefined && held !== undefined && (held === null || typeof held !== "object")) || (typeof key === "number") !== Array.isArray(at) || (typeof key === "number" && key > (at as unknown[]).length)) {
      problems.push({ field: where, from: "", code: "bad_path" });
      return;
    }
    const given = next === undefined ? value : (held ?? (typeof next === "number" ? [] : {}));
    // Defined and not set: a name like __proto__ is a name like any other.
    Object.defineProperty(at, key, { value: given, enumerable: true, writable: true, configurable: true });
    at = given as object;
  }
}
