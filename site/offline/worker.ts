/// <reference lib="webworker" />
import { kept, files } from "./keeps.ts";

/**
 * koujing-offline.js, a service worker: the files of the panel, and those the host lists, work without a network after the first
 * load. The network comes first, so an edited pack or a newer engine counts at once; what was fetched last is the answer when the
 * network is gone. Nothing else passes through: no case, no decision, no page of the CRM that was not listed.
 */
const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = "koujing-1";
const address = scope.location.href;

scope.addEventListener("install", (event) => {
  // A file that cannot be had now (a listed one may not exist) is kept when it is first fetched.
  event.waitUntil(caches.open(CACHE).then((cache) => Promise.allSettled(files(address).map((file) => cache.add(new Request(file, { cache: "no-cache" }))))));
  void scope.skipWaiting();
});

scope.addEventListener("activate", (event) => {
  const older = async () => {
    for (const name of await caches.keys()) if (name.startsWith("koujing-") && name !== CACHE) await caches.delete(name);
    await scope.clients.claim();
  };
  event.waitUntil(older());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !kept(address, request.url)) return;
  event.respondWith(answer(request, event));
});

async function answer(request: Request, event: FetchEvent): Promise<Response> {
  const cache = await caches.open(CACHE);
  const key = request.url.split("#")[0] ?? request.url;
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.type === "basic") event.waitUntil(cache.put(key, fresh.clone()));
    return fresh;
  } catch (thrown) {
    const held = await cache.match(key, { ignoreVary: true });
    if (held) return held;
    throw thrown;
  }
}
