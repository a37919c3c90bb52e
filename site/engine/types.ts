// Case and decision, by the contract.

export interface Line {
  id: string;
  item?: string | null;
  charged_fen: number;
  due_fen?: number | null;
  refunded_fen?: number | null;
  category?: string | null;
  verification?: "pending" | "confirmed" | "refuted" | null;
  confirmed_at?: string | null;
  collected_for?: "operator" | "third_party" | null;
  subscribed?: boolean | null;
  consented_by?: "owner" | "other" | "nobody" | "unknown" | null;
}

export interface Case {
  id?: string | null;
  now: string;
  channel?: "hall" | "hotline" | "outbound" | "online" | null;
  zone?: string | null;
  intent?: string | null;
  agent?: Record<string, unknown> | null;
  customer?: Record<string, unknown> | null;
  account?: { state?: "active" | "suspended" | "closed" | null } | null;
  lines?: Line[] | null;
  claim_fen?: number | null;
  refund?: { executed_at?: string | null; told_at?: string | null } | null;
  complaint?: Record<string, unknown> | null;
  service?: Record<string, unknown> | null;
  offer?: Record<string, unknown> | null;
  scenario?: {
    id?: string | null;
    step?: string | null;
    stack?: string[] | null;
    replies?: string[] | null;
    counters?: Record<string, number> | null;
  } | null;
  promises?: Record<string, unknown>[] | null;
  transcript?: { by: string; text: string }[] | null;
  draft?: string | null;
  cash?: Record<string, unknown> | null;
  close?: Record<string, unknown> | null;
  facts?: Record<string, unknown> | null;
}

export interface Decision {
  status: "decided" | "blocked" | "invalid";
  errors?: { code: string; path: string; message: string }[];
  gates?: { id: string; blocks: string; reason: string; row: string }[];
  refund?: {
    status: "none" | "verify_first" | "refuted" | "payable" | "needs_approval" | "offered" | "settled" | "overdue";
    lines: {
      id: string;
      status: "refuted" | "verify_first" | "none" | "settled" | "payable";
      diff_fen: number;
      multiplier: number;
      total_fen: number;
      pay_fen: number;
      preview_fen: number;
      rule: string;
      flags: string[];
    }[];
    diff_fen: number;
    total_fen: number;
    pay_fen: number;
    preview_fen: number;
    means: "credit" | "cash";
    means_reason: string;
    approval: { needed: boolean; rung: number; reason: string };
    due_by: string | null;
    flags: string[];
  };
  complaint?: {
    state: string;
    severity: string;
    owner: string;
    rung: number;
    next: string[];
    escalate: { to: number; role: string; parallel: boolean; allowed: boolean; reason: string } | null;
  };
  clocks?: { id: string; due_at: string; status: "ok" | "due_soon" | "overdue" | "met"; remaining_sec: number }[];
  scenario?: {
    id: string;
    title: string;
    step: string;
    stack: string[];
    aim: string;
    say: { id: string; text: string; gloss: string; tags: string[]; row: string }[];
    held: { id: string; missing: string[] }[];
    ask: { field: string; label: string; gloss?: string }[];
    replies: { id: string; label: string; gloss?: string; count?: string }[];
    end: boolean;
  };
  warnings?: {
    code: string;
    level: string;
    at: string;
    span: number[];
    text: string;
    count: number;
    limit: number;
    message: string;
    suggestion: string;
    row: string;
  }[];
  tasks?: { id: string; due_at: string | null; row: string }[];
  cash?: { change_fen?: number };
  close?: { may_leave: boolean; differences: { item: string; expected: number; counted: number; difference: number }[] };
  results?: Record<string, unknown>;
  trace: { decision: string; subject: string; rule: string; row: string }[];
  receipt: { engine: string; pack: string; case: string; decision: string };
}
