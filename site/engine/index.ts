import { caseText } from "./casetext.ts";
import { EngineError, type Diagnostic, type Failure } from "./errors.ts";
import { bytesOf, compileBytes, compileResponse, get } from "./fetch.ts";
import type { Answer, Answers, FileSource, Loaded, ModuleSource, Order, PackSource, Request, Word, Words } from "./protocol.ts";
import type { PackInfo, Sources } from "./runner.ts";
import { digestText } from "./sha256.ts";
import { scriptAddress } from "./trusted.ts";
import type { Case, Decision } from "./types.ts";

export { EngineError, type Case, type Decision, type Diagnostic, type Failure, type PackInfo, type Sources, type Word, type Words };

/** A built pack or the sources of one, in any of the forms a page may hold it in. */
export type PackInput = string | URL | Uint8Array | ArrayBuffer | Sources | { readonly [key: string]: unknown };

export interface LoadOptions {
  /** Where koujing.wasm is, or its bytes; default next to this script. */
  wasm?: string | URL | Uint8Array | ArrayBuffer;
  /** Subresource integrity of a koujing.wasm that is fetched, `sha256-…`. */
  integrity?: string;
  /** Where koujing-author.wasm is; default next to this script. Fetched only when sources have to be read. */
  author?: string | URL;
  /** Where koujing-worker.js is; default next to this script. It has to be on the page's own origin. */
  worker?: string | URL;
  /**
   * An address of a built pack, or of a `pack.yaml` whose sources are then fetched and compiled on the spot; a built
   * pack as bytes, text or object; or sources by path (an object with a key `pack.yaml`).
   */
  pack: PackInput;
  /** After so many milliseconds a call is given up and its Worker ended. The guest's own budget ends it long before. Default 10 000. */
  timeout?: number;
}

/** Orders that load something travel over the network and take as long as that takes. */
const UNTIMED: ReadonlySet<Order["op"]> = new Set(["load", "use"]);

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: EngineError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The engine in a Worker. Calls may overlap; they are answered in order. A call that fails says why in an EngineError and the
 * next one finds a sound instance again.
 */
export class Engine {
  readonly #worker: string;
  readonly #author: FileSource;
  readonly #timeout: number;
  /** Where the pack came from, to ask there again. */
  #origin: PackOrigin;
  /** What a new Worker is told first. */
  #first: (Order & { op: "load" }) | undefined;
  #loaded: Loaded | undefined;
  #live: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #disposed = false;

  private constructor(options: LoadOptions) {
    this.#worker = beside("koujing-worker.js", options.worker);
    this.#author = { url: beside("koujing-author.wasm", options.author) };
    this.#timeout = options.timeout ?? 10_000;
    this.#origin = packOrigin(options.pack);
  }

