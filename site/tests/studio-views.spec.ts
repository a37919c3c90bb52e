import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test as base, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { packSources } from "./guests.ts";
import { serveKoujing, type Server } from "./server.ts";
import { serveStatic } from "./static.ts";

/** The studio's other ways to look at a file, each of which writes the text and nothing but what was changed; and the studio without a server. */

const embedded = fileURLToPath(new URL("../../host/cmd/koujing/embedded/", import.meta.url));

const test = base.extend<{ complaints: string[] }, { server: Server }>({
  server: [async ({}, use) => {
    const server = await serveKoujing();
    await use(server);
    await server.close();
  }, { scope: "worker" }],
  complaints: [async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // The browser logs what the studio asks for and handles when it is not there: a server, a history.
      if (message.type() === "error" && !message.text().includes("404")) complaints.push(message.text());
    });
    await use(complaints);
    expect(complaints).toEqual([]);
  }, { auto: true }],
});

async function studio(page: Page, server: Server, path: string): Promise<void> {
  await page.goto(`${server.url}/studio/#${path}`);
  await expect(page.locator(".outcome table")).toBeVisible({ timeout: 60_000 });
}

/** The text of the file at hand, as the browser's store has it after the last edit. */
async function kept(page: Page, path: string): Promise<string | null | undefined> {
  return page.evaluate((wanted) => new Promise<string | null | undefined>((resolve, reject) => {
    const asked = indexedDB.open("koujing-studio");
    asked.onsuccess = () => {
      const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
      all.onsuccess = () => { resolve((all.result as { changes: Record<string, string | null> }[]).at(-1)?.changes[wanted]); asked.result.close(); };
      all.onerror = () => { reject(new Error("the draft cannot be read")); };
    };
  }), path);
}

test("a table as a grid: rows from a spreadsheet, a value of a list, what is wrong in its cell, undo", async ({ page, server }) => {
  test.setTimeout(60_000);
  const path = "tables/recommend.way.csv";
  const text = (await packSources())[path] ?? "";
  await studio(page, server, path);
  const grid = page.locator(".grid .tabulator");
  const cell = (row: number, column: number) => grid.locator(".tabulator-row").nth(row).locator(".tabulator-cell").nth(column + 1);
  await expect(cell(1, 0)).toHaveText("way.handset");
  await expect(grid.locator(".tabulator-col", { hasText: "facts.asks_about_service" })).toContainText("是否"); // the checker has told what columns hold

  await cell(8, 0).click(); // the row that waits behind the last
  await page.locator(".tabulator-tableholder").evaluate((holder) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "way.a\trecommend\thall\tfalse\t-\t-\t-\tspoken\t甲\t乙, 丙\tMKT-06\t\r\nway.b\trecommend\thall\t-\t-\t-\t-\tnone\t丁\t戊\tMKT-06\t\r\n");
    holder.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(cell(9, 0)).toHaveText("way.b");
  const pasted = `${text}way.a,recommend,hall,false,-,-,-,spoken,甲,"乙, 丙",MKT-06,\nway.b,recommend,hall,-,-,-,-,none,丁,戊,MKT-06,\n`;
  await expect.poll(() => kept(page, path)).toBe(pasted);

  await cell(1, 4).click();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("option")).toContainText(["general", "payment", "handset"]);
  await page.keyboard.type("宽带");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(cell(1, 4)).toHaveText("broadband");
  await expect.poll(() => kept(page, path)).toBe(pasted.replace("way.handset,recommend,hall,-,handset", "way.handset,recommend,hall,-,broadband"));

  await cell(2, 4).click();
  await page.keyboard.type("handst");
  await page.keyboard.press("Enter");
  await expect(cell(2, 4)).toHaveAttribute("aria-invalid", "true", { timeout: 15_000 });
  await cell(2, 4).click();
  await expect(page.locator(".cellstate")).toContainText("是不是想写「handset」？");
  await expectAccessible(page);

  for (let i = 0; i < 3; i++) await page.keyboard.press("Control+z");
  await expect(page.locator(".changedcount")).toHaveText("与发布的版本相同");
});

