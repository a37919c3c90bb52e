/** A finding of the pack checker; lines and columns start at 1 and count code points. */
export interface Diagnostic {
  code: string;
  level: "error" | "warning" | "info";
  /** A case that shows it, as text. */
  witness?: string;
  file: string;
  line: number;
  column: number;
  end_column?: number;
  message: string;
  hint?: string;
  source?: string;
  /** What probably belongs in the place that is marked. */
  meant?: string;
}

/**
 * Codes the runner itself gives. A guest that refuses a pack gives its own codes, which pass through unchanged.
 *
 * - `fetch_failed`: module, pack or a source of it could not be fetched, or its integrity did not match
 * - `wasm_refused`: the bytes are no module, or the page's policy forbids compiling them
 * - `bad_guest`: the module is not one of ours (missing export, unknown import)
 * - `trap`: the instance stopped in the middle of a call and was thrown away; the next call gets a new one
 * - `timeout`: a call took longer than the limit; the Worker was ended and the next call gets a new one
 * - `too_big`: the text does not fit the guest's buffer
 * - `bad_case`: the case holds what JSON cannot write, such as a circle
 * - `pack_invalid`: the sources do not build; see `diagnostics`
 * - `worker_failed`: the Worker's script could not be started
 * - `offline_refused`: the service worker that keeps the files was not registered; everything works, while there is a network
 * - `disposed`: the engine was disposed of
 */
export type RunnerCode =
  | "fetch_failed"
  | "wasm_refused"
  | "bad_guest"
  | "trap"
  | "timeout"
  | "too_big"
  | "bad_case"
  | "pack_invalid"
  | "worker_failed"
  | "offline_refused"
  | "disposed";

/** The JSON form of an EngineError, as it crosses the Worker's border and as `koujing-error` carries it. */
export interface Failure {
  code: string;
  message: string;
  path?: string;
  diagnostics?: Diagnostic[];
}

/** Everything the engine throws. `code` is stable; `message` is for people. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: string;
  readonly path: string | undefined;
  readonly diagnostics: Diagnostic[] | undefined;

  constructor(code: string, message: string, more: { path?: string; diagnostics?: Diagnostic[]; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.path = more.path;
    this.diagnostics = more.diagnostics;
  }

  toJSON(): Failure {
    const failure: Failure = { code: this.code, message: this.message };
    if (this.path !== undefined) failure.path = this.path;
    if (this.diagnostics !== undefined) failure.diagnostics = this.diagnostics;
    return failure;
  }

  static from(failure: Failure): EngineError {
    return new EngineError(failure.code, failure.message, failure);
  }

  /** Whatever was thrown, as an EngineError; `code` names what was being done. */
  static wrap(thrown: unknown, code: RunnerCode): EngineError {
    if (thrown instanceof EngineError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new EngineError(code, message, { cause: thrown });
  }
}
