import type { KoujingPanel } from "../widget/koujing-panel.ts";
import { el } from "../widget/dom.ts";
import { bridge } from "./bridge.ts";
import { chatwoot } from "./chatwoot.ts";
import { readConfig, type FrameConfig } from "./config.ts";
import { zendesk, type ZendeskClient } from "./zendesk.ts";

/** koujing-frame.js: the panel alone in a page, for a CRM that takes only iframes. koujing-frame.json says whom it listens to. */
async function start(): Promise<void> {
  const panel = document.querySelector<KoujingPanel>("koujing-panel");
  if (!panel) throw new Error("the page has no panel");
  // Heard from the first moment on, and answered when the configuration is there.
  const early: MessageEvent[] = [];
  const keep = (event: MessageEvent) => { early.push(event); };
  window.addEventListener("message", keep);
  const config = await fetch(new URL("koujing-frame.json", import.meta.url)).then((response) => {
    if (!response.ok) throw new Error(`koujing-frame.json: ${response.status}`);
    return response.json();
  }).then(readConfig);
  for (const [name, value] of Object.entries(config.panel)) panel.setAttribute(name, value);
  if (config.panel.lang !== undefined) document.documentElement.lang = config.panel.lang;
  connect(panel, config);
  window.removeEventListener("message", keep);
  for (const event of early) window.dispatchEvent(new MessageEvent("message", { data: event.data as unknown, origin: event.origin, source: event.source }));
  panel.setAttribute("pack", config.pack ?? (await firstPack()));
}

function connect(panel: KoujingPanel, config: FrameConfig): void {
  switch (config.protocol) {
    case "koujing":
      bridge(panel, config);
      return;
    case "chatwoot":
      chatwoot(panel, config);
      return;
    case "zendesk": {
      const client = (globalThis as { ZAFClient?: { init(): ZendeskClient | false } }).ZAFClient?.init();
      if (!client) throw new Error("Zendesk's SDK is not in the page, or the page was not opened by Zendesk");
      zendesk(panel, config, client);
    }
  }
}

/** The pack that the server has in place. */
async function firstPack(): Promise<string> {
  const { packs } = (await (await fetch("/v1/packs")).json()) as { packs: { id: string }[] };
  return `/v1/packs/${packs[0]?.id ?? ""}`;
}

start().catch((thrown: unknown) => {
  const place = document.getElementById("trouble");
  if (!place) return;
  place.hidden = false;
  place.replaceChildren(el("p", {}, thrown instanceof Error ? thrown.message : String(thrown)));
});
