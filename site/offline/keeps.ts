/** What koujing-offline.js keeps: said by its own address, so that a page decides it and no list has to be built in. */

/** The files beside the worker that every panel needs. */
const OWN = ["koujing.js", "koujing-worker.js", "koujing.wasm"];
/** Others of ours, kept once they were asked for. */
const OURS = /^koujing[\w-]*\.(js|css|html|wasm)$/;

/** `koujing-offline.js` with what else to keep: addresses of the page's own origin, as `keep=…` in the query. */
export function withKept(worker: string, keep: readonly string[]): string {
  const url = new URL(worker);
  for (const one of new Set(keep)) url.searchParams.append("keep", one);
  return url.href;
}

/** The addresses to fetch at once. */
export function files(worker: string): string[] {
  return [...OWN.map((name) => new URL(name, worker).href), ...listed(worker)];
}

/** Whether what is asked for at `address` is one of ours or was listed. */
export function kept(worker: string, address: string): boolean {
  const url = new URL(address);
  url.hash = "";
  if (url.origin !== new URL(worker).origin) return false;
  if (listed(worker).includes(url.href)) return true;
  const folder = new URL(".", worker).pathname;
  return url.search === "" && url.pathname.startsWith(folder) && OURS.test(url.pathname.slice(folder.length));
}

function listed(worker: string): string[] {
  const { searchParams, origin } = new URL(worker);
  return searchParams.getAll("keep").map((one) => new URL(one, worker)).filter((url) => url.origin === origin).map(({ href }) => href);
}
