import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

/** What the studio weighs as brotli -q 11, file by file: scripts, styles and both modules. Fails above 3 MB; for `make size`. */

const LIMIT = 3_000_000;
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const modules = fileURLToPath(new URL("../../../host/cmd/koujing/embedded/", import.meta.url));
const pages = (await readdir(dist)).filter((name) => /^(?:koujing-)?studio.*\.(?:js|css)$/.test(name)).map((name) => dist + name);

let sum = 0;
for (const path of [...pages, `${modules}koujing.wasm`, `${modules}koujing-author.wasm`]) {
  const bytes = await readFile(path);
  const size = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  sum += size;
  console.log(`  ${(path.split("/").at(-1) ?? "").padEnd(36)} ${size.toLocaleString("en").padStart(10)} bytes`);
}
console.log(`the studio in all ${sum.toLocaleString("en")} bytes (limit ${LIMIT.toLocaleString("en")}), of which a part is fetched only when it is used`);
if (sum > LIMIT) process.exit(1);
