import { readFile } from "node:fs/promises";
import { expect, test, type Page } from "@playwright/test";
import { compile, Runner } from "../engine/runner.ts";
import type { Words } from "../engine/index.ts";
import type { Case, Decision } from "../engine/types.ts";
import { kindOf } from "../widget/fields.ts";
import type { Exchange } from "../widget/events.ts";
import { expectAccessible } from "./axe.ts";
import { POLICY } from "./static.ts";
import { serveKoujing, type Server } from "./server.ts";
import { ways, type Act } from "./ways.ts";

/**
 * Every talk track of the default pack, walked in the panel to its ends, by its own buttons, inputs and keys. At each step the
 * panel shows what was decided, and the server decides the same text to the same bytes.
 */

const PAGE = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Walk</title><link rel="icon" href="data:,"><script type="module" src="/koujing.js"></script></head>' +
  '<body><main><h1>Walk</h1><koujing-panel pack="/v1/packs/cn-telecom" keys="page"></koujing-panel></main></body></html>';

const WASM = new URL("../../host/cmd/koujing/embedded/koujing.wasm", import.meta.url);

/** A step as the panel shows it, with the exact texts behind it. */
interface Shown {
  /** How many decisions the panel has made. */
  made: number;
  exchange: Exchange;
  words: string[];
  fields: number;
  replies: string[];
  end: boolean;
}

type BuiltPack = Words & { source: { path: string }[] };

/** The talk tracks of a pack, each a file of its sources. */
function tracksOf({ source }: BuiltPack): string[] {
  return source.flatMap(({ path }) => /^scenarios\/(.*)\.yaml$/.exec(path)?.[1] ?? []);
}

let server: Server;
test.beforeAll(async () => { server = await serveKoujing(); });
test.afterAll(() => server.close());

test("every talk track comes to its ends in the panel, and the server agrees at each step", async ({ page }) => {
  test.setTimeout(240_000);
  page.setDefaultTimeout(5_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });

  const text = await (await page.request.get(`${server.url}/v1/packs/cn-telecom`)).text();
  const pack = JSON.parse(text) as BuiltPack;
  const planner = new Runner(await compile(new Uint8Array(await readFile(WASM))));
  await planner.use(text);
  await open(page);

  const problems: string[] = [];
  let steps = 0;
  const tracks = tracksOf(pack);
  for (const track of tracks) {
    const trail: string[] = [];
    try {
      for (const [i, { start, acts }] of (await ways(planner, pack, track, starts(track))).entries()) {
        trail.splice(0, trail.length, track);
        steps += await walk(page, pack, { ...start, id: `${track} ${i}` }, acts, trail);
      }
    } catch (thrown) {
      // One track that does not work must not hide the next one; where it stood is what a reader wants to know first.
      problems.push(`${trail.length > 0 ? trail.join(" > ") : track}: ${(thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 800)}`);
    }
  }
  test.info().annotations.push({ type: "walked", description: `${tracks.length} tracks, ${steps} steps` });
  expect(problems.join("\n\n")).toBe("");
  expect(complaints).toEqual([]);
  expect(tracks.length).toBeGreaterThan(40);
  expect(steps).toBeGreaterThan(tracks.length * 2);
});

