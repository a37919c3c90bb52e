import type { Diagnostic, Failure } from "./errors.ts";
import type { PackInfo, Sources } from "./runner.ts";

/**
 * Where the Worker finds a pack: a built one as text or bytes, the address of a `pack.yaml` (its sources are fetched and
 * compiled on the spot), or sources by path. A built pack's own address is fetched by the page, beside everything else.
 */
export type PackSource =
  | { kind: "bytes"; bytes: string | Uint8Array }
  | { kind: "yaml"; url: string }
  | { kind: "sources"; sources: Sources };

/** A file with its subresource integrity, `sha256-…`, which fetch itself checks. */
export interface FileSource {
  url: string;
  integrity?: string | undefined;
}

/** koujing.wasm: compiled by the page while it came in, and either its bytes, to be hashed, or their digest. */
export interface ModuleSource {
  module: WebAssembly.Module;
  identity: { bytes: Uint8Array<ArrayBuffer> } | { digest: Uint8Array };
}

/** What the Worker knows of the pack in use. */
export interface Loaded extends PackInfo {
  /** SHA-256 of koujing.wasm, 32 bytes. */
  engine: Uint8Array;
  /** Warnings of the checker, when sources were compiled. */
  diagnostics: Diagnostic[];
  /** The built pack, when it was compiled here from sources. */
  built: string | null;
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
  | { op: "load"; wasm: ModuleSource; author: FileSource; pack: PackSource }
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
