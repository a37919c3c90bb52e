import { expect, test } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { serveKoujing, type Server } from "./server.ts";

/** Practice: the trainee speaks, buttons play the customer, the end says what was missed. */

let server: Server;
test.beforeAll(async () => { server = await serveKoujing(); });
test.afterAll(() => server.close());

for (const [lang, theme] of [["zh-CN", "light"], ["en", "dark"]] as const) {
  test(`a talk is practised and reviewed: ${lang}, ${theme}`, async ({ page }) => {
    const complaints: string[] = [];
    page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(`${server.url}/practice.html?lang=${lang}`);
    const words = page.locator("#words");
    await expect(words).toBeVisible();
    // The line is hidden, and the customer waits, until something has been said.
    await expect(page.locator("#shown")).toBeHidden();
    await expect(page.locator("[data-reply]")).toHaveCount(0);
    await expectAccessible(page);
    await words.fill("系统问题，您等一下");
    await words.press("Enter");
    await expect(page.locator("#shown")).toContainText("王女士");
    await page.locator("[data-reply=calmer], [data-reply]").first().click();
    await expect(page.locator(".chat li")).toHaveCount(2);
    // A step whose line was looked at first.
    await page.locator("#look").click();
    await expect(page.locator("#shown")).toBeVisible();
    await page.locator("[data-reply]").first().click();
    await page.locator("#finish").click();
    const missed = page.locator(".summary li");
    await expect(missed.filter({ hasText: "系统问题" }).first()).toHaveAttribute("data-kind", "wording");
    await expect(page.locator(".summary [data-kind=silent]").first()).toBeVisible();
    await expectAccessible(page);
    await page.locator("#again").click();
    await expect(page.locator(".chat li")).toHaveCount(0);
    expect(complaints).toEqual([]);
  });
}

test("half a sentence stays while a question is answered", async ({ page }) => {
  await page.goto(`${server.url}/practice.html`);
  await expect(page.locator("#words")).toBeVisible();
  await page.locator("#customers").selectOption("C-1006");
  await page.locator("#words").fill("请您");
  await page.locator(".asks .segments button").first().click();
  await expect(page.locator(".asks .chip")).toBeVisible();
  await expect(page.locator("#words")).toHaveValue("请您");
});
