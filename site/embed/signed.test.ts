import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Contexts } from "./signed.ts";

const CASE = { id: "C-1", now: "2026-11-22T10:00:00+08:00" };
const pack = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");

async function signer(kid: string) {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid };
  const sign = async (body: unknown, header: object = { alg: "ES256", kid }) => {
    const text = `${pack(JSON.stringify(header))}.${pack(JSON.stringify(body))}`;
    return `${text}.${pack(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new TextEncoder().encode(text))))}`;
  };
  return { jwk, sign };
}

suite("signed contexts", () => {
  test("one that the CRM's server signed for this frame is taken, each once and in order", async () => {
    const { jwk, sign } = await signer("k1");
    const contexts = new Contexts([jwk]);
    const one = await sign({ nonce: contexts.nonce, seq: 1, case: CASE });
    assert.deepEqual(await contexts.open(one), CASE);
    await assert.rejects(contexts.open(one), { code: "replayed" });
    await assert.rejects(contexts.open(await sign({ nonce: contexts.nonce, seq: 0, case: CASE })), { code: "replayed" });
    assert.deepEqual(await contexts.open(await sign({ nonce: contexts.nonce, seq: 2, case: CASE })), CASE);
  });

  test("for another frame, by another key, with another text or without a signature it is not", async () => {
    const { jwk, sign } = await signer("k1");
    const other = await signer("k1");
    const contexts = new Contexts([jwk]);
    const body = { nonce: contexts.nonce, seq: 1, case: CASE };
    const good = await sign(body);
    const [head = "", , signature = ""] = good.split(".");
    await assert.rejects(contexts.open(await sign({ ...body, nonce: new Contexts([jwk]).nonce })), { code: "wrong_nonce" });
    await assert.rejects(contexts.open(await other.sign(body)), { code: "bad_signature" });
    await assert.rejects(contexts.open(`${head}.${pack(JSON.stringify({ ...body, case: { ...CASE, id: "C-2" } }))}.${signature}`), { code: "bad_signature" });
    await assert.rejects(contexts.open(await sign(body, { alg: "ES256", kid: "k2" })), { code: "unknown_key" });
    for (const alg of ["none", "HS256", "RS256"]) await assert.rejects(contexts.open(await sign(body, { alg, kid: "k1" })), { code: "bad_form" });
    await assert.rejects(contexts.open(await sign(body, { alg: "ES256", kid: "k1", crit: ["b64"] })), { code: "bad_form" });
    await assert.rejects(contexts.open(await sign({ ...body, case: null })), { code: "bad_form" });
    await assert.rejects(contexts.open(await sign({ ...body, seq: 1.5 })), { code: "bad_form" });
    for (const text of ["", "a.b", "a.b.c", `${good}.x`, `${head}..${signature}`, "{}"]) await assert.rejects(contexts.open(text));
    assert.deepEqual(await contexts.open(good), CASE, "what failed before spoils nothing");
  });
});
