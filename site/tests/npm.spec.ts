import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { builtPack } from "./guests.ts";
import { POLICY, serveStatic } from "./static.ts";

/** The tarball of `npm pack`, installed into fresh projects as its README says, and opened under the strict policy. */

const site = fileURLToPath(new URL("../", import.meta.url));
// Below site/, so that vite, vue and react are found as in a project that has them.
const fresh = join(site, "node_modules/.cache/fresh");
let tarball = "";

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed\n${stdout}\n${stderr}`);
  return stdout;
}

test.beforeAll(async () => {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const { pack } = await builtPack();
  writeFileSync(join(fresh, "pack.json"), pack);
  tarball = join(fresh, run("node", ["npm/pack.mjs", fresh, join(fresh, "pack.json")], site).split(" ")[0] ?? "");
});
test.afterAll(() => { rmSync(fresh, { recursive: true, force: true }); });

/** A fresh project with the package in it, and what the copy command printed. */
function project(kind: "plain" | "react" | "vue", into: string): { folder: string; printed: string } {
  const folder = join(fresh, kind);
  cpSync(join(site, "npm/examples", kind), folder, { recursive: true });
  cpSync(join(site, "npm/examples/customer.ts"), join(fresh, "customer.ts"));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
  return { folder, printed: run("npx", ["--offline", "koujing-panel", "copy", into], folder) };
}

async function open(page: Page, folder: string): Promise<() => Promise<void>> {
  const files = new Map<string, string | Uint8Array>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes("node_modules/koujing")) files.set(path.slice(folder.length), await readFile(path));
  }
  const server = await serveStatic(files, POLICY);
  await page.goto(`${server.url}/index.html`);
  return () => server.close();
}

const customer = () => {
  const text = readFileSync(join(site, "npm/examples/customer.ts"), "utf8");
  // What the example gives to a framework is given to the plain page as it stands.
  return `document.querySelector("koujing-panel").${text.slice(text.indexOf("customer: Case =")).replace("customer: Case =", "case =")}`;
};

test("a plain page with the printed lines and their integrity", async ({ page }) => {
  const { folder, printed } = project("plain", "koujing");
  const lines = printed.split("\n").filter((line) => line.startsWith("<"));
  expect(lines).toEqual([expect.stringContaining('integrity="sha384-'), expect.stringContaining('integrity="sha384-')]);
  writeFileSync(join(folder, "index.html"), `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>CRM</title><link rel="icon" href="data:,">${lines[0] ?? ""}</head><body>${lines[1] ?? ""}</body></html>`);
  const close = await open(page, folder);
  await page.evaluate(customer());
  await expect(page.locator("output.sum")).toHaveText("20.00 元");
  await close();
  // A script that somebody has changed is not run.
  writeFileSync(join(folder, "koujing/koujing.js"), `${readFileSync(join(folder, "koujing/koujing.js"), "utf8")}\n`);
  const again = await open(page, folder);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => customElements.get("koujing-panel") === undefined)).toBe(true);
  await again();
});

for (const kind of ["react", "vue"] as const) {
  test(`a fresh Vite project with ${kind}`, async ({ page }) => {
    test.slow();
    const { folder } = project(kind, "public/koujing");
    run(join(site, "node_modules/.bin/vite"), ["build", "--logLevel", "error"], folder);
    const close = await open(page, join(folder, "dist"));
    await expect(page.locator("output.sum")).toHaveText("20.00 元");
    await expect(page.locator("#told")).toHaveText("2000");
    await close();
  });
}

test("the types: an example is right by them, and a wrong case is not", () => {
  const { folder } = project("react", "public/koujing");
  const check = (file: string) => spawnSync(join(site, "node_modules/.bin/tsc"), [
    "--ignoreConfig", "--noEmit", "--strict", "--jsx", "react-jsx", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022", "--lib", "es2022,dom,dom.iterable",
    "--allowImportingTsExtensions", "--types", "react", "--skipLibCheck", "false", file], { cwd: folder, encoding: "utf8" });
  cpSync(join(fresh, "customer.ts"), join(folder, "customer.ts"));
  writeFileSync(join(folder, "src/right.tsx"), readFileSync(join(folder, "src/main.tsx"), "utf8").replace("../../customer.ts", "../customer.ts"));
  const right = check("src/right.tsx");
  expect(right.stdout).toBe("");
  writeFileSync(join(folder, "src/wrong.ts"), 'import type { Case } from "koujing-panel";\nexport const wrong: Case = { now: "", channel: "smoke", lines: [{ id: "L1" }] };\n');
  const wrong = check("src/wrong.ts").stdout;
  expect(wrong).toContain("smoke");
  expect(wrong).toContain("charged_fen");
});

test("a newer version leaves the frame's configuration alone", () => {
  const { folder } = project("plain", "koujing");
  writeFileSync(join(folder, "koujing/koujing-frame.json"), '{"origins":["https://crm.example"]}');
  run("npx", ["--offline", "koujing-panel", "copy", "koujing"], folder);
  expect(readFileSync(join(folder, "koujing/koujing-frame.json"), "utf8")).toContain("crm.example");
});
