// Writes the npm tarball: `node npm/pack.mjs FOLDER`. The page has to be built, and both modules with it (make npm does).
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const site = new URL("../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, site));
const [out = path("npm/"), pack] = process.argv.slice(2);
if (pack === undefined) {
  console.error("usage: node npm/pack.mjs FOLDER PACK   (PACK: the built default pack, as `koujing pack build -o` writes it)");
  process.exit(2);
}

/** Runs a command of node_modules or npm; what it says goes on, and a failure ends this one. */
function run(command, args, cwd) {
  const { status, stdout } = spawnSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (status !== 0) {
    console.error(stdout);
    throw new Error(`${command} ${args.join(" ")} failed`);
  }
  return stdout;
}

const staged = await mkdtemp(`${tmpdir()}/koujing-npm-`);
try {
  for (const name of ["package.json", "README.md", "react.d.ts", "vue.d.ts", "bin", "examples"]) await cp(path(`npm/${name}`), `${staged}/${name}`, { recursive: true });
  await cp(path("embed/zendesk"), `${staged}/zendesk`, { recursive: true });
  await mkdir(`${staged}/dist`);
  for (const name of await readdir(path("dist/"))) if (name.startsWith("koujing") && !name.startsWith("koujing-studio")) await cp(path(`dist/${name}`), `${staged}/dist/${name}`);
  await cp(path("../host/cmd/koujing/embedded/koujing.wasm"), `${staged}/dist/koujing.wasm`);
  await cp(pack, `${staged}/dist/cn-telecom.json`);

  run("node_modules/.bin/tsc", ["-p", "npm/tsconfig.json", "--outDir", `${staged}/types`], path("./"));
  // A declaration names its neighbour as a compiler of any age finds it.
  for (const entry of await readdir(`${staged}/types`, { recursive: true })) {
    if (!entry.endsWith(".d.ts")) continue;
    const text = await readFile(`${staged}/types/${entry}`, "utf8");
    await writeFile(`${staged}/types/${entry}`, text.replaceAll(/(from |import\()"(\.[^"]*)\.ts"/g, '$1"$2.js"'));
  }
  await mkdir(out, { recursive: true });
  const [{ filename, size }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", out], staged));
  console.log(`${filename} ${(size / 1024).toFixed(0)} KB`);
} finally {
  await rm(staged, { recursive: true, force: true });
}
