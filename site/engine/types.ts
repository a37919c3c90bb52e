// Case and decision. Generated from core/casefile and core/decision; edit those, then run
// KOUJING_UPDATE=1 go test ./core/schema

/** A fact of the pack: a number, a yes or no, a text or a time. */
export type Fact = number | boolean | string | null;

/** What a decision of the operator's own came to. */
export type Result = number | boolean | string | null | (number | boolean | string | null)[];

/** One contact with one customer. null is absent everywhere; times are RFC 3339 with an offset, amounts whole fen. */
export interface Case {
  /** The caller's own number of the contact. */
  id?: string | null;
  /** The caller's clock. The engine has none, and answers in its offset. */
  now: string;
  /** Where the customer is spoken with. */
  channel?: "hall" | "hotline" | "outbound" | "online" | null;
  /** Part of the hall, one of the pack's zones. */
  zone?: string | null;
  /** What the customer comes for: the trigger of a talk track. */
  intent?: string | null;
  /** Who speaks for the operator. */
  agent?: CaseAgent | null;
  /** Who is spoken with. */
  customer?: CaseCustomer | null;
  /** The customer's account. */
  account?: CaseAccount | null;
  /** The lines of the bill in dispute. */
  lines?: CaseLine[] | null;
  /** What the customer claims. Never changes the amount. */
  claim_fen?: number | null;
  /** What became of the refund so far. */
  refund?: CaseRefund | null;
  /** The complaint, if there is one. */
  complaint?: CaseComplaint | null;
  /** A service at the desk or an installation. */
  service?: CaseService | null;
  /** What is offered to the customer. */
  offer?: CaseOffer | null;
  /** Where the talk stands: what the last decision returned, and the replies made since. */
  scenario?: CaseScenario | null;
  /** What was promised to the customer. */
  promises?: CasePromise[] | null;
  /** What was said. */
  transcript?: CaseUtterance[] | null;
  /** What the agent is about to say or send. */
  draft?: string | null;
  /** A payment at the counter. */
  cash?: CaseCash | null;
  /** The daily close. */
  close?: CaseClose | null;
  /** The operator's own inputs, declared by the pack. */
  facts?: Record<string, Fact> | null;
}

/** Who speaks for the operator. */
export interface CaseAgent {
  /** Staff number. */
  id?: string | null;
  /** One of the pack's roles. */
  role?: string | null;
  /** Works for a contractor, not for the operator. */
  contractor?: boolean | null;
  /** The most this agent may refund without asking. */
  authority_fen?: number | null;
}

/** Who is spoken with. */
export interface CaseCustomer {
  /** Family name, for the form of address. */
  surname?: string | null;
  /** Form of address, one of the pack's forms. */
  form?: string | null;
  /** Is the owner of the number. */
  is_owner?: boolean | null;
  /** Uses the number. */
  is_user?: boolean | null;
  /** Has a valid identity document at hand. */
  has_id?: boolean | null;
  /** One of the pack's brands. */
  brand?: string | null;
  /** Language the customer speaks. */
  language?: string | null;
  /** Where the customer's phone is. */
  location?: "home" | "roaming" | "abroad" | null;
  /** How the customer feels; calm if absent. */
  emotion?: "calm" | "upset" | "heated" | null;
  /** Asked not to be called again. */
  wants_no_contact?: boolean | null;
  /** Is on the do-not-contact list. */
  do_not_contact?: boolean | null;
  /** Asks for a person in charge. */
  asks_for_leader?: boolean | null;
  /** Answer to the refund offered; unasked if absent. Changes the next step, never the amount. */
  accepts?: "yes" | "no" | "unasked" | null;
  /** Wants the refund in cash. */
  wants_cash?: boolean | null;
  /** Consent to an offer or to a booking. */
  consent?: "none" | "given" | "refused" | null;
}

/** The customer's account. */
export interface CaseAccount {
  /** active if absent. */
  state?: "active" | "suspended" | "closed" | null;
}

/** A line of the bill. A line given twice with the same content counts once. */
export interface CaseLine {
  /** The line's id in the bill. */
  id: string;
  /** What was charged. */
  item?: string | null;
  /** What was charged. */
  charged_fen: number;
  /** What would have been right. Required once confirmed. */
  due_fen?: number | null;
  /** What was already returned for this line; 0 if absent. */
  refunded_fen?: number | null;
  /** Kind of mistake, one of the pack's categories; other if absent. */
  category?: string | null;
  /** Outcome of the check; pending if absent. */
  verification?: "pending" | "confirmed" | "refuted" | null;
  /** When the mistake was confirmed: the refund's clock starts. */
  confirmed_at?: string | null;
  /** Whose fee it is. */
  collected_for?: "operator" | "third_party" | null;
  /** There is a subscription on record. */
  subscribed?: boolean | null;
  /** Who agreed to the subscription. */
  consented_by?: "owner" | "other" | "nobody" | "unknown" | null;
}