test("a track as a map: walked by the keyboard, a label and a target changed, a step added", async ({ page, server }) => {
  const path = "scenarios/hall.wrong_bill_heated.yaml";
  const text = (await packSources())[path] ?? "";
  await studio(page, server, path);
  await page.getByRole("button", { name: "走向图" }).click();
  const here = page.locator(".step[aria-current]");
  await expect(page.locator(".step.case")).toHaveAttribute("data-step", "cool_down");

  await page.getByRole("button", { name: "从头走一遍" }).click();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(here).toHaveAttribute("data-step", "verdict");
  await expect(page.locator(".trail")).toContainText("客户平静一些");
  await here.focus();
  await page.keyboard.press("ArrowUp");
  await expect(here).toHaveAttribute("data-step", "sum_up");

  await page.getByLabel("名称： checked").fill("查完了, 有结果");
  await page.keyboard.press("Tab");
  const labelled = text.replace("checked: { label: 已查完,", 'checked: { label: "查完了, 有结果",');
  await expect.poll(() => kept(page, path)).toBe(labelled);
  await page.getByLabel("去向： 当场查不清").selectOption("explain");
  const led = labelled.replace("gloss: cannot be established now, to: promise", "gloss: cannot be established now, to: explain");
  await expect.poll(() => kept(page, path)).toBe(led);
  // The same with the mouse: the end of the way drawn onto another step.
  for (let i = 0; i < 3; i++) await page.getByRole("button", { name: "缩小" }).click();
  const way = page.locator(".grip").nth(await page.locator(".waylabel").evaluateAll((labels) => labels.findIndex((label) => label.textContent === "当场查不清")));
  await way.scrollIntoViewIfNeeded();
  const [from, to] = [await way.boundingBox(), await page.locator('.step[data-step="stay_with"]').boundingBox()];
  await page.mouse.move((from?.x ?? 0) + 5, (from?.y ?? 0) + 5);
  await page.mouse.down();
  await page.mouse.move((to?.x ?? 0) + 30, (to?.y ?? 0) + 12, { steps: 5 });
  await expect(page.locator('.step[data-step="stay_with"]')).toHaveClass(/drop/);
  await page.mouse.up();
  const drawn = labelled.replace("gloss: cannot be established now, to: promise", "gloss: cannot be established now, to: stay_with");
  await expect.poll(() => kept(page, path)).toBe(drawn);
  await page.locator('.step[data-step="sum_up"]').click();
  await page.getByLabel("去向： 当场查不清").selectOption("explain");
  await expect.poll(() => kept(page, path)).toBe(led);
  await page.getByLabel("新步骤的编号").fill("tea");
  await page.getByRole("button", { name: "加一步" }).click();
  await expect(here).toHaveAttribute("data-step", "tea");
  await expectAccessible(page);
  await here.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".editor .cm-activeLine")).toHaveText("  tea:");
});

test("what no test reaches is said on the grid and on the map", async ({ page, server }) => {
  test.setTimeout(120_000);
  await studio(page, server, "tables/service.desk.csv");
  const grid = page.locator(".grid .tabulator");
  await expect(grid).toContainText("desk.line_order");
  await grid.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "desk.tea\tdetail_list\t= settings.desk.general\tSVC-30\t\n");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.getByRole("tab", { name: "测试" }).click();
  await page.getByRole("button", { name: "全部运行" }).click();
  await expect(page.locator(".covered")).toContainText(/测试覆盖 (\d+)\/\d+ · ✗ 没有测试用到: 1/, { timeout: 90_000 });
  const row = grid.locator(".tabulator-row", { hasText: "desk.tea" });
  await expect(row.getByRole("img", { name: "没有测试用到" })).toHaveText("✗");
  await expect(grid.locator(".tabulator-row", { hasText: "desk.line_order" }).getByRole("img", { name: "测试用到" })).toHaveText("✓");
  await row.locator(".tabulator-cell").nth(1).click();
  await expect(page.locator(".cellstate")).toContainText("✗ 没有测试用到");
  await expectAccessible(page);
  await page.evaluate(() => { location.hash = "scenarios/hall.wrong_bill_heated.yaml"; });
  await page.getByRole("button", { name: "走向图" }).click();
  await expect(page.locator('.step[data-step="verdict"] .reached')).toHaveText("✓ 测试用到");
  await expect(page.locator(".step .unreached")).toHaveCount(0);
  await expectAccessible(page);
  // An edit, and nothing is known any more.
  await page.getByLabel("新步骤的编号").fill("tea");
  await page.getByRole("button", { name: "加一步" }).click();
  await expect(page.locator(".step .reached")).toHaveCount(0);
  await page.getByRole("button", { name: "全部运行" }).click();
  await expect(page.locator('.step[data-step="tea"] .unreached')).toHaveText("✗ 没有测试用到", { timeout: 90_000 });
});

