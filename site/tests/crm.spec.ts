import { fileURLToPath } from "node:url";
import { expect, test as base, type Page } from "@playwright/test";
import type { Exchange } from "../widget/events.ts";
import { expectAccessible } from "./axe.ts";
import { sampleCases } from "./guests.ts";
import { serveKoujing, type Server } from "./server.ts";

/** The demo desk as `koujing serve` gives it out, with the real engine in the page and on the server. */

const test = base.extend<{ desk: Page }, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await serveKoujing();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  /** The page, loaded and with its first decision; at the end it must have broken no policy and logged no error. */
  desk: async ({ page, server }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => { console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`); });
    });
    await open(page, server.url);
    await use(page);
    expect(complaints).toEqual([]);
  },
});

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator("koujing-panel section.receipt")).toBeVisible();
}

async function choose(page: Page, id: string): Promise<void> {
  for (const desk of ["hall", "hotline", "outbound"]) {
    const entry = page.locator(`[data-case="${id}"]`);
    if (await entry.count() === 0) {
      await page.locator(`[data-desk="${desk}"]`).click();
      if (await entry.count() === 0) continue;
    }
    await entry.click();
    await expect.poll(async () => exchange(page).then((given) => (JSON.parse(given.case) as { id: string }).id)).toBe(id);
    return;
  }
  throw new Error(`no customer ${id}`);
}

const exchange = (page: Page) => page.evaluate(() => document.querySelector("koujing-panel")?.exchange as Exchange);
const panel = (page: Page, selector: string) => page.locator(`koujing-panel ${selector}`);

test("every customer of every desk: decided, the server agrees, and its own decision has the same bytes", async ({ desk, server }) => {
  test.slow();
  const seen = new Set<string>();
  for (const { id } of await sampleCases()) {
    await choose(desk, id);
    await expect(desk.locator("#agree")).toHaveAttribute("data-state", "agrees");
    const made = await exchange(desk);
    expect(JSON.parse(made.decision)).toMatchObject({ status: expect.stringMatching(/^(decided|blocked)$/), scenario: { id: expect.any(String) as unknown } });
    const answer = await desk.request.post(`${server.url}/v1/decide`, { headers: { "Content-Type": "application/json" }, data: Buffer.from(made.case) });
    expect((await answer.text()).trimEnd(), id).toBe(made.decision);
    seen.add((JSON.parse(made.decision) as { refund?: { status: string }; status: string }).refund?.status ?? "");
  }
  // The queue shows each of the ways a dispute can stand.
  for (const status of ["payable", "verify_first", "refuted", "needs_approval", "overdue", "offered"]) expect([...seen]).toContain(status);
});

test("the worked examples on the screen", async ({ desk }) => {
  const amount = panel(desk, "output.sum");
  await choose(desk, "C-1001");
  await expect(amount).toHaveText("20.00 元");
  await choose(desk, "C-1005");
  await expect(amount).toHaveText("39.80 元");
  await expect(panel(desk, ".terms")).toContainText("现金");
  await choose(desk, "C-1009");
  await expect(amount).toHaveText("26.00 元");
  await expect(panel(desk, ".lines .later")).toContainText("20.00");
  await choose(desk, "C-1010");
  await expect(amount).toHaveText("1,972.80 元");
  await expect(panel(desk, ".terms")).toContainText("须审批");
  await choose(desk, "C-1008");
  await expect(amount).toHaveText("0.00 元");
  await choose(desk, "C-1014");
  await expect(panel(desk, ".gate")).toContainText("不希望被联系");
});

test("a talk by keyboard alone, from the first line to the end, and back again", async ({ desk }) => {
  await choose(desk, "C-1001");
  const line = panel(desk, ".words").first();
  await expect(line).toContainText("王女士");
  const first = await line.innerText();
  await desk.keyboard.press("1");
  await expect(line).not.toHaveText(first);
  await desk.keyboard.press("1");
  await expect(line).toContainText("确实收错了");
  await expect(panel(desk, "section.say")).toContainText("20元");
  await expect(desk.locator("#history .new")).toHaveCount(2);
  await desk.keyboard.press("Backspace");
  await desk.keyboard.press("Backspace");
  await expect(line).toHaveText(first);
  for (let presses = 0; presses < 12 && (await panel(desk, "[part=end]").count()) === 0; presses++) {
    const before = (await exchange(desk)).decision;
    await desk.keyboard.press("1");
    await expect.poll(async () => (await exchange(desk)).decision).not.toBe(before);
  }
  await expect(panel(desk, "[part=end]")).toBeVisible();
});

test("what the agent finds out takes the talk on", async ({ desk }) => {
  await choose(desk, "C-1004");
  await panel(desk, ".field").getByRole("button", { name: "是" }).first().click();
  await panel(desk, ".field").getByRole("button", { name: "否" }).first().click();
  await expect(panel(desk, ".chip")).toHaveCount(2);
  await desk.keyboard.press("1");
  await expect(panel(desk, "section.say")).toContainText("今天办不了");
  await expect(panel(desk, ".held")).toContainText("本业务所需证件");
  await panel(desk, "input").first().fill("机主身份证原件");
  await panel(desk, "input").first().press("Enter");
  await expect(panel(desk, "section.say")).toContainText("要带的是机主身份证原件");
});

test("silence is counted and ends the call at the limit", async ({ desk }) => {
  await choose(desk, "C-1017");
  await panel(desk, "[data-reply=silence]").click();
  await expect(panel(desk, "section.say")).toContainText("没有听到声音");
  await panel(desk, "[data-reply=still_silent]").click();
  await expect(panel(desk, "section.say")).toContainText("我先挂断了");
  await expect(panel(desk, "[part=end]")).toBeVisible();
});

test("an edited line is answered as it is typed; an unknown due amount is never a zero", async ({ desk }) => {
  await choose(desk, "C-1001");
  const amount = panel(desk, "output.sum");
  const due = desk.getByLabel("上网流量费 应收（元）");
  await due.fill("6.00");
  await expect(amount).toHaveText("18.00 元");
  await expect(due).toBeFocused();
  await due.fill("");
  await expect(panel(desk, ".errors")).toContainText("lines[0].due_fen");
  await expect(amount).toBeHidden();
  await due.fill("12x");
  await expect(due).toHaveAttribute("aria-invalid", "true");
  await due.fill("5");
  await expect(amount).toHaveText("20.00 元");
  await desk.getByLabel("上网流量费 差错类别").selectOption("other");
  await expect(amount).toHaveText("10.00 元");
  await expect(panel(desk, "section.refund")).toContainText("类别待核");
  await desk.getByLabel("上网流量费 查证").selectOption("pending");
  await expect(panel(desk, ".badge").first()).toHaveText("先查证");
  await desk.getByRole("button", { name: /添加账目/ }).click();
  await expect(panel(desk, ".lines > li")).not.toHaveCount(0);
  await expect(desk.locator("#agree")).toHaveAttribute("data-state", "agrees");
});

test("the clock moves only by hand: an unpaid refund becomes overdue, the amount stays", async ({ desk }) => {
  await choose(desk, "C-1001");
  await expect(panel(desk, ".amount .badge")).toHaveText("可退");
  for (let days = 0; days < 3; days++) await desk.getByRole("button", { name: "+1 天" }).click();
  await expect(desk.locator("#now")).toHaveText("11月25日 10:00");
  await expect(panel(desk, ".amount .badge")).toHaveText("逾期未退");
  await expect(panel(desk, "output.sum")).toHaveText("20.00 元");
  await desk.getByRole("button", { name: "复位" }).click();
  await expect(panel(desk, ".amount .badge")).toHaveText("可退");
});

test("a talk waits for the agent who turns to another customer", async ({ desk }) => {
  await choose(desk, "C-1001");
  const line = panel(desk, ".words").first();
  await desk.keyboard.press("1");
  await expect(line).toContainText("我复述一下");
  await choose(desk, "C-1004");
  await expect(line).toContainText("钱女士");
  await choose(desk, "C-1001");
  await expect(line).toContainText("我复述一下");
});

test("language and theme are kept through a reload", async ({ desk, server }) => {
  await desk.getByRole("button", { name: "English" }).click();
  await expect(desk.locator("h1")).toHaveText("Qingchuan Telecom · Service desk");
  await expect(panel(desk, ".gloss").first()).toBeVisible();
  await desk.getByLabel("Theme").selectOption("dark");
  const paper = () => panel(desk, ".panel").evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await paper()).toBe("rgb(27, 32, 36)");
  await open(desk, server.url);
  await expect(desk.locator("html")).toHaveAttribute("lang", "en");
  expect(await paper()).toBe("rgb(27, 32, 36)");
});

for (const theme of ["light", "dark"]) {
  for (const lang of ["zh-CN", "en"]) {
    test(`axe finds nothing on any desk: ${theme}, ${lang}`, async ({ desk }) => {
      await desk.evaluate(([theme, lang]) => {
        localStorage.setItem("koujing-crm-theme", theme as string);
        localStorage.setItem("koujing-crm-lang", lang as string);
      }, [theme, lang]);
      await desk.reload();
      await expect(panel(desk, "section.receipt")).toBeVisible();
      for (const id of ["C-1006", "C-1009", "C-1012", "C-1014", "C-1013"]) {
        await choose(desk, id);
        await expectAccessible(desk);
      }
    });
  }
}

test("every control is reached by Tab, and the skip link leads to the panel", async ({ desk }) => {
  await choose(desk, "C-1009");
  await desk.reload();
  await expect(panel(desk, "section.receipt")).toBeVisible();
  await desk.keyboard.press("Tab");
  await expect(desk.locator(".skip")).toBeFocused();
  // The link leads to where the next Tab is the panel's first control.
  await desk.keyboard.press("Enter");
  await desk.keyboard.press("Tab");
  expect(await desk.evaluate(() => document.activeElement?.id)).toBe("panel");
  await desk.locator(".skip").focus();
  const reached = new Set<string>();
  for (let tabs = 0; tabs < 80; tabs++) {
    await desk.keyboard.press("Tab");
    reached.add(await desk.evaluate(() => {
      let at: Element | null = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at ? `${at.tagName} ${at.id} ${at.getAttribute("data-focus") ?? at.getAttribute("data-case") ?? at.getAttribute("data-desk") ?? ""}` : "";
    }));
  }
  for (const part of ["BUTTON  hall", "BUTTON  outbound", "SELECT theme ", "BUTTON lang ", "BUTTON  C-1002", "SELECT customer-emotion ", "BUTTON  reply 0", "BUTTON  copy-receipt"]) {
    expect([...reached]).toContain(part);
  }
});

test("an edited rule is live without a reload; a broken one changes nothing", async ({ desk, server }) => {
  await choose(desk, "C-1001");
  const amount = panel(desk, "output.sum");
  await expect(amount).toHaveText("20.00 元");
  const before = await desk.locator("#foot").innerText();
  await server.edit("rules/refund.yaml", (text) => text.replace("multiplier: 2, review: false", "multiplier: 1, review: false"));
  await expect(amount).toHaveText("10.00 元");
  await expect(desk.locator("#toast")).toHaveText("口径已更新，按新口径重新计算");
  expect(await desk.locator("#foot").innerText()).not.toBe(before);
  await server.edit("rules/refund.yaml", (text) => text.replace("line.category in", "line.catgory in"));
  const refused = desk.locator("#foot .refused");
  await expect(refused).toContainText(/rules\/refund\.yaml:\d+: .*catgory/);
  await expect(amount).toHaveText("10.00 元");
  await server.edit("rules/refund.yaml", (text) => text.replace("line.catgory in", "line.category in").replace("multiplier: 1, review: false", "multiplier: 2, review: false"));
  await expect(amount).toHaveText("20.00 元");
  await expect(refused).toHaveCount(0);
  await expect(desk.locator("#foot")).toHaveText(before, { useInnerText: true });
});

test("replies and ticks go back into the case, and a tick or a reply taken back comes out of it", async ({ desk }) => {
  await choose(desk, "C-1001");
  const given = async () => JSON.parse((await exchange(desk)).case) as { customer: { accepts?: string }; refund?: { executed_at?: string; told_at?: string }; lines: { refunded_fen: number }[] };
  const jobs = desk.locator("#jobs");
  const badge = panel(desk, ".amount .badge");
  for (const heard of ["我复述一下", "确实收错了"]) {
    await desk.keyboard.press("1");
    await expect(panel(desk, ".words").first()).toContainText(heard);
  }
  await panel(desk, "[data-reply=refuses]").click();
  await expect(badge).toHaveText("客户未接受");
  await expect(desk.locator("#customer-accepts")).toHaveValue("no");
  // Nobody pays what is not accepted: the task is gone from the list.
  await expect(jobs.locator("#task-pay")).toHaveCount(0);
  await desk.keyboard.press("Backspace");
  await expect(badge).toHaveText("可退");
  await expect(desk.locator("#history .new")).toHaveCount(2);
  await panel(desk, "[data-reply=accepts]").click();
  await expect.poll(async () => (await given()).customer.accepts).toBe("yes");
  await jobs.locator("#task-pay").check();
  await expect(badge).toHaveText("已退清");
  expect(await given()).toMatchObject({ refund: { executed_at: "2026-11-22T10:00:00+08:00" }, lines: [{ refunded_fen: 2000 }] });
  await expect(desk.getByLabel("上网流量费 已退（元）")).toHaveValue("20.00");
  await expect(jobs.locator("#task-pay")).toBeChecked();
  await jobs.locator("#task-pay").uncheck();
  await expect(badge).toHaveText("可退");
  await jobs.locator("#task-pay").check();
  await jobs.locator("#task-tell_customer").check();
  await expect.poll(async () => (await given()).refund?.told_at).toBe("2026-11-22T10:00:00+08:00");
  await expect(jobs.locator("#task-tell_customer")).toBeChecked();
  await expect(desk.locator("#agree")).toHaveAttribute("data-state", "agrees");
});

test("what is no amount is told at the field, and the result is not called checked until it is mended", async ({ desk }) => {
  await choose(desk, "C-1001");
  const due = desk.getByLabel("上网流量费 应收（元）");
  const why = desk.locator("#bill .why-not:visible");
  const strip = desk.locator("#agree");
  for (const [typed, said] of [["-3", "不能为负"], ["1e3", "只填数字"], ["5.555", "最多两位小数"]] as const) {
    await due.fill(typed);
    await expect(why).toContainText(said);
    await expect(strip).toHaveAttribute("data-state", "mismatch");
  }
  await due.press("Escape");
  await expect(due).toHaveValue("5.00");
  await expect(why).toHaveCount(0);
  await expect(strip).toHaveAttribute("data-state", "agrees");
  await due.fill("６．００");
  await expect(panel(desk, "output.sum")).toHaveText("18.00 元");
  await expect(strip).toHaveAttribute("data-state", "agrees");
});

test("after a choice from a list the keys work on, and a panel that goes on below says so", async ({ desk }) => {
  await choose(desk, "C-1001");
  const line = panel(desk, ".words").first();
  await desk.getByLabel("本岗权限").selectOption("200000");
  await desk.getByLabel("本岗权限").focus();
  await desk.keyboard.press("1");
  await expect(line).toContainText("我复述一下");
  await expect(desk.locator("#customer-emotion")).toHaveValue("upset");
  await desk.setViewportSize({ width: 1440, height: 560 });
  await expect(desk.locator("#more")).toBeVisible();
  await desk.locator("koujing-panel").evaluate((panel) => { panel.scrollTop = panel.scrollHeight; });
  await expect(desk.locator("#more")).toBeHidden();
});

test("a new item is empty, takes its name and amounts, and has the focus", async ({ desk }) => {
  await choose(desk, "C-1001");
  await desk.getByRole("button", { name: /添加账目/ }).click();
  const name = desk.getByLabel("账目名称");
  await expect(name).toBeFocused();
  await expect(desk.locator("#bill tr").last().locator(".amount input")).toHaveCount(3);
  for (const input of await desk.locator("#bill tr").last().locator("input").all()) await expect(input).toHaveValue("");
  await desk.keyboard.type("彩铃");
  await desk.getByLabel("彩铃 已收（元）").fill("9");
  await desk.getByLabel("彩铃 应收（元）").fill("4");
  await expect(panel(desk, ".lines > li").filter({ hasText: "彩铃" })).toContainText("9.00 − 4.00");
});

test("no width scrolls the page sideways, and the top bar keeps its words whole", async ({ desk, server }) => {
  for (const lang of ["zh-CN", "en"]) {
    await desk.evaluate((lang) => { localStorage.setItem("koujing-crm-lang", lang); }, lang);
    await open(desk, server.url);
    for (const [width, height, rows] of [[360, 800, 150], [400, 900, 150], [1024, 800, 50], [1440, 960, 50]] as const) {
      await desk.setViewportSize({ width, height });
      expect(await desk.evaluate(() => document.documentElement.scrollWidth), `${lang} ${width}`).toBeLessThanOrEqual(width);
      expect(await desk.locator(".top").evaluate((bar) => bar.clientHeight), `${lang} ${width}`).toBeLessThanOrEqual(rows);
    }
  }
});

test("without the server nothing is called checked; when it is back the decision is checked again", async ({ desk }) => {
  await choose(desk, "C-1001");
  const strip = desk.locator("#agree");
  await expect(strip).toHaveAttribute("data-state", "agrees");
  // In the page and not on the way: the browser would log a request that got lost as an error of the page.
  await desk.evaluate(() => {
    const real = window.fetch.bind(window);
    Object.assign(window, { real });
    window.fetch = (...args) => (/\/v1\/(verify|packs)/.test(args[0] instanceof Request ? args[0].url : args[0].toString()) ? Promise.reject(new TypeError("gone")) : real(...args));
  });
  await desk.keyboard.press("1");
  await expect(strip).toHaveAttribute("data-state", "unreachable");
  await expect(strip).toContainText("连不上服务器");
  await desk.evaluate(() => { window.fetch = (window as unknown as { real: typeof fetch }).real; });
  await expect(strip).toHaveAttribute("data-state", "agrees");
});

test("a server with another pack: the page takes the one in place", async ({ page }) => {
  const other = await serveKoujing(fileURLToPath(new URL("../../core/vectors/packs/talk/", import.meta.url)));
  try {
    await open(page, other.url);
    await expect(page.locator("#foot")).toContainText("talk@1.0.0");
    await page.locator('[data-desk="outbound"]').click();
    for (const id of ["C-1013", "C-1016"]) {
      await choose(page, id);
      await expect(page.locator("#agree")).toHaveAttribute("data-state", "agrees");
      expect((JSON.parse((await exchange(page)).decision) as { status: string }).status).not.toBe("invalid");
    }
  } finally {
    await other.close();
  }
});

test("a decision with one digit changed is refused, and the page says so", async ({ desk }) => {
  await choose(desk, "C-1001");
  await desk.route("**/v1/verify", async (route) => {
    const body = route.request().postDataJSON() as { decision: string };
    body.decision = body.decision.replace('"pay_fen":2000', '"pay_fen":9000');
    await route.continue({ postData: JSON.stringify(body) });
  });
  await desk.keyboard.press("1");
  await expect(desk.locator("#agree")).toHaveAttribute("data-state", "differs");
  await expect(desk.locator("#agree")).toContainText("不一致");
});

test("a refund that was paid goes on record with the server's word on that very decision", async ({ desk }) => {
  await choose(desk, "C-1001");
  await expect(desk.locator("#agree")).toHaveAttribute("data-state", "agrees");
  const { receipt } = JSON.parse((await exchange(desk)).decision) as { receipt: { decision: string } };
  await desk.getByLabel("退费", { exact: true }).check();
  await expect(desk.locator("#history li").filter({ hasText: "凭据" })).toContainText(`退费 20.00 元 · 页面与服务器逐字节一致 · 凭据 ${receipt.decision.slice(7, 19)}`);
});

test("another operator's pack: the page asks the server which one it has, and for no other", async ({ page }) => {
  const other = await serveKoujing(fileURLToPath(new URL("../../core/packs/cn-broadband/", import.meta.url)));
  const missing: string[] = [];
  page.on("response", (response) => { if (response.status() >= 400) missing.push(response.url()); });
  await open(page, other.url);
  await expect(page.locator("#foot")).toContainText("cn-broadband@");
  expect(missing).toEqual([]);
  expect(await (await page.request.get(`${other.url}/v1/packs/cn-telecom`)).json()).toMatchObject({ code: "pack_not_found", detail: expect.stringMatching(/^In place is cn-broadband \S+\. GET \/v1\/packs/) });
  await other.close();
});
