import { expect, test, type Page } from "@playwright/test";
import type { Case } from "../engine/types.ts";
import { expectAccessible } from "./axe.ts";
import { engineFiles, panelPage } from "./real.ts";
import { serveStatic, type Site } from "./static.ts";

/** What helps the agent besides the talk: the draft, earlier promises, the summary, size and density, a reload, no network. The engine is the real one. */

let site: Site;
test.beforeAll(async () => {
  const files = await engineFiles();
  files.set("/panel.html", panelPage());
  files.set("/kept.html", panelPage('keep="talks"'));
  site = await serveStatic(files);
});
test.afterAll(() => site.close());

test.use({ viewport: { width: 360, height: 820 } });

const dispute: Case = {
  id: "C-1001", now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", agent: { id: "8812", role: "clerk" },
  customer: { surname: "王", form: "ms", emotion: "upset", is_owner: true },
  lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
};

async function open(page: Page, name: string, given: Case = dispute): Promise<void> {
  await page.goto(`${site.url}/${name}`);
  await take(page, given);
}

async function take(page: Page, given: Case): Promise<void> {
  await page.locator("koujing-panel").evaluate((panel, given) => { (panel as unknown as { case: Case }).case = given; }, given);
  await expect(page.locator("section.receipt")).toBeVisible();
}

const draft = (page: Page) => page.getByLabel("拟稿");
const marked = (page: Page) => page.locator(".marks mark").allInnerTexts();

test("the draft is marked while it is typed; F2 goes from mark to mark and puts words in place; undo is the browser's", async ({ page }) => {
  await open(page, "panel.html");
  await draft(page).focus();
  await page.keyboard.type("😀系统问题，给您退30元");
  await expect.poll(() => marked(page)).toEqual(["系统问题", "30元"]);
  // The marks lie where the words are: the copy and the field break their lines alike.
  const measures = await page.locator(".sheet").evaluate((sheet) => [...sheet.children].map((child) => {
    const { fontFamily, fontSize, lineHeight, paddingLeft } = getComputedStyle(child);
    return [child.clientWidth, child.scrollHeight, fontFamily, fontSize, lineHeight, paddingLeft];
  }));
  expect(measures[0]).toEqual(measures[1]);
  const chosen = () => draft(page).evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd));
  await page.keyboard.press("F2");
  expect(await chosen()).toBe("系统问题");
  // Advice is nothing to say: the next press goes on to what can be replaced.
  await page.keyboard.press("F2");
  expect(await chosen()).toBe("30元");
  await page.keyboard.press("F2");
  await expect(draft(page)).toHaveValue("😀系统问题，给您退20元");
  await expect.poll(() => marked(page)).toEqual(["系统问题"]);
  await page.keyboard.press("Control+z");
  await expect(draft(page)).toHaveValue("😀系统问题，给您退30元");
  await expect.poll(() => marked(page)).toEqual(["系统问题", "30元"]);
  await expect(page.locator("ul.warnings li").first().getByRole("button", { name: /^选中/ })).toBeVisible();
  await page.getByRole("button", { name: "换成 30元 → 20元" }).click();
  await expect(draft(page)).toHaveValue("😀系统问题，给您退20元");
});

test("a suggestion the pack calls words is put in place, one that is advice is not offered", async ({ page }) => {
  await open(page, "panel.html");
  await draft(page).fill("咱们看，咱们再看，咱们先退，咱们记下，那个，那个，那个，那个，那个");
  await expect(page.locator("ul.warnings li")).not.toHaveCount(0);
  await expect(page.getByRole("button", { name: /^换成 咱们 → 我们/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^选中 那个/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^换成 那个/ })).toHaveCount(0);
});

test("what the agent writes is in the case that is decided, is told to the host, and stays through a reply", async ({ page }) => {
  await open(page, "panel.html");
  await page.evaluate(() => { document.addEventListener("koujing-draft", ({ detail }: Event & { detail?: unknown }) => { (window as { told?: unknown }).told = detail; }); });
  await draft(page).fill("您好");
  await expect.poll(() => page.evaluate(() => (window as { told?: unknown }).told)).toEqual({ text: "您好" });
  await page.locator("ol.replies button").first().click();
  await expect.poll(() => page.locator("koujing-panel").evaluate((panel) => JSON.parse((panel as unknown as { exchange: { case: string } }).exchange.case) as Case)).toMatchObject({ draft: "您好", scenario: { replies: [expect.any(String)] } });
  await expect(draft(page)).toHaveValue("您好");
  // The host sent it: its case comes without a draft.
  await take(page, { ...dispute, draft: "您好" });
  await take(page, { ...dispute, draft: null });
  await expect(draft(page)).toHaveValue("");
});

