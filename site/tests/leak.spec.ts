import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { Author } from "../engine/runner.ts";
import { builtPack, guest, packSources } from "./guests.ts";
import { engineFiles } from "./real.ts";
import { serveStatic } from "./static.ts";

/** So often two panels come and go: a short form with every test run, KOUJING_CYCLES=1000 in a soak. */
const CYCLES = Number(process.env.KOUJING_CYCLES ?? "40");
/** Code that has been compiled and what a browser keeps of its first panels is no leak: it stops growing after so many. */
const WARM = 40;

test(`two panels with different packs, attached and detached ${CYCLES} times: every Worker ended, the heap back within 5 percent`, async ({ page }) => {
  test.setTimeout(60_000 + CYCLES * 2_000);
  const folder = fileURLToPath(new URL("../../core/packs/cn-broadband/", import.meta.url));
  const broadband = await new Author((await guest("koujing-author")).module).build(await packSources(folder), (path) => readFile(folder + path, "utf8"));
  const files = await engineFiles();
  files.set("/broadband.json", broadband.pack);
  files.set("/page.html", '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title><link rel="icon" href="data:,"><script type="module" src="koujing.js"></script></head><body></body></html>');
  const site = await serveStatic(files);
  let started = 0;
  page.on("worker", () => started++);
  await page.goto(`${site.url}/page.html`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.enable");

  const turn = (times: number) => page.evaluate(async (times) => {
    const given = { now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", lines: [{ id: "L1", charged_fen: 1500, due_fen: 500, verification: "confirmed" }] };
    const decidedBy = new Set<string>();
    for (let i = 0; i < times; i++) {
      const panels = ["pack.json", "broadband.json"].map((pack) => {
        const panel = document.createElement("koujing-panel");
        panel.setAttribute("pack", pack);
        panel.setAttribute("keys", "page");
        return panel;
      });
      const decided = panels.map((panel) => new Promise<void>((resolve, reject) => {
        panel.addEventListener("koujing-decision", ({ detail }) => {
          decidedBy.add(`${panel.getAttribute("pack") ?? ""} ${detail.status} ${detail.receipt.pack}`);
          resolve();
        }, { once: true });
        panel.addEventListener("koujing-error", ({ detail }) => { reject(new Error(detail.message)); }, { once: true });
      }));
      document.body.append(...panels);
      for (const panel of panels) panel.case = given as unknown as NonNullable<typeof panel.case>;
      await Promise.all(decided);
      for (const panel of panels) panel.remove();
      await new Promise((resolve) => setTimeout(resolve));
    }
    return [...decidedBy].sort();
  }, times);
  const heap = async () => {
    for (let i = 0; i < 3; i++) await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Runtime.getHeapUsage")).usedSize;
  };

  const { digest } = await builtPack();
  expect(await turn(WARM), "each panel decides by its own pack").toEqual([`broadband.json decided ${broadband.digest}`, `pack.json decided ${digest}`]);
  await expect.poll(() => page.workers().length).toBe(0);
  const before = await heap();
  await turn(CYCLES);
  await expect.poll(() => page.workers().length).toBe(0);
  expect(started).toBe(2 * (WARM + CYCLES));
  const after = await heap();
  console.log(`heap ${(before / 1024).toFixed(0)} KB before, ${(after / 1024).toFixed(0)} KB after ${CYCLES} times`);
  expect(after).toBeLessThanOrEqual(before * 1.05);
  await site.close();
});
