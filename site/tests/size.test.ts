import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { options } from "../bundle.mjs";

suite("size", () => {
  test("panel, engine API and Worker, with the styles inside, stay within 40 KB as brotli", async () => {
    const site = fileURLToPath(new URL("../", import.meta.url));
    const { outputFiles } = await build({ ...options(site), entryPoints: { koujing: "koujing.ts", "koujing-worker": "engine/worker.ts" }, outdir: "unwritten", write: false });
    assert.equal(outputFiles.length, 2);
    const size = outputFiles.reduce((sum, { contents }) => sum + brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length, 0);
    assert.ok(size > 5_000, `${size} bytes are too few to be the panel`);
    assert.ok(size <= 40 * 1024, `${size} bytes`);
  });
});