  /** Fetches module and pack and makes the first instance. EngineError with the codes of RunnerCode, or the guest's. */
  static async load(options: LoadOptions): Promise<Engine> {
    const engine = new Engine(options);
    try {
      // All at once: the Worker starts while module and pack are on their way, and the module compiles as it comes in.
      engine.#start();
      const [{ module: compiled, bytes }, pack] = await Promise.all([fetchModule(options), fetchPack(engine.#origin)]);
      await engine.#loadFirst({ module: compiled, identity: { bytes } }, pack);
    } catch (thrown) {
      engine.dispose();
      throw thrown;
    }
    return engine;
  }

  async #loadFirst(wasm: ModuleSource, pack: PackSource): Promise<void> {
    this.#loaded = await this.#send({ op: "load", wasm, author: this.#author, pack });
    // Whatever becomes of this Worker, the next one has no need of the network.
    this.#first = { op: "load", wasm: { module: wasm.module, identity: { digest: this.#loaded.engine } }, author: this.#author, pack: kept(pack, this.#loaded) };
  }

  /** Id, version and digest of the pack in use. */
  get pack(): PackInfo {
    const { id, version, pack } = this.#known();
    return { id, version, pack };
  }

  /** What the pack calls things: its lists with their labels, the labels of fields, the operator's own facts. */
  words(): Promise<Words> {
    return this.#send({ op: "words" });
  }

  /** `sha256:…` of koujing.wasm. */
  get digest(): string {
    return digestText(this.#known().engine);
  }

  /** Warnings about the pack's sources, when they were compiled here. */
  get diagnostics(): Diagnostic[] {
    return this.#known().diagnostics;
  }

  /** Decides. An invalid case is an answer (status `invalid`), not an error. */
  async decide(given: Case): Promise<Decision> {
    return JSON.parse(await this.decideText(caseText(given))) as Decision;
  }

  /** Decides on the exact text or bytes of a case and gives the exact text of the decision, which its receipt names. */
  decideText(input: string | Uint8Array): Promise<string> {
    return this.#send({ op: "decide", input });
  }

  /** The findings of the pack checker about sources by path. Fetches koujing-author.wasm the first time. */
  check(sources: Sources): Promise<Diagnostic[]> {
    return this.#send({ op: "check", sources });
  }

  /** Takes another pack into use. One that is refused leaves the one before in place. */
  async use(pack: PackInput): Promise<PackInfo> {
    const origin = packOrigin(pack);
    await this.#take(origin);
    this.#origin = origin;
    return this.pack;
  }

  /** Asks again for the pack it was loaded from; true when it is another one now. */
  async refresh(): Promise<boolean> {
    if ("kind" in this.#origin && this.#origin.kind !== "yaml") return false;
    const before = this.pack.pack;
    await this.#take(this.#origin);
    return this.pack.pack !== before;
  }

  async #take(origin: PackOrigin): Promise<void> {
    const pack = await fetchPack(origin);
    const held = this.#first?.pack;
    // The usual answer to asking again: nothing has changed, and the Worker need not hear of it.
    if (pack.kind === "bytes" && held?.kind === "bytes" && sameBytes(pack.bytes, held.bytes)) return;
    this.#loaded = await this.#send({ op: "use", pack });
    if (this.#first) this.#first = { ...this.#first, pack: kept(pack, this.#loaded) };
  }

  /** Ends the Worker. Calls still waiting, and any later one, get EngineError `disposed`. */
  dispose(): void {
    this.#disposed = true;
    this.#end(new EngineError("disposed", "the engine was disposed of"));
  }

  #known(): Loaded {
    if (!this.#loaded) throw new EngineError("no_pack", "no pack is loaded");
    return this.#loaded;
  }

  #send<O extends Order>(order: O): Promise<Answers[O["op"]]> {
    if (this.#disposed) return Promise.reject(new EngineError("disposed", "the engine was disposed of"));
    let worker = this.#live;
    if (!worker) {
      worker = this.#start();
      // The order that follows fails with the same error, so nothing is hidden by not waiting here.
      if (this.#first) void this.#post(worker, this.#first).catch(() => undefined);
    }
    return this.#post(worker, order);
  }

  #post<O extends Order>(worker: Worker, order: O): Promise<Answers[O["op"]]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = UNTIMED.has(order.op)
        ? undefined
        : setTimeout(() => { this.#end(new EngineError("timeout", `no answer within ${this.#timeout} ms`)); }, this.#timeout);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ ...order, id } satisfies Request, handedOver(order));
    });
  }

  #start(): Worker {
    const worker = startWorker(this.#worker);
    this.#live = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      this.#waiting.delete(data.id);
      clearTimeout(waiting.timer);
      if (data.ok) waiting.resolve(data.value as never);
      else waiting.reject(EngineError.from(data.failure));
    });
    const failed = (event: Event) => {
      if (this.#live !== worker) return;
      const message = event instanceof ErrorEvent && event.message ? event.message : `${this.#worker} could not be started`;
      this.#end(new EngineError("worker_failed", message));
    };
    worker.addEventListener("error", failed);
    worker.addEventListener("messageerror", failed);
    return worker;
  }

  #end(error: EngineError): void {
    this.#live?.terminate();
    this.#live = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of waiting) {
      clearTimeout(timer);
      reject(error);
    }
  }
}

/** The module's bytes are of no more use here once they are on their way to be hashed: 3 MB that need not be copied. */
function handedOver(order: Order): Transferable[] {
  return order.op === "load" && "bytes" in order.wasm.identity ? [order.wasm.identity.bytes.buffer] : [];
}

function beside(name: string, given: string | URL | undefined): string {
  return given === undefined ? new URL(name, import.meta.url).href : absolute(given);
}

function absolute(url: string | URL): string {
  return new URL(url, document.baseURI).href;
}

/** A copy of bytes that are given is made, since the Worker gets what is hashed, and the host may want to keep its own. */
function fetchModule({ wasm, integrity }: LoadOptions): ReturnType<typeof compileBytes> {
  if (wasm instanceof Uint8Array || wasm instanceof ArrayBuffer) return compileBytes(new Uint8Array(wasm.slice(0)));
  return get({ url: beside("koujing.wasm", wasm), integrity }).then(compileResponse);
}

/** Where a pack is from: an address to fetch a built one at, or what the Worker can start from as it is. */
type PackOrigin = { url: string } | PackSource;

function packOrigin(pack: PackInput): PackOrigin {
  if (typeof pack === "string" && pack.trimStart().startsWith("{")) return { kind: "bytes", bytes: pack };
  if (typeof pack === "string" || pack instanceof URL) {
    const url = absolute(pack);
    return /\.ya?ml$/.test(new URL(url).pathname) ? { kind: "yaml", url } : { url };
  }
  if (pack instanceof Uint8Array) return { kind: "bytes", bytes: pack };
  if (pack instanceof ArrayBuffer) return { kind: "bytes", bytes: new Uint8Array(pack) };
  if ("pack.yaml" in pack) return { kind: "sources", sources: pack as Sources };
  return { kind: "bytes", bytes: JSON.stringify(pack) };
}

async function fetchPack(origin: PackOrigin): Promise<PackSource> {
  return "kind" in origin ? origin : { kind: "bytes", bytes: await bytesOf(await get(origin)) };
}

/** A pack to start the next Worker with: what was compiled from sources is not compiled again. */
function kept(pack: PackSource, { built }: Loaded): PackSource {
  return built === null ? pack : { kind: "bytes", bytes: built };
}

function sameBytes(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function startWorker(url: string): Worker {
  try {
    return new Worker(scriptAddress(url), { type: "module", name: "koujing" });
  } catch (thrown) {
    throw EngineError.wrap(thrown, "worker_failed");
  }
}
