import { EngineError, type Diagnostic } from "../engine/errors.ts";
import { compileResponse, get } from "../engine/fetch.ts";
import { Guest } from "../engine/guest.ts";
import { Runner, type Compiled, type Sources } from "../engine/runner.ts";
import { digestText, sha256 } from "../engine/sha256.ts";
import type { Decision } from "../engine/types.ts";
import { flips } from "./flip.ts";
import type { Answers, Build, Checked, Edit, ImpactReport, Known, Order, Outcome, Reason, Tested, Which, WordChange } from "./protocol.ts";

/** What the author guest has to export for a studio. */
const NEEDS = ["build", "check", "coverage", "diff", "edit", "format", "glance", "impact_add", "impact_case", "impact_report", "impact_start", "judge", "names", "speak", "tests", "whynot"];

type Built = { ok: true; digest: string; pack: string } | { ok: false; diagnostics: Diagnostic[] } | { need: string[] };

/**
 * The Worker's side of the studio, without the Worker: the checker with the draft's sources, and an engine each for the draft
 * and for the pack it began from. Orders are taken one after the other.
 */
export class Press {
  #compiled: Compiled | undefined;
  #module: WebAssembly.Module | undefined;
  #author: Guest | undefined;
  #lang = "en";
  /** What the author has been told, to tell a new instance after a trap. */
  #sources: Sources = {};
  #base: Sources = {};
  /** The engines, by whose sources they run; absent once those have changed. */
  #engines: Partial<Record<Which, Promise<Runner>>> = {};
  #built: Build | undefined;

