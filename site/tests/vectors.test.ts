import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Runner } from "../engine/runner.ts";
import type { Decision } from "../engine/types.ts";
import { guest } from "./guests.ts";
import { strange } from "./strange.ts";
import { expected, shuffled, vectorPack, vectors } from "./vectors.ts";

const all = shuffled(await vectors());
const engine = await guest("koujing");

suite("the golden vectors in Node", () => {
  test("there are at least 300", () => {
    assert.ok(all.length >= 300, `${all.length} vectors`);
  });

  for (const pack of new Set(all.map((vector) => vector.pack))) {
    test(`pack ${pack}: byte for byte, whatever the clock and the randomness`, async () => {
      const built = await vectorPack(pack);
      const mine = all.filter((vector) => vector.pack === pack);
      for (const seed of [undefined, 7, 0xc0ffee]) {
        const runner = new Runner(engine, seed === undefined ? undefined : strange(seed));
        await runner.use(built.pack);
        for (const vector of mine) {
          assert.equal(await runner.decide(vector.input), expected(vector, runner.digest, built.digest), `${vector.area}: ${vector.name}`);
        }
      }
    });
  }

  test("half a surrogate pair is no text: it is refused, not repaired", async () => {
    const runner = new Runner(engine);
    await runner.use((await vectorPack("cn-telecom")).pack);
    for (const text of ['{"now":"2026-11-22T10:00:00+08:00","id":"\ud800"}', '{"now":"2026-11-22T10:00:00+08:00","id":"😀\udc00\ud83d"}', "\udfff"]) {
      const { status, errors } = JSON.parse(await runner.decide(text)) as Decision;
      assert.deepEqual([status, errors?.[0]?.code], ["invalid", "bad_utf8"], JSON.stringify(text));
    }
    assert.equal((JSON.parse(await runner.decide('{"now":"2026-11-22T10:00:00+08:00","id":"😀\ufffd"}')) as Decision).status, "decided");
  });
});
