import type { Sources } from "../engine/runner.ts";

/** Where a rule or a table's row stands, by its id. */
export function placeOfRule(files: Readonly<Sources>, id: string): { path: string; line: number } | undefined {
  const plain = id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const rule = new RegExp(`\\bid:\\s*["']?${plain}["']?\\s*(?:$|[,}#])`, "m");
  const row = new RegExp(`^${plain},`, "m");
  for (const [path, text] of Object.entries(files)) {
    const found = path.startsWith("rules/") ? rule.exec(text) : path.startsWith("tables/") ? row.exec(text) : null;
    if (found) return { path, line: text.slice(0, found.index).split("\n").length };
  }
  return undefined;
}
