import { EngineError } from "../engine/errors.ts";
import type { Answer, Answers, Order } from "./protocol.ts";

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: EngineError) => void;
  progress: ((done: number) => void) | undefined;
}

/** The page's side of the studio's Worker: the checker, the compiler and the engines run there, and the page never waits for them. */
export class Clerk {
  readonly #worker: Worker;
  #waiting = new Map<number, Waiting>();
  #next = 1;

  constructor(url: string | URL) {
    // Under Trusted Types a Worker's address has to come out of a policy; this one lets the page's own files through.
    const policy = (window as { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(given: string): string }): { createScriptURL(given: string): unknown } } }).trustedTypes?.createPolicy("koujing-studio", {
      createScriptURL: (given) => {
        if (new URL(given, document.baseURI).origin !== location.origin) throw new TypeError(`${given} is not on this page's origin`);
        return given;
      },
    });
    this.#worker = new Worker((policy?.createScriptURL(String(url)) ?? url) as string, { type: "module", name: "koujing-studio" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if ("progress" in data) {
        waiting.progress?.(data.progress);
        return;
      }
      this.#waiting.delete(data.id);
      if (data.ok) waiting.resolve(data.value as never);
      else waiting.reject(EngineError.from(data.failure));
    });
    this.#worker.addEventListener("error", (event) => {
      const error = new EngineError("worker_failed", event.message || "the studio's Worker could not be started");
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
  }

  /** Orders are answered in the order they were given. Rejects with an EngineError. */
  send<O extends Order>(order: O, progress?: (done: number) => void): Promise<Answers[O["op"]]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, progress });
      this.#worker.postMessage({ ...order, id });
    });
  }
}
