import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readdir, readFile } from "node:fs/promises";
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

  test("the studio, both modules and all it may load, does not grow out of hand, and the panel's page names none of it", async () => {
    const dist = fileURLToPath(new URL("../dist/", import.meta.url));
    const modules = fileURLToPath(new URL("../../host/cmd/koujing/embedded/", import.meta.url));
    const files = [...(await readdir(dist)).filter((name) => /^(?:koujing-)?studio.*\.(?:js|css)$/.test(name)).map((name) => dist + name),
      `${modules}koujing.wasm`, `${modules}koujing-author.wasm`];
    assert.ok(files.length >= 5, files.join(" "));
    let size = 0;
    for (const file of files) {
      const bytes = await readFile(file);
      // 9 is quick, and a seventh above the 11 that `make size` holds to 3 MB.
      size += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
    }
    assert.ok(size > 1_500_000, `${size} bytes are too few to hold both modules`);
    assert.ok(size <= 3_500_000, `${size} bytes`);
    for (const page of ["index.html", "koujing.js", "koujing-worker.js", "crm.js"]) {
      assert.doesNotMatch(await readFile(dist + page, "utf8"), /koujing-studio/, page);
    }
  });
});
