import type { Case, Decision } from "../engine/types.ts";
import type { Flip, Known } from "./protocol.ts";

/** How many decisions a search may cost: a few seconds at most. */
const BUDGET = 30_000;
/** As many changes as a person reads. */
const ENOUGH = 12;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * What would change the outcome: every single field of the case that does, with the value nearest to the one it has; where none
 * does, pairs of fields. `aspect` is a path in the decision (`refund.pay_fen`, `status`), or `rule:<id>` for whether a rule
 * fires. Fields are the names the pack's expressions may say; values come from their lists, and numbers from the pack's own.
 */
export async function flips(
  input: string, aspect: string, names: readonly Known[], pack: string, decide: (text: string) => Promise<string>, progress: (done: number) => void,
): Promise<Flip[]> {
  const given = JSON.parse(input) as Case;
  let spent = 0;
  const outcome = async (changes: readonly Change[]): Promise<string | undefined> => {
    if (++spent % 500 === 0) progress(Math.min(1, spent / BUDGET));
    const changed = structuredClone(given) as unknown as Json;
    for (const { path, to } of changes) put(changed, path, to);
    const decision = JSON.parse(await decide(JSON.stringify(changed))) as Decision;
    return decision.status === "invalid" ? undefined : read(decision, aspect);
  };
  const now = await outcome([]);
  if (now === undefined) return [];

  const fields = fieldsOf(given, names, meansOf(pack));
  const out: Flip[] = [];
  for (const field of fields) {
    for (const to of field.candidates) {
      if (spent > BUDGET) return ranked(out);
      const found = await outcome([{ path: field.path, to }]);
      if (found === undefined || found === now) continue;
      const nearest = typeof to === "number" && typeof field.from === "number" ? await bisect(field.path, field.from, to, now, outcome) : { to, found };
      out.push({ path: dotted(field.path), from: field.from, to: nearest.to, outcome: nearest.found });
      break;
    }
  }
  if (out.length > 0) return ranked(out);
  // No field does it alone. Of numbers and times only the nearest candidate is paired: the others would be paired for ever.
  const few = fields.map((field) => ({ ...field, candidates: field.candidates.slice(0, typeof field.from === "boolean" || field.closed ? 4 : 1) }));
  for (const [i, one] of few.entries()) {
    for (const two of few.slice(i + 1)) {
      for (const a of one.candidates) {
        for (const b of two.candidates) {
          if (spent > BUDGET || out.length >= ENOUGH) return out;
          const found = await outcome([{ path: one.path, to: a }, { path: two.path, to: b }]);
          if (found === undefined || found === now) continue;
          out.push({ path: `${dotted(one.path)} + ${dotted(two.path)}`, from: [one.from, two.from], to: [a, b], outcome: found });
        }
      }
    }
  }
  return out;
}

type Path = readonly (string | number)[];
interface Change { path: Path; to: Json }
interface Field { path: Path; from: Json; candidates: Json[]; closed: boolean }

/** The value nearest to `from` that still changes the outcome, taking it that only one border lies between. */
async function bisect(path: Path, from: number, to: number, now: string, outcome: (changes: Change[]) => Promise<string | undefined>): Promise<{ to: number; found: string }> {
  let [same, other] = [from, to];
  let found = "";
  while (Math.abs(other - same) > 1) {
    const middle = Math.trunc(same + (other - same) / 2);
    const at = await outcome([{ path, to: middle }]);
    if (at === undefined || at === now) same = middle;
    else [other, found] = [middle, at];
  }
  return { to: other, found: found || (await outcome([{ path, to: other }])) || "" };
}

/** Fewer words to say first: yes and no, then values of a list, then numbers by how far they are away. */
function ranked(found: Flip[]): Flip[] {
  const weight = ({ from, to }: Flip) => {
    if (typeof to === "boolean") return 0;
    if (typeof to === "number") return 2 + Math.min(1, Math.abs(to - (typeof from === "number" ? from : 0)) / 1e9);
    return to === null ? 1.5 : 1;
  };
  return found.sort((a, b) => weight(a) - weight(b) || (a.path < b.path ? -1 : 1)).slice(0, ENOUGH);
}

