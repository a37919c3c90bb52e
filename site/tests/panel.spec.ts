import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import type { PanelEngine } from "../widget/events.ts";
import type { Case, Decision } from "../engine/types.ts";
import { expectAccessible } from "./axe.ts";
import { serveStatic, type Site } from "./static.ts";

/** Decisions written by the contract, to show the panel what no single sample reaches. */
interface Fixture {
  case: Case;
  decision: Decision;
}

function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`../testdata/decisions/${name}.json`, import.meta.url), "utf8")) as Fixture;
}

const PAGE = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Panel</title><script type="module" src="koujing.js"></script></head>' +
  '<body><main><h1>Panel</h1><koujing-panel></koujing-panel></main></body></html>';

let site: Site;
test.beforeAll(async () => {
  site = await serveStatic(new Map([["/panel.html", PAGE]]));
});
test.afterAll(() => site.close());

test.use({ viewport: { width: 376, height: 820 } });

/** Shows a fixture in the panel, through an engine that gives it as its answer and keeps what it was asked. */
async function show(page: Page, name: string, attributes: Record<string, string> = {}, edit: (given: Fixture) => void = () => undefined): Promise<void> {
  const given = fixture(name);
  edit(given);
  await page.goto(`${site.url}/panel.html`);
  await page.evaluate(({ given, attributes }) => {
    const panel = document.querySelector("koujing-panel");
    if (!panel) throw new Error("no panel");
    for (const [key, value] of Object.entries(attributes)) panel.setAttribute(key, value);
    const asked: string[] = [];
    const events: { name: string; detail: unknown }[] = [];
    Object.assign(window, { asked, events });
    for (const event of ["koujing-decision", "koujing-reply", "koujing-answer", "koujing-task", "koujing-error"]) {
      document.addEventListener(event, (raised) => events.push({ name: event, detail: (raised as CustomEvent).detail }));
    }
    const label = (field: string, text: string, gloss: string) => ({ field, label: text, gloss });
    panel.engine = {
      pack: { id: "cn-telecom", version: "1", pack: "sha256:00" },
      digest: "sha256:00",
      decideText: (text) => {
        asked.push(String(text));
        return Promise.resolve(JSON.stringify(given.decision));
      },
      words: () => Promise.resolve({
        title: "", facts: [], ladder: [],
        lists: [
          { name: "category", values: [{ id: "metering", label: "计费不准确", gloss: "metering error" }] },
          { name: "role", values: [{ id: "team_leader", label: "班组长", gloss: "team leader" }] },
          { name: "state", values: [{ id: "with_support", label: "支撑部门处理", gloss: "with support" }] },
          { name: "kind", values: ["tariff", "fault", "policy", "attitude", "privacy"].map((id) => ({ id, label: id, gloss: id })) },
        ],
        labels: [label("complaint.promised_at", "承诺答复时间", "time promised")],
      }),
      refresh: () => Promise.resolve(false),
    } satisfies PanelEngine;
    panel.case = given.case;
  }, { given, attributes });
  await expect(page.locator("section.receipt")).toBeVisible();
}

const asked = (page: Page) => page.evaluate(() => (window as unknown as { asked: string[] }).asked.map((text) => JSON.parse(text) as Case));
const events = (page: Page) => page.evaluate(() => (window as unknown as { events: { name: string; detail: Record<string, unknown> }[] }).events);

test("a dispute: the line, the keys and the whole derivation fit 360 by 820 without scrolling", async ({ page }) => {
  await show(page, "payable");
  await expect(page.locator(".words").first()).toHaveText("您说得对，这笔费用确实收错了，责任在我们。");
  await expect(page.locator("output.sum")).toHaveText("20.00 元");
  const rows = await page.locator(".ledger dl > div").allInnerTexts();
  expect(rows.map((row) => row.replace(/\s+/g, " "))).toEqual(["已收 15.00", "应收 −5.00", "差额 =10.00", "双倍返还 ×2", "现退 =20.00"]);
  await expect(page.locator(".terms")).toHaveText(/方式\s*话费充值.*期限\s*11月24日 10:00 · 还剩 48 小时/);
  await expect(page.locator("ol.replies kbd")).toHaveText(["1", "2", "3"]);
  const box = await page.locator("koujing-panel").evaluate((panel) => ({ width: panel.getBoundingClientRect().width, bottom: panel.getBoundingClientRect().bottom, overflow: document.documentElement.scrollWidth }));
  expect(box.width).toBeLessThanOrEqual(360);
  expect(box.overflow).toBeLessThanOrEqual(376);
  expect(await page.locator("section.receipt").evaluate((part) => part.getBoundingClientRect().top)).toBeLessThan(820);
});

