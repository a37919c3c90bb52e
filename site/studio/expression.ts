/** A run of a text. */
export interface Run {
  from: number;
  to: number;
}

/** Where the rule language stands in a file: behind `when:`, in the outputs of `then`, between `{{` and `}}`, and in a table's cells. */
export function expressionsIn(text: string, path: string): Run[] {
  const out: Run[] = [];
  if (path.endsWith(".csv")) {
    let at = 0;
    for (const line of text.split("\n")) {
      if (!line.startsWith("#") && line.trim() !== "") out.push({ from: at, to: at + line.length });
      at += line.length + 1;
    }
    return out;
  }
  for (const match of text.matchAll(/\bwhen:[ \t]+(.*)$/gm)) {
    const whole = match[1] ?? "";
    const from = match.index + match[0].length - whole.length;
    out.push({ from, to: from + flowEnd(whole, text, match.index) });
  }
  for (const match of text.matchAll(/\bthen:[ \t]*\{(.*)\}[ \t]*\}?[ \t]*$/gm)) {
    const from = match.index + match[0].indexOf("{") + 1;
    out.push({ from, to: from + (match[1] ?? "").length });
  }
  for (const match of text.matchAll(/\{\{(.*?)\}\}/g)) out.push({ from: match.index + 2, to: match.index + match[0].length - 2 });
  return out.sort((a, b) => a.from - b.from || a.to - b.to).reduce<Run[]>((merged, run) => {
    const last = merged.at(-1);
    if (last && run.from < last.to) last.to = Math.max(last.to, run.to);
    else merged.push({ ...run });
    return merged;
  }, []);
}

/** How far an expression goes on its line: to the comma or brace that ends its place in a flow mapping, if it stands in one. */
function flowEnd(value: string, text: string, at: number): number {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  if (!line.includes("{")) return value.length;
  let depth = 0;
  let quote = "";
  for (let i = 0; i < value.length; i++) {
    const c = value[i] ?? "";
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c) && --depth < 0) return i;
    else if (c === "," && depth === 0) return i;
  }
  return value.length;
}

/** The dotted name that ends at a place of a line, or with `whole` the one around it. */
export function wordAt(line: string, at: number, whole = false): (Run & { text: string }) | null {
  let from = at;
  while (from > 0 && /[\w.]/.test(line[from - 1] ?? "")) from--;
  let to = at;
  while (whole && to < line.length && /[\w.]/.test(line[to] ?? "")) to++;
  return to > from ? { from, to, text: line.slice(from, to) } : null;
}
