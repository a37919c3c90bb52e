import type { Known } from "./protocol.ts";
import type { List } from "./packfile.ts";

/** What a column of a decision table is for, as its header says, and what its cells can be, as far as the pack knows. */
export interface Column {
  role: "id" | "input" | "output" | "row" | "note";
  name: string;
  /** text, int, bool or time, with ? where it may be absent; empty where it is not known. */
  type: string;
  values: { value: string; label: string }[];
}

export function columnOf(header: string, table: string, names: readonly Known[], lists: readonly List[]): Column {
  const output = header.startsWith("=>");
  const name = output ? header.slice(2).trim() : header;
  if (!output && (name === "id" || name === "row" || name === "note")) return { role: name, name, type: "text", values: [] };
  if (!output && name === "basis") return { role: "note", name, type: "text", values: [] };
  const known = names.find((one) => one.name === (output ? `${table}.${name}` : name));
  // The result of a decision may be absent; what a table's own row gives is not.
  const type = output ? (known?.type ?? "").replace(/\?$/, "") : (known?.type ?? "");
  const values = valuesOf(known, lists);
  if (type.startsWith("bool")) values.push({ value: "true", label: "" }, { value: "false", label: "" });
  if (values.length > 0 && !output) {
    values.push({ value: "-", label: "" });
    if (type.endsWith("?")) values.push({ value: "null", label: "" });
  }
  return { role: output ? "output" : "input", name, type, values };
}

function valuesOf(known: Known | undefined, lists: readonly List[]): Column["values"] {
  if (!known || known.of === "") return [];
  const list = /^list (\S+)$/.exec(known.of)?.[1];
  if (list !== undefined) return lists.find(({ name }) => name === list)?.items.map(({ id, label }) => ({ value: id, label })) ?? [];
  return known.of.split(", ").map((value) => ({ value, label: "" }));
}
