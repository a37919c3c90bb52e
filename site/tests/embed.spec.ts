import { readFileSync } from "node:fs";
import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import type { Case } from "../engine/types.ts";
import { expectAccessible } from "./axe.ts";
import { engineFiles } from "./real.ts";
import { serveKoujing, type Server } from "./server.ts";
import { POLICY, serveStatic, type Site } from "./static.ts";

/** The panel in pages of another origin: two ports are two origins. The CRM's pages keep a strict policy of their own. */

const dispute: Case = {
  id: "C-1001", now: "2026-11-22T10:00:00+08:00", channel: "hall", intent: "wrong_bill", customer: { surname: "王", form: "ms", is_owner: true },
  lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
};

let koujing: Server;
let crm: Site;
/** What the CRM's pages are, by path; written by each test. */
const pages = new Map<string, string | Uint8Array>();
let elsewhere = "";

test.beforeAll(async () => {
  crm = await serveStatic(pages, () => `${POLICY.replace("connect-src 'self'", `connect-src 'self' ${elsewhere}`).replace("script-src 'self'", `script-src 'self' ${elsewhere}`)}; frame-src 'self' ${elsewhere}`);
  koujing = await serveKoujing(undefined, ["--allow-origin", crm.url]);
  elsewhere = koujing.url;
});
test.afterAll(async () => {
  await koujing.close();
  await crm.close();
});

