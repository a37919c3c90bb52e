import type { Case } from "../engine/types.ts";

/** A field of a case: its path as packs write it (`customer.has_id`, `lines[].consented_by`), and of which line. */
export interface Place {
  field: string;
  line?: string;
}

type Tree = Record<string, unknown>;

/** The value there; undefined when the field is absent or null. */
export function read(from: Case, place: Place): unknown {
  const { holder, name } = find(from, place, false) ?? {};
  return holder && name !== undefined ? (holder[name] ?? undefined) : undefined;
}

/** Writes the value, making the objects on the way. A line that is not in the case is left alone. */
export function put(into: Case, place: Place, value: unknown): void {
  const found = find(into, place, true);
  if (found) found.holder[found.name] = value;
}

/** The places a field stands for: one, or for `lines[].…` one in every line that lacks it. */
export function places(of: Case, field: string): Place[] {
  if (!field.startsWith("lines[].")) return [{ field }];
  return (of.lines ?? []).map(({ id }) => ({ field, line: id })).filter((place) => read(of, place) === undefined);
}

function find(root: Case, place: Place, make: boolean): { holder: Tree; name: string } | undefined {
  const path = place.field.split(".");
  const name = path.pop();
  if (name === undefined) return undefined;
  let holder = root as unknown as Tree;
  for (const part of path) {
    if (part === "lines[]") {
      const line = root.lines?.find(({ id }) => id === place.line);
      if (!line) return undefined;
      holder = line as unknown as Tree;
      continue;
    }
    if (!Object.hasOwn(holder, part) || holder[part] === null) {
      if (!make) return undefined;
      holder[part] = {};
    }
    const next = holder[part];
    if (typeof next !== "object") return undefined;
    holder = next as Tree;
  }
  return { holder, name };
}
