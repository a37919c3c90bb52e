import { readFile } from "node:fs/promises";
import { compile, Runner } from "./runner.ts";
import type { Surroundings } from "./wasi.ts";

/** The engine without a Worker, for Node: what the vectors run through, and what a script would use. */
export async function load(wasm: string | URL, pack: string | Uint8Array, surroundings?: Surroundings): Promise<Runner> {
  const runner = new Runner(await compile(new Uint8Array(await readFile(wasm))), surroundings);
  await runner.use(pack);
  return runner;
}