/** What became of the refund so far. */
export interface CaseRefund {
  /** When it was paid. */
  executed_at?: string | null;
  /** When the customer was told. */
  told_at?: string | null;
}

/** The complaint, if there is one. */
export interface CaseComplaint {
  /** One of the pack's kinds. */
  kind?: string | null;
  /** Where the trouble comes from. */
  cause?: "customer" | "staff" | "product" | "dealer" | null;
  /** What the customer is after. */
  motive?: "vent" | "respect" | "compensation" | null;
  /** One of the pack's states; taken_in if absent. */
  state?: string | null;
  /** If absent the pack's rule decides. */
  severity?: "ordinary" | "major" | null;
  /** Staff number of the person responsible. */
  owner?: string | null;
  /** 0 is the handler, 1 and up the pack's ladder; escalated is above 0. */
  rung?: number | null;
  /** When it was taken in. */
  opened_at?: string | null;
  /** When the customer was first answered. */
  first_answer_at?: string | null;
  /** When it was handed to the supporting department. */
  handed_at?: string | null;
  /** When the customer was finally answered. */
  answered_at?: string | null;
  /** Last contact with the customer. */
  last_contact_at?: string | null;
  /** When word was promised by. */
  promised_at?: string | null;
  /** Can be solved on the spot. */
  solvable_now?: boolean | null;
  /** Needs a supporting department. */
  needs_department?: boolean | null;
  /** The plan meets what the customer needs. */
  plan_meets_need?: boolean | null;
  /** The demand exceeds this agent's authority. */
  demand_above_authority?: boolean | null;
  /** New facts have come up. */
  new_facts?: boolean | null;
  /** The record is complete. */
  record_complete?: boolean | null;
  /** Is directed against the handler's own team. */
  against_own_team?: boolean | null;
}

/** A service at the desk or an installation. */
export interface CaseService {
  /** One of the pack's kinds of service. */
  kind?: string | null;
  /** When serving began. */
  started_at?: string | null;
  /** When it ended. */
  ended_at?: string | null;
  /** When an installation was ordered. */
  ordered_at?: string | null;
  /** When it was installed. */
  installed_at?: string | null;
  /** The time limit was extended, as the pack allows. */
  extended?: boolean | null;
  /** Waiting times of customers, in seconds. */
  waits_sec?: number[] | null;
}

/** What is offered to the customer. */
export interface CaseOffer {
  /** Number of the offer; empty is none. */
  id?: string | null;
  /** What it costs. */
  fee_fen?: number | null;
  /** Until when it can be taken. */
  valid_until?: string | null;
  /** Can be had on this channel only. */
  exclusive_channel?: boolean | null;
  /** How the customer came to be selected. */
  selection?: string | null;
}

/** Where the talk stands: what the last decision returned, and the replies made since. */
export interface CaseScenario {
  /** The talk track; empty lets the engine choose. */
  id?: string | null;
  /** The step reached; empty is the start. */
  step?: string | null;
  /** The tracks that called, as the last decision returned them. */
  stack?: string[] | null;
  /** Ids of the replies made since the last decision. */
  replies?: string[] | null;
  /** What the caller counts during the talk. */
  counters?: CaseScenarioCounters | null;
}

/** What the caller counts during the talk. */
export interface CaseScenarioCounters {
  /** How often the customer said nothing. */
  silence?: number | null;
  /** How often the customer strayed from the matter. */
  offtopic?: number | null;
}

/** A promise. */
export interface CasePromise {
  /** Staff number. */
  by?: string | null;
  /** When it was made. */
  at?: string | null;
  /** What was promised. */
  amount_fen?: number | null;
  /** By when. */
  due_at?: string | null;
}

/** One utterance. */
export interface CaseUtterance {
  /** Who said it: agent or customer. */
  by?: string | null;
  /** The words. */
  text?: string | null;
}

/** A payment at the counter. */
export interface CaseCash {
  /** What the customer handed over. */
  received_fen?: number | null;
  /** What was to be paid. */
  due_fen?: number | null;
}

/** The daily close. */
export interface CaseClose {
  /** The ledger of goods. */
  counters?: CaseCloseCounter[] | null;
  /** Money taken in. */
  takings_fen?: number | null;
  /** Money taken to the bank. */
  deposited_fen?: number | null;
  /** Money on the bank's slip. */
  slip_fen?: number | null;
  /** Money in the daily report. */
  report_fen?: number | null;
  /** The boxes of printed invoices. */
  invoice_boxes?: CaseCloseInvoiceBox[] | null;
}

