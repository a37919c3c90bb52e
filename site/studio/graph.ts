import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type YAMLMap } from "yaml";
import { word, written } from "./yamltext.ts";

/** A line that a step says. */
export interface Line {
  text: string;
  gloss: string;
  when: string;
}

/** A step of a talk track; or another track that is called; or what is offered at every step. */
export interface Step {
  /** The step's name, the other track's, or ANYTIME. */
  id: string;
  kind: "step" | "call" | "anytime";
  line: number;
  aim: string;
  tags: string[];
  say: Line[];
  ask: string[];
  /** How the track ends here; empty where it goes on. */
  end: string;
}

/** A way from a step to another. */
export interface Way {
  from: string;
  to: string;
  kind: "reply" | "next" | "anytime" | "interrupt";
  /** The reply's id; of the others their number, from 0. */
  id: string;
  label: string;
  gloss: string;
  when: string;
  line: number;
}

export interface Graph {
  title: string;
  start: string;
  steps: Step[];
  ways: Way[];
}

/** The name of what is offered at every step; no step can be called so. */
export const ANYTIME = "*";

/** A talk track as a graph; undefined of a text that cannot be read as one. */
export function graphOf(text: string): Graph | undefined {
  const counter = new LineCounter();
  const { contents, errors } = parseDocument(text, { lineCounter: counter, uniqueKeys: false });
  if (!isMap(contents) || errors.length > 0) return undefined;
  const steps = contents.get("steps", true);
  if (!isMap(steps)) return undefined;
  const line = (node: unknown) => counter.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const out: Graph = { title: textOf(contents.get("title", true)).text, start: "", steps: [], ways: [] };
  for (const { key, value } of steps.items) {
    const id = word(key);
    const step = isMap(value) ? value : undefined;
    out.steps.push({ id, kind: "step", line: line(key), aim: textOf(step?.get("aim", true)).text, tags: wordsOf(step?.get("tags", true)), say: linesOf(step?.get("say", true)), ask: wordsOf(step?.get("ask", true)), end: word(step?.get("end", true)) });
    if (step) out.ways.push(...waysOf(step, id, line));
  }
  out.start = word(contents.get("start", true)) || (out.steps[0]?.id ?? "");
  const always = [
    ...replies(contents.get("anytime", true), ANYTIME, "anytime", line),
    ...nexts(contents.get("interrupts", true), ANYTIME, "interrupt", line),
  ];
  if (always.length > 0) out.steps.push({ id: ANYTIME, kind: "anytime", line: always[0]?.line ?? 1, aim: "", tags: [], say: [], ask: [], end: "" });
  out.ways.push(...always);
  const known = new Set(out.steps.map(({ id }) => id));
  for (const { to, line: from } of out.ways) {
    if (to === "" || known.has(to)) continue;
    known.add(to);
    out.steps.push({ id: to, kind: "call", line: from, aim: "", tags: [], say: [], ask: [], end: "" });
  }
  return out;
}

function waysOf(step: YAMLMap, from: string, line: (node: unknown) => number): Way[] {
  return [...replies(step.get("replies", true), from, "reply", line), ...nexts(step.get("next", true), from, "next", line)];
}

function replies(node: unknown, from: string, kind: Way["kind"], line: (node: unknown) => number): Way[] {
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => {
    const reply = isMap(value) ? value : undefined;
    const label = textOf(reply?.get("label", true));
    return { from, to: reply ? word(reply.get("to", true)) : word(value), kind, id: word(key), label: label.text, gloss: label.gloss || word(reply?.get("gloss", true)), when: word(reply?.get("when", true)), line: line(key) };
  });
}

function nexts(node: unknown, from: string, kind: Way["kind"], line: (node: unknown) => number): Way[] {
  const items = isSeq(node) ? node.items : isScalar(node) ? [node] : [];
  return items.map((item, i) => ({ from, to: isMap(item) ? word(item.get("to", true)) : word(item), kind, id: String(i), label: "", gloss: "", when: isMap(item) ? word(item.get("when", true)) : "", line: line(item) }));
}

function textOf(node: unknown): { text: string; gloss: string } {
  return isMap(node) ? { text: word(node.get("text", true)), gloss: word(node.get("gloss", true)) } : { text: word(node), gloss: "" };
}

function linesOf(node: unknown): Line[] {
  const one = (item: unknown): Line => ({ ...textOf(item), when: isMap(item) ? word(item.get("when", true)) : "" });
  return isSeq(node) ? node.items.map(one) : node ? [one(node)] : [];
}

function wordsOf(node: unknown): string[] {
  return isSeq(node) ? node.items.map(word) : word(node) === "" ? [] : [word(node)];
}

/** A way, by where it begins, its kind and its id. */
export type WayKey = Pick<Way, "from" | "kind" | "id">;