function fieldsOf(given: Case, names: readonly Known[], means: Means): Field[] {
  const out: Field[] = [];
  const add = (path: Path, { type, of }: Known) => {
    const from = at(given as unknown as Json, path);
    const values = valuesOf(type, of, from, given.now, means).filter((value) => value !== from);
    if (values.length > 0) out.push({ path, from, candidates: values, closed: of !== "" });
  };
  for (const name of names) {
    if (name.when.startsWith("once ") || name.name === "now") continue; // what a stage works out is no fact
    if (name.name.startsWith("line.")) {
      for (const i of (given.lines ?? []).keys()) add(["lines", i, name.name.slice("line.".length)], name);
    } else if (/^[a-z_]+(\.[a-z_0-9]+)*$/.test(name.name) && name.type !== "list" && name.type !== "function" && !name.name.startsWith("settings.")) {
      add(name.name.split("."), name);
    }
  }
  return out;
}

function valuesOf(type: string, of: string, from: Json, now: string, { numbers, lists }: Means): Json[] {
  switch (type.replace(/\?$/, "")) {
    case "bool":
      return [from === true ? false : true, from === null ? false : null];
    case "int": {
      const near = typeof from === "number" ? from : 0;
      const all = [...new Set(numbers.flatMap((n) => [n - 1, n, n + 1]).filter((n) => n >= 0))];
      return all.sort((a, b) => Math.abs(a - near) - Math.abs(b - near)).slice(0, 80);
    }
    case "time":
      return [now, ...[-3600, -86400, -3 * 86400, -15 * 86400, -40 * 86400, 3600, 86400].map((seconds) => shifted(now, seconds)), null];
    case "text":
      if (of === "") return [null];
      return [...(of.startsWith("list ") ? lists.get(of.slice("list ".length)) ?? [] : of.split(", ")), null];
    default:
      return [];
  }
}

/** A time so many seconds from another, with the same offset. */
function shifted(time: string, seconds: number): string {
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(time)?.[0] ?? "Z";
  const minutes = offset === "Z" ? 0 : (offset.startsWith("-") ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return new Date(Date.parse(time) + seconds * 1000 + minutes * 60_000).toISOString().slice(0, 19) + (offset === "Z" ? "Z" : offset);
}

/** What a pack says about values: the whole numbers that its settings, rules and tables name, since there the borders are, and its lists. */
interface Means { numbers: number[]; lists: Map<string, string[]> }

function meansOf(pack: string): Means {
  const { settings, source, lists } = JSON.parse(pack) as {
    settings: { int: number }[]; source: { path: string; text: string }[]; lists: { name: string; values: { id: string }[] }[];
  };
  const found = new Set<number>([0, 1, ...settings.map(({ int }) => int)]);
  for (const { path, text } of source) {
    if (!/^(rules|tables)\//.test(path)) continue;
    for (const [digits] of text.matchAll(/(?<![\w.-])\d{1,12}(?![\w.-])/g)) found.add(Number(digits));
  }
  return { numbers: [...found], lists: new Map(lists.map(({ name, values }) => [name, values.map(({ id }) => id)])) };
}

/** A part of a decision as text, to compare: absent is "". */
function read(decision: Decision, aspect: string): string {
  if (aspect.startsWith("rule:")) return String(decision.trace.some(({ rule }) => rule === aspect.slice("rule:".length)));
  const found = at(decision as unknown as Json, aspect.split("."));
  return found === null ? "" : JSON.stringify(found);
}

function at(root: Json, path: Path): Json {
  let here: Json | undefined = root;
  for (const key of path) {
    if (here === null || typeof here !== "object") return null;
    here = Array.isArray(here) ? here[key as number] : here[key];
  }
  return here ?? null;
}

function put(root: Json, path: Path, value: Json): void {
  let here = root as Record<string | number, Json>;
  for (const key of path.slice(0, -1)) {
    if (here[key] === null || typeof here[key] !== "object") here[key] = {};
    here = here[key] as Record<string, Json>;
  }
  const last = path[path.length - 1];
  if (last !== undefined) here[last] = value;
}

function dotted(path: Path): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}
