import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { fileURLToPath } from "node:url";
import type * as Koujing from "../koujing.ts";
import { serveStatic } from "./static.ts";
import { expected, shuffled, vectorPack, vectors } from "./vectors.ts";

/** The golden vectors in Chromium, through the engine API and its Worker. The runtime's clock and randomness are any. */

const wasm = fileURLToPath(new URL("../../host/cmd/koujing/embedded/koujing.wasm", import.meta.url));

test("the golden vectors: byte for byte", async ({ page }) => {
  test.setTimeout(120_000);
  const all = shuffled(await vectors());
  const names = [...new Set(all.map(({ pack }) => pack))];
  const packs = new Map(await Promise.all(names.map(async (name) => [name, await vectorPack(name)] as const)));
  const site = await serveStatic(new Map<string, string | Uint8Array>([
    ["/blank.html", '<!doctype html><html lang="en"><head><title>Vectors</title><link rel="icon" href="data:,"></head><body></body></html>'],
    ["/koujing.wasm", await readFile(wasm)],
    ...[...packs].map(([name, { pack }]) => [`/packs/${name}.json`, pack] as const),
  ]));
  try {
    await page.goto(`${site.url}/blank.html`);
    let compared = 0;
    for (const [name, { digest }] of packs) {
      const mine = all.filter(({ pack }) => pack === name);
      const { engine, answers } = await page.evaluate(async ({ name, inputs }) => {
        const { Engine } = (await import(new URL("/koujing.js", location.href).href)) as typeof Koujing;
        const engine = await Engine.load({ pack: `/packs/${name}.json` });
        const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const answers = await Promise.all(inputs.map((input) => engine.decideText(bytes(input))));
        const { digest } = engine;
        engine.dispose();
        return { engine: digest, answers };
      }, { name, inputs: mine.map(({ input }) => Buffer.from(input).toString("base64")) });
      for (const [i, vector] of mine.entries()) {
        expect(answers[i], `${vector.area}: ${vector.name}`).toBe(expected(vector, engine, digest));
        compared++;
      }
    }
    expect(compared).toBe(all.length);
    expect(compared).toBeGreaterThanOrEqual(300);
  } finally {
    await site.close();
  }
});
