import { EngineError, type RunnerCode } from "../engine/errors.ts";
import { Refused } from "./act.ts";
import type { Key, Say } from "./strings.ts";

/** The codes that the page has words for; what the server refuses it tells in the page's language itself. */
const WORDS: Record<string, Key> = {
  fetch_failed: "fault_fetch_failed", trap: "fault_trap", timeout: "fault_timeout", worker_failed: "fault_worker_failed", bad_guest: "fault_bad_guest",
  too_big: "fault_too_big", pack_invalid: "fault_pack_invalid", impact_failed: "fault_impact_failed",
};

/** Whatever was thrown, in words: what it means, what exactly, and the code to ask somebody about. `code` names what was being done. */
export function reason(thrown: unknown, code: RunnerCode, say: Say): string {
  const error = thrown instanceof Refused ? thrown : EngineError.wrap(thrown, code);
  const words = WORDS[error.code];
  return say("fault").replace("…", words === undefined ? error.message : `${say(words)} ${error.message}`).replace("#", error.code);
}
