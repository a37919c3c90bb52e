import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { options } from "../bundle.mjs";

suite("koujing.js", () => {
  test("can be imported where there is no page, as a server that renders one does, and gives out what is promised", async () => {
    const { outputFiles } = await build({ ...options(fileURLToPath(new URL("../", import.meta.url))), entryPoints: { koujing: "koujing.ts" }, outdir: "unwritten", write: false });
    const script = outputFiles[0];
    assert.ok(script);
    const given = (await import(`data:text/javascript;base64,${Buffer.from(script.contents).toString("base64")}`)) as object;
    assert.deepEqual(Object.keys(given).sort(), ["Engine", "EngineError", "KoujingPanel"]);
  });
});
