import { scriptAddress } from "../engine/trusted.ts";

/** What a page's policy, or its surroundings, do to the panel. */
export interface Finding {
  code: "secure" | "wasm" | "worker" | "trusted_types" | "styles" | "pack" | "offline";
  /** `no`: the panel does not work. `limited`: it works, without something. */
  is: "yes" | "no" | "limited";
  /** What it means and what to do about it, in plain words. */
  zh: string;
  en: string;
}

export interface ProbeOptions {
  /** The pack's address, to see whether it can be fetched. */
  pack?: string;
  /** Where koujing-worker.js is; default next to this script. */
  worker?: string;
}

/** The smallest module: its header alone. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

type Check = (options: ProbeOptions) => Finding | Promise<Finding>;

const CHECKS: readonly Check[] = [
  () => self.isSecureContext
    ? { code: "secure", is: "yes", zh: "页面是安全上下文。", en: "The page is a secure context." }
    : { code: "secure", is: "limited", zh: "页面走的是 http：引擎照常工作，但不能离线使用，也不能核对签名的工单。改用 https。", en: "The page is on plain http: the engine works, but nothing is kept offline and signed contexts cannot be checked. Serve it over https." },
  () => {
    try {
      new WebAssembly.Module(EMPTY);
      return { code: "wasm", is: "yes", zh: "可以运行引擎（WebAssembly）。", en: "The engine (WebAssembly) may run." };
    } catch {
      return { code: "wasm", is: "no", zh: "内容安全策略禁止 WebAssembly，引擎不能运行。在 script-src 里加上 'wasm-unsafe-eval'；不需要 'unsafe-eval'。", en: "The page's Content-Security-Policy forbids WebAssembly, so the engine cannot run. Add 'wasm-unsafe-eval' to script-src; 'unsafe-eval' is not needed." };
    }
  },
  () => {
    try {
      scriptAddress(document.baseURI);
      return { code: "trusted_types", is: "yes", zh: "Trusted Types 不妨碍。", en: "Trusted Types are no hindrance." };
    } catch {
      return { code: "trusted_types", is: "no", zh: "内容安全策略的 trusted-types 名单里没有 koujing，后台线程不能启动。把 koujing 加进名单。", en: "The policy's trusted-types list lacks the name koujing, so the Worker cannot start. Add koujing to it." };
    }
  },
  ({ worker }) => new Promise((resolve) => {
    const address = new URL(worker ?? "koujing-worker.js", worker === undefined ? import.meta.url : document.baseURI);
    if (address.origin !== location.origin) {
      resolve({ code: "worker", is: "no", zh: `${address.origin} 不是本页的来源，浏览器不让页面启动别处的后台线程。把文件复制到本站，或改用 iframe。`, en: `${address.origin} is not this page's origin, and a browser starts no Worker from elsewhere. Copy the files to this page's own origin, or use the iframe.` });
      return;
    }
    const refused = () => { resolve({ code: "worker", is: "no", zh: "后台线程启动不了：文件取不到，或内容安全策略的 worker-src（没有时是 script-src）不含 'self'。", en: "The Worker does not start: its file could not be fetched, or the policy's worker-src (script-src where there is none) lacks 'self'." }); };
    try {
      const started = new Worker(scriptAddress(address.href), { type: "module", name: "koujing probe" });
      started.addEventListener("message", () => {
        started.terminate();
        resolve({ code: "worker", is: "yes", zh: "后台线程可以启动。", en: "The Worker starts." });
      });
      started.addEventListener("error", () => {
        started.terminate();
        refused();
      });
      // Any answer will do, also that nothing is loaded yet.
      started.postMessage({ id: 0, op: "words" });
    } catch {
      refused();
    }
  }),
  () => {
    try {
      new CSSStyleSheet().replaceSync(":host{}");
      return { code: "styles", is: "yes", zh: "样式不受限制。", en: "The panel's styles apply." };
    } catch {
      return { code: "styles", is: "no", zh: "这个浏览器太旧，不支持构造样式表。", en: "This browser is too old: it has no constructed stylesheets." };
    }
  },
  async ({ pack }) => {
    if (pack === undefined) return { code: "pack", is: "yes", zh: "没有指定口径地址，没有检查。", en: "No pack was named, so none was fetched." };
    const { origin } = new URL(pack, document.baseURI);
    try {
      const response = await fetch(pack);
      if (response.ok) return { code: "pack", is: "yes", zh: "口径取得到。", en: "The pack can be fetched." };
      return { code: "pack", is: "no", zh: `口径地址回答 ${response.status}：检查地址。`, en: `The pack's address answers ${response.status}: check the address.` };
    } catch {
      return origin === location.origin
        ? { code: "pack", is: "no", zh: "口径取不到：网络不通，或内容安全策略的 connect-src 不含 'self'。", en: "The pack cannot be fetched: no network, or the policy's connect-src lacks 'self'." }
        : { code: "pack", is: "no", zh: `口径在 ${origin}，取不到：那边的服务要用 --allow-origin ${location.origin} 启动，本页的 connect-src 要含 ${origin}。`, en: `The pack is at ${origin} and cannot be fetched: start that server with --allow-origin ${location.origin}, and have this page's connect-src name ${origin}.` };
    }
  },
  () => "serviceWorker" in navigator
    ? { code: "offline", is: "yes", zh: "可以离线使用（offline 属性）。", en: "Files may be kept offline (attribute offline)." }
    : { code: "offline", is: "limited", zh: "不能离线使用：没有 Service Worker。", en: "Nothing can be kept offline: there is no service worker here." },
];

/** Tries in this very page what the panel needs, and says in plain words what the page's policy forbids. */
export async function probe(options: ProbeOptions = {}): Promise<Finding[]> {
  return Promise.all(CHECKS.map(async (check) => check(options)));
}
