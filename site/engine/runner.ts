import { EngineError, type Diagnostic } from "./errors.ts";
import { Guest } from "./guest.ts";
import { digestText, sha256 } from "./sha256.ts";
import type { Surroundings } from "./wasi.ts";

/** The sources of a pack by their path in its folder. */
export type Sources = Record<string, string>;

/** What a guest says of a pack it has loaded. */
export interface PackInfo {
  id: string;
  version: string;
  /** `sha256:…` of the canonical built pack. */
  pack: string;
}

/**
 * A compiled module and the SHA-256 of its bytes, which every receipt names. One can serve many instances.
 */
export interface Compiled {
  module: WebAssembly.Module;
  digest: Uint8Array;
}

/** Compiles bytes. EngineError `wasm_refused` when they are no module or the page's policy forbids it. */
export async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Compiled> {
  const [module, digest] = await Promise.all([
    WebAssembly.compile(bytes).catch((thrown: unknown) => {
      throw EngineError.wrap(thrown, "wasm_refused");
    }),
    sha256(bytes),
  ]);
  return { module, digest };
}

/**
 * Runs koujing.wasm: the whole of the engine API but for the Worker around it, so that Node runs the very same code.
 * One call at a time. An instance that threw is never used again.
 */
export class Runner {
  readonly #compiled: Compiled;
  readonly #surroundings: Surroundings | undefined;
  #pack: string | Uint8Array | undefined;
  #info: PackInfo | undefined;
  #guest: Guest | undefined;

  /** `guest` is a first instance of the module, when there is one already. */
  constructor(compiled: Compiled, surroundings?: Surroundings, guest?: Guest) {
    this.#compiled = compiled;
    this.#surroundings = surroundings;
    this.#guest = guest;
  }

  /** An instance of the engine's module. */
  static async instance(module: WebAssembly.Module, surroundings?: Surroundings): Promise<Guest> {
    try {
      return await Guest.make(module, ["load", "decide"], surroundings);
    } catch (thrown) {
      throw EngineError.wrap(thrown, "trap");
    }
  }

  /** `sha256:…` of koujing.wasm. */
  get digest(): string {
    return digestText(this.#compiled.digest);
  }

  /** The same as its 32 bytes. */
  get digestBytes(): Uint8Array {
    return this.#compiled.digest;
  }

  /** The pack in use. */
  get pack(): PackInfo | undefined {
    return this.#info;
  }

  /** Bytes of linear memory of the instance, 0 while there is none. */
  get memoryBytes(): number {
    return this.#guest?.memoryBytes ?? 0;
  }

  /** Takes a built pack into use. A pack that is refused leaves the one before in place; the error's code is the guest's. */
  async use(pack: string | Uint8Array): Promise<PackInfo> {
    const guest = await this.#ready();
    const info = this.#attempt(() => load(guest, pack, this.#compiled.digest));
    this.#pack = pack;
    this.#info = info;
    return info;
  }

  /** The canonical decision, exactly as the guest wrote it. */
  async decide(input: string | Uint8Array): Promise<string> {
    const guest = await this.#ready();
    return this.#attempt(() => guest.call("decide", input));
  }

  async #ready(): Promise<Guest> {
    if (this.#guest) return this.#guest;
    const guest = await Runner.instance(this.#compiled.module, this.#surroundings);
    this.#guest = guest;
    const pack = this.#pack;
    if (pack !== undefined) this.#attempt(() => load(guest, pack, this.#compiled.digest));
    return guest;
  }

  /**
   * A typed error of ours (a refused pack, a text too long) leaves the instance sound. Anything else, a trap, a stack overflow
   * as RangeError, an exit of the guest's runtime, an answer that is no UTF-8, does not.
   */
  #attempt<T>(call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) this.#guest = undefined;
      throw EngineError.wrap(thrown, "trap");
    }
  }
}

type LoadAnswer = ({ ok: true } & PackInfo) | { ok: false; code: string; path?: string; message: string };

function load(guest: Guest, pack: string | Uint8Array, digest: Uint8Array): PackInfo {
  const engine = guest.place(digest);
  const answer = JSON.parse(guest.call("load", pack, engine)) as LoadAnswer;
  guest.free(engine);
  if (!answer.ok) throw new EngineError(answer.code, answer.message, answer.path === undefined ? {} : { path: answer.path });
  return { id: answer.id, version: answer.version, pack: answer.pack };
}

/** What comes of building sources: `pack` is the built pack's text, `digest` its receipt name. */
export interface Built {
  digest: string;
  pack: string;
  diagnostics: Diagnostic[];
}

type BuildAnswer =
  | { need: string[] }
  | ({ ok: true } & Built)
  | { ok: false; diagnostics: Diagnostic[] };

/** Runs koujing-author.wasm, the checker and compiler of pack sources. */
export class Author {
  readonly #module: WebAssembly.Module;
  #guest: Guest | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Every finding of the checker, errors and warnings. */
  async check(sources: Sources): Promise<Diagnostic[]> {
    const answer = await this.#ask<{ diagnostics?: Diagnostic[] }>("check", sources);
    return answer.diagnostics ?? [];
  }

  /**
   * Builds a pack. `read` brings the files that pack.yaml lists and `sources` lacks. EngineError `pack_invalid` with the
   * diagnostics when there is an error in them.
   */
  async build(sources: Sources, read: (path: string) => Promise<string>): Promise<Built> {
    let given = sources;
    // One round of asking is what a sound author needs; a second one that asks for nothing new would never end.
    for (;;) {
      const answer = await this.#ask<BuildAnswer>("build", given);
      if (!("need" in answer)) {
        if (answer.ok) return { digest: answer.digest, pack: answer.pack, diagnostics: answer.diagnostics };
        const first = answer.diagnostics.find(({ level }) => level === "error");
        throw new EngineError("pack_invalid", first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : "the pack does not build", {
          diagnostics: answer.diagnostics,
        });
      }
      const missing = answer.need.filter((path) => !Object.hasOwn(given, path));
      if (missing.length === 0) throw new EngineError("bad_guest", "the author asks again for what it was given");
      const texts = await Promise.all(missing.map(read));
      given = { ...given, ...Object.fromEntries(missing.map((path, i) => [path, texts[i] ?? ""])) };
    }
  }

  async #ask<T>(name: string, sources: Sources): Promise<T> {
    this.#guest ??= await Guest.make(this.#module, ["build", "check"]).catch((thrown: unknown) => {
      throw EngineError.wrap(thrown, "trap");
    });
    try {
      return JSON.parse(this.#guest.call(name, JSON.stringify(sources))) as T;
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) this.#guest = undefined;
      throw EngineError.wrap(thrown, "trap");
    }
  }
}
