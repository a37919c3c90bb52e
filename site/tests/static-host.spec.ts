import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { packSources } from "./guests.ts";
import { serveStatic } from "./static.ts";

/** A host that only gives out files: the page compiles the pack's sources itself, with a module fetched for that alone. */

const embedded = fileURLToPath(new URL("../../host/cmd/koujing/embedded/", import.meta.url));
const page = fileURLToPath(new URL("../dist/index.html", import.meta.url));

test("the pack's sources are compiled in the page; an edited one counts after a reload; a misspelt one is shown", async ({ page: tab }) => {
  const sources = await packSources();
  const files = new Map<string, string | Uint8Array>([
    ["/index.html", (await readFile(page, "utf8")).replace("data-served", 'pack="packs/cn-telecom/pack.yaml"')],
    ["/koujing.wasm", await readFile(`${embedded}koujing.wasm`)],
    ["/koujing-author.wasm", await readFile(`${embedded}koujing-author.wasm`)],
    ...Object.entries(sources).map(([name, text]) => [`/packs/cn-telecom/${name}`, text] as const),
  ]);
  const site = await serveStatic(files);
  const complaints: string[] = [];
  tab.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  try {
    const amount = tab.locator("koujing-panel output.sum");
    await tab.goto(site.url);
    await expect(amount).toHaveText("20.00 元");
    // There is no server to ask, so none is asked.
    await expect(tab.locator("#agree")).toBeHidden();
    expect(site.seen.filter((path) => path.startsWith("/v1/"))).toEqual([]);
    expect(complaints).toEqual([]);

    const rules = sources["rules/refund.yaml"] ?? "";
    files.set("/packs/cn-telecom/rules/refund.yaml", rules.replace("multiplier: 2, review: false", "multiplier: 1, review: false"));
    await tab.reload();
    await expect(amount).toHaveText("10.00 元");

    files.set("/packs/cn-telecom/rules/refund.yaml", rules.replace("line.category in", "line.catgory in"));
    await tab.reload();
    const notice = tab.locator("koujing-panel .notice");
    await expect(notice).toContainText("pack_invalid");
    await expect(notice).toContainText(/rules\/refund\.yaml:\d+:\d+/);
    await expect(notice).toContainText("line.category");
  } finally {
    await site.close();
  }
});

test("a page with a built pack never fetches the author's module", async ({ page: tab }) => {
  const site = await serveStatic(new Map<string, string | Uint8Array>([["/koujing.wasm", await readFile(`${embedded}koujing.wasm`)]]));
  try {
    await tab.goto(site.url);
    await expect(tab.locator("koujing-panel .notice")).toContainText("fetch_failed");
    expect(site.seen).toContain("/koujing.wasm");
    expect(site.seen).not.toContain("/koujing-author.wasm");
  } finally {
    await site.close();
  }
});
