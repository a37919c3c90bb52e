import type { Diagnostic, Failure } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";

/** A change of the sources: a text, or null for a file that is gone. */
export type Edit = Readonly<Record<string, string | null>>;

/** Something an expression of the pack may say; `type` ends in ? where it may be absent. */
export interface Known {
  name: string;
  type: string;
  when: string;
  of: string;
}

/** The pack as it stands, compiled. */
export interface Build {
  digest: string;
  pack: string;
}

/** What the checker says of the pack as it stands, and how long it took, in milliseconds. */
export interface Checked {
  diagnostics: Diagnostic[];
  took: number;
  /** What expressions may say, of a glance and only where it is other than at the last one; a pack that cannot be read has no news. */
  names?: Known[];
}

/** One part of a rule's condition, where it stands, and whether it holds for each subject the decision was asked for. */
export interface Part {
  text: string;
  column: string;
  file: string;
  line: number;
  at: number;
  end_column: number;
  holds: Record<string, boolean>;
}

/** Why a rule did not apply to a case. `fired` are the decision's rules that did, by subject. */
export interface Reason {
  decision: string;
  rule: string;
  hit: string;
  before: string[];
  subjects: string[];
  fired: Record<string, string[]>;
  parts: Part[];
}

/** A change of one field of a case that changes the outcome. */
export interface Flip {
  path: string;
  from: unknown;
  to: unknown;
  outcome: string;
}

/** One test of the pack, as it came out: what was wrong, a line each. */
export interface Outcome {
  name: string;
  file: string;
  line: number;
  row: string;
  problems: string[];
}

/** What tests touched of a whole. */
export interface Reached {
  count: number;
  total: number;
  missing: { name: string; file: string; line: number }[];
}

/** How the pack's own tests came out, and what of the pack they reached: rules, rows of tables, steps as `track/step`, lines as `track/step/line`. */
export interface Tested {
  outcomes: Outcome[];
  coverage: Readonly<Record<"rules" | "rows" | "steps" | "lines", Reached>>;
}

/** A change between two packs, in words. */
export interface WordChange {
  kind: string;
  change: string;
  path: string;
  words: string;
  at: { to?: { file: string; line: number }; from?: { file: string; line: number } };
}

/** Fen more and fen less, with the cases; the report of `koujing impact --json`, as far as it is drawn here. */
export interface Flow {
  more_fen: number;
  less_fen: number;
  more_cases: number;
  less_cases: number;
  net_fen: number;
}

/** How many cases went from one value to another; "" is nothing at all. */
export interface Turn {
  from: string;
  to: string;
  cases: number;
}

export interface ImpactReport {
  cases: number;
  changed: number;
  pay: Flow & { from_fen: number; to_fen: number };
  invalid: { newly: number; no_longer: number };
  by_rule: { decision: string; rule: string; from_only: number; to_only: number; otherwise: number; of: string; pay: Flow }[];
  by_category: { category: string; lines: number; pay: Flow }[];
  status: Turn[];
  refund_status: Turn[];
  approval_rung: Turn[];
  means: Turn[];
  severity: Turn[];
  escalation_rung: Turn[];
  talk: Turn[];
  gates: { id: string; closed: number; opened: number }[];
  clocks: { id: string; breached: number; no_longer_breached: number }[];
  largest: { line: number; case: string; pay_from_fen: number; pay_to_fen: number }[];
  /** Lines of the file that held no case. */
  skipped: number;
}

export type Which = "draft" | "base";

export type Order =
  | { op: "start"; lang: string; engine: string; author: string }
  | { op: "open"; base: Sources; draft: Sources }
  | { op: "edit"; edit: Edit }
  | { op: "glance" }
  | { op: "check" }
  | { op: "build" }
  | { op: "format"; path: string; text: string }
  | { op: "decide"; which: Which; input: string }
  | { op: "whynot"; rule: string; input: string }
  | { op: "flip"; input: string; aspect: string }
  | { op: "test" }
  | { op: "changes" }
  | { op: "impact"; blob: Blob };

export interface Answers {
  start: { engine: string };
  open: null;
  edit: null;
  glance: Checked;
  check: Checked;
  build: Build;
  format: string;
  decide: string;
  whynot: Reason;
  flip: Flip[];
  test: Tested;
  changes: WordChange[];
  impact: ImpactReport;
}

export type Request = Order & { id: number };
export type Answer =
  | { id: number; ok: true; value: Answers[keyof Answers] }
  | { id: number; ok: false; failure: Failure }
  | { id: number; progress: number };