test("several lines: each with its own sum, open ones apart, flags and approval in words", async ({ page }) => {
  await show(page, "several");
  const pays = await page.locator(".lines > li .pays b").allInnerTexts();
  expect(pays).toEqual(["20.00", "0.00", "0.00", "20.00", "6.00", "20.00"]);
  await expect(page.locator(".lines > li").nth(2)).toContainText("3.00 − 8.00 = −5.00");
  await expect(page.locator(".lines > li").nth(4)).toContainText("(6.60 − 0.60) × 2 − 已退 6.00");
  await expect(page.locator(".lines > li").nth(3)).toContainText("先查证");
  await expect(page.locator(".badge").first()).toHaveText("待审批");
  await expect(page.locator(".terms")).toContainText("金额超过本岗权限");
  await expect(page.locator(".terms .flag")).toHaveText(["客户要现金，须审批", "客户要求高于应退"]);
  await expect(page.locator(".held")).toContainText("承诺答复时间");
});

test("gates stand first and say why; an English page says it in English", async ({ page }) => {
  await show(page, "blocked");
  await expect(page.locator("section.gates")).toHaveAttribute("aria-live", "assertive");
  await expect(page.locator(".gate strong")).toHaveText("不能办理业务");
  await expect(page.locator(".gate li")).toHaveText([/请致歉并结束/, /境外/]);
  await expect(page.locator(".over")).toHaveText("这段话说完了");
  await page.locator("koujing-panel").evaluate((panel) => { panel.setAttribute("lang", "en"); });
  await expect(page.locator(".gate li")).toHaveText([/do-not-contact/, /abroad/]);
  await expect(page.locator(".gloss").first()).toContainText("I apologise");
  // What is to be said stays what it is, and is marked as Chinese for whoever reads it out.
  await expect(page.locator(".words").first()).toHaveAttribute("lang", "zh-CN");
});

test("an invalid case: what is wrong and where, and no amount anywhere", async ({ page }) => {
  await show(page, "invalid");
  await expect(page.locator(".errors li")).toHaveText([/lines\[0\]\.due_fen.*缺少应收金额/, /customer\.brand/]);
  await expect(page.locator("section.refund")).toBeHidden();
  expect((await events(page)).filter(({ name }) => name === "koujing-error").map(({ detail }) => detail.code)).toEqual(["due_missing", "unknown_value"]);
});

test("clocks as a person reads them, going up, notices", async ({ page }) => {
  await show(page, "complaint");
  await expect(page.locator(".clocks li")).toHaveText([/最终答复.*还剩 13 天 4 小时/, /支撑部门.*还剩 3 小时 20 分.*今天 13:20/, /进展告知.*已超 1 小时/]);
  await expect(page.locator(".met")).toContainText("首次答复");
  await expect(page.locator(".escalate")).toContainText("班组长");
  await expect(page.locator("ul.warnings")).toContainText("当前步骤没有这个选项");
  await page.locator("koujing-panel").evaluate((panel) => { panel.setAttribute("lang", "en"); });
  await expect(page.locator(".clocks li").nth(1)).toContainText("3 h 20 min left");
});

test("every reply has a key, and y and n answer the first open question", async ({ page }) => {
  await show(page, "payable", { keys: "page" }, ({ decision }) => {
    const { scenario } = decision;
    if (!scenario) throw new Error("no scenario");
    scenario.replies = Array.from({ length: 13 }, (_, i) => ({ ...(scenario.replies[0] as (typeof scenario.replies)[number]), id: `r${i}`, label: `答 ${i}` }));
    scenario.ask = ["customer.has_id", "customer.wants_cash"].map((field) => ({ field, label: field, gloss: "" }));
  });
  await expect(page.locator("ol.replies kbd")).toHaveText("1234567890abc".split(""));
  await page.keyboard.press("c");
  const took = async (name: string) => (await events(page)).filter((event) => event.name === name).map(({ detail }) => detail);
  await expect.poll(async () => (await took("koujing-reply")).map(({ id }) => id)).toEqual(["r12"]);
  // Both are open; the keys stand on one question only.
  await expect(page.locator(".segments kbd")).toHaveText(["y", "n"]);
  await page.keyboard.press("n");
  await expect.poll(async () => (await took("koujing-answer")).map(({ value }) => value)).toEqual([false]);
});

