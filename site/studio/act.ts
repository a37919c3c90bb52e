import { createStore, get, set, type UseStore } from "idb-keyval";
import { EngineError } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import { digestText, sha256 } from "../engine/sha256.ts";

/** What is done to a pack, in the order in which it is written: there is one spelling, since it is signed. */
export interface Act {
  action: "publish" | "rollback" | "approve";
  pack: string;
  version: string;
  digest: string;
  /** The digest of the files published along, which the built pack does not carry. */
  attached?: string;
  previous?: string;
  seq: number;
  approves?: string;
  /** The acts that wait and that this one is to drop, oldest first. */
  drops?: readonly string[];
  active_from?: string;
  who: string;
  at: string;
  why: string;
}

export interface Head {
  seq: number;
  in_force: string;
  previous: string;
  version: string;
}

export interface PastAct {
  seq: number;
  action: Act["action"];
  version: string;
  digest: string;
  active_from: string | null;
  who: string;
  why: string;
  at: string;
  state: string;
  approved_by: number;
  dropped_by: number;
  same_as: number;
  act: string;
}

/** What was done to a pack, and what was in force before anything was. */
export type Report = Head & { acts: PastAct[]; base: { version: string; digest: string } | null };

/** The acts that wait for a second person or a date, and that an act would drop that comes into force then; at once if absent. */
export function waiting({ acts }: Report, from?: string): PastAct[] {
  const least = from === undefined ? 0 : Date.parse(from);
  return acts.filter(({ state, active_from }) => state === "pending" || (state === "planned" && Date.parse(active_from ?? "") >= least));
}

/** The contents that a version was published with: more than one only in archives of earlier releases. */
export function contents({ acts, base }: Report, version: string): Set<string> {
  return new Set([...(base ? [base] : []), ...acts.filter(({ action }) => action !== "approve")].filter((each) => each.version === version).map(({ digest }) => digest));
}

/** A signing key that never leaves the browser: the private half can be used, and not read. */
export interface Signer {
  id: string;
  publicPEM: string;
  key: CryptoKey;
}

const PAYLOAD_TYPE = "application/vnd.koujing.act+json";
const STORE = "koujing-studio-keys";

/** The browser's own key, made when `make` says so. undefined where there is none, or the page has no WebCrypto: it wants https or loopback. */
export async function signer(make: boolean): Promise<Signer | undefined> {
  if (!("subtle" in crypto)) return undefined;
  const store: UseStore = createStore(STORE, "keys");
  const kept = await get<Signer>("mine", store);
  if (kept || !make) return kept;
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]));
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const made: Signer = {
    id: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", spki))),
    publicPEM: `-----BEGIN PUBLIC KEY-----\n${base64(spki)}\n-----END PUBLIC KEY-----\n`,
    key: pair.privateKey,
  };
  await set("mine", made, store);
  return made;
}

/** An act in its DSSE envelope, signed where there is a signer. */
export async function seal(act: Act, by: Signer | undefined): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(act));
  const signatures = by ? [{ keyid: by.id, sig: base64(new Uint8Array(await crypto.subtle.sign("Ed25519", by.key, pae(payload)))) }] : [];
  return JSON.stringify({ payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures });
}

/** DSSE's pre-authentication encoding. */
function pae(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  const out = new Uint8Array(head.length + payload.length);
  out.set(head);
  out.set(payload, head.length);
  return out;
}

/** A time as acts write it: whole seconds, UTC. */
export function instant(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** What the server answers to an act that was not done: an RFC 9457 problem, told in the page's language. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function ask(url: string, init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-cache", ...init, headers: { ...init.headers, "Accept-Language": document.documentElement.lang } });
  } catch (thrown) {
    throw EngineError.wrap(thrown, "fetch_failed");
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; title?: string; detail?: string };
  const colon = response.headers.get("content-language")?.startsWith("zh") ? "：" : ": ";
  throw new Refused(response.status, problem.code ?? "fetch_failed", [problem.title, problem.detail].filter((part) => part).join(colon) || `${response.status} ${response.statusText}`);
}

