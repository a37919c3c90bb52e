import { EngineError } from "./errors.ts";

/** A case as text; none at all, or what is no data, is `null`, as it is inside a list. EngineError `bad_case`. */
export function caseText(given: unknown): string {
  try {
    return JSON.stringify([given]).slice(1, -1);
  } catch (thrown) {
    throw EngineError.wrap(thrown, "bad_case");
  }
}
