import { EngineError } from "./errors.ts";
import { compileResponse, get } from "./fetch.ts";
import type { Answers, FileSource, Loaded, Order, PackSource, Words } from "./protocol.ts";
import { Author, Runner } from "./runner.ts";
import { sha256 } from "./sha256.ts";

/**
 * The Worker's side of the protocol, without the Worker: takes orders one after the other. The author's module is
 * fetched when sources first have to be read and not before.
 */
export class Desk {
  #runner: Runner | undefined;
  #bytes: string | Uint8Array | undefined;
  #author: Promise<Author> | undefined;
  #authorSource: FileSource | undefined;

  async take(order: Order): Promise<Answers[Order["op"]]> {
    switch (order.op) {
      case "load": {
        this.#authorSource = order.author;
        const { module, identity } = order.wasm;
        const [guest, digest, pack] = await Promise.all([
          Runner.instance(module),
          "digest" in identity ? identity.digest : sha256(identity.bytes),
          this.#pack(order.pack),
        ]);
        const runner = new Runner({ module, digest }, undefined, guest);
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
    return { ...info, engine: runner.digestBytes, ...pack.compiled };
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
        return { bytes: source.bytes, compiled: { diagnostics: [], built: null } };
      case "sources":
        return this.#build(source.sources, (path) => {
          throw new EngineError("pack_invalid", `the pack lists ${path}, which was not given`, { path });
        });
      case "yaml": {
        const root = await (await get(source)).text();
        return this.#build({ "pack.yaml": root }, async (path) => {
          const url = new URL(path, source.url);
          // A pack is read from its own folder only, whatever its list says.
          if (!url.href.startsWith(new URL(".", source.url).href)) {
            throw new EngineError("pack_invalid", `${path} is outside the pack's folder`, { path });
          }
          return (await get({ url: url.href })).text();
        });
      }
    }
  }

  async #build(sources: Record<string, string>, read: (path: string) => Promise<string>): Promise<Ready> {
    const built = await (await this.#authored()).build(sources, read);
    return { bytes: built.pack, compiled: { diagnostics: built.diagnostics, built: built.pack } };
  }

  async #authored(): Promise<Author> {
    const source = this.#authorSource;
    if (!source) throw new EngineError("no_pack", "nothing is loaded yet");
    this.#author ??= get(source).then(compileResponse).then(({ module }) => new Author(module));
    try {
      return await this.#author;
    } catch (thrown) {
      // A network that was down a moment ago may be up at the next try.
      this.#author = undefined;
      throw thrown;
    }
  }
}

interface Ready {
  bytes: string | Uint8Array;
  compiled: Pick<Loaded, "diagnostics" | "built">;
}
