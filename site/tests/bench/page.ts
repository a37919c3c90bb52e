import type { Load } from "./rounds.ts";

/** The page in Chromium: sets the Worker's bench up with what the driver's server has, and passes orders on as `window.ask`. */

const worker = new Worker("/worker.js", { type: "module" });
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
let last = 0;

worker.addEventListener("message", ({ data }: MessageEvent<{ id: number; value?: unknown; failure?: string }>) => {
  const caller = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.failure === undefined) caller?.resolve(data.value);
  else caller?.reject(new Error(data.failure));
});

function ask(order: object): Promise<unknown> {
  last++;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ...order });
  });
}

async function bytes(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

async function setUp(): Promise<void> {
  const loads = (await (await fetch("/loads.json")).json()) as Record<string, Load>;
  await ask({ op: "setup", setup: { wasm: await bytes("/koujing.wasm"), hasher: await bytes("/hasher.wasm"), loads } });
}

Object.assign(window, { ask, ready: setUp() });
