import { chromium } from "@playwright/test";
import { serveKoujing } from "../server.ts";

/**
 * What an operator waits for in the studio, on the whole default pack in Chromium: from a keystroke to its findings and to the list of
 * completions, and from an empty cache to the first decision of the case at the side. Printed, for `make bench`; KOUJING_BIN names the command.
 */

const KEYS = 40;
const server = await serveKoujing();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
await page.goto(`${server.url}/studio/#rules/refund.yaml`);
await page.locator(".outcome table").waitFor({ timeout: 120_000 });
const ready = await page.evaluate(() => performance.now());

interface Watched { typed: number; findings: number[]; completions: number[] }
await page.evaluate(() => {
  const watched: Watched = { typed: 0, findings: [], completions: [] };
  Object.assign(window, { watched });
  const root = document.querySelector(".editor")?.shadowRoot;
  root?.addEventListener("keydown", () => { watched.typed = performance.now(); }, { capture: true });
  let listed = false;
  new MutationObserver(() => {
    const shown = root?.querySelector(".cm-tooltip-autocomplete li") !== null;
    if (shown && !listed) watched.completions.push(performance.now() - watched.typed);
    listed = shown;
  }).observe(root as Node, { childList: true, subtree: true });
  let before = "";
  new MutationObserver(() => {
    const now = document.querySelector(".state")?.textContent ?? "";
    if (now !== before) watched.findings.push(performance.now() - watched.typed);
    before = now;
  }).observe(document.querySelector(".state") as Node, { childList: true, characterData: true, subtree: true });
});

// A letter too many in a name and away again: each key makes the pack wrong, or right.
const line = page.locator(".editor .cm-line", { hasText: "line.category in settings.refund.doubled" });
await line.click();
await page.keyboard.press("End");
for (let i = 0; i < KEYS; i++) {
  await page.keyboard.press(i % 2 === 0 ? "x" : "Backspace");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(450);
}
// And names begun anew, for the list of completions.
for (let i = 0; i < 10; i++) {
  await page.keyboard.type(" ");
  await page.keyboard.type("c");
  await page.waitForTimeout(300);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.waitForTimeout(300);
}
const { findings, completions } = await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
await browser.close();
await server.close();

const at = (values: number[], share: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const spread = (values: number[]) => `${at(values, 0.5).toFixed(0)} ms (median), ${at(values, 0.95).toFixed(0)} ms (95th percentile) of ${values.length}`;
console.log(`The studio in Chromium, the whole default pack (aim 100 ms a keystroke, 30 ms of it a pause)
  ready, with a case decided     ${ready.toFixed(0)} ms
  from a key to the findings     ${spread(findings)}
  from a key to completions      ${spread(completions)}`);
