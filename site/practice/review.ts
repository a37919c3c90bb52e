import type { Decision } from "../engine/types.ts";

/** One step of a talk as the trainee went through it. */
export interface Visit {
  /** What the step is for. */
  aim: string;
  /** What the talk track would have had him say. */
  lines: readonly string[];
  said: readonly string[];
  /** He looked at the lines before he spoke. */
  looked: boolean;
  /** What was still to be asked when he went on, as it is called. */
  open: readonly string[];
}

export type Missed =
  | { kind: "silent" | "looked"; aim: string }
  | { kind: "figure"; aim: string; text: string }
  | { kind: "question"; aim: string; text: string }
  | { kind: "wording"; level: string; text: string; message: string; suggestion: string };

/** Amounts, spans and dates: what a customer has to be told as it is. */
const FIGURES = /\d[\d,]*(?:\.\d+)?\s*(?:元|小时|分钟|天|个工作日)|\d{1,2}月\d{1,2}日(?:\s*\d{1,2}:\d\d)?/g;

/** What was missed, in the order of the talk; then what the pack's own checks have against the words. */
export function review(visits: readonly Visit[], warnings: Decision["warnings"]): Missed[] {
  const missed: Missed[] = [];
  for (const { aim, lines, said, looked, open } of visits) {
    const spoken = said.join("").replaceAll(/\s/g, "");
    if (lines.length > 0 && spoken === "") missed.push({ kind: "silent", aim });
    else {
      if (looked) missed.push({ kind: "looked", aim });
      for (const text of new Set(lines.join("\n").match(FIGURES) ?? [])) {
        if (!spoken.includes(text.replaceAll(/\s/g, ""))) missed.push({ kind: "figure", aim, text });
      }
    }
    for (const text of open) missed.push({ kind: "question", aim, text });
  }
  for (const { at, level, text, message, suggestion } of warnings ?? []) {
    if (at.startsWith("transcript[")) missed.push({ kind: "wording", level, text, message, suggestion });
  }
  return missed;
}
