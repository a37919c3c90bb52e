import { EngineError } from "./errors.ts";
import type { FileSource } from "./protocol.ts";

/**
 * Fetches one of our files. `no-cache` asks the server whether a stored answer still holds, so that an edited rule is seen at
 * once and an unchanged module is not sent again. EngineError `fetch_failed` for whatever keeps it away.
 */
export async function get({ url, integrity }: FileSource): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-cache", ...(integrity === undefined ? {} : { integrity }) });
  } catch (thrown) {
    throw new EngineError("fetch_failed", `${url}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
  if (!response.ok) throw new EngineError("fetch_failed", `${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** The body, whose bytes can still fail to arrive when the head already has. */
export async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    throw new EngineError("fetch_failed", `${response.url}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
}

const refused = (thrown: unknown) => {
  throw EngineError.wrap(thrown, "wasm_refused");
};

/** Compiles the bytes of a module. EngineError `wasm_refused` as below. */
export async function compileBytes(bytes: Uint8Array<ArrayBuffer>): Promise<{ module: WebAssembly.Module; bytes: Uint8Array<ArrayBuffer> }> {
  return { module: await WebAssembly.compile(bytes).catch(refused), bytes };
}

/**
 * Compiles while the bytes come in, off the thread, where the server says `application/wasm`; elsewhere the whole is read
 * first. EngineError `wasm_refused` when they are no module or the page's policy forbids it.
 */
export async function compileResponse(response: Response): ReturnType<typeof compileBytes> {
  const type = response.headers.get("content-type") ?? "";
  const streaming = typeof WebAssembly.compileStreaming === "function" && /^application\/wasm\b/i.test(type);
  if (!streaming) return compileBytes(await bytesOf(response));
  const copy = response.clone();
  const [module, bytes] = await Promise.all([WebAssembly.compileStreaming(response).catch(refused), bytesOf(copy)]);
  return { module, bytes };
}
