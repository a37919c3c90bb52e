import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";
import { word, written } from "./yamltext.ts";

/** A setting as pack.yaml has it. */
export interface Setting {
  name: string;
  /** The value as it is written: 72h, 50000, [a, b]. */
  value: string;
  /** The texts of a value that is a list. */
  items: string[] | undefined;
  kind: "int" | "bool" | "duration" | "list" | "text" | "unsettled";
  unit: string;
  origin: string;
  row: string;
  note: string;
  line: number;
}

/** One of an operator's lists of values. */
export interface List {
  name: string;
  line: number;
  items: { id: string; label: string; gloss: string }[];
}

export const DURATION = /^\d+(s|m|h|d|wd)$/;

/** What pack.yaml says of settings, lists, and what fields of the case are called, by their path. */
export interface PackFile {
  settings: Setting[];
  lists: List[];
  labels: List["items"];
}

const known = new Map<string, PackFile>();

/** What pack.yaml says; nothing of a file that cannot be read, and the findings say why. */
export function packOf(text: string): PackFile {
  const before = known.get(text);
  if (before) return before;
  const out: PackFile = { settings: [], lists: [], labels: [] };
  const counter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: counter, uniqueKeys: false });
  if (isMap(contents)) {
    const line = (node: unknown) => counter.linePos((node as Node | null)?.range?.[0] ?? 0).line;
    for (const { key, value } of pairs(contents, "settings")) out.settings.push({ ...settingOf(text, word(key), value), line: line(key) });
    for (const { key, value } of pairs(contents, "lists")) out.lists.push({ name: word(key), line: line(key), items: itemsOf(value) });
    out.labels = itemsOf(contents.get("labels", true));
  }
  known.clear(); // of one file the last text
  known.set(text, out);
  return out;
}

function pairs(map: YAMLMap, key: string): Pair[] {
  const found = map.get(key, true);
  return isMap(found) ? found.items : [];
}

function settingOf(text: string, name: string, node: unknown): Omit<Setting, "line"> {
  const value = isMap(node) ? node.get("value", true) : node;
  const say = (key: string) => (isMap(node) ? word(node.get(key, true)) : "");
  const [from, to] = (value as Node | null | undefined)?.range ?? [0, 0];
  const plain = word(value);
  const items = isSeq(value) ? value.items.map(word) : undefined;
  const given = isScalar(value) ? value.value : undefined;
  const kind = items ? "list" : typeof given === "boolean" ? "bool" : typeof given === "number" || typeof given === "bigint" ? "int" : plain === "unsettled" ? "unsettled" : DURATION.test(plain) ? "duration" : "text";
  return { name, value: items ? text.slice(from, to) : plain, items, kind, unit: say("unit"), origin: say("origin"), row: say("row"), note: say("note") };
}

function itemsOf(node: unknown): List["items"] {
  if (isSeq(node)) {
    return node.items.flatMap((item) => (isMap(item) ? item.items.map(({ key, value }) => itemOf(word(key), value)) : [itemOf(word(item), undefined)]));
  }
  return isMap(node) ? node.items.map(({ key, value }) => itemOf(word(key), value)) : [];
}

function itemOf(id: string, value: unknown): List["items"][number] {
  if (isMap(value)) return { id, label: word(value.get("label", true)), gloss: word(value.get("gloss", true)) };
  return { id, label: word(value), gloss: "" };
}

/**
 * pack.yaml with one setting's value written anew, and every other byte as it was. A list is given by its texts; of a text that is to
 * stay a text the quotes are added.
 */
export function withSetting(text: string, name: string, value: string | readonly string[]): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (!isMap(contents)) return text;
  const pair = pairs(contents, "settings").find(({ key }) => word(key) === name);
  const node = (isMap(pair?.value) ? pair.value.get("value", true) : pair?.value) as Node | null | undefined;
  if (!node?.range) return text;
  const { kind } = settingOf(text, name, pair?.value);
  const [from, to] = node.range;
  const made = typeof value !== "string" ? `[${value.map(written).join(", ")}]` : kind === "text" && !DURATION.test(value) ? written(value) : value;
  if (typeof value === "string" && value === word(node)) return text;
  return text.slice(0, from) + made + text.slice(to);
}

