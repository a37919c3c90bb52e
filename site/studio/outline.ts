import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node, type YAMLMap } from "yaml";

/** A thing in the pack that has a name and a place. */
export interface Entry {
  name: string;
  note: string;
  line: number;
  children: Entry[];
}

export type Kind = "pack" | "rules" | "tables" | "scenarios" | "wording" | "calendar" | "tests" | "rows";
export const KINDS: readonly Kind[] = ["pack", "rules", "tables", "scenarios", "wording", "calendar", "tests", "rows"];

export function kindOf(path: string): Kind {
  const folder = path.split("/")[0] as Kind;
  return KINDS.includes(folder) ? folder : "pack";
}

const known = new Map<string, { text: string; entries: Entry[] }>();

/** What is in a file, for the tree. A file that cannot be read has nothing to show, and the findings say why. */
export function outlineOf(path: string, text: string): Entry[] {
  const before = known.get(path);
  if (before?.text === text) return before.entries;
  const entries = read(path, text);
  known.set(path, { text, entries });
  return entries;
}

function read(path: string, text: string): Entry[] {
  const kind = kindOf(path);
  if (kind === "tables") {
    return text.split("\n").flatMap((line, i) => (/^(#|id,|\s*$)/.test(line) ? [] : [{ name: line.split(",")[0] ?? "", note: "", line: i + 1, children: [] }]));
  }
  const lines = new LineCounter();
  try {
    const docs = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false });
    const line = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : 1);
    const entry = (node: YAMLMap, name: string, note = ""): Entry => ({ name, note, line: line(node), children: [] });
    return (Array.isArray(docs) ? docs : []).flatMap(({ contents }): Entry[] => {
      if (kind === "tests" && isSeq(contents)) {
        return contents.items.flatMap((item) => (isMap(item) ? [entry(item, word(item, "name"))] : []));
      }
      if (!isMap(contents)) return [];
      if (kind === "rules") {
        const decision = entry(contents, word(contents, "decision"), word(contents, "hit"));
        const rules = contents.get("rules", true);
        if (isSeq(rules)) decision.children = rules.items.flatMap((item) => (isMap(item) ? [entry(item, word(item, "id"), word(item, "row"))] : []));
        return [decision];
      }
      if (kind === "scenarios") {
        const steps = contents.get("steps", true);
        if (!isMap(steps)) return [];
        return steps.items.map(({ key, value }) => ({ name: String(isScalar(key) ? key.value : ""), note: isMap(value) ? word(value, "aim") : "", line: line(key as Node), children: [] }));
      }
      if (kind === "wording") return [entry(contents, word(contents, "check"), word(contents, "row"))];
      return [];
    });
  } catch {
    return [];
  }
}

function word(map: YAMLMap, key: string): string {
  const value = map.get(key);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What a file is called in the tree: a track's title, a table's name. */
export function titleOf(path: string, text: string): string {
  const name = path.split("/").at(-1)?.replace(/\.(ya?ml|csv)$/, "") ?? path;
  if (kindOf(path) !== "scenarios") return name;
  return labelOf(text)?.text ?? name;
}

/** What a talk track is called, without reading the whole of it. */
export function labelOf(text: string): { text: string; gloss: string } | undefined {
  const found = /^title:\s*(?:\{\s*text:\s*)?(.+?)\s*(?:,\s*gloss:\s*(.*?)\s*\}?)?\s*$/m.exec(text);
  const plain = (part = "") => part.replace(/^["']|["']$/g, "");
  return found ? { text: plain(found[1]), gloss: plain(found[2]) } : undefined;
}
