import { EngineError } from "../engine/index.ts";
import { scriptAddress } from "../engine/trusted.ts";
import { withKept } from "./keeps.ts";

/**
 * Registers koujing-offline.js, which lies beside this script, and lists to it what else it keeps. EngineError `offline_refused`
 * where the page cannot have a service worker: on plain http, or by its policy.
 */
export async function keepOffline(keep: readonly string[]): Promise<void> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker) throw new EngineError("offline_refused", "this page is not a secure context, so it cannot have a service worker");
  try {
    await serviceWorker.register(scriptAddress(withKept(new URL("koujing-offline.js", import.meta.url).href, keep)));
  } catch (thrown) {
    throw EngineError.wrap(thrown, "offline_refused");
  }
}