test("going on while the step waits for a question points at it, and is no reply", async ({ page }) => {
  await show(page, "payable", { keys: "page" }, ({ decision, case: given }) => {
    const { scenario } = decision;
    if (!scenario) throw new Error("no scenario");
    scenario.replies = [{ ...(scenario.replies[0] as (typeof scenario.replies)[number]), id: "next", label: "", gloss: "" }];
    scenario.ask = [{ field: "complaint.promised_at", label: "承诺答复时间", gloss: "time promised" }];
    delete given.complaint;
  });
  await page.keyboard.press("1");
  await expect(page.locator(".unanswered")).toHaveText("先填好这里，才能继续");
  await expect(page.locator(".field :focus, .field:focus")).toHaveCount(1);
  expect((await events(page)).filter(({ name }) => name === "koujing-reply")).toEqual([]);
  await expect(page.locator("[part=undo]")).toHaveCount(0);
});

test("what the operator's own decisions found is named, with its units, and folded up", async ({ page }) => {
  await show(page, "payable", {}, ({ decision }) => { Object.assign(decision, { results: { "credit.limit": { limit_fen: 30000, allowed: true, note: "" } } }); });
  const found = page.locator("[part=results]");
  await expect(found).not.toHaveAttribute("open");
  await found.locator("summary").click();
  await expect(found.locator("dl > div")).toHaveText(["credit limit", /limit\s*300\.00 元/, /allowed\s*是/]);
});

test("a case is taken as it is when it is set: through a framework's proxy, without functions, not as the host changes it later", async ({ page }) => {
  await show(page, "payable");
  await page.evaluate(() => {
    const panel = document.querySelector("koujing-panel") as HTMLElementTagNameMap["koujing-panel"];
    const given = { ...panel.case, id: "proxied", draft: "您好", save: () => undefined } as NonNullable<typeof panel.case>;
    const proxy = new Proxy(given, {});
    panel.case = proxy;
    given.draft = "later";
    Object.assign(window, { kept: panel.case === proxy });
  });
  await expect.poll(async () => (await asked(page)).at(-1)).toMatchObject({ id: "proxied", draft: "您好" });
  expect((await asked(page)).at(-1)).not.toHaveProperty("save");
  expect(await page.evaluate(() => (window as unknown as { kept: boolean }).kept)).toBe(true);
});

test("a panel without a pack says so, and does not pretend to load", async ({ page }) => {
  await page.goto(`${site.url}/panel.html`);
  await page.evaluate(() => {
    const panel = document.createElement("koujing-panel");
    panel.id = "other";
    panel.setAttribute("pack", "");
    document.querySelector("main")?.append(panel);
  });
  await expect(page.locator("#other [part=notice]")).toHaveText("还没有指定口径（属性 pack）");
});

test("a case that JSON cannot write is told, not thrown, and the next one is decided", async ({ page }) => {
  await show(page, "payable");
  await page.evaluate(() => {
    const panel = document.querySelector("koujing-panel") as HTMLElementTagNameMap["koujing-panel"];
    const given = panel.case;
    const round: Record<string, unknown> = {};
    round.round = round;
    panel.case = round as never;
    Object.assign(window, { given });
  });
  await expect(page.locator("[part=notice] code")).toHaveText("bad_case");
  expect((await events(page)).at(-1)).toMatchObject({ name: "koujing-error", detail: { code: "bad_case" } });
  await page.evaluate(() => {
    const panel = document.querySelector("koujing-panel") as HTMLElementTagNameMap["koujing-panel"];
    panel.case = (window as unknown as { given: typeof panel.case }).given;
  });
  await expect(page.locator("section.receipt")).toBeVisible();
  await expect(page.locator("[part=notice]")).toBeHidden();
});

test("replies by key: step and stack go back with the reply, counters count, Backspace undoes", async ({ page }) => {
  await show(page, "complaint", { keys: "page" });
  await page.keyboard.press("1");
  await expect.poll(async () => (await asked(page)).length).toBe(2);
  await page.keyboard.press("1");
  await expect.poll(async () => (await asked(page)).length).toBe(3);
  const sent = await asked(page);
  expect(sent[0]?.scenario ?? null).toBeNull();
  expect(sent[2]?.scenario).toEqual({ id: "hall.wrong_bill_heated", step: "promise", stack: [], replies: ["silence"], counters: { silence: 2 } });
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect.poll(async () => (await asked(page)).length).toBe(5);
  expect((await asked(page))[4]).toEqual(sent[0]);
  await expect(page.locator("[part=undo]")).toHaveCount(0);
  expect((await events(page)).filter(({ name }) => name === "koujing-reply")).toHaveLength(2);
});