/** One item of the ledger. */
export interface CaseCloseCounter {
  /** What is counted. */
  item?: string | null;
  /** Stock in the morning. */
  opening?: number | null;
  /** Received during the day. */
  in?: number | null;
  /** Given out during the day. */
  out?: number | null;
  /** Stock counted in the evening. */
  counted?: number | null;
}

/** One box. */
export interface CaseCloseInvoiceBox {
  /** Number of the box. */
  box?: string | null;
  /** First serial in it. */
  first?: number | null;
  /** Last serial in it. */
  last?: number | null;
  /** Serials given out: single ones, and [first, last]. */
  used?: (number | [number, number])[] | null;
  /** Serials made void. */
  void?: (number | [number, number])[] | null;
  /** Serials still blank. */
  blank?: (number | [number, number])[] | null;
}

/** What the engine answers. A section with nothing to say is absent. */
export interface Decision {
  /** blocked if there are gates; invalid if there are errors, and then there is nothing else. */
  status: "decided" | "blocked" | "invalid";
  /** What is wrong with the case. */
  errors?: DecisionError[];
  /** Why nothing may be sold or booked. */
  gates?: DecisionGate[];
  /** What is to be returned. */
  refund?: DecisionRefund;
  /** The complaint. */
  complaint?: DecisionComplaint;
  /** Deadlines, met ones included. */
  clocks?: DecisionClock[];
  /** Where the talk stands. */
  scenario?: DecisionScenario;
  /** What is wrong with what is said, written or handed over. */
  warnings?: DecisionWarning[];
  /** What is to be done. */
  tasks?: DecisionTask[];
  /** The payment at the counter. */
  cash?: DecisionCash;
  /** The daily close. */
  close?: DecisionClose;
  /** What the operator's own decisions came to, by name. */
  results?: Record<string, Record<string, Result>>;
  /** The rules that fired, in order; also guardrails, and the working days a clock counted. */
  trace: DecisionFired[];
  /** What was computed from what. */
  receipt: DecisionReceipt;
}

/** One thing wrong. */
export interface DecisionError {
  /** Stable; the message is for people. */
  code: "too_big" | "bad_utf8" | "syntax" | "too_deep" | "duplicate_key" | "unknown_field" | "unknown_value" | "wrong_type" | "not_integer" | "negative" | "too_large" | "too_many" | "bad_time" | "due_missing" | "duplicate_line" | "missing" | "rule_error";
  /** Where in the case; of a rule_error the rule's id. */
  path: string;
  /** In the pack's language. */
  message: string;
}

/** One reason. */
export interface DecisionGate {
  /** The gate. */
  id: string;
  /** What it blocks. */
  blocks: string;
  /** Why. */
  reason: string;
  /** Row of the catalogue. */
  row: string;
}

/** What is to be returned. */
export interface DecisionRefund {
  /** Where the refund stands. */
  status: "none" | "verify_first" | "refuted" | "payable" | "needs_approval" | "offered" | "settled" | "overdue";
  /** Line by line, in the case's order. */
  lines: DecisionRefundLine[];
  /** Sum of the confirmed lines' positive differences. */
  diff_fen: number;
  /** Sum of the confirmed lines' totals. */
  total_fen: number;
  /** Sum still to be paid. */
  pay_fen: number;
  /** Sum of what the pending lines would pay. */
  preview_fen: number;
  /** How it is paid. */
  means: "credit" | "cash";
  /** Why so. */
  means_reason: string;
  /** Who has to agree first. */
  approval: DecisionRefundApproval;
  /** When it has to be paid by. */
  due_by: string | null;
  /** Remarks on the refund. */
  flags: ("cash_on_approval" | "claim_above_total" | "due_unknown" | "duplicate_line" | "executed_not_booked" | "overpaid_before" | "review_category")[];
}

/** One line of the bill. */
export interface DecisionRefundLine {
  /** The line. */
  id: string;
  /** Where this line stands. */
  status: "refuted" | "verify_first" | "none" | "settled" | "payable";
  /** Charged less due; may be negative; null while due is unknown. */
  diff_fen: number | null;
  /** 0 to 2. */
  multiplier: number;
  /** Owed altogether. */
  total_fen: number;
  /** Still to be paid. */
  pay_fen: number;
  /** What a pending line would pay. */
  preview_fen: number;
  /** The rule that gave the multiplier. */
  rule: string;
  /** Remarks on this line. */
  flags: ("cash_on_approval" | "claim_above_total" | "due_unknown" | "duplicate_line" | "executed_not_booked" | "overpaid_before" | "review_category")[];
}

/** Who has to agree first. */
export interface DecisionRefundApproval {
  /** Somebody has to. */
  needed: boolean;
  /** The rung of the ladder. */
  rung: number;
  /** Why. */
  reason: string;
}

