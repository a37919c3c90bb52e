import { expect, test, type Page } from "@playwright/test";
import type { Case } from "../engine/types.ts";
import { engineFiles, panelPage } from "./real.ts";
import { serveStatic, type Site } from "./static.ts";

/** Everything one can do in the panel, without a pointing device. */

let site: Site;
test.beforeAll(async () => {
  const files = await engineFiles();
  files.set("/panel.html", panelPage());
  site = await serveStatic(files);
});
test.afterAll(() => site.close());

const complaint: Case = {
  id: "C-1006", now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "cannot_solve_now", agent: { id: "8812", role: "clerk" }, customer: { surname: "周", form: "ms", is_owner: true },
  complaint: { kind: "fault", state: "with_support", owner: "8812", opened_at: "2026-11-20T14:10:00+08:00", handed_at: "2026-11-21T09:00:00+08:00", promised_at: "2026-11-21T18:00:00+08:00" },
  lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
  draft: "系统问题，给您退30元",
};

async function open(page: Page): Promise<void> {
  await page.goto(`${site.url}/panel.html`);
  await page.locator("koujing-panel").evaluate((panel, given) => { (panel as unknown as { case: Case }).case = given; }, complaint);
  await expect(page.locator("section.receipt")).toBeVisible();
}

/** What has the focus inside the panel, told by its place in it. */
const focused = (page: Page) => page.evaluate(() => {
  const root = document.querySelector("koujing-panel")?.shadowRoot;
  const all = [...(root?.querySelectorAll("*") ?? [])];
  return root?.activeElement ? all.indexOf(root.activeElement) : -1;
});

test("Tab reaches every control that is shown, from top to bottom, and shows where it is", async ({ page }) => {
  await open(page);
  await page.locator("ol.replies button").first().click();
  await page.getByRole("button", { name: "显示设置" }).click();
  await expect(page.locator(".display")).toBeVisible();
  const controls = await page.evaluate(() => {
    const root = document.querySelector("koujing-panel")?.shadowRoot;
    const all = [...(root?.querySelectorAll("*") ?? [])];
    return all.flatMap((element, i) => (element.matches("button, input, select, textarea, summary, a[href]") && element.checkVisibility() ? [i] : []));
  });
  expect(controls.length).toBeGreaterThan(12);
  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
  await page.locator("h1").click();
  const reached: number[] = [];
  for (let i = 0; i < controls.length + 20; i++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at < 0) break;
    // A field for a time has a stop at each of its parts.
    if (reached.at(-1) !== at) reached.push(at);
    const outlined = await page.evaluate(() => {
      const element = document.querySelector("koujing-panel")?.shadowRoot?.activeElement;
      const shown = element?.closest(".sheet") ?? element;
      return shown && getComputedStyle(shown).outlineStyle !== "none" ? "outlined" : `${shown?.tagName ?? ""} ${shown?.className ?? ""}`;
    });
    expect(outlined).toBe("outlined");
  }
  expect(reached).toEqual(controls);
});

test("a talk from the first key to the copied summary without a pointing device", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page);
  const press = async (name: string | RegExp, key = "Enter") => {
    for (let i = 0; i < 40; i++) {
      const here = await page.evaluate(() => {
        const element = document.querySelector("koujing-panel")?.shadowRoot?.activeElement;
        return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
      });
      if (typeof name === "string" ? here.includes(name) : name.test(here)) {
        await page.keyboard.press(key);
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${String(name)}`);
  };
  await page.keyboard.press("Tab");
  await press(/^.?\S*记录已核对|^1/);
  await expect(page.locator("[part=undo]")).toBeVisible();
  // The focus stayed in the panel, so the keys go on working.
  expect(await focused(page)).toBeGreaterThanOrEqual(0);
  await press("换成 30元 → 20元");
  await expect(page.getByLabel("拟稿")).toHaveValue("系统问题，给您退20元");
  await page.keyboard.press("F2");
  await expect.poll(() => page.getByLabel("拟稿").evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd))).toBe("系统问题");
  await press(/依据/, "Enter");
  await expect(page.locator("details.why")).toHaveAttribute("open");
  await page.keyboard.press("Shift+Tab");
  await press("复制小结");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("现退：20.00 元");
});
