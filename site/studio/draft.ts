import { createStore, get, set, del, type UseStore } from "idb-keyval";
import type { Diagnostic } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import type { Clerk } from "./clerk.ts";
import type { Known } from "./protocol.ts";

/** What a draft is kept as: the sources it began from, and the files that differ since. */
export interface Kept {
  base: Sources;
  digest: string;
  changes: Record<string, string | null>;
}

/** How long after the last keystroke the pack is looked at, and how long after that it is searched, in milliseconds. */
const PAUSE = 30;
const CALM = 600;

export interface DraftEvents {
  /** A file's text changed, by an edit here (`by` says whose: an editor does not take its own edit back in) or as a whole. */
  edit: { path: string; by: unknown };
  /** Files came or went. */
  files: undefined;
  /** The checker has looked at the latest text: what keeps it from being built is known, what only a search shows follows. */
  checked: undefined;
  /** What expressions may name has changed. */
  names: undefined;
}

/**
 * The pack somebody is working on. Each edit goes to the Worker at once and into the browser's own store, so that nothing is lost
 * with the page; findings come back when the keystrokes pause.
 */
export class Draft {
  readonly clerk: Clerk;
  readonly #listeners = new Map<string, Set<(detail: never) => void>>();
  readonly #store: UseStore = createStore("koujing-studio", "drafts");
  #key = "";
  #base: Sources = {};
  #files: Sources = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #round = 0;

  digest = "";
  diagnostics: Diagnostic[] = [];
  names: Known[] = [];
  /** How long the last check took in the Worker, and from keystroke to findings, in milliseconds. */
  took = { check: 0, whole: 0 };

  constructor(clerk: Clerk) {
    this.clerk = clerk;
  }

  /** Gives what ends the listening. */
  on<K extends keyof DraftEvents>(event: K, listener: (detail: DraftEvents[K]) => void): () => void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    return () => { all.delete(listener); };
  }

  #tell<K extends keyof DraftEvents>(event: K, detail: DraftEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (detail: DraftEvents[K]) => void)(detail);
  }

  get paths(): string[] {
    return Object.keys(this.#files).sort();
  }

  get base(): Readonly<Sources> {
    return this.#base;
  }

  get files(): Readonly<Sources> {
    return this.#files;
  }

  text(path: string): string | undefined {
    return this.#files[path];
  }

  /** The files that differ from what the draft began from; null for one that is gone. */
  get changes(): Record<string, string | null> {
    const out: Record<string, string | null> = {};
    for (const path of new Set([...Object.keys(this.#base), ...Object.keys(this.#files)])) {
      if (this.#base[path] !== this.#files[path]) out[path] = this.#files[path] ?? null;
    }
    return out;
  }

  get errors(): number {
    return this.diagnostics.filter(({ level }) => level === "error").length;
  }

  /** Begins from sources, going on with the changes that the browser kept under `key`, if any. Says whether there were some. */
  async open(key: string, base: Sources, digest: string): Promise<{ resumed: Kept | undefined }> {
    this.#key = key;
    const kept = await get<Kept>(key, this.#store).catch(() => undefined);
    const resumed = kept && Object.keys(kept.changes).length > 0 ? kept : undefined;
    this.#base = { ...(resumed?.base ?? base) };
    this.digest = resumed?.digest ?? digest;
    await this.#replace(applied(this.#base, resumed?.changes ?? {}));
    return { resumed };
  }

  /** Goes on from another base with other files: after a publish, or when somebody else's edits were taken in. */
  async rebase(base: Sources, digest: string, files: Sources): Promise<void> {
    this.#base = { ...base };
    this.digest = digest;
    await this.#replace({ ...files });
    this.#save();
  }

  async #replace(files: Sources): Promise<void> {
    this.#files = files;
    await this.clerk.send({ op: "open", base: this.#base, draft: files });
    this.#tell("files", undefined);
    for (const path of this.paths) this.#tell("edit", { path, by: undefined });
    this.diagnostics = [];
    await this.#check();
  }

  /** Changes a file, makes it, or with null takes it away. */
  edit(path: string, text: string | null, by?: unknown): void {
    const before = this.#files[path];
    if ((before ?? null) === text) return;
    if (text === null) Reflect.deleteProperty(this.#files, path);
    else this.#files[path] = text;
    void this.clerk.send({ op: "edit", edit: { [path]: text } });
    if (before === undefined || text === null) this.#tell("files", undefined);
    this.#tell("edit", { path, by });
    this.#save();
    const typed = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(typed), PAUSE);
  }

  /** Back to what the draft began from. */
  async discard(): Promise<void> {
    await del(this.#key, this.#store).catch(() => undefined);
    await this.#replace({ ...this.#base });
  }

  /** Resolves when the findings are those of the latest text, what only a search shows included. */
  async settled(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#search(++this.#round);
    await this.#saving;
  }

  /** What is wrong at a glance; what an earlier search has shown stands until the next one. */
  async #check(typed?: number): Promise<void> {
    const round = ++this.#round;
    const { diagnostics, took, names } = await this.clerk.send({ op: "glance" });
    if (names) { // also where somebody typed on: they are sent once
      this.names = names;
      this.#tell("names", undefined);
    }
    if (round !== this.#round) return; // somebody typed on
    const shown = new Set(diagnostics.map(({ file, line, code }) => `${file}:${line} ${code}`));
    const before = this.diagnostics.filter(({ level, file, line, code }) => level !== "error" && !shown.has(`${file}:${line} ${code}`));
    this.diagnostics = [...diagnostics, ...before];
    this.took = { check: took, whole: typed === undefined ? took : performance.now() - typed };
    this.#tell("checked", undefined);
    this.#timer = setTimeout(() => void this.#search(round), CALM);
  }

  async #search(round: number): Promise<void> {
    const { diagnostics } = await this.clerk.send({ op: "check" });
    if (round !== this.#round) return;
    const news = JSON.stringify(diagnostics) !== JSON.stringify(this.diagnostics);
    this.diagnostics = diagnostics;
    if (news) this.#tell("checked", undefined);
  }

  #save(): void {
    const kept: Kept = { base: this.#base, digest: this.digest, changes: this.changes };
    this.#saving = this.#saving.then(() => set(this.#key, kept, this.#store)).catch(() => undefined);
  }
}

function applied(base: Sources, changes: Kept["changes"]): Sources {
  const out = { ...base };
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) Reflect.deleteProperty(out, path);
    else out[path] = text;
  }
  return out;
}
