import type { Kind } from "./outline.ts";

/** Kinds of files that can be made; there is one pack.yaml, and the row index is not written by hand. */
export type Making = Exclude<Kind, "pack" | "rows">;
export const MAKING: readonly Making[] = ["rules", "tables", "scenarios", "wording", "calendar", "tests"];

/** What a file of a kind can be called, without its ending. */
export function nameFits(kind: Making, name: string): boolean {
  return kind === "calendar" ? /^\d{4}$/.test(name) : /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(name);
}

export function pathOf(kind: Making, name: string): string {
  return `${kind}/${name}.${kind === "tables" ? "csv" : "yaml"}`;
}

/** A new file: small, in order as it stands, and with a place for each thing that one will want to write. */
export function templateOf(kind: Making, name: string): string {
  const decision = name.includes(".") ? name : `own.${name}`;
  switch (kind) {
    case "rules": return `decision: ${decision}\nhit: first\nrules:\n  - id: ${decision}.hall\n    when: channel == "hall"\n    then: { answer: '"营业厅"' }\n  - id: ${decision}.other\n    then: { answer: '"其他渠道"' }\n`;
    case "tables": return `# hit: first\nid,channel,=> answer,row,note\n${name}.hall,hall,营业厅,,\n${name}.other,-,其他渠道,,\n`;
    case "scenarios": return `title: ${name}\nsteps:\n  begin:\n    say:\n      - { id: ${name}.begin, text: "您好，请讲。" }\n    replies:\n      told: { label: 客户说明了情况, to: finish }\n  finish:\n    say:\n      - { id: ${name}.finish, text: "好的，我记下了。" }\n    end: done\n`;
    case "wording": return `check: phrase\ncode: ${name.replaceAll(".", "_")}\nlevel: hint\nmessage: 为什么不这样说\nsuggest: 换成什么说法\nphrases: [这里写要查的词]\n`;
    case "calendar": return `holidays:\n  - ${name}-01-01\nworkdays: []\n`;
    case "tests": return `- name: ${name}\n  case: { now: "2026-11-22T10:00:00+08:00", channel: hall }\n  expect: { status: decided }\n`;
  }
}
