import type { Diagnostic, Failure } from "./errors.ts";
import type { PackInfo, Sources } from "./runner.ts";

/**
 * Where a pack comes from: the address of a built pack, the address of a `pack.yaml` (its sources are fetched and
 * compiled on the spot), a built pack as text or bytes, or sources by path.
 */
export type PackSource =
  | { kind: "built"; url: string }
  | { kind: "yaml"; url: string }
  | { kind: "bytes"; bytes: string | Uint8Array }
  | { kind: "sources"; sources: Sources };

export interface ModuleSource {
  url: string;
  /** Subresource integrity, `sha256-…`, checked by fetch itself. */
  integrity?: string | undefined;
}

/** What the Worker knows of the pack in use. */
export interface Loaded extends PackInfo {
  /** `sha256:…` of koujing.wasm. */
  engine: string;
  /** Warnings of the checker, when sources were compiled. */
  diagnostics: Diagnostic[];
}

/** A value of one of the operator's lists, as a screen names it. */
export interface Word {
  id: string;
  label: string;
  gloss: string;
}

/** What a built pack calls things: the part of it that a page shows. */
export interface Words {
  title: string;
  lists: { name: string; values: Word[] }[];
  facts: { name: string; type: string; nullable: boolean; list: string }[];
  ladder: string[];
  labels: { field: string; label: string; gloss: string }[];
}

export type Order =
  | { op: "load"; wasm: ModuleSource; author: ModuleSource; pack: PackSource }
  | { op: "use"; pack: PackSource }
  | { op: "decide"; input: string | Uint8Array }
  | { op: "words" }
  | { op: "check"; sources: Sources };

/** What each order is answered with. */
export interface Answers {
  load: Loaded;
  use: Loaded;
  decide: string;
  words: Words;
  check: Diagnostic[];
}

export type Request = Order & { id: number };
export type Answer = { id: number } & ({ ok: true; value: Answers[keyof Answers] } | { ok: false; failure: Failure });
