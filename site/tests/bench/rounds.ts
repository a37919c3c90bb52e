import { Guest } from "../../engine/guest.ts";
import { compile, Runner } from "../../engine/runner.ts";

/** What Node and a Worker in Chromium do alike when they are measured. */

/** A pack and its cases, exact texts. */
export interface Load {
  pack: string;
  cases: string[];
}

export interface Setup {
  /** koujing.wasm */
  wasm: Uint8Array<ArrayBuffer>;
  /** The guest that only hashes. */
  hasher: Uint8Array<ArrayBuffer>;
  loads: Record<string, Load>;
}

/** Time and count of the fastest pass of a round. */
export interface Round {
  ms: number;
  count: number;
}

export interface Memory {
  /** Bytes of linear memory after the pack is loaded. */
  loaded: number;
  /** After so many decisions more. */
  used: number;
}

export class Bench {
  readonly #setup: Setup;
  readonly #runners: Map<string, Runner>;
  readonly #hasher: Guest;

  private constructor(setup: Setup, runners: Map<string, Runner>, hasher: Guest) {
    this.#setup = setup;
    this.#runners = runners;
    this.#hasher = hasher;
  }

  static async make(setup: Setup): Promise<Bench> {
    const compiled = await compile(setup.wasm);
    const runners = new Map<string, Runner>();
    for (const [name, { pack, cases }] of Object.entries(setup.loads)) {
      const runner = new Runner(compiled);
      await runner.use(bytes(pack));
      for (const text of cases) await runner.decide(text);
      runners.set(name, runner);
    }
    const { module } = await compile(setup.hasher);
    return new Bench(setup, runners, await Guest.make(module, ["sum"]));
  }

  /** Decides for about so long, text in and text out, one case after the other. */
  async decide(name: string, ms: number): Promise<Round> {
    const runner = this.#runners.get(name);
    const cases = this.#setup.loads[name]?.cases;
    if (runner === undefined || cases === undefined) throw new Error(`no load ${name}`);
    return round(ms, async () => {
      for (const text of cases) await runner.decide(text);
      return cases.length;
    });
  }

  /** Hashes texts of these sizes for about so long: what a receipt costs in this engine. */
  async hash(sizes: number[], ms: number): Promise<Round> {
    const texts = sizes.map((size) => new Uint8Array(size).fill(0x78));
    return round(ms, () => {
      for (const text of texts) this.#hasher.call("sum", text);
      return Promise.resolve(texts.length);
    });
  }

  async memory(name: string, decisions: number): Promise<Memory> {
    const load = this.#setup.loads[name];
    if (load === undefined) throw new Error(`no load ${name}`);
    const runner = new Runner(await compile(this.#setup.wasm));
    await runner.use(bytes(load.pack));
    const loaded = runner.memoryBytes;
    for (let i = 0; i < decisions; i++) await runner.decide(load.cases[i % load.cases.length] ?? "");
    return { loaded, used: runner.memoryBytes };
  }
}

/** A page has a pack as it was fetched. */
function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A pass shorter than this is no measure: Chromium's clock moves by tenths of a millisecond. */
const PASS_MS = 5;

/** Repeats `some`, which says how many it did, until the time is over, and gives the fastest pass: what else runs can only slow one down. */
async function round(ms: number, some: () => Promise<number>): Promise<Round> {
  let best: Round = { ms: Infinity, count: 1 };
  let times = 1;
  for (const start = performance.now(); performance.now() - start < ms || best.ms === Infinity;) {
    const begin = performance.now();
    let count = 0;
    for (let i = 0; i < times; i++) count += await some();
    const spent = performance.now() - begin;
    if (spent < PASS_MS) times *= 2;
    else if (spent / count < best.ms / best.count) best = { ms: spent, count };
  }
  return best;
}
