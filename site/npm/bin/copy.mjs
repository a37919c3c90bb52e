#!/usr/bin/env node
// koujing-panel copy FOLDER: puts the files where the CRM's own origin serves them, and says what to write into its page.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const [verb, folder, ...more] = process.argv.slice(2);
if (verb !== "copy" || folder === undefined || more.length > 0) {
  console.error("usage: koujing-panel copy FOLDER\n\n  koujing-panel copy public/koujing    copies the panel's files there and prints the lines for the page");
  process.exit(2);
}

const dist = new URL("../dist/", import.meta.url);
// Whom the frame listens to is the operator's: a newer version of the files leaves it alone.
const kept = join(folder, "koujing-frame.json");
const had = existsSync(kept);
await cp(fileURLToPath(dist), folder, { recursive: true, filter: (from) => !(had && basename(from) === "koujing-frame.json") });

const hash = async (name, algorithm) => `${algorithm}-${createHash(algorithm).update(await readFile(new URL(name, dist))).digest("base64")}`;
const base = `/${folder.replaceAll("\\", "/").replace(/^\.?\/*(public\/)?/, "").replace(/\/*$/, "")}/`;
console.log(`Copied to ${folder}. Into the page, with the address your server gives the folder:

<script type="module" src="${base}koujing.js" integrity="${await hash("koujing.js", "sha384")}"></script>
<koujing-panel pack="${base}cn-telecom.json" integrity="${await hash("koujing.wasm", "sha384")}" lang="zh-CN"></koujing-panel>`);