/** The complaint. */
export interface DecisionComplaint {
  /** Its state. */
  state: string;
  /** As given, or as the pack's rule decides. */
  severity: "ordinary" | "major";
  /** Staff number of the person responsible. */
  owner: string;
  /** Where on the ladder it is. */
  rung: number;
  /** The states it may go to. */
  next: string[];
  /** A step up the ladder, null if there is none. */
  escalate: DecisionComplaintEscalate | null;
}

/** A step up the ladder, null if there is none. */
export interface DecisionComplaintEscalate {
  /** The rung. */
  to: number;
  /** The role on that rung. */
  role: string;
  /** All rungs up to that one at once. */
  parallel: boolean;
  /** May be done now. */
  allowed: boolean;
  /** Why. */
  reason: string;
}

/** One deadline. */
export interface DecisionClock {
  /** Which one. */
  id: "first_answer" | "final_answer" | "support" | "interim" | "refund" | "install" | "desk";
  /** When it is due. */
  due_at: string;
  /** How it stands. */
  status: "met" | "overdue" | "due_soon" | "ok";
  /** Seconds left; 0 if met, negative if overdue. */
  remaining_sec: number;
}

/** Where the talk stands. */
export interface DecisionScenario {
  /** The talk track. */
  id: string;
  /** Its title. */
  title: string;
  /** The step; to be sent back. */
  step: string;
  /** The tracks that called; to be sent back. */
  stack: string[];
  /** What this step is for. */
  aim: string;
  /** Lines to say now. */
  say: DecisionScenarioSay[];
  /** Lines that cannot be said yet. */
  held: DecisionScenarioHeld[];
  /** Fields the agent is to fill in. */
  ask: DecisionScenarioAsk[];
  /** Answers of the customer that the track knows. */
  replies: DecisionScenarioReply[];
  /** The talk is over. */
  end: boolean;
  /** The title in English. */
  title_gloss: string;
  /** The aim in English. */
  aim_gloss: string;
}

/** One line. */
export interface DecisionScenarioSay {
  /** The line. */
  id: string;
  /** The words. */
  text: string;
  /** The same in English, for colleagues who read no Chinese. */
  gloss: string;
  /** What it does: feelings, sell, book, … */
  tags: string[];
  /** Row of the catalogue. */
  row: string;
}

/** One such line. */
export interface DecisionScenarioHeld {
  /** The line. */
  id: string;
  /** What it would need to know. */
  missing: string[];
}

/** One field. */
export interface DecisionScenarioAsk {
  /** Its path in the case. */
  field: string;
  /** What it is called. */
  label: string;
  /** The same in English. */
  gloss: string;
}

/** One answer. */
export interface DecisionScenarioReply {
  /** To be sent back in scenario.replies. */
  id: string;
  /** What it is called. */
  label: string;
  /** The same in English. */
  gloss: string;
  /** The counter to add one to, empty if none. */
  count: string;
}

/** One warning. */
export interface DecisionWarning {
  /** Stable; the message is for people. */
  code: string;
  /** How bad it is. */
  level: string;
  /** Where in the case. */
  at: string;
  /** From and to, in code points. */
  span: [number, number] | null;
  /** The words in question. */
  text: string;
  /** How often they were used. */
  count: number | null;
  /** How often they may be. */
  limit: number | null;
  /** In the pack's language. */
  message: string;
  /** What to say instead. */
  suggestion: string;
  /** Row of the catalogue. */
  row: string;
}

/** One task. */
export interface DecisionTask {
  /** Which. */
  id: string;
  /** By when. */
  due_at: string | null;
  /** Row of the catalogue. */
  row: string;
}

/** The payment at the counter. */
export interface DecisionCash {
  /** What to hand back. */
  change_fen: number;
}

/** The daily close. */
export interface DecisionClose {
  /** Everything agrees. */
  may_leave: boolean;
  /** The ledger, item by item. */
  differences: DecisionCloseDifference[];
}

/** One item. */
export interface DecisionCloseDifference {
  /** Which. */
  item: string;
  /** Opening plus in less out. */
  expected: number | null;
  /** As counted. */
  counted: number | null;
  /** Counted less expected. */
  difference: number | null;
}

/** One rule. */
export interface DecisionFired {
  /** The decision it belongs to. */
  decision: string;
  /** What it was asked for, like a line's id; of a working day its date. */
  subject: string;
  /** The rule. */
  rule: string;
  /** Row of the catalogue. */
  row: string;
}

/** What was computed from what. */
export interface DecisionReceipt {
  /** Digest of the engine's module. */
  engine: string;
  /** Digest of the built pack. */
  pack: string;
  /** Digest of the case as sent, without the whitespace around it. */
  case: string;
  /** Digest of this decision without its receipt. */
  decision: string;
}