/** A value added to one of the lists, at its end, in the way the values before it are written. undefined where there is none to go by. */
export function withItem(text: string, list: string, id: string, label: string, gloss: string): string | undefined {
  const node = listNode(text, list);
  if (!node) return undefined;
  if (isSeq(node)) {
    const last = node.items.at(-1) as Node | undefined;
    if (!last?.range || !node.flow) return undefined;
    const made = label === "" ? written(id) : `{ ${written(id)}: ${labelled(label, gloss)} }`;
    return `${text.slice(0, last.range[1])}, ${made}${text.slice(last.range[1])}`;
  }
  const last = node.items.at(-1);
  const [keyFrom] = (last?.key as Node | undefined)?.range ?? [0];
  const end = ((last?.value ?? last?.key) as Node | undefined)?.range?.[1];
  if (end === undefined) return undefined;
  const made = `${written(id)}: ${labelled(label === "" ? id : label, gloss)}`;
  if (node.flow === true) return `${text.slice(0, end)}, ${made}${text.slice(end)}`;
  const indent = text.slice(text.lastIndexOf("\n", keyFrom) + 1, keyFrom);
  const eol = text.indexOf("\n", end);
  const at = eol < 0 ? text.length : eol;
  return `${text.slice(0, at)}\n${indent}${made}${text.slice(at)}`;
}

function labelled(label: string, gloss: string): string {
  return gloss === "" ? written(label) : `{ label: ${written(label)}, gloss: ${written(gloss)} }`;
}

/** Without a value of a list; undefined where it is not there or is the last one. */
export function withoutItem(text: string, list: string, id: string): string | undefined {
  const node = listNode(text, list);
  if (!node || node.items.length < 2) return undefined;
  const index = isSeq(node) ? node.items.findIndex((item) => word(item) === id || isMap(item) && word(item.items[0]?.key) === id) : node.items.findIndex(({ key }) => word(key) === id);
  if (index < 0) return undefined;
  const spans = isSeq(node) ? node.items.map((item) => (item as Node).range ?? [0, 0, 0]) : node.items.map(({ key, value }) => [(key as Node).range?.[0] ?? 0, ((value ?? key) as Node).range?.[1] ?? 0] as const);
  const here = spans[index];
  if (!here) return undefined;
  if (node.flow === true) {
    const [next, before] = [spans[index + 1], spans[index - 1]];
    return next ? text.slice(0, here[0]) + text.slice(next[0]) : text.slice(0, before?.[1]) + text.slice(here[1]);
  }
  const from = text.lastIndexOf("\n", here[0]) + 1;
  const eol = text.indexOf("\n", here[1]);
  return text.slice(0, from) + text.slice(eol < 0 ? text.length : eol + 1);
}

function listNode(text: string, list: string) {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const node = isMap(contents) ? pairs(contents, "lists").find(({ key }) => word(key) === list)?.value : undefined;
  return isMap(node) || isSeq(node) ? node : undefined;
}

/** The files that pack.yaml lists. */
export function filesIn(text: string): string[] {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const files = isMap(contents) ? contents.get("files", true) : undefined;
  return isSeq(files) ? files.items.map(word) : [];
}

/** pack.yaml with a file taken into its listing, behind the last one of the same folder, or out of it. Files that no page fetches are not listed. */
export function listing(text: string, path: string, here: boolean): string {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const files = isMap(contents) ? contents.get("files", true) : undefined;
  if (!isSeq(files) || /^(?:tests|rows)\//.test(path)) return text;
  const at = files.items.findIndex((item) => word(item) === path);
  if (here === at >= 0) return text;
  if (!here) {
    const node = files.items[at] as Node;
    const [from, to] = node.range ?? [0, 0];
    if (files.flow === true) return text.slice(0, from) + text.slice(to).replace(/^\s*,\s*/, "");
    const eol = text.indexOf("\n", to);
    return text.slice(0, text.lastIndexOf("\n", from) + 1) + text.slice(eol < 0 ? text.length : eol + 1);
  }
  const folder = `${path.split("/")[0] ?? ""}/`;
  const last = (files.items.filter((item) => word(item).startsWith(folder)).at(-1) ?? files.items.at(-1)) as Node | undefined;
  if (!last?.range) return text;
  const [from, to] = last.range;
  if (files.flow === true) return `${text.slice(0, to)}, ${path}${text.slice(to)}`;
  const indent = text.slice(text.lastIndexOf("\n", from) + 1, from);
  const eol = text.indexOf("\n", to);
  const end = eol < 0 ? text.length : eol;
  return `${text.slice(0, end)}\n${indent}${path}${text.slice(end)}`;
}
