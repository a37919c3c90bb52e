import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { chromium, type Browser, type Page } from "@playwright/test";
import type * as Koujing from "../../koujing.ts";
import { serveStatic, type Site } from "../static.ts";
import { Bench, type Setup } from "./rounds.ts";

/**
 * Node and Chromium for core/vectors/bench: reads an order a line, JSON, and answers each with a line. Everything that is
 * measured is measured in here, in the process or the page where it happens.
 */

/** Paths of files. */
interface Files {
  wasm: string;
  hasher: string;
  loads: Record<string, { pack: string; cases: string }>;
  /** For cold starts. */
  pack: string;
  case: string;
}

type Order =
  | { op: "setup"; files: Files }
  | { op: "decide"; engine: Engine; load: string; ms: number }
  | { op: "hash"; engine: Engine; sizes: number[]; ms: number }
  | { op: "memory"; engine: Engine; load: string; decisions: number }
  | { op: "cold"; engine: Engine };

type Engine = "node" | "chromium";

const here = fileURLToPath(new URL("./", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "koujing-bench-"));
const run = promisify(execFile);

interface World {
  files: Files;
  /** In this process. */
  bench: Bench;
  site: Site;
  browser: Browser;
  /** Has a Worker with a bench of its own. */
  page: Page;
}

let world: World | undefined;
/** What has to be closed in the end, also when setting up fails half way. */
const opened: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];

async function setUp(files: Files): Promise<World> {
  await bundle("cold.ts", "cold.mjs", "node");
  for (const name of ["page", "worker"]) await bundle(`${name}.ts`, `${name}.js`, "browser");
  const setup: Setup = {
    wasm: new Uint8Array(await readFile(files.wasm)),
    hasher: new Uint8Array(await readFile(files.hasher)),
    loads: Object.fromEntries(await Promise.all(Object.entries(files.loads).map(async ([name, { pack, cases }]) =>
      [name, { pack: await readFile(pack, "utf8"), cases: JSON.parse(await readFile(cases, "utf8")) as string[] }] as const))),
  };
  const bench = await Bench.make(setup);

  const site = await serveStatic(new Map<string, string | Uint8Array>([
    ["/blank.html", '<!doctype html><html lang="en"><head><title>Bench</title><link rel="icon" href="data:,"></head><body></body></html>'],
    ["/bench.html", '<!doctype html><title>Bench</title><script type="module" src="/page.js"></script>'],
    ["/page.js", await readFile(join(folder, "page.js"), "utf8")],
    ["/worker.js", await readFile(join(folder, "worker.js"), "utf8")],
    ["/koujing.wasm", setup.wasm],
    ["/hasher.wasm", setup.hasher],
    ["/pack.json", await readFile(files.pack)],
    ["/case.json", await readFile(files.case)],
    ["/loads.json", JSON.stringify(setup.loads)],
  ]), "");
  opened.push(() => site.close());
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
  });
  opened.push(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.url}/bench.html`);
  await page.evaluate(() => (window as unknown as { ready: Promise<void> }).ready);
  return { files, bench, site, browser, page };
}

async function bundle(from: string, to: string, platform: "node" | "browser"): Promise<void> {
  await build({ entryPoints: [join(here, from)], outfile: join(folder, to), bundle: true, format: "esm", target: "es2022", platform, logLevel: "warning" });
}

/** The same order for Node, here, and for the Worker in Chromium. */
function inPage({ page }: World, order: object): Promise<unknown> {
  return page.evaluate((given) => (window as unknown as { ask: (order: object) => Promise<unknown> }).ask(given), order);
}

async function cold({ files, site, browser }: World, engine: Engine): Promise<unknown> {
  if (engine === "node") {
    const { stdout } = await run(process.execPath, [join(folder, "cold.mjs"), files.wasm, files.pack, files.case]);
    return JSON.parse(stdout) as unknown;
  }
  // A context of its own, so that nothing is cached. The page's script is given the time of the browser's own start of it.
  const context = await browser.newContext();
  try {
    const fresh = await context.newPage();
    await fresh.goto(`${site.url}/blank.html`);
    return await fresh.evaluate(async () => {
      const text = await (await fetch("/case.json")).text();
      const begin = performance.now();
      const { Engine } = (await import(new URL("/koujing.js", location.href).href)) as typeof Koujing;
      const imported = performance.now();
      const engine = await Engine.load({ wasm: "/koujing.wasm", pack: "/pack.json" });
      const loaded = performance.now();
      await engine.decideText(text);
      const end = performance.now();
      engine.dispose();
      return { import: imported - begin, load: loaded - imported, first: end - loaded, total: end - begin };
    });
  } finally {
    await context.close();
  }
}

async function take(order: Order): Promise<unknown> {
  if (order.op === "setup") {
    world = await setUp(order.files);
    return null;
  }
  if (world === undefined) throw new Error("setup first");
  const { bench } = world;
  switch (order.op) {
    case "cold": return cold(world, order.engine);
    case "decide": return order.engine === "node" ? bench.decide(order.load, order.ms) : inPage(world, order);
    case "hash": return order.engine === "node" ? bench.hash(order.sizes, order.ms) : inPage(world, order);
    case "memory": return order.engine === "node" ? bench.memory(order.load, order.decisions) : inPage(world, order);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ value: await take(JSON.parse(line) as Order) }));
  } catch (thrown) {
    console.log(JSON.stringify({ failure: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }));
  }
}
// Whoever gives the orders is done.
for (const close of opened.reverse()) await close();
