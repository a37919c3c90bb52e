import { EngineError } from "./errors.ts";
import type { Answers, Loaded, ModuleSource, Order, PackSource, Words } from "./protocol.ts";
import { Author, compileResponse, Runner } from "./runner.ts";

/**
 * The Worker's side of the protocol, without the Worker: takes orders one after the other. The author's module is
 * fetched when sources first have to be read and not before.
 */
export class Desk {
  readonly #fetch: typeof fetch;
  #runner: Runner | undefined;
  #bytes: string | Uint8Array | undefined;
  #author: Promise<Author> | undefined;
  #authorSource: ModuleSource | undefined;

  constructor(fetcher: typeof fetch) {
    this.#fetch = fetcher;
  }

  async take(order: Order): Promise<Answers[Order["op"]]> {
    switch (order.op) {
      case "load": {
        this.#authorSource = order.author;
        // Both at once: the pack is on its way while the module compiles.
        const [compiled, pack] = await Promise.all([this.#module(order.wasm), this.#pack(order.pack)]);
        const runner = new Runner(compiled);
        this.#runner = runner;
        return this.#use(runner, pack);
      }
      case "use":
        return this.#use(this.#loaded(), await this.#pack(order.pack));
      case "decide":
        return this.#loaded().decide(order.input);
      case "words":
        return this.#words();
      case "check":
        return (await this.#authored()).check(order.sources);
    }
  }

  #loaded(): Runner {
    if (!this.#runner) throw new EngineError("no_pack", "no pack is loaded");
    return this.#runner;
  }

  async #use(runner: Runner, pack: Ready): Promise<Loaded> {
    const info = await runner.use(pack.bytes);
    this.#bytes = pack.bytes;
    return { ...info, engine: runner.digest, diagnostics: pack.diagnostics };
  }

  /** Read here and not in the page, since a pack may carry tables of many thousand rows. */
  #words(): Words {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new EngineError("no_pack", "no pack is loaded");
    const text = typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes);
    const { title, lists, facts, ladder, labels } = JSON.parse(text) as Words;
    return { title, lists, facts, ladder, labels };
  }

  async #pack(source: PackSource): Promise<Ready> {
    switch (source.kind) {
      case "bytes":
        return { bytes: source.bytes, diagnostics: [] };
      case "built":
        return { bytes: new Uint8Array(await (await this.#get(source.url)).arrayBuffer()), diagnostics: [] };
      case "sources":
        return this.#build(source.sources, (path) => {
          throw new EngineError("pack_invalid", `the pack lists ${path}, which was not given`, { path });
        });
      case "yaml": {
        const root = await (await this.#get(source.url)).text();
        return this.#build({ "pack.yaml": root }, async (path) => {
          const url = new URL(path, source.url);
          // A pack is read from its own folder only, whatever its list says.
          if (!url.href.startsWith(new URL(".", source.url).href)) {
            throw new EngineError("pack_invalid", `${path} is outside the pack's folder`, { path });
          }
          return (await this.#get(url.href)).text();
        });
      }
    }
  }

  async #build(sources: Record<string, string>, read: (path: string) => Promise<string>): Promise<Ready> {
    const built = await (await this.#authored()).build(sources, read);
    return { bytes: built.pack, diagnostics: built.diagnostics };
  }

  async #authored(): Promise<Author> {
    const source = this.#authorSource;
    if (!source) throw new EngineError("no_pack", "nothing is loaded yet");
    this.#author ??= this.#module(source).then(({ module }) => new Author(module));
    try {
      return await this.#author;
    } catch (thrown) {
      // A network that was down a moment ago may be up at the next try.
      this.#author = undefined;
      throw thrown;
    }
  }

  async #module(source: ModuleSource) {
    return compileResponse(await this.#get(source.url, source.integrity));
  }

  /** `no-cache` asks the server whether a stored answer still holds, so that an edited rule is seen at once. */
  async #get(url: string, integrity?: string): Promise<Response> {
    const fetcher = this.#fetch;
    let response: Response;
    try {
      response = await fetcher(url, { cache: "no-cache", ...(integrity === undefined ? {} : { integrity }) });
    } catch (thrown) {
      throw new EngineError("fetch_failed", `${url}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
    }
    if (!response.ok) throw new EngineError("fetch_failed", `${url}: ${response.status} ${response.statusText}`);
    return response;
  }
}

interface Ready {
  bytes: string | Uint8Array;
  diagnostics: Loaded["diagnostics"];
}