  async take(order: Order, progress: (done: number) => void): Promise<Answers[Order["op"]]> {
    switch (order.op) {
      case "start":
        this.#lang = order.lang;
        return this.#start(order.engine, order.author);
      case "open":
        this.#base = order.base;
        this.#sources = {};
        this.#author = undefined;
        delete this.#engines.base;
        await this.#edit(order.draft);
        return null;
      case "edit":
        await this.#edit(order.edit);
        return null;
      case "glance":
        return this.#check("glance");
      case "check":
        // The author has no clock: what is past is past by this day.
        await this.#ask("edit", { at: new Date().toISOString().slice(0, 10) });
        return this.#check("check");
      case "build":
        return this.#build();
      case "decide":
        return (await this.#engine(order.which)).decide(order.input);
      case "whynot":
        return this.#whynot(order.rule, order.input);
      case "flip": {
        const [engine, names, { pack }] = [await this.#engine("draft"), (await this.#ask<{ names: Known[] }>("names")).names, await this.#build()];
        return flips(order.input, order.aspect, names, pack, (text) => engine.decide(text), progress);
      }
      case "test":
        return this.#test(progress);
      case "changes":
        return (await this.#ask<{ changes?: WordChange[] }>("diff", { from: this.#base, to: this.#sources })).changes ?? [];
      case "format":
        return this.#format(order.path, order.text);
      case "impact":
        return this.#impact(order.blob, progress);
    }
  }

  async #start(engine: string, author: string): Promise<Answers["start"]> {
    const [one, two] = await Promise.all([get({ url: engine }).then(compileResponse), get({ url: author }).then(compileResponse)]);
    const digest = await sha256(one.bytes);
    this.#compiled = { module: one.module, digest };
    this.#module = two.module;
    return { engine: digestText(digest) };
  }

  async #guest(): Promise<Guest> {
    if (this.#author) return this.#author;
    if (!this.#module) throw new EngineError("no_pack", "the studio was not started");
    const guest = await Guest.make(this.#module, NEEDS);
    this.#author = guest;
    guest.give("speak", [this.#lang]);
    guest.call("edit", JSON.stringify(this.#sources));
    return guest;
  }

  /** A call about the sources that the guest keeps, or with an input of its own. After a trap the next call gets a new guest. */
  async #ask<T>(name: string, input?: unknown): Promise<T> {
    const guest = await this.#guest();
    try {
      return JSON.parse(guest.call(name, input === undefined ? "" : JSON.stringify(input))) as T;
    } catch (thrown) {
      this.#author = undefined;
      throw EngineError.wrap(thrown, "trap");
    }
  }

  async #edit(edit: Edit): Promise<void> {
    const guest = this.#author;
    for (const [path, text] of Object.entries(edit)) {
      if (text === null) Reflect.deleteProperty(this.#sources, path);
      else this.#sources[path] = text;
    }
    if (guest) await this.#ask("edit", edit);
    this.#built = undefined;
    delete this.#engines.draft;
  }

  async #check(how: "glance" | "check"): Promise<Checked> {
    const start = performance.now();
    const { diagnostics, names } = await this.#ask<{ diagnostics: Diagnostic[]; names?: Known[] }>(how);
    return { diagnostics, took: performance.now() - start, ...(names ? { names } : {}) };
  }

  /** A file in the pack's one style; as it was where the author can't do it without changing what it means. */
  async #format(path: string, text: string): Promise<string> {
    const { changed } = await this.#ask<{ changed: Sources }>("format");
    return changed[path] ?? text;
  }

  async #build(): Promise<Build> {
    this.#built ??= built(await this.#ask<Built>("build"));
    return this.#built;
  }

  /** The engine with the draft's pack or the base's. EngineError `pack_invalid` while the pack has errors. */
  async #engine(which: Which): Promise<Runner> {
    this.#engines[which] ??= this.#load(which);
    try {
      return await this.#engines[which];
    } catch (thrown) {
      Reflect.deleteProperty(this.#engines, which);
      throw thrown;
    }
  }

  async #load(which: Which): Promise<Runner> {
    const { pack } = which === "draft" ? await this.#build() : built(await this.#ask<Built>("build", this.#base));
    return this.#running(pack);
  }

  async #running(pack: string): Promise<Runner> {
    if (!this.#compiled) throw new EngineError("no_pack", "the studio was not started");
    const runner = new Runner(this.#compiled);
    await runner.use(pack);
    return runner;
  }

  async #test(progress: (done: number) => void): Promise<Tested> {
    const engine = await this.#engine("draft");
    const { tests } = await this.#ask<{ tests?: (Omit<Outcome, "problems"> & { case: string })[] }>("tests");
    const outcomes: Outcome[] = [];
    for (const [i, { case: given, ...about }] of (tests ?? []).entries()) {
      if (i % 50 === 0) progress(i / (tests?.length ?? 1));
      const decision = await engine.decide(given);
      outcomes.push({ ...about, problems: (await this.#ask<{ problems: string[] }>("judge", { test: i, decision })).problems });
    }
    return { outcomes, coverage: (await this.#ask<{ coverage: Tested["coverage"] }>("coverage")).coverage };
  }

  /** Decides every case of an NDJSON file by both packs and adds up what differs. The file is read as a stream, and nothing of it is kept. */
  async #impact(blob: Blob, progress: (done: number) => void): Promise<ImpactReport> {
    const [draft, base, guest] = [await this.#engine("draft"), await this.#engine("base"), await this.#guest()];
    guest.give("impact_start", []);
    let [line, skipped, seen] = [0, 0, 0];
    for await (const text of linesOf(blob, (bytes) => { seen += bytes; })) {
      line++;
      if (line % 200 === 0) progress(seen / Math.max(1, blob.size));
      const given = text.trim() === "" ? "" : guest.call("impact_case", text);
      if (given === "") {
        skipped++;
        continue;
      }
      const added = guest.give("impact_add", [given, await base.decide(given), await draft.decide(given)], line);
      if (added !== 0) throw new EngineError("impact_failed", `line ${line}: ${added === 2 ? "an amount is beyond what can be added up" : "there is no decision to compare"}`);
    }
    const report = JSON.parse(guest.call("impact_report", "")) as Omit<ImpactReport, "skipped"> & { ok?: boolean; message?: string };
    if (report.ok === false) throw new EngineError("impact_failed", report.message ?? "the sums are too large");
    return { ...report, skipped };
  }

  async #whynot(rule: string, input: string): Promise<Reason> {
    type Inquiry = Pick<Reason, "decision" | "rule" | "hit"> & { before: string[] | null; pack: string; conditions: (Omit<Reason["parts"][number], "holds"> & { rule: string })[] | null };
    const answer = await this.#ask<{ ok: boolean; inquiry: Inquiry | null; diagnostics: Diagnostic[] | null }>("whynot", { rule });
    if (!answer.inquiry) throw invalid(answer.diagnostics ?? []);
    const { decision, hit, before, conditions, pack } = answer.inquiry;
    const [probed, plain] = await Promise.all([this.#running(pack), this.#engine("draft")]);
    const holding = firing(JSON.parse(await probed.decide(input)) as Decision, decision);
    const fired = firing(JSON.parse(await plain.decide(input)) as Decision, decision);
    const subjects = [...new Set([...Object.keys(holding), ...Object.keys(fired)])];
    return {
      decision, rule, hit, before: before ?? [], subjects, fired,
      parts: (conditions ?? []).map(({ rule: id, ...part }) => ({
        ...part,
        holds: Object.fromEntries((subjects.length > 0 ? subjects : [""]).map((subject) => [subject, holding[subject]?.includes(id) ?? false])),
      })),
    };
  }
}

/** The rules of a decision in a trace, by what they were asked for. */
function firing(decision: Decision, name: string): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const { decision: of, subject, rule } of decision.trace) if (of === name) (out[subject] ??= []).push(rule);
  return out;
}

function built(answer: Built): Build {
  if ("need" in answer) throw new EngineError("pack_invalid", `the pack lists files that are not there: ${answer.need.join(", ")}`);
  if (!answer.ok) throw invalid(answer.diagnostics);
  return { digest: answer.digest, pack: answer.pack };
}

function invalid(diagnostics: Diagnostic[]): EngineError {
  const first = diagnostics.find(({ level }) => level === "error");
  return new EngineError("pack_invalid", first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : "the pack does not build", { diagnostics });
}

/** The lines of a text file, as it comes in; `read` is told of its bytes. */
async function* linesOf(blob: Blob, read: (bytes: number) => void): AsyncGenerator<string> {
  const reader = blob.stream().getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (value) read(value.length);
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = done ? "" : lines.pop() ?? "";
    for (const [i, line] of lines.entries()) if (!done || i < lines.length - 1 || line !== "") yield line;
    if (done) return;
  }
}
