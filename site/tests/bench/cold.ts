import { readFileSync } from "node:fs";
import { compile, Runner } from "../../engine/runner.ts";

/** A first decision in a fresh process: node cold.mjs koujing.wasm pack.json case.json. Prints the milliseconds of each step. */

const [wasm, pack, text] = process.argv.slice(2).map((path) => readFileSync(path));
if (wasm === undefined || pack === undefined || text === undefined) throw new Error("three files are needed");

const steps: Record<string, number> = {};
let last = performance.now();
const begin = last;
function step(name: string): void {
  const now = performance.now();
  steps[name] = now - last;
  last = now;
}

const runner = new Runner(await compile(new Uint8Array(wasm)));
step("compile");
await runner.use(pack);
step("instantiate_and_load");
await runner.decide(text);
step("first");
console.log(JSON.stringify({ ...steps, total: last - begin }));
