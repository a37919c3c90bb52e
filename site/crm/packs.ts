import type { Diagnostic } from "../engine/index.ts";

/** A pack as `GET /v1/packs` tells of it. `refused`: its sources were edited and do not build; the last good one decides. */
export interface Served {
  id: string;
  version: string;
  state: "current" | "refused";
  error: string;
  diagnostics: Diagnostic[];
}

/** The packs the server has; undefined while it cannot be reached. */
export async function served(): Promise<Served[] | undefined> {
  try {
    const response = await fetch("/v1/packs", { cache: "no-cache" });
    if (!response.ok) return undefined;
    return ((await response.json()) as { packs: Served[] }).packs;
  } catch {
    return undefined;
  }
}

/** What is wrong with an edit that was refused, as `file:line: message`; undefined when none was. */
export function refusal(pack: Served | undefined): string | undefined {
  if (pack?.state !== "refused") return undefined;
  const first = pack.diagnostics.find(({ level }) => level === "error");
  return first ? `${first.file}:${first.line}: ${first.message}` : pack.error;
}
