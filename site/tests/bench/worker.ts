import { Bench, type Setup } from "./rounds.ts";

/** The bench in a Worker, where a page's decisions are made. */

export type Order = { id: number } & (
  | { op: "setup"; setup: Setup }
  | { op: "decide"; load: string; ms: number }
  | { op: "hash"; sizes: number[]; ms: number }
  | { op: "memory"; load: string; decisions: number }
);

let bench: Bench | undefined;

async function take(order: Order): Promise<unknown> {
  if (order.op === "setup") {
    bench = await Bench.make(order.setup);
    return null;
  }
  if (bench === undefined) throw new Error("setup first");
  switch (order.op) {
    case "decide": return bench.decide(order.load, order.ms);
    case "hash": return bench.hash(order.sizes, order.ms);
    case "memory": return bench.memory(order.load, order.decisions);
  }
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  take(data).then(
    (value) => { postMessage({ id: data.id, value }); },
    (thrown: unknown) => { postMessage({ id: data.id, failure: String(thrown) }); },
  );
});
