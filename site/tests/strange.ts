import type { Surroundings } from "../engine/wasi.ts";

/** Surroundings that differ from seed to seed in all a guest could see of them. */
export function strange(seed: number): Surroundings {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  let clock = BigInt(next()) << 20n;
  return {
    clock: () => (clock += BigInt(next() % 5_000_000)),
    random: (view) => { for (let i = 0; i < view.length; i++) view[i] = next() >>> 24; },
  };
}