test("without keys=page the keys belong to the page, unless the focus is in the panel", async ({ page }) => {
  await show(page, "payable");
  await page.keyboard.press("2");
  await page.locator("ol.replies button").first().focus();
  await page.keyboard.press("2");
  await expect.poll(async () => (await events(page)).filter(({ name }) => name === "koujing-reply").length).toBe(1);
  const [reply] = (await events(page)).filter(({ name }) => name === "koujing-reply");
  expect(reply?.detail).toMatchObject({ id: "refuses", label: "不接受或要求更多", step: "confirmed" });
});

test("answers: yes and no, choices, times, in each line that lacks one; taken back by its chip", async ({ page }) => {
  await show(page, "several");
  await page.getByRole("group", { name: "是否携带有效证件" }).getByRole("button", { name: "否" }).click();
  await expect.poll(async () => (await asked(page)).at(-1)?.customer).toEqual({ has_id: false });
  await page.getByRole("group", { name: "短信费 · 谁同意的" }).getByRole("button", { name: "无人" }).click();
  await expect.poll(async () => (await asked(page)).at(-1)?.lines?.map(({ consented_by }) => consented_by ?? null)).toEqual([null, null, "nobody", null, null]);
  await page.getByLabel("投诉类别").selectOption("fault");
  await page.getByRole("button", { name: "明天 18 点" }).click();
  await expect.poll(async () => (await asked(page)).at(-1)?.complaint).toEqual({ kind: "fault", promised_at: "2026-11-23T18:00:00+08:00" });
  await expect(page.locator(".chip", { hasText: "2026-11-23 18:00" })).toBeVisible();
  await page.getByRole("button", { name: /^修改 customer.has_id/ }).click();
  await expect.poll(async () => (await asked(page)).at(-1)?.customer?.has_id).toBeUndefined();
  expect((await events(page)).filter(({ name }) => name === "koujing-answer").at(-1)?.detail).toEqual({ field: "customer.has_id", line: null, value: null });
});

test("digits typed into a field are digits, not replies", async ({ page }) => {
  await show(page, "several", { keys: "page" });
  await page.getByLabel("承诺答复时间").focus();
  await page.keyboard.press("1");
  expect((await events(page)).filter(({ name }) => name === "koujing-reply")).toHaveLength(0);
});

test("tasks are announced once", async ({ page }) => {
  await show(page, "payable", { keys: "page" });
  await page.keyboard.press("1");
  await expect.poll(async () => (await asked(page)).length).toBe(2);
  expect((await events(page)).filter(({ name }) => name === "koujing-task").map(({ detail }) => detail.id)).toEqual(["pay", "tell_customer", "record"]);
});

for (const theme of ["light", "dark"]) {
  for (const lang of ["zh-CN", "en"]) {
    test(`axe finds nothing: ${theme}, ${lang}`, async ({ page }) => {
      for (const name of ["payable", "several", "blocked", "invalid", "complaint"]) {
        await show(page, name, { theme, lang });
        await page.evaluate(({ theme, lang }) => {
          document.documentElement.lang = lang;
          document.body.style.background = theme === "dark" ? "#12161a" : "#fff";
          document.body.style.color = theme === "dark" ? "#fff" : "#000";
        }, { theme, lang });
        await expectAccessible(page);
      }
    });
  }
}

test("text is text: markup in every text of case and decision is shown as it stands", async ({ page }) => {
  const payload = '<img src=x onerror="window.hit=1"><svg onload="window.hit=1">';
  const poison = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return /^(status|verification|id|due_at|due_by|now|field|step|means)$/.test(key) ? value : payload;
    if (Array.isArray(value)) return value.map((item) => poison(item, key));
    if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]));
    return value;
  };
  for (const name of ["payable", "several", "blocked", "complaint", "invalid"]) {
    await show(page, name);
    const bad = poison(fixture(name)) as Fixture;
    await page.locator("koujing-panel").evaluate((panel, given) => {
      const { engine } = panel as unknown as { engine: { decideText: unknown } };
      engine.decideText = () => Promise.resolve(JSON.stringify(given.decision));
      (panel as unknown as { case: unknown }).case = { ...given.case, id: "other" };
    }, bad);
    await expect(page.locator("koujing-panel")).toContainText("<img src=x");
    expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  }
});
