import { EngineError } from "../engine/errors.ts";
import { Press } from "./press.ts";
import type { Answer, Request } from "./protocol.ts";

/** The part of a Worker's global scope that is used here; the page's own types are what this project is checked with. */
interface Scope {
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
  postMessage(message: Answer): void;
}

const scope = globalThis as unknown as Scope;
const press = new Press();

let last: Promise<void> = Promise.resolve();

scope.addEventListener("message", ({ data }) => {
  last = last.then(async () => {
    try {
      const value = await press.take(data, (progress) => { scope.postMessage({ id: data.id, progress }); });
      scope.postMessage({ id: data.id, ok: true, value });
    } catch (thrown) {
      scope.postMessage({ id: data.id, ok: false, failure: EngineError.wrap(thrown, "trap").toJSON() });
    }
  });
});
