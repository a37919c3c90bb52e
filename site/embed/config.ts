import type { Mapping } from "./mapping.ts";

/**
 * koujing-frame.json, beside koujing-frame.html: who may talk to the frame, and how. It belongs to whoever runs the server; a
 * page that embeds the frame cannot change it.
 */
export interface FrameConfig {
  /** `koujing`: the CRM's own page, with koujing-embed.js. `chatwoot`: a dashboard app. `zendesk`: an app of Zendesk. */
  protocol: "koujing" | "chatwoot" | "zendesk";
  /** The origins that may embed the frame and be heard, as `https://crm.example`. The frame's own is not among them by itself. */
  origins: readonly string[];
  /** Public keys (JWK, EC P-256, each with its `kid`). With any here, only signed contexts are taken. */
  keys: readonly JsonWebKeyWithId[];
  /** The pack's address; without one, the first that the server has. */
  pack: string | undefined;
  /** From the CRM's object to a case, for the protocols that give no case. */
  mapping: Mapping;
  /** The offset of the clock that `case.now` is read from, where the CRM gives no case. */
  offset: string;
  /** Attributes of the panel: lang, theme, size, density, keys, keep, offline. */
  panel: Readonly<Record<string, string>>;
}

export interface JsonWebKeyWithId extends JsonWebKey {
  kid?: string;
}

/** The attributes that a configuration, or an allowed page, may set. */
export const ATTRIBUTES = ["lang", "theme", "size", "density", "keys", "keep", "offline"] as const;

/** Reads a configuration; TypeError with the field that is wrong. A page that a wrong one let in would be let in for good. */
export function readConfig(given: unknown): FrameConfig {
  const from = object(given, "koujing-frame.json");
  const known = ["protocol", "origins", "keys", "pack", "mapping", "offset", "panel"];
  for (const name of Object.keys(from)) if (!known.includes(name)) throw new TypeError(`${name}: no such field; there are ${known.join(", ")}`);
  const protocol = from.protocol ?? "koujing";
  if (protocol !== "koujing" && protocol !== "chatwoot" && protocol !== "zendesk") throw new TypeError("protocol: koujing, chatwoot or zendesk");
  const origins = list(from.origins, "origins").map((origin, i) => {
    if (typeof origin !== "string" || !isOrigin(origin)) throw new TypeError(`origins[${i}]: an origin is a scheme and a host, as https://crm.example, without a path and without *`);
    return origin;
  });
  const keys = list(from.keys, "keys").map((key, i) => {
    const { kty, crv, kid } = object(key, `keys[${i}]`) as JsonWebKeyWithId;
    if (kty !== "EC" || crv !== "P-256" || typeof kid !== "string" || kid === "") throw new TypeError(`keys[${i}]: a public JWK of type EC, curve P-256, with a kid`);
    if ("d" in (key as object)) throw new TypeError(`keys[${i}]: this is the private key; it belongs to the CRM's server alone`);
    return key as JsonWebKeyWithId;
  });
  if (keys.length > 0 && protocol !== "koujing") throw new TypeError(`keys: ${protocol} does not sign what it gives`);
  const offset = from.offset ?? "+08:00";
  if (typeof offset !== "string" || !/^[+-]\d\d:\d\d$/.test(offset)) throw new TypeError("offset: as +08:00");
  if (from.pack !== undefined && typeof from.pack !== "string") throw new TypeError("pack: an address");
  const panel = Object.fromEntries(Object.entries(object(from.panel ?? {}, "panel")).map(([name, value]) => {
    if (!(ATTRIBUTES as readonly string[]).includes(name) || typeof value !== "string") throw new TypeError(`panel.${name}: a text, for one of ${ATTRIBUTES.join(", ")}`);
    return [name, value];
  }));
  return { protocol, origins, keys, pack: from.pack, mapping: object(from.mapping ?? {}, "mapping") as Mapping, offset, panel };
}

function isOrigin(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
  } catch {
    return false;
  }
}

function object(given: unknown, name: string): Record<string, unknown> {
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw new TypeError(`${name}: an object`);
  return given as Record<string, unknown>;
}

function list(given: unknown, name: string): unknown[] {
  if (given !== undefined && !Array.isArray(given)) throw new TypeError(`${name}: a list`);
  return given ?? [];
}
