import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { serveKoujing } from "./server.ts";

/** Takes the README's pictures anew: `KOUJING_BIN=… node --import tsx tests/gallery.ts`. Whoever runs it looks at them. */

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
mkdirSync(docs, { recursive: true });
const server = await serveKoujing();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });

interface Shot {
  name: string;
  width: number;
  height: number;
  scheme?: "light" | "dark";
  path?: string;
  /** Only this element. */
  part?: string;
  act?: (page: Page) => Promise<void>;
}

const choose = (desk: string, id: string) => async (page: Page) => {
  await page.locator(`[data-desk="${desk}"]`).click();
  await page.locator(`[data-case="${id}"]`).click();
  await page.waitForTimeout(300);
};
const reply = async (page: Page) => {
  await page.locator("koujing-panel ol.replies button").first().click();
  await page.waitForTimeout(200);
};

const SHOTS: readonly Shot[] = [
  { name: "desk", width: 1280, height: 800, act: async (page) => { await page.getByLabel("退费", { exact: true }).check(); } },
  { name: "desk-dark-en", width: 1280, height: 800, scheme: "dark", act: async (page) => { await page.locator("#lang").click(); await choose("hotline", "C-1010")(page); } },
  { name: "dispute", width: 384, height: 900, part: "koujing-panel", act: async (page) => { await reply(page); } },
  { name: "lines", width: 384, height: 1100, part: "koujing-panel", scheme: "dark", act: choose("hotline", "C-1009") },
  { name: "promise", width: 384, height: 1200, part: "koujing-panel", act: choose("hall", "C-1006") },
  { name: "draft", width: 384, height: 1200, part: "koujing-panel", act: async (page) => { await page.getByLabel("拟稿").fill("系统问题，咱们给您退30元"); await page.locator(".marks mark").first().waitFor(); } },
  { name: "blocked", width: 384, height: 900, part: "koujing-panel", scheme: "dark", act: choose("outbound", "C-1014") },
  { name: "compact", width: 384, height: 900, part: "koujing-panel", act: async (page) => { await page.getByRole("button", { name: "显示设置" }).click(); await page.getByRole("button", { name: "紧凑" }).click(); } },
  { name: "practice", width: 760, height: 820, path: "practice.html", act: async (page) => {
    await page.locator("#words").fill("系统问题，您等一下");
    await page.locator("#words").press("Enter");
    await page.locator("[data-reply]").first().click();
    await page.locator("#look").click();
    await page.locator("[data-reply]").first().click();
    await page.locator("#finish").click();
  } },
];

for (const { name, width, height, scheme = "light", path = "", part, act } of SHOTS) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, locale: "zh-CN" });
  try {
    await page.goto(`${server.url}/${path}`);
    await page.locator(path === "" ? "koujing-panel section.receipt" : "#words").waitFor();
    if (act) await act(page);
    await page.waitForTimeout(700);
    const file = `${docs}${name}.png`;
    await (part === undefined ? page.screenshot({ path: file }) : page.locator(part).screenshot({ path: file }));
    console.log(name);
  } catch (thrown) {
    console.log(name, thrown instanceof Error ? thrown.message.split("\n")[0] : thrown);
  }
  await page.close();
}
await browser.close();
await server.close();
