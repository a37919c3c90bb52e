import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { fixtureGuest } from "../tests/fixture-guest.ts";
import { EngineError } from "./errors.ts";
import { compile, Runner } from "./runner.ts";
import { digestText, sha256, sha256Plain } from "./sha256.ts";
import { denyAll } from "./wasi.ts";

const bytes = await fixtureGuest();
const compiled = await compile(bytes);

async function runner(): Promise<Runner> {
  const made = new Runner(compiled);
  await made.use("{}");
  return made;
}

suite("runner", () => {
  test("the answer is the guest's, to the byte", async () => {
    const made = await runner();
    for (const text of ['{"a":"客户"}', "\uFEFF{}", "𠮷\u0000", "x".repeat(70_000).replace("x", " ")]) {
      assert.equal(await made.decide(text), text);
      assert.equal(await made.decide(new TextEncoder().encode(text)), text);
    }
  });

  test("the digest is the SHA-256 of the module's bytes", () => {
    assert.equal(new Runner(compiled).digest, "sha256:" + createHash("sha256").update(bytes).digest("hex"));
  });

  for (const [what, input] of [["an unreachable", "u"], ["a stack overflow", "r"], ["an exit", "x"]] as const) {
    test(`after ${what} the instance is gone and the next decision is right`, async () => {
      const made = await runner();
      assert.equal(made.pack?.version, "1");
      await assert.rejects(made.decide(input), { name: "EngineError", code: "trap" });
      assert.equal(made.memoryBytes, 0, "the instance is thrown away");
      assert.equal(await made.decide("{}"), "{}");
      // A fresh instance has seen one load for the new one and one for this call.
      assert.equal((await made.use("{}")).version, "2");
    });
  }

  test("views are taken anew after the memory has grown", async () => {
    const made = await runner();
    const before = made.memoryBytes;
    assert.equal(await made.decide("g 客户"), "g 客户");
    assert.ok(made.memoryBytes > before);
    assert.equal(await made.decide("next"), "next");
  });

  test("a refused pack carries the guest's code and leaves the one before in place", async () => {
    const made = await runner();
    await assert.rejects(made.use("!"), (error: unknown) => {
      assert.ok(error instanceof EngineError);
      assert.deepEqual(error.toJSON(), { code: "pack_format", message: "no pack", path: "format" });
      return true;
    });
    assert.equal(made.pack?.id, "p");
    assert.equal(await made.decide("{}"), "{}");
    assert.ok(made.memoryBytes > 0, "the instance is kept");
  });

  test("a text that fits no buffer is too_big, without a trap", async () => {
    const made = await runner();
    await assert.rejects(made.decide(new Uint8Array((32 << 20) + 1)), { code: "too_big" });
    assert.equal(await made.decide("{}"), "{}");
  });

  test("bytes that are no module are wasm_refused", async () => {
    await assert.rejects(compile(new Uint8Array([0, 1, 2, 3])), { code: "wasm_refused" });
  });

  test("a module without the ABI is bad_guest", async () => {
    const other = await compile(await fixtureGuest('(module (memory (export "memory") 1) (func (export "_initialize")))'));
    await assert.rejects(new Runner(other).decide("{}"), { code: "bad_guest", message: /alloc/ });
  });

  test("a module that wants more than WASI is bad_guest", async () => {
    const source = '(module (import "env" "fetch" (func)) (memory (export "memory") 1)' +
      ["_initialize", "alloc", "free", "load", "decide"].map((name) => `(func (export "${name}"))`).join("") + ")";
    const other = await compile(await fixtureGuest(source));
    await assert.rejects(new Runner(other).decide("{}"), { code: "bad_guest", message: /env\.fetch/ });
  });
});

suite("wasi", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const wanted = ["args_sizes_get", "random_get", "clock_time_get", "fd_prestat_get", "path_open", "sock_send", "proc_exit", "poll_oneoff"]
    .map((name) => ({ module: "wasi_snapshot_preview1", name, kind: "function" as const }));
  const imports = denyAll(wanted, () => memory.buffer).wasi_snapshot_preview1 as unknown as Record<string, (...args: unknown[]) => number>;

  test("nothing is given and what is not known is refused", () => {
    new Uint8Array(memory.buffer).fill(7, 0, 8);
    assert.equal(imports.args_sizes_get?.(0, 4), 0);
    assert.deepEqual([...new Uint8Array(memory.buffer, 0, 8)], [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(imports.fd_prestat_get?.(3, 0), 8);
    assert.equal(imports.path_open?.(3), 8);
    assert.equal(imports.sock_send?.(3), 52);
    assert.throws(() => imports.proc_exit?.(3), { name: "GuestExit", status: 3 });
  });

  test("the clock stands, at no time that Go's runtime would refuse, and random fills more than a single getRandomValues allows", () => {
    const now = () => {
      assert.equal(imports.clock_time_get?.(1, 0n, 16), 0);
      return new DataView(memory.buffer).getBigUint64(16, true);
    };
    const first = now();
    assert.ok(first > 0n);
    assert.equal(now(), first);
    memory.grow(2);
    new Uint8Array(memory.buffer).fill(0);
    assert.equal(imports.random_get?.(0, 3 * 65536), 0);
    const filled = new Uint8Array(memory.buffer);
    for (const part of [0, 65536, 131072]) assert.ok(filled.subarray(part, part + 65536).some((byte) => byte !== 0));
  });

  test("a sleep is over at once", () => {
    const data = new DataView(memory.buffer);
    data.setBigUint64(1024, 42n, true); // userdata
    data.setUint8(1032, 0); // a clock
    assert.equal(imports.poll_oneoff?.(1024, 2048, 1, 3000), 0);
    assert.equal(data.getBigUint64(2048, true), 42n);
    assert.equal(data.getUint32(3000, true), 1);
  });
});

suite("sha256", () => {
  test("agrees with crypto at every length around a block, and on a large text", async () => {
    for (const length of [...Array(200).keys(), 1 << 20]) {
      const data = new Uint8Array(randomBytes(length));
      const right = createHash("sha256").update(data).digest("hex");
      assert.equal(digestText(sha256Plain(data)), "sha256:" + right);
      assert.equal(digestText(await sha256(data)), "sha256:" + right);
    }
  });

  test("reads a view, not the buffer under it", () => {
    const data = new Uint8Array(randomBytes(300));
    assert.deepEqual(sha256Plain(data.subarray(7, 251)), sha256Plain(data.slice(7, 251)));
  });
});
