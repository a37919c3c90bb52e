import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** What the page is promised to run under, by the contract. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; require-trusted-types-for 'script'";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".yaml": "application/yaml",
  ".csv": "text/csv; charset=utf-8",
};

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

export interface Site {
  url: string;
  /** Requests answered, by path: what was fetched and how often. */
  seen: string[];
  close(): Promise<void>;
}

/** A host that only gives out files, as any static host would: site/dist, and what `extra` puts beside it or over it. */
export async function serveStatic(extra: Map<string, string | Uint8Array> = new Map(), policy: string | ((path: string) => string) = POLICY): Promise<Site> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    seen.push(path);
    const name = path === "/" ? "/index.html" : path;
    const given = extra.get(name);
    const body = given === undefined ? readFile(join(DIST, name)) : Promise.resolve(given);
    body.then(
      (bytes) => {
        response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream", "Content-Security-Policy": typeof policy === "string" ? policy : policy(name), "Cache-Control": "no-cache" });
        response.end(bytes);
      },
      () => {
        response.writeHead(404, { "Content-Type": "text/plain" });
        response.end("not found");
      },
    );
  });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
}