const html = (body: string, script: string) => {
  pages.set("/crm-page.js", script);
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>CRM</title><link rel="icon" href="data:,"><script type="module" src="crm-page.js"></script></head><body><main><h1>CRM</h1>${body}</main></body></html>`;
};

/** A page of the CRM with the frame at `origin`, connected by koujing-embed.js from the CRM's own files. */
function embedding(origin: string, options = ""): void {
  pages.set("/page.html", html(`<iframe id="frame" title="口径助手" src="${origin}/koujing-frame.html"></iframe>`,
    `import { embed } from "./koujing-embed.js";
     window.heard = []; window.refused = [];
     const on = { refused: (code) => window.refused.push(code) };
     for (const name of ["koujing-decision", "koujing-reply", "koujing-error"]) on[name] = (detail) => window.heard.push([name, detail]);
     window.embedded = embed(document.getElementById("frame"), { on${options} });`));
}

const show = (page: Page, given: Case) => page.evaluate((given) => { (window as unknown as { embedded: { show(given: unknown): void } }).embedded.show(given); }, given);
const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: [string, Record<string, unknown>][] }).heard);
const refused = (page: Page) => page.evaluate(() => (window as unknown as { refused: string[] }).refused);
const inside = (page: Page) => page.frameLocator("#frame");

test("an iframe from koujing serve: the case goes in, events come out, the height follows, replies by key", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  embedding(koujing.url, ', attributes: { theme: "dark", worker: "/evil.js" }');
  await page.goto(`${crm.url}/page.html`);
  await page.waitForFunction(() => "embedded" in window);
  await show(page, dispute);
  await expect(inside(page).locator("output.sum")).toHaveText("20.00 元");
  await expect(inside(page).locator("koujing-panel")).toHaveAttribute("theme", "dark");
  // An attribute that would start a script of the page's choosing is none that a page may set.
  expect(await inside(page).locator("koujing-panel").getAttribute("worker")).toBeNull();
  await expect.poll(() => page.evaluate(() => document.querySelector("iframe")?.clientHeight ?? 0)).toBeGreaterThan(400);
  const inner = await inside(page).locator("koujing-panel").evaluate((panel) => panel.getBoundingClientRect().bottom);
  await expect.poll(() => page.evaluate(() => document.querySelector("iframe")?.clientHeight ?? 0)).toBeGreaterThanOrEqual(Math.floor(inner));
  await inside(page).locator("ol.replies button").first().click();
  await expect.poll(async () => (await heard(page)).map(([name]) => name)).toContain("koujing-reply");
  expect((await heard(page)).find(([name]) => name === "koujing-decision")?.[1]).toMatchObject({ status: "decided", refund: { pay_fen: 2000 } });
  expect(complaints).toEqual([]);
});

test("the desk itself is not for embedding, and the frame only by those allowed", async ({ page }) => {
  const other = await serveStatic(new Map([["/page.html", `<iframe id="frame" title="x" src="${koujing.url}/koujing-frame.html"></iframe>`]]), "frame-src *");
  const refusals: string[] = [];
  page.on("console", (message) => { if (/frame-ancestors/.test(message.text())) refusals.push(message.text()); });
  await page.goto(`${other.url}/page.html`);
  await expect.poll(() => refusals.length).toBeGreaterThan(0);
  refusals.length = 0;
  pages.set("/page.html", html(`<iframe id="frame" title="x" src="${koujing.url}/"></iframe>`, ""));
  await page.goto(`${crm.url}/page.html`);
  await expect.poll(() => refusals.length).toBeGreaterThan(0);
  await other.close();
});

test("files copied to the CRM's origin, the pack from Koujing's: the panel decides in the page and asks across only for the pack", async ({ page }) => {
  const { "/koujing.wasm": module } = Object.fromEntries(await engineFiles());
  pages.set("/koujing.wasm", module ?? "");
  pages.set("/page.html", `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>CRM</title><link rel="icon" href="data:,"><script type="module" src="koujing.js"></script></head><body><koujing-panel pack="${koujing.url}/v1/packs/cn-telecom"></koujing-panel></body></html>`);
  await page.goto(`${crm.url}/page.html`);
  await page.locator("koujing-panel").evaluate((panel, given) => { (panel as unknown as { case: Case }).case = given; }, dispute);
  await expect(page.locator("output.sum")).toHaveText("20.00 元");
  // And its server may be asked to replay what the page decided.
  const verified = await page.evaluate(async (url) => {
    const exchange = (document.querySelector("koujing-panel") as unknown as { exchange: object }).exchange;
    return (await fetch(`${url}/v1/verify`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(exchange) })).json() as Promise<unknown>;
  }, koujing.url);
  expect(verified).toEqual({ ok: true });
});

test("the script from another origin: no browser starts its Worker, and both panel and probe say what to do", async ({ page }) => {
  pages.set("/page.html", `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>CRM</title><link rel="icon" href="data:,"><script type="module" src="${koujing.url}/koujing.js"></script></head><body><koujing-panel pack="${koujing.url}/v1/packs/cn-telecom"></koujing-panel></body></html>`);
  await page.goto(`${crm.url}/page.html`);
  await expect(page.locator(".notice code")).toHaveText("worker_failed");
  const found = await probe(page, `${koujing.url}/koujing-probe.js`, { worker: `${koujing.url}/koujing-worker.js` });
  expect(found.find(({ code }) => code === "worker")).toMatchObject({ is: "no", en: expect.stringContaining("Copy the files to this page's own origin, or use the iframe") });
});

const probe = (page: Page, script: string, options: Record<string, string> = {}) =>
  page.evaluate(async ({ script, options }) => ((await import(script)) as { probe(options: object): Promise<{ code: string; is: string; en: string; zh: string }[]> }).probe(options), { script, options });

for (const [name, change, codes] of [
  ["the strictest policy that works", (policy: string) => `${policy}; trusted-types koujing`, []],
  ["no wasm", (policy: string) => policy.replace(" 'wasm-unsafe-eval'", ""), ["wasm"]],
  ["no Workers", (policy: string) => policy.replace("worker-src 'self'", "worker-src 'none'"), ["worker", "offline"]],
  ["a list of policies without ours", (policy: string) => `${policy}; trusted-types other`, ["trusted_types", "worker"]],
  ["no fetching", (policy: string) => policy.replace("connect-src 'self'", "connect-src 'none'"), ["pack"]],
] as const) {
  test(`the probe under ${name}`, async ({ page }) => {
    const files = await engineFiles();
    files.set("/page.html", '<!doctype html><html lang="zh-CN"><head><title>x</title></head><body></body></html>');
    const site = await serveStatic(files, change(POLICY));
    await page.goto(`${site.url}/page.html`);
    const found = await probe(page, "./koujing-probe.js", { pack: "pack.json" });
    expect(found.filter(({ is, code }) => is !== "yes" && code !== "offline").map(({ code }) => code)).toEqual(codes.filter((code) => code !== "offline"));
    for (const { is, zh, en } of found) if (is === "no") expect(`${zh} ${en}`).toMatch(/策略|policy/);
    await site.close();
  });
}

// ---- whom the frame hears ----

/** The frame from a host of files alone, without a policy of who may embed it: what keeps others out here is the bridge. */
async function frameHost(config: object, more: [string, string | Uint8Array][] = []): Promise<Site> {
  const files = await engineFiles();
  files.set("/koujing-frame.json", JSON.stringify({ pack: "pack.json", ...config }));
  for (const [name, text] of more) files.set(name, text);
  return serveStatic(files);
}

/** Gives out one page at a free port: an origin of its own. */
async function origin(page: string): Promise<{ url: string; server: Http }> {
  const server = createServer((_request, response) => { response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page); });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test("three wrong origins, and a window beside the frame at the right one, are not heard and not answered", async ({ page }) => {
  const config = { pack: "pack.json", origins: ["http://crm.example:1"] };
  const site = await frameHost({});
  await page.route(`${site.url}/koujing-frame.json`, (route) => route.fulfill({ json: config }));
  const messages = `for (const message of [{ koujing: 1, type: "hello" }, { koujing: 1, type: "case", case: ${JSON.stringify(dispute)} }, { koujing: 1, type: "set", attributes: { theme: "dark" } }, "chatwoot-dashboard-app:fetch-info", null, 7])`;
  const host = await origin(`<!doctype html><title>x</title><iframe id="frame" title="x" src="${site.url}/koujing-frame.html"></iframe><script>
    window.answers = []; addEventListener("message", ({ data, origin }) => { if (origin !== location.origin) answers.push(data); });
    if (location.hash === "#beside") document.body.append(Object.assign(document.createElement("iframe"), { srcdoc: \`<script>setInterval(() => { ${messages} parent.frames[0].postMessage(message, "*"); }, 50)<\\/script>\` }));
    else document.getElementById("frame").onload = () => setInterval(() => { ${messages} document.getElementById("frame").contentWindow.postMessage(message, "*"); }, 50);</script>`);
  const silent = async () => {
    await expect(inside(page).locator("koujing-panel .notice")).toBeVisible();
    await page.waitForTimeout(600);
    await expect(inside(page).locator("section.receipt")).toBeHidden();
    await expect(inside(page).locator("koujing-panel")).not.toHaveAttribute("theme");
    expect(await page.evaluate(() => (window as unknown as { answers: unknown[] }).answers)).toEqual([]);
  };
  for (const url of [host.url, host.url.replace("127.0.0.1", "localhost"), host.url.replace("127.0.0.1", "koujing.test")]) {
    await page.goto(url);
    await silent();
  }
  config.origins = [host.url];
  await page.goto(`${host.url}/#beside`);
  await silent();
  // The very same messages are heard from the page around the frame when its origin is allowed: the silence was the bridge's doing.
  await page.goto(`${host.url}/?right`);
  await expect(inside(page).locator("output.sum")).toHaveText("20.00 元");
  await expect(inside(page).locator("koujing-panel")).toHaveAttribute("theme", "dark");
  host.server.close();
  await site.close();
});

test("the page hears its own frame alone", async ({ page }) => {
  embedding(koujing.url);
  const liar = await origin("<!doctype html><script>setInterval(() => { for (const message of [{ koujing: 1, type: 'event', name: 'koujing-reply', detail: 'forged' }, { koujing: 1, type: 'height', height: 9999 }, { koujing: 1, type: 'ready', nonce: 'x', signed: false }]) parent.postMessage(message, '*'); }, 30)</script>");
  const before = elsewhere;
  elsewhere = `${koujing.url} ${liar.url}`;
  await page.goto(`${crm.url}/page.html`);
  await page.waitForFunction(() => "embedded" in window);
  await page.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
    (window as unknown as { lies: number }).lies = 0;
    addEventListener("message", ({ origin }) => { if (origin === url) (window as unknown as { lies: number }).lies++; });
  }, liar.url);
  await page.waitForFunction(() => (window as unknown as { lies: number }).lies > 10);
  elsewhere = before;
  expect((await heard(page)).filter(([name]) => name === "koujing-reply")).toEqual([]);
  expect(await page.evaluate(() => document.querySelector("iframe")?.style.height)).not.toBe("9999px");
  liar.server.close();
});

