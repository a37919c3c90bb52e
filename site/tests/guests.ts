import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile, Author, type Built, type Compiled, type Sources } from "../engine/runner.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const embedded = `${root}host/cmd/koujing/embedded/`;

/** The folder of the default pack's sources. */
export const PACK = `${root}core/packs/cn-telecom/`;

const compiled = new Map<string, Promise<Compiled>>();

/** One of the two real modules, compiled once. A checkout that was never built builds them first. */
export function guest(name: "koujing" | "koujing-author"): Promise<Compiled> {
  const known = compiled.get(name) ?? read(name);
  compiled.set(name, known);
  return known;
}

async function read(name: string): Promise<Compiled> {
  const path = `${embedded}${name}.wasm`;
  if (!existsSync(path)) {
    const { status } = spawnSync("make", ["guests"], { cwd: root, stdio: "inherit" });
    if (status !== 0) throw new Error("make guests failed");
  }
  return compile(new Uint8Array(await readFile(path)));
}

/** The default pack, built by the author's module from its sources, of which only pack.yaml is given at first. */
export async function builtPack(change: (path: string, text: string) => string = (_path, text) => text): Promise<Built> {
  const author = new Author((await guest("koujing-author")).module);
  const source = async (path: string) => change(path, await readFile(PACK + path, "utf8"));
  return author.build({ "pack.yaml": await source("pack.yaml") }, source);
}

/** Every source file of a pack's folder, by default the default pack's. */
export async function packSources(folder = PACK): Promise<Sources> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(ya?ml|csv)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(folder + name, "utf8")] as const)));
}

/** The demo desk's cases. */
export async function sampleCases(): Promise<{ id: string; text: string }[]> {
  const folder = new URL("../crm/samples/", import.meta.url);
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => {
    const { case: given } = JSON.parse(await readFile(new URL(name, folder), "utf8")) as { case: { id: string } };
    return { id: given.id, text: JSON.stringify(given) };
  }));
}