/** The text with a reply called otherwise; undefined where there is no such reply. */
export function relabel(text: string, way: WayKey, label: string): string | undefined {
  const node = wayNode(parseDocument(text, { uniqueKeys: false }), way);
  const found = isMap(node) ? node.get("label", true) : undefined;
  return replaced(text, isMap(found) ? found.get("text", true) : found, label);
}

/** The text with a way that leads elsewhere. */
export function retarget(text: string, way: WayKey, to: string): string | undefined {
  const node = wayNode(parseDocument(text, { uniqueKeys: false }), way);
  return replaced(text, isMap(node) ? node.get("to", true) : node, to);
}

function replaced(text: string, node: unknown, value: string): string | undefined {
  const range = (node as Node | null | undefined)?.range;
  if (!range || !isScalar(node)) return undefined;
  return word(node) === value ? text : text.slice(0, range[0]) + written(value) + text.slice(range[1]);
}

function wayNode({ contents }: Document, { from, kind, id }: WayKey): unknown {
  if (!isMap(contents)) return undefined;
  const steps = contents.get("steps", true);
  const within = kind === "anytime" || kind === "interrupt" ? contents : isMap(steps) ? steps.get(from, true) : undefined;
  const list = isMap(within) ? within.get({ reply: "replies", next: "next", anytime: "anytime", interrupt: "interrupts" }[kind], true) : undefined;
  if (isSeq(list)) return list.items[Number(id)];
  return isMap(list) ? list.get(id, true) : list;
}

/** The text with a new step behind the others, which says something and ends the talk, until it is told otherwise. */
export function withStep(text: string, id: string, line: { id: string; text: string }): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const steps = isMap(contents) ? contents.get("steps", true) : undefined;
  if (!isMap(steps) || steps.flow === true || steps.has(id) || !/^[a-z]\w*$/.test(id)) return undefined;
  const [first, last] = [steps.items[0], steps.items.at(-1)];
  const from = (first?.key as Node | undefined)?.range?.[0];
  const end = ((last?.value ?? last?.key) as Node | undefined)?.range?.[1];
  if (from === undefined || end === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf("\n", from) + 1, from);
  const at = lineEnd(text, end);
  return `${text.slice(0, at)}\n${indent}${id}:\n${indent}  say:\n${indent}    - { id: ${written(line.id)}, text: ${JSON.stringify(line.text)} }\n${indent}  end: done${text.slice(at)}`;
}

/** The text with a reply more at a step. A step that ended goes on by it. */
export function withReply(text: string, step: string, reply: { id: string; label: string; to: string }): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  const steps = isMap(contents) ? contents.get("steps", true) : undefined;
  const pair = isMap(steps) ? steps.items.find(({ key }) => word(key) === step) : undefined;
  const body = pair?.value;
  const keyAt = (pair?.key as Node | undefined)?.range?.[0];
  if (!isMap(body) || body.flow === true || keyAt === undefined || !/^[a-z]\w*$/.test(reply.id)) return undefined;
  const made = `${reply.id}: { label: ${written(reply.label)}, to: ${written(reply.to)} }`;
  const inner = text.slice(text.lastIndexOf("\n", (body.items[0]?.key as Node).range?.[0] ?? 0) + 1, (body.items[0]?.key as Node).range?.[0] ?? 0);
  const list = body.get("replies", true);
  const ending = body.items.find(({ key }) => word(key) === "end");
  if (isMap(list)) {
    if (list.has(reply.id)) return undefined;
    const last = list.items.at(-1);
    const [at, to] = [(last?.key as Node).range?.[0] ?? 0, ((last?.value ?? last?.key) as Node).range?.[1] ?? 0];
    if (list.flow === true) return `${text.slice(0, to)}, ${made}${text.slice(to)}`;
    const indent = text.slice(text.lastIndexOf("\n", at) + 1, at);
    const end = lineEnd(text, to);
    return `${text.slice(0, end)}\n${indent}${made}${text.slice(end)}`;
  }
  if (ending) {
    const from = text.lastIndexOf("\n", (ending.key as Node).range?.[0] ?? 0) + 1;
    const end = lineEnd(text, (ending.value as Node).range?.[1] ?? 0);
    return `${text.slice(0, from)}${inner}replies:\n${inner}  ${made}${text.slice(end)}`;
  }
  const last = body.items.at(-1);
  const end = lineEnd(text, ((last?.value ?? last?.key) as Node).range?.[1] ?? 0);
  return `${text.slice(0, end)}\n${inner}replies:\n${inner}  ${made}${text.slice(end)}`;
}

/** Where the line ends on which something ends, with the comment behind it. */
function lineEnd(text: string, at: number): number {
  const before = text[at - 1] === "\n" ? at - 1 : at; // a block ends behind its line break
  const end = text.indexOf("\n", before);
  return end < 0 ? text.length : end;
}
