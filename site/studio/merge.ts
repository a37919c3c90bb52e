import type { Sources } from "../engine/runner.ts";
import { kindOf } from "./outline.ts";

/** A place that two people changed in two ways. `path` is the file; where one of them took the file away its text is null. */
export interface Conflict {
  path: string;
  /** The first line of what was changed: the rule, the step, the row. */
  title: string;
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

/** One file after the merge: texts, and between them what has to be decided. */
type Piece = string | Conflict;

export interface Merge {
  /** Files as they come out, in pieces; a file without a conflict is one text. */
  files: Record<string, Piece[]>;
  /** Files that are gone. */
  gone: string[];
  conflicts: Conflict[];
  /** Files in which something of theirs was taken in. */
  taken: string[];
}

export type Choice = "ours" | "theirs" | "both";

/**
 * Merges two people's edits of a pack, rule by rule: a rule, a row of a table, a step of a talk track, a setting is taken whole from whoever
 * changed it, and is a conflict where both did, differently. Nothing is decided here that was changed by both.
 */
export function merge(base: Readonly<Sources>, ours: Readonly<Sources>, theirs: Readonly<Sources>): Merge {
  const out: Merge = { files: {}, gone: [], conflicts: [], taken: [] };
  for (const path of [...new Set([...Object.keys(base), ...Object.keys(ours), ...Object.keys(theirs)])].sort()) {
    const [b, o, t] = [base[path] ?? null, ours[path] ?? null, theirs[path] ?? null];
    if (o === t || t === b) settle(out, path, o);
    else if (o === b) {
      settle(out, path, t);
      out.taken.push(path);
    } else if (o === null || t === null || b === null) {
      const conflict: Conflict = { path, title: path, base: b, ours: o, theirs: t };
      out.files[path] = [conflict];
      out.conflicts.push(conflict);
    } else {
      const pieces = mergeText(path, b, o, t);
      out.files[path] = pieces;
      out.taken.push(path);
      out.conflicts.push(...pieces.filter((piece) => typeof piece !== "string"));
    }
  }
  return out;
}

function settle(out: Merge, path: string, text: string | null): void {
  if (text === null) out.gone.push(path);
  else out.files[path] = [text];
}

/** The sources with every conflict decided. */
export function decided({ files }: Merge, choose: (conflict: Conflict) => Choice): Sources {
  const out: Sources = {};
  for (const [path, pieces] of Object.entries(files)) {
    const texts = pieces.map((piece) => {
      if (typeof piece === "string") return piece;
      const { ours, theirs } = piece;
      const choice = choose(piece);
      if (choice === "both") return ours === null || theirs === null ? ours ?? theirs : ours + theirs;
      return choice === "ours" ? ours : theirs;
    });
    if (texts.every((text) => text !== null)) out[path] = texts.join("");
  }
  return out;
}

/**
 * The chunks of the three texts by name. A general three-way merge of lines would call two edits of neighbouring rules a conflict, and
 * two edits of different lines of one rule none: here it is the other way round.
 */
function mergeText(path: string, base: string, ours: string, theirs: string): Piece[] {
  const [b, o, t] = [named(path, base), named(path, ours), named(path, theirs)];
  const moved = (other: ReadonlyMap<string, string>) => order(b, other) !== order(other, b);
  if (moved(o) && moved(t) && order(o, t) !== order(t, o)) return [{ path, title: path, base, ours, theirs }];
  // The order is that of whoever changed it; what only the other has stands behind what it stood behind there.
  const [first, second] = moved(t) ? [t, o] : [o, t];
  const names = [...first.keys()];
  let after = -1;
  for (const name of second.keys()) {
    const at = names.indexOf(name);
    if (at >= 0) after = at;
    else names.splice(++after, 0, name);
  }
  return names.flatMap((name): Piece[] => {
    const [was, mine, other] = [b.get(name) ?? null, o.get(name) ?? null, t.get(name) ?? null];
    if (mine === other || other === was) return mine === null ? [] : [mine];
    if (mine === was) return other === null ? [] : [other];
    return [{ path, title: titleOf(mine ?? other ?? ""), base: was, ours: mine, theirs: other }];
  });
}

/** The names of one that the other has too, in the one's order. */
function order(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string {
  return [...one.keys()].filter((name) => other.has(name)).join("\n");
}

/** The chunks of a text by what an operator would call them; of several with the same name each has its number. */
function named(path: string, text: string): Map<string, string> {
  const out = new Map<string, string>();
  const seen = new Map<string, number>();
  let within = "";
  for (const chunk of chunks(path, text)) {
    const title = titleOf(chunk);
    const id = kindOf(path) === "tables" ? title.split(",")[0] ?? "" : /\bid:\s*["']?([\w.-]+)/.exec(title)?.[1] ?? /^-?\s*[\w.]+:(?=\s*(?:$|[{[|>]))/.exec(title)?.[0] ?? /^(?:decision|check): .*/.exec(title)?.[0] ?? /^[\w.]+:/.exec(title)?.[0] ?? title;
    if (/^\S/.test(firstLine(chunk)) && !firstLine(chunk).startsWith("-") || /^(?:---|decision:)/.test(firstLine(chunk))) within = id;
    const name = `${within}\n${id}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    out.set(`${name}\n${times}`, chunk);
  }
  return out;
}

function firstLine(chunk: string): string {
  return chunk.split("\n").find((line) => !/^\s*(#|$)/.test(line)) ?? "";
}

function titleOf(chunk: string): string {
  const lines = chunk.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "" && !line.startsWith("#") && line !== "---") ?? lines[0] ?? "";
}

/** Where a chunk begins, by kind of file: what an operator would call one thing. */
const STARTS: Readonly<Record<ReturnType<typeof kindOf>, RegExp>> = {
  pack: /^(?:\S| {2}\S)/,
  rules: /^(?:---|\S| *- )/,
  tables: /^/,
  scenarios: /^(?:\S| {2}\S)/,
  wording: /^(?:---|\S| *- )/,
  calendar: /^(?:\S| {2}\S)/,
  tests: /^(?:\S)/,
  rows: /^\S/,
};

/** A text in its rules, rows or steps; joined, they are the text. What a comment stands before, it goes with. */
export function chunks(path: string, text: string): string[] {
  const start = STARTS[kindOf(path)];
  const out: string[] = [];
  let comment = "";
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (/^\s*(#|$)/.test(line)) comment += line;
    else {
      if (start.test(line) || out.length === 0) out.push(comment + line);
      else out.push((out.pop() ?? "") + comment + line);
      comment = "";
    }
  }
  if (comment !== "") out.push(comment);
  return out;
}