test("earlier promises: by whom, how much, by when; one that has passed says so", async ({ page }) => {
  await open(page, "panel.html", { ...dispute, promises: [{ by: "8812", at: "2026-11-21T09:05:00+08:00", due_at: "2026-11-21T18:00:00+08:00" }, { by: "7001", at: "2026-11-22T09:00:00+08:00", amount_fen: 2000, due_at: "2026-11-23T10:00:00+08:00" }] });
  await expect(page.locator(".promises li")).toHaveText([/今天 09:00 · 7001.*20\.00 元.*11月23日 10:00 前$/, /11月21日 09:05 · 8812.*给答复.*11月21日 18:00 前 已过$/]);
});

test("the summary is copied without the customer's name, and with the amount", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "panel.html");
  await expect(page.locator(".words").first()).toContainText("王女士");
  await page.getByRole("button", { name: "复制小结" }).click();
  await expect(page.getByRole("button", { name: "已复制" })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain("现退：20.00 元");
  expect(text).toContain("decision sha256:");
  expect(text).not.toMatch(/王|8812|C-1001/);
});

test("size and density: the host's until the agent chooses, then his in this browser", async ({ page }) => {
  await open(page, "panel.html");
  const size = () => page.locator(".words").first().evaluate((line) => parseFloat(getComputedStyle(line).fontSize));
  const first = await size();
  await page.locator("koujing-panel").evaluate((panel) => { panel.setAttribute("size", "125"); });
  expect(await size()).toBeCloseTo(first * 1.25, 1);
  await page.getByRole("button", { name: "显示设置" }).click();
  await page.getByRole("button", { name: "字大一些" }).click();
  expect(await size()).toBeCloseTo(first * 1.4, 1);
  const height = () => page.locator("koujing-panel").evaluate((panel) => panel.clientHeight);
  const tall = await height();
  await page.getByRole("button", { name: "紧凑" }).click();
  await expect(page.getByRole("button", { name: "紧凑" })).toHaveAttribute("aria-pressed", "true");
  expect(await height()).toBeLessThan(tall - 40);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "显示设置" })).toBeFocused();
  await open(page, "panel.html");
  await expect(page.locator("[data-density=compact]")).toHaveCount(1);
});

test("with keep, a talk and a draft go on after a reload; without it they begin anew", async ({ page }) => {
  for (const [name, stays] of [["kept.html", true], ["panel.html", false]] as const) {
    await open(page, name);
    const begin = await page.locator(".words").first().innerText();
    await page.locator("ol.replies button").first().click();
    await expect(page.locator("[part=undo]")).toBeVisible();
    const there = await page.locator(".words").first().innerText();
    expect(there).not.toBe(begin);
    await draft(page).fill("写到一半");
    await page.reload();
    await take(page, dispute);
    await expect(page.locator(".words").first()).toHaveText(stays ? there : begin);
    await expect(draft(page)).toHaveValue(stays ? "写到一半" : "");
    await expect(page.locator("[part=undo]")).toHaveCount(stays ? 1 : 0);
  }
});

test("strange things in the storage are passed over", async ({ page }) => {
  for (const left of ["{", "[null]", '[{"of":null,"moves":[],"draft":"x"}]', '[{"of":{"id":"C-1001"},"moves":[{}]}]', '{"a":1}']) {
    await page.goto(`${site.url}/panel.html`);
    await page.evaluate((left) => { sessionStorage.setItem("talks", left); }, left);
    await open(page, "kept.html");
    await expect(draft(page)).toHaveValue("");
  }
});

test("with offline, a later load needs no network, and keeps nothing but the files", async ({ page }) => {
  const own = await serveStatic(new Map([...await engineFiles(), ["/offline.html", panelPage('offline="/offline.html"')], ["/other.html", panelPage()]]));
  await page.goto(`${own.url}/offline.html`);
  await take(page, dispute);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const kept = () => page.evaluate(async () => (await (await caches.open("koujing-1")).keys()).map(({ url }) => new URL(url).pathname).sort());
  await expect.poll(kept).toEqual(["/koujing-worker.js", "/koujing.js", "/koujing.wasm", "/offline.html", "/pack.json"]);
  await own.close();
  await page.reload();
  await take(page, dispute);
  await expect(page.locator("output.sum")).toHaveText("20.00 元");
  // A page that was not listed is the network's, and there is none.
  await expect(page.goto(`${own.url}/other.html`)).rejects.toThrow();
});

test("without the attribute there is no service worker", async ({ page }) => {
  await open(page, "panel.html");
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});
