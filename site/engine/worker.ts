import { Desk } from "./desk.ts";
import { EngineError } from "./errors.ts";
import type { Answer, Request } from "./protocol.ts";

/** The part of a Worker's global scope that is used here; the page's own types are what this project is checked with. */
interface Scope {
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
  postMessage(message: Answer): void;
}

const scope = globalThis as unknown as Scope;
const desk = new Desk();

// One after the other: an instance serves one call at a time, and an order must see what the one before it did.
let last: Promise<void> = Promise.resolve();

scope.addEventListener("message", ({ data }) => {
  last = last.then(async () => {
    try {
      scope.postMessage({ id: data.id, ok: true, value: await desk.take(data) });
    } catch (thrown) {
      scope.postMessage({ id: data.id, ok: false, failure: EngineError.wrap(thrown, "trap").toJSON() });
    }
  });
});
