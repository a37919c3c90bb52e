import type { JsonWebKeyWithId } from "./config.ts";

/** What a signed context says, behind its signature. */
export interface Context {
  /** As the frame gave it out: a context signed for another frame, or another day, says nothing here. */
  nonce: string;
  /** Counts up, so that an older case of the same talk cannot be played again. */
  seq: number;
  case: Record<string, unknown>;
}

/** Why a context was not taken. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: "bad_form" | "unknown_key" | "bad_signature" | "wrong_nonce" | "replayed" | "insecure";

  constructor(code: Refused["code"]) {
    super(code);
    this.code = code;
  }
}

/**
 * Takes contexts signed by the CRM's server: JWS, compact, ES256. The page around the frame hands them on and cannot make one, so
 * that no script in it decides whose case and which amounts the agent sees.
 */
export class Contexts {
  /** Hard to guess, new for every frame. */
  readonly nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
  readonly #keys: readonly JsonWebKeyWithId[];
  #seq = -1;

  constructor(keys: readonly JsonWebKeyWithId[]) {
    this.#keys = keys;
  }

  /** The case in a context; Refused when it is not one of ours. */
  async open(jws: string): Promise<Context["case"]> {
    if (typeof (jws as unknown) !== "string") throw new Refused("bad_form");
    const [head = "", body = "", signature = "", ...more] = jws.split(".");
    const header = json(head);
    if (more.length > 0 || signature === "" || header?.alg !== "ES256" || "crit" in header) throw new Refused("bad_form");
    const jwk = this.#keys.find(({ kid }) => kid === header.kid);
    if (!jwk) throw new Refused("unknown_key");
    const { subtle } = crypto as { subtle?: SubtleCrypto };
    if (!subtle) throw new Refused("insecure");
    const { kty, crv, x, y } = jwk as { kty: string; crv: string; x: string; y: string };
    const key = await subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const bytes = unpack(signature);
    if (!bytes || !(await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes, new TextEncoder().encode(`${head}.${body}`)))) throw new Refused("bad_signature");
    const { nonce, seq, case: given } = (json(body) ?? {}) as Partial<Context>;
    if (nonce !== this.nonce) throw new Refused("wrong_nonce");
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || typeof given !== "object" || !(given as object | null)) throw new Refused("bad_form");
    if (seq <= this.#seq) throw new Refused("replayed");
    this.#seq = seq;
    return given;
  }
}

function json(part: string): Record<string, unknown> | undefined {
  try {
    const bytes = unpack(part);
    const found: unknown = bytes ? JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) : undefined;
    return found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Base64url, without padding, to bytes. */
function unpack(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
