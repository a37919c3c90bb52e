import { createHash } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import type * as Koujing from "../koujing.ts";
import { fixtureGuest } from "./fixture-guest.ts";
import { POLICY, serveStatic, type Site } from "./static.ts";

/** The engine API against a guest that misbehaves on demand (testdata/guest.wat). */

let site: Site;
let guest: Uint8Array;

test.beforeAll(async () => {
  guest = await fixtureGuest();
  site = await serveStatic(new Map<string, string | Uint8Array>([
    ["/blank.html", '<!doctype html><html lang="en"><head><title>Engine</title><link rel="icon" href="data:,"></head><body></body></html>'],
    ["/koujing.wasm", guest],
    ["/wrong.wasm", "no module"],
    ["/pack.json", "{}"],
    ["/refused.json", "!"],
  ]));
});
test.afterAll(() => site.close());

type Options = Koujing.LoadOptions;

/** Loads an engine in the page as `window.engine`; gives its digest, or the failure. */
async function load(page: Page, options: Partial<Options> = {}, base = site.url): Promise<unknown> {
  await page.goto(`${base}/blank.html`);
  await page.evaluate(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return again(page, options);
}

function again(page: Page, options: Partial<Options>): Promise<unknown> {
  return page.evaluate(async (given: Partial<Options>) => {
    const { Engine } = (await import(new URL("/koujing.js", location.href).href)) as typeof Koujing;
    try {
      const engine = await Engine.load({ pack: "/pack.json", ...given });
      Object.assign(window, { engine });
      return engine.digest;
    } catch (thrown) {
      return (thrown as Koujing.EngineError).toJSON();
    }
  }, options);
}

async function decide(page: Page, text: string): Promise<unknown> {
  return page.evaluate(async (given) => {
    const { engine } = window as unknown as { engine: Koujing.Engine };
    try {
      return await engine.decideText(given);
    } catch (thrown) {
      return (thrown as Koujing.EngineError).toJSON();
    }
  }, text);
}

const digest = () => "sha256:" + createHash("sha256").update(guest).digest("hex");

test("loads, decides in a Worker and names the engine by its digest, under the strict policy", async ({ page }) => {
  expect(await load(page)).toBe(digest());
  expect(await decide(page, '{"客户":"王"}')).toBe('{"客户":"王"}');
  expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
  expect(page.workers()).toHaveLength(1);
});

test("module and pack may be given instead of fetched: bytes, text, an object; the host keeps its bytes", async ({ page }) => {
  await load(page);
  const loaded = await page.evaluate(async () => {
    const { Engine } = (await import(new URL("/koujing.js", location.href).href)) as typeof Koujing;
    const wasm = await (await fetch("/koujing.wasm")).arrayBuffer();
    const found: string[] = [];
    for (const given of [{ wasm, pack: " {}" }, { wasm: new Uint8Array(wasm), pack: new TextEncoder().encode("{}") }, { wasm: new Uint8Array(wasm), pack: {} }]) {
      const engine = await Engine.load(given);
      found.push(`${engine.digest} ${wasm.byteLength}`);
      engine.dispose();
    }
    return found;
  });
  expect(loaded).toEqual(Array.from({ length: 3 }, () => `${digest()} ${guest.length}`));
  expect(await page.evaluate(async () => {
    const { Engine } = (await import(new URL("/koujing.js", location.href).href)) as typeof Koujing;
    return Engine.load({ wasm: new Uint8Array([1, 2, 3]), pack: "{}" }).catch((thrown: unknown) => (thrown as Koujing.EngineError).code);
  })).toBe("wasm_refused");
});

test("no case at all is null, and one that JSON cannot write has a code of its own", async ({ page }) => {
  await load(page);
  expect(await page.evaluate(async () => {
    const { engine } = window as unknown as { engine: Koujing.Engine };
    const round: Record<string, unknown> = {};
    round.round = round;
    // The guest here answers with what it is given.
    return Promise.all([undefined, () => undefined, round, { claim_fen: 1n }].map((given) => engine.decide(given as never).catch((thrown: unknown) => (thrown as Koujing.EngineError).code)));
  })).toEqual([null, null, "bad_case", "bad_case"]);
});

test("on plain http, without crypto.subtle, the digest is the same", async ({ page }) => {
  const base = site.url.replace("127.0.0.1", "koujing.test");
  expect(await load(page, {}, base)).toBe(digest());
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
});

test("after a trap, a stack overflow, an exit: a typed error, and the next decision is right", async ({ page }) => {
  await load(page);
  for (const bad of ["u", "r", "x"]) {
    expect(await decide(page, bad)).toMatchObject({ code: "trap" });
    expect(await decide(page, "{}")).toBe("{}");
  }
});

test("a call that does not end is given up; what was waiting behind it fails too, and the next decision is right", async ({ page }) => {
  await load(page, { timeout: 400 });
  const [hanging, behind] = await Promise.all([decide(page, "l"), decide(page, "{}")]);
  expect(hanging).toMatchObject({ code: "timeout" });
  expect(behind).toMatchObject({ code: "timeout" });
  expect(await decide(page, "g 客户")).toBe("g 客户");
  // A Worker that never comes back to its loop is ended by force, which takes the browser a moment.
  await expect.poll(() => page.workers().length).toBe(1);
});

test("overlapping calls are answered each with its own", async ({ page }) => {
  await load(page);
  const texts = Array.from({ length: 200 }, (_, i) => `{"n":${i}}`);
  const answers = await page.evaluate((given) => {
    const { engine } = window as unknown as { engine: Koujing.Engine };
    return Promise.all(given.map((text) => engine.decideText(text)));
  }, texts);
  expect(answers).toEqual(texts);
});

test("integrity: the right one passes, a wrong one is fetch_failed", async ({ page }) => {
  const right = "sha256-" + createHash("sha256").update(guest).digest("base64");
  expect(await load(page, { integrity: right })).toBe(digest());
  expect(await again(page, { integrity: "sha256-" + "A".repeat(43) + "=" })).toMatchObject({ code: "fetch_failed" });
});

test("what cannot be loaded says why", async ({ page }) => {
  await load(page);
  expect(await again(page, { wasm: "/nowhere.wasm" })).toMatchObject({ code: "fetch_failed", message: expect.stringContaining("404") });
  expect(await again(page, { wasm: "/wrong.wasm" })).toMatchObject({ code: "wasm_refused" });
  expect(await again(page, { pack: "/nowhere.json" })).toMatchObject({ code: "fetch_failed" });
  expect(await again(page, { pack: "/refused.json" })).toEqual({ code: "pack_format", message: "no pack", path: "format" });
  expect(await again(page, { worker: "/nowhere.js" })).toMatchObject({ code: "worker_failed" });
  expect(await again(page, { worker: "https://example.org/koujing-worker.js" })).toMatchObject({ code: "worker_failed" });
});

test("a pack that is refused leaves the one before in place", async ({ page }) => {
  await load(page);
  const outcome = await page.evaluate(async () => {
    const { engine } = window as unknown as { engine: Koujing.Engine };
    const code = await engine.use("/refused.json").then(() => "", (thrown: unknown) => (thrown as Koujing.EngineError).code);
    return [code, engine.pack.id, await engine.decideText("{}"), await engine.refresh()];
  });
  expect(outcome).toEqual(["pack_format", "p", "{}", false]);
});

test("disposing ends the Worker, and every call says so", async ({ page }) => {
  await load(page);
  const codes = await page.evaluate(async () => {
    const { engine } = window as unknown as { engine: Koujing.Engine };
    const waiting = engine.decideText("l").catch((thrown: unknown) => (thrown as Koujing.EngineError).code);
    engine.dispose();
    return [await waiting, await engine.decideText("{}").catch((thrown: unknown) => (thrown as Koujing.EngineError).code)];
  });
  expect(codes).toEqual(["disposed", "disposed"]);
  await expect.poll(() => page.workers().length).toBe(0);
});

test("a policy without 'wasm-unsafe-eval' is named as what it is", async ({ page }) => {
  const strict = await serveStatic(new Map<string, string | Uint8Array>([["/blank.html", "<!doctype html><title>x</title>"], ["/koujing.wasm", guest], ["/pack.json", "{}"]]), POLICY.replace(" 'wasm-unsafe-eval'", ""));
  try {
    expect(await load(page, {}, strict.url)).toMatchObject({ code: "wasm_refused" });
  } finally {
    await strict.close();
  }
});

test("a panel taken out of the page ends its Worker; moved within it, it keeps it", async ({ page }) => {
  await load(page);
  await page.evaluate(() => { (window as unknown as { engine: Koujing.Engine }).engine.dispose(); });
  await expect.poll(() => page.workers().length).toBe(0);
  await page.evaluate(() => {
    const panel = document.createElement("koujing-panel");
    panel.setAttribute("pack", "/pack.json");
    document.body.append(panel);
  });
  await expect.poll(() => page.workers().length).toBe(1);
  await expect.poll(() => page.evaluate(() => document.querySelector("koujing-panel")?.engine?.pack.id)).toBe("p");
  await page.evaluate(() => {
    const home = document.createElement("div");
    document.body.append(home);
    home.append(document.querySelector("koujing-panel") as Node);
  });
  expect(await page.evaluate(() => document.querySelector("koujing-panel")?.engine?.pack.id)).toBe("p");
  await page.evaluate(() => { document.querySelector("koujing-panel")?.remove(); });
  await expect.poll(() => page.workers().length).toBe(0);
});