test("settings as a form: what is no span is said, what is one is written in its place and decides", async ({ page, server }) => {
  const text = (await packSources())["pack.yaml"] ?? "";
  await studio(page, server, "pack.yaml");
  const field = page.getByLabel("refund.pay_within", { exact: true });
  await field.fill("2 days");
  await page.keyboard.press("Tab");
  await expect(page.locator('tr[data-name="refund.pay_within"]')).toContainText("例如 30s");
  await field.fill("48h");
  await page.keyboard.press("Tab");
  await expect.poll(() => kept(page, "pack.yaml")).toBe(text.replace("refund.pay_within:        { value: 72h", "refund.pay_within:        { value: 48h"));
  await expect(page.locator(".outcome .differs", { hasText: "期限" }).first()).toContainText("2026-11-23", { timeout: 15_000 });
  await expectAccessible(page);
});

test("without a server: a folder opened, edited and saved, with only what changed written", async ({ page }) => {
  test.setTimeout(60_000); // a hundred files are written first
  const sources = await packSources();
  const files = new Map<string, Uint8Array>();
  for (const name of ["koujing.wasm", "koujing-author.wasm"]) files.set(`/${name}`, await readFile(embedded + name));
  const site = await serveStatic(files);
  try {
    await page.addInitScript(() => { Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() }); });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(`${site.url}/studio/index.html`);
    await expect(page.locator(".start")).toContainText("没有服务器");
    await expectAccessible(page);
    await page.evaluate(async (given) => {
      const root = await navigator.storage.getDirectory();
      for (const [path, text] of Object.entries(given)) {
        const [folder = "", name] = path.split("/");
        const within = name === undefined ? root : await root.getDirectoryHandle(folder, { create: true });
        const stream = await (await within.getFileHandle(name ?? folder, { create: true })).createWritable();
        await stream.write(text);
        await stream.close();
      }
    }, sources);
    const there = (path: string) => page.evaluate(async (wanted) => {
      const [folder = "", name = ""] = wanted.split("/");
      try {
        const within = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
        return await (await (await within.getFileHandle(name)).getFile()).text();
      } catch {
        return undefined;
      }
    }, path);

    await page.getByRole("button", { name: "打开文件夹…" }).click();
    await expect(page.locator(".outcome")).toBeVisible({ timeout: 30_000 });
    await expect(page.locator(".changedcount")).toHaveText("与文件夹里相同");
    await expect(page.getByRole("tab", { name: "发布" })).toHaveCount(0);

    await page.getByRole("button", { name: "新建文件…" }).click();
    await page.getByLabel("种类").selectOption("tables");
    await page.getByLabel("名称（不带后缀）").fill("own.tea");
    await page.getByRole("button", { name: "新建", exact: true }).click();
    await expect(page.locator(".grid .tabulator")).toContainText("own.tea.hall");
    await page.locator('[data-key="tables/rights.csv"] > .row').click();
    await page.getByRole("button", { name: "删除文件" }).click();
    await page.keyboard.press("Control+s");
    await expect(page.locator(".saved")).toHaveText("已写入： pack.yaml, tables/own.tea.csv, tables/rights.csv");
    await expect(page.locator(".changedcount")).toHaveText("与文件夹里相同");
    expect(await there("tables/own.tea.csv")).toContain("own.tea.hall,hall");
    expect(await there("tables/rights.csv")).toBeUndefined();
    expect(await there("rules/refund.yaml")).toBe(sources["rules/refund.yaml"]);
    await expectAccessible(page);
  } finally {
    await site.close();
  }
});
