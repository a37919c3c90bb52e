import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { EngineError } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import { merge, decided, type Conflict } from "./merge.ts";
import type { Edit } from "./protocol.ts";
import { save } from "./save.ts";

/** Where a pack's files are kept that comes from no server. */
export interface Home {
  readonly name: string;
  /** What is there now. EngineError `no_pack` where there is no pack.yaml. */
  read(): Promise<Sources>;
  write(edit: Edit, whole: Readonly<Sources>): Promise<void>;
}

/** Which files of a folder are a pack's. */
export function isPackPath(path: string): boolean {
  return /^(pack\.yaml|(rules|scenarios|wording|calendar|tests|rows)\/[^/]+\.ya?ml|tables\/[^/]+\.csv)$/.test(path);
}

/** The part of a zip, or of an uploaded folder, that is a pack: it may lie in a folder of its own. */
export function packIn(files: Readonly<Sources>): Sources {
  const root = Object.keys(files).filter((path) => path === "pack.yaml" || path.endsWith("/pack.yaml")).sort((a, b) => a.length - b.length)[0];
  if (root === undefined) throw new EngineError("no_pack", "pack.yaml");
  const prefix = root.slice(0, -"pack.yaml".length);
  return Object.fromEntries(Object.entries(files).flatMap(([path, text]) => (path.startsWith(prefix) && isPackPath(path.slice(prefix.length)) ? [[path.slice(prefix.length), text]] : [])));
}

/** More than any pack has; a zip that says it holds more is not unpacked. */
const MOST = 64 << 20;

export function fromZip(bytes: Uint8Array): Sources {
  let whole = 0;
  try {
    const parts = unzipSync(bytes, { filter: ({ name, originalSize }) => /\.(ya?ml|csv)$/.test(name) && (whole += originalSize) < MOST });
    return packIn(Object.fromEntries(Object.entries(parts).map(([path, content]) => [path, strFromU8(content)])));
  } catch (thrown) {
    throw thrown instanceof EngineError ? thrown : new EngineError("no_pack", "zip", { cause: thrown });
  }
}

/** The files in a zip, in one folder; the same files give the same bytes. */
export function toZip(files: Readonly<Sources>, folder: string): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => [`${folder}/${path}`, strToU8(text)] as const);
  return zipSync(Object.fromEntries(parts), { level: 6, mtime: "1980-01-01T00:00:00Z" });
}

/** A folder of this computer, or of the browser's own store. */
export class Directory implements Home {
  readonly #root: FileSystemDirectoryHandle;
  readonly name: string;

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
    this.name = root.name === "" ? "browser" : root.name; // the browser's own store has no name
  }

  async read(): Promise<Sources> {
    const out: Sources = {};
    for await (const [name, handle] of this.#root.entries()) {
      if (handle.kind === "file" && isPackPath(name)) out[name] = await (await (handle).getFile()).text();
      if (handle.kind !== "directory") continue;
      for await (const [inner, file] of (handle).entries()) {
        const path = `${name}/${inner}`;
        if (file.kind === "file" && isPackPath(path)) out[path] = await (await (file).getFile()).text();
      }
    }
    if (!("pack.yaml" in out)) throw new EngineError("no_pack", "pack.yaml");
    return out;
  }

  async write(edit: Edit): Promise<void> {
    for (const [path, text] of Object.entries(edit)) {
      const parts = path.split("/");
      const name = parts.pop() ?? "";
      let folder = this.#root;
      for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
      if (text === null) await folder.removeEntry(name);
      else {
        const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await stream.write(text);
        await stream.close(); // until here the file is as it was
      }
    }
  }
}

/** Files that were handed over, as a zip or a folder: the page cannot write them, so the whole goes back as a zip. */
export class Handed implements Home {
  readonly name: string;
  readonly #files: Sources;

  constructor(name: string, files: Sources) {
    this.name = name;
    this.#files = files;
  }

  read(): Promise<Sources> {
    return Promise.resolve({ ...this.#files });
  }

  write(_: Edit, whole: Readonly<Sources>): Promise<void> {
    for (const path of Object.keys(this.#files)) Reflect.deleteProperty(this.#files, path);
    Object.assign(this.#files, whole);
    save(new Blob([toZip(whole, this.name)], { type: "application/zip" }), `${this.name}.zip`);
    return Promise.resolve();
  }
}

/** What a save came to: the files written, those in which somebody else's edits were taken in, or what has to be decided first. */
export interface Saved {
  written: string[];
  taken: string[];
  conflicts: Conflict[];
  /** What is in the place now, and what the draft is now. */
  files: Sources;
}

/**
 * Puts a draft's changes where its files came from: only what differs is written. What somebody else has changed there meanwhile
 * is brought together with it; where both changed the same thing nothing is written.
 */
export async function keep(home: Home, base: Readonly<Sources>, ours: Readonly<Sources>): Promise<Saved> {
  const there = await home.read();
  const merged = merge(base, ours, there);
  if (merged.conflicts.length > 0) return { written: [], taken: [], conflicts: merged.conflicts, files: { ...ours } };
  const files = decided(merged, () => "ours");
  const edit: Record<string, string | null> = {};
  for (const path of new Set([...Object.keys(there), ...Object.keys(files)])) {
    if (there[path] !== files[path]) edit[path] = files[path] ?? null;
  }
  if (Object.keys(edit).length > 0) await home.write(edit, files);
  return { written: Object.keys(edit).sort(), taken: merged.taken.filter((path) => there[path] !== base[path]), conflicts: [], files };
}
