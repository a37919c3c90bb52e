import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { builtPack, guest, packSources, sampleCases } from "../tests/guests.ts";
import { strange } from "../tests/strange.ts";
import { EngineError } from "./errors.ts";
import { Guest } from "./guest.ts";
import { Author, Runner } from "./runner.ts";
import { digestText } from "./sha256.ts";
import type { Decision } from "./types.ts";
import type { Surroundings } from "./wasi.ts";

const engine = await guest("koujing");
const built = await builtPack();
const cases = await sampleCases();

const digest = (text: string) => "sha256:" + createHash("sha256").update(text).digest("hex");

async function runner(surroundings?: Surroundings): Promise<Runner> {
  const made = new Runner(engine, surroundings);
  await made.use(built.pack);
  return made;
}

suite("the real guests in Node", () => {
  test("the pack is built from its sources, and its digest is that of its text", () => {
    assert.equal(built.digest, digest(built.pack));
    assert.deepEqual(built.diagnostics.filter(({ level }) => level === "error"), []);
  });

  test("every sample is decided, and its receipt names engine, pack, case and decision", async () => {
    const made = await runner();
    for (const { id, text } of cases) {
      const answer = await made.decide(text);
      const decision = JSON.parse(answer) as Decision;
      assert.ok(decision.status === "decided" || decision.status === "blocked", `${id}: ${answer.slice(0, 200)}`);
      assert.equal(decision.receipt.engine, digestText(engine.digest), id);
      assert.equal(decision.receipt.pack, built.digest, id);
      assert.equal(decision.receipt.case, digest(text), id);
      const bare = answer.slice(0, answer.lastIndexOf(',"receipt":')) + "}";
      assert.equal(decision.receipt.decision, digest(bare), id);
      // Canonical: nothing that writing it again would change.
      assert.equal(JSON.stringify(decision), answer, id);
    }
  });

  test("the same bytes whatever the clock and the randomness under the guest, fresh or used", async () => {
    const plain = await runner();
    const right = await Promise.all(cases.map(({ text }) => plain.decide(text)));
    for (const seed of [1, 77, 4242, 0xdeadbeef]) {
      const other = await runner(strange(seed));
      for (const i of cases.keys()) {
        const at = (i * 7 + seed) % cases.length;
        assert.equal(await other.decide(cases[at]?.text ?? ""), right[at], `seed ${seed}, ${cases[at]?.id ?? ""}`);
      }
    }
  });

  test("input that is broken is an invalid decision and the next one is right", async () => {
    const made = await runner();
    const [first] = cases;
    assert.ok(first);
    const right = await made.decide(first.text);
    const bytes = new TextEncoder().encode(first.text);
    for (const bad of ["", "{", "[]", "nul", '{"now":1}', "[".repeat(100_000), '"' + "x".repeat(300_000) + '"', bytes.subarray(0, bytes.length / 2), new Uint8Array([0xff, 0xfe])]) {
      const decision = JSON.parse(await made.decide(bad)) as Decision;
      assert.equal(decision.status, "invalid");
      assert.ok((decision.errors?.length ?? 0) > 0);
      assert.equal(await made.decide(first.text), right);
    }
  });

  // See `stands` in wasi.ts: with a clock that moves, each build from the thirtieth on left 20 MB behind.
  test("an author that builds again and again keeps to its memory", async () => {
    const author = await Guest.make((await guest("koujing-author")).module, ["build"]);
    const sources = JSON.stringify(await packSources());
    for (let i = 0; i < 38; i++) assert.ok((JSON.parse(author.call("build", sources)) as { ok: boolean }).ok);
    assert.ok(author.memoryBytes < 224 << 20, `${author.memoryBytes} bytes`);
  });

  test("an edited setting is another pack and another answer", async () => {
    const edited = await builtPack((path, text) => (path === "pack.yaml" ? text.replace(/(refund\.pay_within:\s*\{ value: )72h/, "$124h") : text));
    assert.notEqual(edited.digest, built.digest);
    const made = await runner();
    const text = cases[0]?.text ?? "";
    const due = async () => (JSON.parse(await made.decide(text)) as Decision).refund?.due_by;
    assert.equal(await due(), "2026-11-24T10:00:00+08:00");
    await made.use(edited.pack);
    assert.equal(await due(), "2026-11-22T10:00:00+08:00");
  });

  test("a damaged pack is refused with a code, and the one in use stays", async () => {
    const made = await runner();
    const text = cases[0]?.text ?? "";
    const right = await made.decide(text);
    for (const bad of ["{}", "", built.pack.slice(0, -10), built.pack.replace("cn-telecom", "cn-telecon")]) {
      await assert.rejects(made.use(bad), (error: unknown) => error instanceof EngineError && error.code !== "trap");
      assert.equal(await made.decide(text), right);
    }
  });

  test("a misspelt name is found with line, column and a hint", async () => {
    const sources = await packSources();
    const author = new Author((await guest("koujing-author")).module);
    assert.deepEqual((await author.check(sources)).filter(({ level }) => level === "error"), []);
    const rules = sources["rules/refund.yaml"] ?? "";
    const found = await author.check({ ...sources, "rules/refund.yaml": rules.replace("line.category in", "line.catgory in") });
    const lines = rules.slice(0, rules.indexOf("line.category in")).split("\n");
    const [error] = found.filter(({ level }) => level === "error");
    assert.ok(error);
    assert.equal(error.file, "rules/refund.yaml");
    assert.equal(error.line, lines.length);
    assert.match(error.hint ?? "", /line\.category/);
    await assert.rejects(builtPack((_path, text) => text.replace("line.category in", "line.catgory in")), { code: "pack_invalid" });
  });

  test("the author tidies a pack, and says what differs between two", async () => {
    const sources = await packSources();
    const author = await Guest.make((await guest("koujing-author")).module, ["format", "diff"]);
    const format = (given: Record<string, string>) => JSON.parse(author.call("format", JSON.stringify(given))) as { ok: boolean; changed: Record<string, string>; left: unknown[] };
    assert.deepEqual(format(sources), { ok: true, changed: {}, left: [] });
    const rules = sources["rules/refund.yaml"] ?? "";
    const untidy = { ...sources, "rules/refund.yaml": rules.replace("then: { multiplier: 2, review: false }", "then: {multiplier: 2,review: false}") };
    assert.deepEqual(format(untidy), { ok: true, changed: { "rules/refund.yaml": rules }, left: [] });

    const diff = (from: unknown, to: unknown) =>
      JSON.parse(author.call("diff", JSON.stringify({ from, to }))) as { ok: boolean; same_program: boolean; form: string[]; changes: { path: string; from: string; to: string }[] };
    const form = diff(sources, untidy);
    assert.ok(form.ok && form.same_program);
    assert.deepEqual([form.form, form.changes], [["rules/refund.yaml"], []]);
    const changed = diff(sources, { ...sources, "rules/refund.yaml": rules.replace("multiplier: 2", "multiplier: 1") });
    assert.deepEqual(changed.changes.map(({ path, from, to }) => [path, from, to]), [["decisions/refund.multiplier/refund.double/then.multiplier", "2", "1"]]);
    assert.equal(diff(sources, { "pack.yaml": ":" }).ok, false);
  });

  test("the pack's own tests pass by the guests alone, and reach all of it", async () => {
    interface Reached {
      count: number;
      total: number;
      missing: { name: string; file: string; line: number }[];
    }
    const author = await Guest.make((await guest("koujing-author")).module, ["tests", "judge", "coverage"]);
    const ask = (name: string, given: unknown): unknown => JSON.parse(author.call(name, JSON.stringify(given)));
    const coverage = () => (ask("coverage", {}) as { coverage: Record<"rules" | "rows" | "steps" | "lines", Reached> }).coverage;
    assert.equal((ask("coverage", {}) as { ok: boolean }).ok, false);
    const { ok, tests } = ask("tests", await packSources()) as { ok: boolean; tests: { file: string; line: number; case: string }[] };
    assert.ok(ok && tests.length > 1000);
    assert.equal(coverage().rows.count, 0);
    const made = await runner();
    let first = "";
    for (const [i, one] of tests.entries()) {
      const decision = await made.decide(one.case);
      if (one.file === "tests/refund.yaml" && first === "") {
        first = decision.replace('"means":"credit"', '"means":"cash"');
        assert.deepEqual(ask("judge", { test: i, decision: first }), { ok: true, problems: ['refund.means: want "credit", got "cash"'] });
      }
      assert.deepEqual(ask("judge", { test: i, decision }), { ok: true, problems: [] }, `${one.file}:${one.line}`);
    }
    assert.ok(first);
    for (const [part, reached] of Object.entries(coverage())) assert.ok(reached.total > 50 && reached.count === reached.total && reached.missing.length === 0, part);
    assert.equal((ask("judge", { test: tests.length, decision: first }) as { ok: boolean }).ok, false);
  });
});