test("with keys, only a case that the CRM's server signed for this very frame is shown", async ({ page }) => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "crm" };
  const pack = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
  await page.exposeFunction("sign", async (context: object) => {
    const text = `${pack(JSON.stringify({ alg: "ES256", kid: "crm" }))}.${pack(JSON.stringify(context))}`;
    return `${text}.${pack(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new TextEncoder().encode(text))))}`;
  });
  const site = await frameHost({ origins: [crm.url], keys: [jwk] });
  const before = elsewhere;
  elsewhere = site.url;
  embedding(site.url, ", sign: (context) => window.sign(context)");
  await page.goto(`${crm.url}/page.html`);
  await page.waitForFunction(() => "embedded" in window);
  await show(page, dispute);
  await expect(inside(page).locator("output.sum")).toHaveText("20.00 元");
  await page.evaluate((given) => {
    const frame = document.querySelector("iframe");
    frame?.contentWindow?.postMessage({ koujing: 1, type: "case", case: given }, "*");
    frame?.contentWindow?.postMessage({ koujing: 1, type: "context", jws: "a.b.c" }, "*");
  }, { ...dispute, lines: [{ ...dispute.lines?.[0], charged_fen: 999900 }] });
  await expect.poll(() => refused(page)).toEqual(["unsigned", "bad_form"]);
  await expect(inside(page).locator("output.sum")).toHaveText("20.00 元");
  elsewhere = before;
  await site.close();
});

