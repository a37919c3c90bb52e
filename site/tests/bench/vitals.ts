import { chromium } from "@playwright/test";
import { engineFiles, panelPage } from "../real.ts";
import { serveStatic } from "../static.ts";

/**
 * What the panel costs the page's main thread in Chromium: tasks of over 50 ms from the first byte to the first decision and while
 * an agent works, and how long after a key or a click the next picture comes. Printed, for `make bench`; the page has to be built.
 */

const PAGES = 7;
const CASE = {
  id: "C-1001", now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", customer: { surname: "王", form: "ms" },
  lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
};

const files = await engineFiles();
files.set("/panel.html", panelPage('keys="page"', '<script type="module" src="case.js"></script>').replace("<head>", '<head><script src="watch.js"></script>'));
files.set("/watch.js", `window.tasks = []; window.inputs = [];
new PerformanceObserver((list) => { for (const { duration, startTime } of list.getEntries()) tasks.push({ duration, startTime }); }).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => { for (const { interactionId, duration } of list.getEntries()) if (interactionId) inputs.push({ interactionId, duration }); }).observe({ type: "event", durationThreshold: 16, buffered: true });`);
files.set("/case.js", `const panel = document.querySelector("koujing-panel"); panel.addEventListener("koujing-decision", () => { window.first ??= performance.now(); }); panel.case = ${JSON.stringify(CASE)};`);
const site = await serveStatic(files, "");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });

interface Seen {
  tasks: { duration: number; startTime: number }[];
  inputs: { interactionId: number; duration: number }[];
  first: number;
}

const first: number[] = [];
const loading: number[] = [];
const working: number[] = [];
const paints: number[] = [];
let pressed = 0;
for (let i = 0; i < PAGES; i++) {
  const page = await browser.newPage({ viewport: { width: 376, height: 820 } });
  await page.goto(`${site.url}/panel.html`);
  await page.waitForFunction(() => "first" in window);
  await page.waitForTimeout(200);
  for (const key of ["1", "Backspace", "2", "Backspace", "1", "1", "Backspace", "Backspace"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(80);
    pressed++;
  }
  await page.getByLabel("拟稿").click();
  for (const character of "给您退30元，系统问题") {
    await page.keyboard.press("Shift");
    await page.keyboard.insertText(character);
    await page.waitForTimeout(20);
  }
  for (const key of ["a", "b", "c", "F2"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(220);
    pressed++;
  }
  await page.waitForTimeout(300);
  const seen = await page.evaluate(() => {
    const { tasks, inputs, first } = window as unknown as Seen;
    return { tasks, inputs, first };
  });
  first.push(seen.first);
  for (const { duration, startTime } of seen.tasks) (startTime < seen.first ? loading : working).push(duration);
  const byId = new Map<number, number>();
  for (const { interactionId, duration } of seen.inputs) byId.set(interactionId, Math.max(byId.get(interactionId) ?? 0, duration));
  paints.push(...byId.values());
  await page.close();
}
await browser.close();
await site.close();

const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
const at = (values: number[], share: number) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const tasks = (values: number[]) => (values.length === 0 ? "none" : `${values.length}, the longest ${Math.max(...values).toFixed(0)} ms`);
console.log(`The panel in Chromium, ${PAGES} fresh pages, 376 by 820
  first decision after           ${at(first, 0.5).toFixed(0)} ms (median), ${Math.max(...first).toFixed(0)} ms (worst)
  tasks over 50 ms while loading ${tasks(loading)}
  tasks over 50 ms at work       ${tasks(working)}
  from an input to the picture   ${pressed} keys; ${paints.length} took 16 ms or more: ${at(paints, 0.5).toFixed(0)} ms (median), ${at(paints, 0.98).toFixed(0)} ms (98th percentile), ${paints.length === 0 ? "0" : Math.max(...paints).toFixed(0)} ms (worst)`);
