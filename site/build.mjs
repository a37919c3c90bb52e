// Writes dist/: what `koujing serve` embeds, and with --static also what a host without a server of ours needs.
import { cp, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { options, style } from "./bundle.mjs";

const site = new URL("./", import.meta.url);
// Written beside dist and swapped in whole: a server reading from it, or another build, never meets half a page.
const dist = new URL(`.dist-${process.pid}/`, site);
const path = (name, base = site) => fileURLToPath(new URL(name, base));
const standalone = process.argv.includes("--static");

await mkdir(dist, { recursive: true });

const result = await build({
  ...options(path("./")),
  entryPoints: { koujing: "koujing.ts", "koujing-worker": "engine/worker.ts", "koujing-offline": "offline/worker.ts", "koujing-frame": "embed/frame.ts", "koujing-embed": "embed/koujing-embed.ts", "koujing-probe": "embed/probe.ts", crm: "crm/crm.ts", practice: "practice/practice.ts", "koujing-studio-worker": "studio/worker.ts" },
  outdir: path("./", dist),
  metafile: true,
});
// The studio in parts: what only some of its users ever ask for, such as workbooks, is fetched when they do.
const studio = await build({
  ...options(path("./")),
  entryPoints: { "koujing-studio": "studio/studio.ts" },
  chunkNames: "koujing-studio-[name]-[hash]",
  splitting: true,
  outdir: path("./", dist),
  metafile: true,
});

await writeFile(path("koujing-frame.css", dist), await style(path("embed/koujing-frame.css")));
for (const name of ["koujing-frame.html", "koujing-frame.json"]) await copyFile(path(`embed/${name}`), path(name, dist));
await writeFile(path("practice.css", dist), await style(path("practice/practice.css")));
await copyFile(path("practice/practice.html"), path("practice.html", dist));
await writeFile(path("crm.css", dist), await style(path("crm/crm.css")));
await writeFile(path("studio.css", dist), await style(path("studio/studio.css")));
await mkdir(path("studio/", dist));
await copyFile(path("studio/index.html"), path("studio/index.html", dist));

let page = await readFile(path("crm/index.html"), "utf8");
await mkdir(path("samples/", dist));
const samples = [];
for (const name of (await readdir(path("crm/samples/"))).filter((file) => file.endsWith(".json")).sort()) {
  samples.push(JSON.parse(await readFile(path(`crm/samples/${name}`), "utf8")));
}
await writeFile(path("samples/customers.json", dist), JSON.stringify(samples));

if (standalone) {
  // A static host has no /v1: the page reads the pack's sources, so an edited rule is live at the next reload there too.
  page = page.replace("data-served", 'pack="packs/cn-telecom/pack.yaml"');
  await cp(path("../core/packs/cn-telecom/"), path("packs/cn-telecom/", dist), { recursive: true });
  for (const name of ["koujing.wasm", "koujing-author.wasm"]) {
    await copyFile(path(`../host/cmd/koujing/embedded/${name}`), path(name, dist));
  }
}
await writeFile(path("index.html", dist), page);

for (const output of [...Object.keys(result.metafile.outputs), ...Object.keys(studio.metafile.outputs)]) {
  const name = output.split("/").pop();
  const bytes = await readFile(path(name, dist));
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  console.log(`${name.padEnd(24)} ${(bytes.length / 1024).toFixed(1).padStart(7)} KB  ${(packed.length / 1024).toFixed(1).padStart(6)} KB brotli`);
}

const target = path("dist");
const old = `${target}-old-${process.pid}`;
for (let tries = 0; ; tries++) {
  try {
    await rename(target, old).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(path("./", dist).replace(/\/$/, ""), target);
    break;
  } catch (error) {
    // Another build got in between; its page is moved aside in turn.
    if (tries > 20 || (error.code !== "ENOTEMPTY" && error.code !== "EEXIST")) throw error;
  }
  await rm(old, { recursive: true, force: true });
}
await rm(old, { recursive: true, force: true });
