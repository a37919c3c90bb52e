import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { builtPack } from "./guests.ts";

const embedded = fileURLToPath(new URL("../../host/cmd/koujing/embedded/", import.meta.url));

let built: ReturnType<typeof builtPack> | undefined;

/** What a host of files alone needs beside site/dist to run the panel in earnest: the module, and the default pack as pack.json. */
export async function engineFiles(): Promise<Map<string, string | Uint8Array>> {
  built ??= builtPack();
  const { pack } = await built;
  return new Map<string, string | Uint8Array>([["/koujing.wasm", await readFile(`${embedded}koujing.wasm`)], ["/pack.json", pack]]);
}

/** A page with a panel in it and nothing else, within the strictest policy. */
export function panelPage(attributes = "", head = ""): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Panel</title><link rel="icon" href="data:,"><script type="module" src="koujing.js"></script>${head}</head>` +
    `<body><main><h1>Panel</h1><koujing-panel pack="pack.json" ${attributes}></koujing-panel></main></body></html>`;
}