// ---- CRMs ----

const fixture = (name: string) => readFileSync(new URL(`../embed/testdata/${name}.json`, import.meta.url), "utf8");

test("a dashboard app of Chatwoot: it asks, is answered, maps the conversation, and says what it could not use", async ({ page }) => {
  const host = await origin("");
  host.server.removeAllListeners("request");
  const site = await frameHost({ protocol: "chatwoot", origins: [host.url], mapping: JSON.parse(fixture("mapping")) as object });
  // As Chatwoot does: the context as a JSON text, when asked and when the conversation changes.
  host.server.on("request", (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(`<!doctype html><title>Chatwoot</title><iframe id="frame" title="x" src="${site.url}/koujing-frame.html"></iframe><script>
      const context = ${fixture("chatwoot")};
      window.asked = 0;
      window.give = () => document.getElementById("frame").contentWindow.postMessage(JSON.stringify(context), "*");
      addEventListener("message", (event) => { if (event.data === "chatwoot-dashboard-app:fetch-info") { asked++; give(); } });
      window.context = context;</script>`);
  });
  await page.goto(host.url);
  await expect(inside(page).locator("output.sum")).toHaveText("20.00 元");
  expect(await page.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(1);
  await expect(inside(page).locator(".words").first()).toContainText("王女士");
  const decided = JSON.parse(await inside(page).locator("koujing-panel").evaluate((panel) => (panel as unknown as { exchange: { case: string } }).exchange.case)) as Case;
  expect(decided).toMatchObject({ id: "4711", channel: "hotline", agent: { id: "7" }, transcript: [{ by: "customer" }, { by: "system" }, { by: "agent", text: "您好，我帮您看看" }] });
  expect(decided.now).toMatch(/\+08:00$/);
  await page.evaluate(() => {
    const chatwoot = window as unknown as { context: { data: { contact: { custom_attributes: { bill: { due: string }[] } } } }; give(): void };
    const [line] = chatwoot.context.data.contact.custom_attributes.bill;
    if (line) line.due = "大概五块";
    chatwoot.give();
  });
  await expect(inside(page).locator("#trouble")).toContainText("due → lines[0].due_fen 不是金额");
  // A confirmed line without what is due is invalid: no amount is made up.
  await expect(inside(page).locator(".errors")).toContainText("due_fen");
  host.server.close();
  await site.close();
});

test("an app of Zendesk: the client is asked for the mapped fields, a change is followed, the app is resized", async ({ page }) => {
  const sdk = `(() => {
    const fields = ${fixture("zendesk")}, handlers = {};
    window.zendesk = { fields, asked: [], invoked: [], fire: (name) => (handlers[name] ?? []).forEach((handler) => handler()) };
    window.ZAFClient = { init: () => ({
      on: (name, handler) => { (handlers[name] ??= []).push(handler); if (name === "app.registered") setTimeout(() => handler({}), 0); },
      get: (paths) => { zendesk.asked.push(paths); return Promise.resolve({ errors: {}, ...Object.fromEntries(paths.filter((path) => path in fields).map((path) => [path, fields[path]])) }); },
      invoke: (...what) => { zendesk.invoked.push(what); return Promise.resolve({}); },
    }) };
  })();`;
  const source = readFileSync(new URL("../embed/zendesk/assets/iframe.html", import.meta.url), "utf8");
  const site = await frameHost({
    protocol: "zendesk", mapping: {
      intent: '["ticket.customField:custom_field_360042"]',
      "lines[0].id": "=L1",
      "lines[0].charged_fen": { from: '["ticket.customField:custom_field_360043"]', type: "yuan" },
      "lines[0].due_fen": { from: '["ticket.customField:custom_field_360044"]', type: "yuan" },
      "lines[0].category": "=metering",
      "lines[0].verification": { from: '["ticket.customField:custom_field_360045"]', map: { checked_wrong: "confirmed" } },
    },
  }, [["/zaf.js", sdk], ["/iframe.html", source.replace(/https:\/\/static\.zdassets\.com[^"]+/, "zaf.js")]]);
  await page.goto(`${site.url}/iframe.html?origin=https%3A%2F%2Facme.zendesk.com&app_guid=1`);
  await expect(page.locator("output.sum")).toHaveText("20.00 元");
  type Zendesk = { zendesk: { asked: string[][]; invoked: unknown[][]; fields: Record<string, unknown>; fire(name: string): void } };
  expect(await page.evaluate(() => (window as unknown as Zendesk).zendesk.asked[0]?.includes("ticket.customField:custom_field_360043"))).toBe(true);
  await expect.poll(() => page.evaluate(() => (window as unknown as Zendesk).zendesk.invoked.at(-1))).toEqual(["resize", { width: "100%", height: expect.stringMatching(/^\d{3,4}px$/) as unknown }]);
  await page.evaluate(() => {
    const { zendesk } = window as unknown as Zendesk;
    zendesk.fields["ticket.customField:custom_field_360043"] = "25.00";
    zendesk.fire("ticket.status.changed");
  });
  await expect(page.locator("output.sum")).toHaveText("40.00 元");
  await site.close();
});

test("a wrong configuration is said in the frame, and nobody is heard", async ({ page }) => {
  const site = await frameHost({ origins: ["*"] });
  await page.goto(`${site.url}/koujing-frame.html`);
  await expect(page.locator("#trouble")).toContainText("origins[0]: an origin is a scheme and a host");
  await site.close();
});

for (const theme of ["light", "dark"] as const) {
  for (const lang of ["zh-CN", "en"]) {
    test(`axe finds nothing in the frame: ${theme}, ${lang}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      const site = await frameHost({ protocol: "chatwoot", origins: [], panel: { lang, theme } });
      await page.goto(`${site.url}/koujing-frame.html`);
      await page.locator("koujing-panel").evaluate((panel, given) => { (panel as unknown as { case: Case }).case = given; }, dispute);
      await expect(page.locator("output.sum")).toBeVisible();
      await page.evaluate(() => {
        const place = document.getElementById("trouble");
        if (place) {
          place.hidden = false;
          place.textContent = "x";
        }
      });
      await expectAccessible(page);
      await site.close();
    });
  }
}