test("what is wrong with a draft: the very words, what to say instead, and each level by a word of its own", async ({ page }) => {
  await page.setViewportSize({ width: 376, height: 820 });
  await open(page);
  const give = (given: Case) => page.evaluate((given) => { (document.querySelector("koujing-panel") as unknown as { case: unknown }).case = given; }, given);
  const at: Case = { now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", customer: { surname: "王", form: "ms" } };
  await give({ ...at, id: "draft", draft: "咱们的系统有问题，绝对不会再发生" });
  const items = page.locator("ul.warnings > li");
  await expect(items).toHaveText([
    /错误.*不能拿系统当理由.*“系统有问题” → 如实说明/,
    /错误.*绝对的话谁也保证不了.*“绝对” → 说具体/,
  ]);
  await give({ ...at, id: "call", transcript: [{ by: "agent", text: "帮您看看" }, { by: "customer", text: "谢谢" }, { by: "agent", text: "现在看" }] });
  // The worst first, whatever the order they were found in.
  await expect(items).toHaveText([/注意.*客户道谢了.*第 2 句.*→ 不客气/, /提示.*先称呼客户/]);
  expect(new Set(await items.locator("path").evaluateAll((paths) => paths.map((path) => path.getAttribute("d")))).size).toBe(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(376);
  await expectAccessible(page);
});

/** How a talk begins: with nothing in dispute, and with a refund owed, which some tracks are about and others wait for. */
function starts(track: string): Case[] {
  const desk = track.split(".")[0] ?? "";
  const plain: Case = {
    now: "2026-11-22T10:00:00+08:00",
    channel: desk === "hotline" || desk === "outbound" ? desk : "hall",
    agent: { id: "8812", role: "clerk" },
    customer: { surname: "王", form: "ms" },
    scenario: { id: track },
  };
  return [plain, {
    ...plain,
    lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
  }];
}

/** A page of the server's own origin with nothing but the panel in it, under the policy that is promised. */
async function open(page: Page): Promise<void> {
  await page.route("**/walk.html", (route) => route.fulfill({ body: PAGE, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY } }));
  await page.addInitScript(() => {
    const turns = { made: 0, wake: () => undefined as unknown };
    Object.assign(window, { turns });
    document.addEventListener("koujing-decision", () => { turns.made++; turns.wake(); });
    document.addEventListener("securitypolicyviolation", (event) => { console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`); });
  });
  await page.goto(`${server.url}/walk.html`);
  // The inputs of the operator's own facts are known once the pack's words have come.
  await expect.poll(() => page.evaluate(async () => (await document.querySelector("koujing-panel")?.engine?.words())?.facts.length ?? 0)).toBeGreaterThan(0);
}

/** Walks one way and gives the number of steps compared. `trail` tells where it stands, for whoever reads a failure. */
async function walk(page: Page, words: Words, start: Case, acts: readonly Act[], trail: string[]): Promise<number> {
  const made = await page.evaluate((given) => {
    (document.querySelector("koujing-panel") as unknown as { case: unknown }).case = given;
    return (window as unknown as { turns: { made: number } }).turns.made;
  }, start);
  let step = await look(page, made);
  let at = await compare(step, trail);
  for (const [i, act] of acts.entries()) {
    trail.push(act.kind === "reply" ? `[${act.id}]` : `[${act.place.field} = ${String(act.value)}]`);
    if (act.kind === "answer") await fill(page, words, act);
    // The first reply with the mouse, the others by their keys; a digit typed while an input has the focus is meant for the input.
    else if (i === 0 || act.index > 9 || step.fields > 0) await page.locator("[data-reply]").nth(act.index).click();
    else await page.keyboard.press(String((act.index + 1) % 10));
    step = await look(page, step.made);
    at = await compare(step, trail);
  }
  expect(at.end, "the way ends here, the talk does not").toBe(true);
  const { case: given, decision, pack } = step.exchange;
  const verified = await post("/v1/verify", JSON.stringify({ pack, case: given, decision }));
  expect(JSON.parse(verified), "the server's verdict on the last decision").toEqual({ ok: true });
  return acts.length + 1;
}

/** What the panel shows once it has made another decision than the first `made`. */
function look(page: Page, made: number): Promise<Shown> {
  return page.evaluate(async (made) => {
    const { turns } = window as unknown as { turns: { made: number; wake: () => void } };
    if (turns.made <= made) {
      await new Promise<void>((resolve, reject) => {
        turns.wake = resolve;
        setTimeout(() => { reject(new Error("the panel decides nothing")); }, 5000);
      });
    }
    const panel = document.querySelector("koujing-panel");
    const all = <T>(selector: string, of: (element: HTMLElement) => T) => [...(panel?.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])].filter((element) => element.checkVisibility()).map(of);
    return {
      made: turns.made,
      exchange: panel?.exchange as Exchange,
      words: all(".words", (element) => element.textContent),
      fields: all(".field", () => 1).length,
      replies: all("[data-reply]", (element) => element.dataset.reply ?? ""),
      end: all("[part=end]", () => 1).length === 1,
    };
  }, made);
}

/** Holds a step against what was decided, and the decision against the server's own. */
async function compare(shown: Shown, trail: string[]): Promise<NonNullable<Decision["scenario"]>> {
  const { case: given, decision } = shown.exchange;
  const { scenario, errors } = JSON.parse(decision) as Decision;
  if (!scenario) throw new Error(`there is no talk track: ${JSON.stringify(errors ?? null)}`);
  trail.push(`${scenario.id}/${scenario.step}`);
  // At its end a talk may have nothing left to say; the panel then says that it is over.
  if (!shown.end && shown.words.length + shown.fields + shown.replies.length === 0) throw new Error("the panel shows no line, nothing to fill in and no reply");
  expect(shown.words, "the lines").toEqual(scenario.say.map(({ text }) => text));
  expect(shown.replies, "the replies").toEqual(scenario.replies.map(({ id }) => id));
  expect(shown.fields > 0, "something to fill in").toBe(scenario.ask.length > 0);
  expect(shown.end, "the mark of the end").toBe(scenario.end);
  expect((await post("/v1/decide", given)).trimEnd(), "the server's decision").toBe(decision);
  return scenario;
}

async function post(path: string, body: string): Promise<string> {
  return (await fetch(server.url + path, { method: "POST", headers: { "Content-Type": "application/json" }, body })).text();
}

/** Fills a field in as an agent would: presses a button, picks from a list, or types and presses Enter. */
async function fill(page: Page, words: Words, { place: { field, line }, value }: Extract<Act, { kind: "answer" }>): Promise<void> {
  const id = `ask ${line === undefined ? field : `${field} ${line}`}`.replaceAll(/[^\w-]/g, "-");
  const kind = kindOf(field, words, "zh-CN").kind;
  const button = page.locator(`[data-focus="${id} ${String(value)}"]`);
  if (kind === "time" || await button.count() > 0) {
    await button.click();
    return;
  }
  const control = page.locator(`[id="${id}"]`);
  if (kind === "choice") {
    await control.selectOption(String(value));
    return;
  }
  await control.fill(kind === "fen" ? (Number(value) / 100).toFixed(2) : String(value));
  await control.press("Enter");
}
