import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Author, type Built } from "../engine/runner.ts";
import { guest, PACK, packSources } from "./guests.ts";

/** The golden vectors of core/vectors, which every engine has to answer byte for byte. Read as core/vectors does. */

const VECTORS = fileURLToPath(new URL("../../core/vectors/", import.meta.url));

export interface Vector {
  area: string;
  name: string;
  pack: string;
  /** The exact bytes of the case. */
  input: Uint8Array<ArrayBuffer>;
  /** The exact decision, with `sha256:<engine>` and `sha256:<pack>` in its receipt. */
  decision: string;
}

/** All vectors of all areas. */
export async function vectors(): Promise<Vector[]> {
  const names = (await readdir(`${VECTORS}corpus`)).filter((name) => name.endsWith(".json")).sort();
  const areas = await Promise.all(names.map(async (name) => elements(compact(await readFile(`${VECTORS}corpus/${name}`, "utf8"))).map((text) => vector(name.replace(".json", ""), text))));
  return areas.flat();
}

/** Another order each time: what an engine answers must not depend on what it answered before. */
export function shuffled<T>(items: readonly T[]): T[] {
  const keys = crypto.getRandomValues(new Uint32Array(items.length));
  return items.map((item, i) => ({ item, key: keys[i] ?? 0 })).sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** The decision with the digests of the engine and the pack that make it. */
export function expected({ decision }: Vector, engine: string, pack: string): string {
  const at = decision.lastIndexOf(',"receipt":');
  return decision.slice(0, at) + decision.slice(at).replace("sha256:<engine>", engine).replace("sha256:<pack>", pack);
}

/** A pack of the corpus by its name, built from its sources; its digest has to be the one the corpus was decided with. */
export async function vectorPack(name: string): Promise<Built> {
  const own = `${VECTORS}packs/${name}/`;
  const folder = existsSync(`${own}pack.yaml`) ? own : PACK.replace("cn-telecom", name);
  const author = new Author((await guest("koujing-author")).module);
  // The corpus's own packs list no files: all that lies in the folder is given.
  const built = await author.build(await packSources(folder), (path) => readFile(folder + path, "utf8"));
  const digests = JSON.parse(await readFile(`${VECTORS}packs.json`, "utf8")) as Record<string, string>;
  if (digests[name] !== built.digest) throw new Error(`pack ${name} is ${built.digest}, the corpus was decided with ${digests[name] ?? "none"}`);
  return built;
}

function vector(area: string, text: string): Vector {
  const raw = members(text);
  const string = (key: string) => JSON.parse(raw.get(key) ?? '""') as string;
  const name = string("name");
  const decision = raw.get("decision");
  if (decision === undefined) throw new Error(`${area}: ${name} was never decided`);
  const given = raw.get("case");
  const written = given !== undefined
    ? new TextEncoder().encode(given)
    : raw.has("case_text") ? new TextEncoder().encode(string("case_text")) : new Uint8Array(Buffer.from(string("case_base64"), "base64"));
  const size = Number(raw.get("case_size") ?? 0);
  const input = new Uint8Array(Math.max(size, written.length)).fill(0x20);
  input.set(written);
  return { area, name, pack: string("pack"), input, decision };
}

// A case may hold what JSON.parse would not give back: a key twice, 1.0, 1e3. So the texts are cut out, and not parsed.

/** The text without white space outside of strings. */
function compact(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_match, string: string | undefined) => string ?? "");
}

/** The texts of an array's elements. `text` is compact. */
function elements(text: string): string[] {
  if (!text.startsWith("[")) throw new Error("not an array");
  return parts(text.slice(1, -1));
}

/** The texts of an object's values by key. `text` is compact. */
function members(text: string): Map<string, string> {
  return new Map(parts(text.slice(1, -1)).map((part) => {
    const key = /^"(?:[^"\\]|\\.)*"/.exec(part)?.[0] ?? "";
    return [JSON.parse(key) as string, part.slice(key.length + 1)];
  }));
}

/** Cuts at the commas that stand in no string, object or array. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    else if (token === "," && depth === 0) {
      found.push(text.slice(from, index));
      from = index + 1;
    }
  }
  if (text.length > 0) found.push(text.slice(from));
  return found;
}
