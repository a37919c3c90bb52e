import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { Author } from "../engine/runner.ts";
import type { Case, Decision } from "../engine/types.ts";
import { guest, packSources } from "./guests.ts";
import { PAYLOADS } from "./payloads.ts";
import { engineFiles, panelPage } from "./real.ts";
import { POLICY, serveStatic, type Site } from "./static.ts";

/** Text is text. Without a policy, so that whatever ran would be seen to run; and with the strictest one, under which nothing may even try. */

let site: Site;
let strict: Site;
const files = new Map<string, string | Uint8Array>();

test.beforeAll(async () => {
  for (const [name, text] of await engineFiles()) files.set(name, text);
  files.set("/panel.html", panelPage());
  files.set("/bare.html", panelPage().replace('pack="pack.json"', ""));
  files.set("/poisoned.html", panelPage().replace("pack.json", "poisoned.json"));
  site = await serveStatic(files, "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:");
  strict = await serveStatic(files, `${POLICY}; trusted-types koujing`);
});
test.afterAll(async () => {
  await site.close();
  await strict.close();
});

const hits = (page: Page) => page.evaluate(() => (window as { hit?: number }).hit ?? 0);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../testdata/decisions/${name}.json`, import.meta.url), "utf8")) as { case: Case; decision: Decision };

/** What is compared and not shown as it is; everything else of a decision and of a case may come from people. */
const FIXED = /^(status|verification|due_at|due_by|now|field|at|means|level|category)$/;

test("there are two hundred payloads, and most of them do run where text becomes markup", async ({ page }) => {
  expect(new Set(PAYLOADS).size).toBe(200);
  await page.goto(`${site.url}/bare.html`);
  const ran = await page.evaluate(async (payloads) => {
    const counted: number[] = [];
    for (const payload of payloads) {
      (window as { hit?: number }).hit = 0;
      const place = document.createElement("div");
      document.body.append(place);
      // eslint-disable-next-line no-restricted-properties -- the opposite of what the panel does
      place.innerHTML = payload;
      await new Promise((resolve) => setTimeout(resolve, 25));
      counted.push((window as { hit?: number }).hit ?? 0);
      place.remove();
    }
    return counted;
  }, PAYLOADS);
  expect(ran.filter((count) => count > 0).length).toBeGreaterThan(80);
});

test("200 payloads in every text of case, decision and words: none runs", async ({ page }) => {
  test.slow();
  for (const name of ["payable", "several", "blocked", "complaint", "invalid"]) {
    await page.goto(`${site.url}/bare.html`);
    const shown = await page.evaluate(async ({ given, payloads, fixed }) => {
      const keep = new RegExp(fixed);
      const poison = (value: unknown, payload: string, key = ""): unknown => {
        if (typeof value === "string") return keep.test(key) ? value : payload;
        if (Array.isArray(value)) return value.map((item) => poison(item, payload, key));
        if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, payload, name)]));
        return value;
      };
      const panel = document.querySelector("koujing-panel");
      if (!panel) throw new Error("no panel");
      let seen = 0;
      for (const [i, payload] of payloads.entries()) {
        const bad = poison(given, payload) as typeof given;
        const one = [{ id: payload, label: payload, gloss: payload }];
        panel.engine = {
          pack: { id: payload, version: payload, pack: payload }, digest: payload,
          decideText: () => Promise.resolve(JSON.stringify(bad.decision)),
          words: () => Promise.resolve({ title: payload, facts: [{ name: payload, type: "text", nullable: false, list: payload }], ladder: [payload], lists: ["category", "role", "state", "kind", "task", "tag", "form", "say_instead"].map((name) => ({ name, values: one })), labels: [{ field: payload, label: payload, gloss: payload }] }),
          refresh: () => Promise.resolve(false),
        };
        panel.setAttribute("lang", i % 2 === 0 ? "zh-CN" : "en");
        panel.case = { ...bad.case, id: `${i}`, promises: [{ by: payload, at: payload, due_at: payload }], draft: payload };
        await new Promise((resolve) => setTimeout(resolve, 5));
        for (const button of panel.shadowRoot?.querySelectorAll("summary") ?? []) button.click();
        if ((panel.shadowRoot?.textContent ?? "").includes(payload.replaceAll("\u0000", "\u0000").slice(0, 12))) seen++;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      return seen;
    }, { given: fixture(name), payloads: PAYLOADS, fixed: FIXED.source });
    expect(shown, `${name}: the payloads were on the screen`).toBeGreaterThan(190);
    expect(await hits(page), name).toBe(0);
  }
});

/** Every text of a pack's sources that a person may read, by the key it stands under. */
const READ = /^(\s*(?:-\s*)?(?:\{\s*)?|.*[{,]\s*)(text|gloss|label|title|aim|message|suggest|say): (?:"(?:[^"\\]|\\.)*"|[^\s{[|>"'][^,}\n]*)/gm;

test("a pack and a case full of payloads, with the real engine: none runs, and under the strictest policy none is reported", async ({ page }) => {
  test.slow();
  const sources = { ...(await packSources()) };
  let placed = 0;
  for (const [name, text] of Object.entries(sources)) {
    if (!/^(pack|scenarios\/.*)\.yaml$/.test(name)) continue;
    sources[name] = text.replaceAll(READ, (_whole, before: string, key: string) => `${before}${key}: ${JSON.stringify((PAYLOADS[placed++ % PAYLOADS.length] ?? "").replaceAll("\u0000", "").replaceAll(/\{\{|\}\}/g, ""))}`);
  }
  expect(placed).toBeGreaterThan(1000);
  const built = await new Author((await guest("koujing-author")).module).build(sources, (path) => { throw new Error(path); });
  files.set("/poisoned.json", built.pack);
  for (const host of [site, strict]) {
    const reported: string[] = [];
    page.on("console", (message) => { if (/Content Security|Trusted/i.test(message.text())) reported.push(message.text()); });
    await page.addInitScript(() => { document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) => { console.error(`Content Security: ${violatedDirective} ${sample}`); }); });
    await page.goto(`${host.url}/poisoned.html`);
    const given: Case = { id: "C-1", now: "2026-11-22T10:00:00+08:00", channel: "hall", lines: [{ id: "L1", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed" }] };
    const drawn = await page.evaluate(async ({ given, payloads }) => {
      const panel = document.querySelector("koujing-panel");
      if (!panel) throw new Error("no panel");
      const decided = () => new Promise<string>((resolve) => { panel.addEventListener("koujing-decision", ({ detail }) => { resolve(detail.scenario?.id ?? detail.status); }, { once: true }); });
      const intents = ["wrong_bill", "fee_not_ordered", "cannot_solve_now"];
      const tracks = new Set<string>();
      for (const [i, payload] of payloads.entries()) {
        const next = decided();
        const text = payload.replaceAll("\u0000", "");
        panel.case = {
          ...given, id: text, intent: intents[i % intents.length] ?? "", agent: { id: text }, customer: { surname: text, form: "ms" }, draft: text,
          lines: [{ ...(given.lines?.[0] ?? { id: "", charged_fen: 0 }), id: text, item: text }], promises: [{ by: text }], transcript: [{ by: "agent", text }, { by: "customer", text }],
        };
        tracks.add(await next);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [...tracks];
    }, { given, payloads: PAYLOADS });
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn).not.toContain("invalid");
    await expect(page.locator("blockquote").first()).toContainText("window.hit");
    expect(await hits(page)).toBe(0);
    if (host === strict) expect(reported).toEqual([]);
  }
});

test("a whole talk under the strictest policy reports nothing", async ({ page }) => {
  const reported: string[] = [];
  page.on("console", (message) => { if (message.type() !== "info" && message.type() !== "log") reported.push(message.text()); });
  await page.goto(`${strict.url}/panel.html`);
  await page.evaluate(() => {
    (window as unknown as { broken: string[] }).broken = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => { (window as unknown as { broken: string[] }).broken.push(`${violatedDirective} ${blockedURI}`); });
  });
  await page.locator("koujing-panel").evaluate((panel) => {
    (panel as unknown as { case: Case }).case = { id: "C-1", now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", lines: [{ id: "L1", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed" }] };
  });
  await expect(page.locator("output.sum")).toBeVisible();
  await page.locator("ol.replies button").first().click();
  await page.getByLabel("拟稿").fill("给您退30元");
  await expect(page.locator(".marks mark")).toHaveText("30元");
  await page.getByRole("button", { name: "显示设置" }).click();
  await page.getByRole("button", { name: "字大一些" }).click();
  await page.getByRole("button", { name: "复制小结" }).click();
  await page.locator("[part=undo]").click();
  expect(await page.evaluate(() => (window as unknown as { broken: string[] }).broken)).toEqual([]);
  expect(reported).toEqual([]);
});
