/**
 * SHA-256 of the engine's own bytes, as 32 raw bytes. A page on plain http has no crypto.subtle, and call centres
 * have plenty of those; there the digest is worked out here (FIPS 180-4).
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // The types say it is always there; on plain http it is not.
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256Plain(bytes);
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
interface Constants {
  K: Uint32Array;
  H: Uint32Array;
}

let constantsOnce: Constants | undefined;

/** The same without crypto.subtle. About 1 MB in 10 ms. */
export function sha256Plain(bytes: Uint8Array): Uint8Array {
  const { K, H } = (constantsOnce ??= constants());
  const state = Uint32Array.from(H);
  const words = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += 64) block(state, words, K, data, at);

  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const end = new DataView(tail.buffer);
  end.setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) block(state, words, K, end, at);

  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => { digest.setUint32(4 * i, word); });
  return new Uint8Array(digest.buffer);
}

function block(state: Uint32Array, words: Uint32Array, K: Uint32Array, data: DataView, at: number): void {
  for (let i = 0; i < 16; i++) words[i] = data.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const w15 = words[i - 15] as number;
    const w2 = words[i - 2] as number;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[i] = ((words[i - 16] as number) + s0 + (words[i - 7] as number) + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (words[i] as number)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = ((state[i] as number) + word) | 0; });
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/**
 * Worked out instead of typed in: 72 numbers nobody can proofread, or two roots anybody can. In integers, since a
 * double cannot be trusted with the last bit of a cube root on every engine.
 */
function constants(): Constants {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  const root = (value: bigint, power: bigint): bigint => {
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= value) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    K: Uint32Array.from(primes, (p) => Number(BigInt.asUintN(32, root(p << 96n, 3n)))),
    H: Uint32Array.from(primes.slice(0, 8), (p) => Number(BigInt.asUintN(32, root(p << 64n, 2n)))),
  };
}

/** `sha256:` and 64 hex digits, as receipts write it. */
export function digestText(digest: Uint8Array): string {
  return "sha256:" + Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
