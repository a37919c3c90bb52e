import { EngineError } from "./errors.ts";
import { denyAll, type Surroundings } from "./wasi.ts";

/** The ABI of wasm/README.md, as far as both guests share it. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize: () => void;
  alloc: (size: number) => number;
  free: (pointer: number) => void;
}

type Functions = Exports & Record<string, (...args: number[]) => unknown>;

/** What `alloc` gives at most; a case that long is `too_big` before the guest sees it. */
const BUFFER_LIMIT = 32 << 20;
const FIRST_BUFFER = 64 << 10;

const encoder = new TextEncoder();
// ignoreBOM: an answer is passed on byte for byte.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Half of a surrogate pair. */
const LONE = /\p{Cs}/gu;

/**
 * Writes a text as UTF-8. What has no UTF-8 becomes bytes that are none (0xED 0xA0 0x80), so that the engine says `bad_utf8`: the
 * encoder's own way, U+FFFD in its place, would let it decide on a text that nobody gave it.
 */
function write(text: string, target: Uint8Array): number {
  let written = 0;
  let from = 0;
  for (const { index } of text.matchAll(LONE)) {
    written += encoder.encodeInto(text.slice(from, index), target.subarray(written)).written;
    target.set([0xed, 0xa0, 0x80], written);
    written += 3;
    from = index + 1;
  }
  return written + encoder.encodeInto(from === 0 ? text : text.slice(from), target.subarray(written)).written;
}

/**
 * One instance of a guest. After anything thrown out of `call` it is in an unknown state: the caller drops it and makes
 * another. Views of the memory are taken anew after every call into the guest, since growth detaches them.
 */
export class Guest {
  readonly #exports: Functions;
  #buffer = 0;
  #capacity = 0;

  private constructor(exports: Functions) {
    this.#exports = exports;
  }

  /** Instantiates and initializes. EngineError `bad_guest` when the module lacks one of `needs` or wants what we do not give. */
  static async make(module: WebAssembly.Module, needs: readonly string[], surroundings?: Surroundings): Promise<Guest> {
    const offered = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
    for (const name of ["memory", "_initialize", "alloc", "free", ...needs]) {
      if (!offered.has(name)) throw new EngineError("bad_guest", `the module exports no ${name}`);
    }
    // Known once there is an instance, which needs the imports first.
    const born: { memory?: WebAssembly.Memory } = {};
    let imports: WebAssembly.Imports;
    try {
      imports = denyAll(WebAssembly.Module.imports(module), () => (born.memory as WebAssembly.Memory).buffer, surroundings);
    } catch (thrown) {
      throw EngineError.wrap(thrown, "bad_guest");
    }
    const instance = await WebAssembly.instantiate(module, imports);
    const guest = new Guest(instance.exports as unknown as Functions);
    born.memory = guest.#exports.memory;
    guest.#exports._initialize();
    return guest;
  }

  /** Bytes of linear memory, for whoever watches what an instance costs. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Writes `input` into the guest, calls `name(pointer, length, ...rest)` and reads the answer. */
  call(name: string, input: string | Uint8Array, ...rest: number[]): string {
    const length = this.#write(input);
    const span = BigInt.asUintN(64, this.#function(name)(this.#buffer, length, ...rest) as bigint);
    return this.#read(Number(span >> 32n), Number(span & 0xffffffffn));
  }

  /** Writes texts one after the other into the guest, calls `name(pointer, length of each, ...rest)` and gives what it returns. */
  give(name: string, texts: readonly string[], ...rest: number[]): number {
    this.#reserve(texts.reduce((sum, text) => sum + text.length * 3, 1));
    const lengths: number[] = [];
    let end = this.#buffer;
    for (const text of texts) {
      const { written } = encoder.encodeInto(text, new Uint8Array(this.#exports.memory.buffer, end, this.#buffer + this.#capacity - end));
      lengths.push(written);
      end += written;
    }
    return this.#function(name)(this.#buffer, ...lengths, ...rest) as number;
  }

  /** A buffer of its own, freed by `free`. */
  place(bytes: Uint8Array): number {
    const pointer = this.#alloc(bytes.length);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, pointer);
    return pointer;
  }

  free(pointer: number): void {
    this.#exports.free(pointer);
  }

  #function(name: string): (...args: number[]) => unknown {
    const found = this.#exports[name];
    if (typeof found !== "function") throw new EngineError("bad_guest", `the module exports no function ${name}`);
    return found;
  }

  #write(input: string | Uint8Array): number {
    // A UTF-16 unit takes at most three bytes; with room for the worst case no second pass over the text is needed.
    this.#reserve(typeof input === "string" ? input.length * 3 : input.length);
    const target = new Uint8Array(this.#exports.memory.buffer, this.#buffer, this.#capacity);
    if (typeof input === "string") return write(input, target);
    target.set(input);
    return input.length;
  }

  #reserve(size: number): void {
    if (size <= this.#capacity) return;
    if (size > BUFFER_LIMIT) throw new EngineError("too_big", `${size} bytes do not fit the guest's buffer`);
    if (this.#buffer !== 0) this.#exports.free(this.#buffer);
    this.#buffer = 0;
    this.#capacity = 0;
    const capacity = Math.min(BUFFER_LIMIT, Math.max(FIRST_BUFFER, 2 ** Math.ceil(Math.log2(size))));
    this.#buffer = this.#alloc(capacity);
    this.#capacity = capacity;
  }

  #alloc(size: number): number {
    const pointer = this.#exports.alloc(size) >>> 0;
    if (pointer === 0) throw new EngineError("too_big", `the guest gave no buffer of ${size} bytes`);
    return pointer;
  }

  #read(pointer: number, length: number): string {
    return decoder.decode(new Uint8Array(this.#exports.memory.buffer, pointer, length));
  }
}