/** The history of a pack; of one that was never published here, a beginning. */
export async function history(id: string): Promise<Report> {
  try {
    return (await (await ask(`/v1/packs/${encodeURIComponent(id)}/history`)).json()) as Report;
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.status === 404) return { seq: 0, in_force: "", previous: "", version: "", acts: [], base: null };
    throw thrown;
  }
}

export interface Intent {
  id: string;
  version: string;
  digest: string;
  who: string;
  why: string;
  /** When it comes into force; at once if absent. */
  from?: string;
  /** What the draft began from: the server refuses when something else is in force by now. */
  expect: string;
  /** The acts that wait and that it is to drop. */
  drops: readonly PastAct[];
}

/** The files that a built pack does not carry, as they are attached to it: its tests and its row index; undefined for none. */
export function attach(pack: string, files: Sources): string | undefined {
  const carried = new Set((JSON.parse(pack) as { source: { path: string }[] }).source.map(({ path }) => path));
  const paths = Object.keys(files).filter((path) => !carried.has(path)).sort();
  return paths.length === 0 ? undefined : JSON.stringify(Object.fromEntries(paths.map((path) => [path, files[path]])));
}

/** Publishes a built pack with the files it was built from. Refused `precondition_failed` (412) when somebody else has published since. */
export async function publish(pack: string, files: Sources, intent: Intent, by: Signer | undefined, now: Date): Promise<PastAct> {
  const head = await history(intent.id);
  const attached = attach(pack, files);
  const act: Act = {
    action: "publish", pack: intent.id, version: intent.version, digest: intent.digest,
    ...(attached === undefined ? {} : { attached: digestText(await sha256(new TextEncoder().encode(attached))) }),
    ...(head.in_force === "" ? {} : { previous: head.in_force }), seq: head.seq + 1, ...dropping(intent.drops),
    ...(intent.from === undefined ? {} : { active_from: intent.from }), who: intent.who, at: instant(now), why: intent.why,
  };
  const body = `{"acts":[${await seal(act, by)}],${attached === undefined ? "" : `"attached":${attached},`}"pack":${pack}}`;
  const response = await ask("/v1/packs", { method: "POST", headers: { "Content-Type": "application/vnd.koujing.signed-pack+json", "If-Match": `"${intent.expect}"` }, body });
  return (await response.json()) as PastAct;
}

function dropping(drops: readonly PastAct[]): Pick<Act, "drops"> {
  return drops.length === 0 ? {} : { drops: drops.map(({ act }) => act) };
}

/** Goes back to a pack that was published before. */
export async function rollback(id: string, to: { version: string; digest: string }, who: string, why: string, drops: readonly PastAct[], by: Signer | undefined, now: Date): Promise<PastAct> {
  const head = await history(id);
  const url = `/v1/packs/${encodeURIComponent(id)}/rollback`;
  if (!by) return (await (await ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ to: to.digest, who, why, ...dropping(drops) }) })).json()) as PastAct;
  const act: Act = { action: "rollback", pack: id, version: to.version, digest: to.digest, ...(head.in_force === "" ? {} : { previous: head.in_force }), seq: head.seq + 1, ...dropping(drops), who, at: instant(now), why };
  return (await (await ask(url, { method: "POST", headers: { "Content-Type": "application/vnd.dsse.envelope+json" }, body: await seal(act, by) })).json()) as PastAct;
}

/** Gives the second person's word on an act that waits for it. */
export async function approve(id: string, waiting: PastAct, who: string, why: string, by: Signer, now: Date): Promise<PastAct> {
  const head = await history(id);
  const act: Act = { action: "approve", pack: id, version: waiting.version, digest: waiting.digest, ...(head.in_force === "" ? {} : { previous: head.in_force }), seq: head.seq + 1, approves: waiting.act, who, at: instant(now), why };
  return (await (await ask(`/v1/packs/${encodeURIComponent(id)}/approve`, { method: "POST", headers: { "Content-Type": "application/vnd.dsse.envelope+json" }, body: await seal(act, by) })).json()) as PastAct;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
