import type { Case, Decision } from "../engine/types.ts";
import type { Lang } from "../widget/strings.ts";

/** A text in both of the page's languages. */
export interface Both {
  zh: string;
  en: string;
}

/** One contact in the queue, as samples/customers.json holds it. */
export interface Sample {
  name: Both;
  /** With its middle hidden: the page never holds a whole number. */
  phone: string;
  plan: Both;
  /** Year and month the account was opened. */
  since: string;
  note: Both;
  wait_sec: number;
  history: ({ at: string } & Both)[];
  case: Case;
}

/** Something done in a contact, by the case's clock. */
export interface Entry extends Both {
  at: string;
  /** Of a reply: what the case said of the offer before it. Who takes the reply back puts this back as well. */
  reply?: { accepts: unknown };
}

/** A task the decisions have called for. */
export interface Task {
  id: string;
  /** By when, or empty. */
  due: string;
  done: boolean;
  /** Done, and no longer called for. */
  settled: boolean;
  /** Of a payment: what it put on each line, in fen. */
  booked: { line: string; fen: number }[] | undefined;
}

/** A contact while it is being worked on. */
export interface Customer {
  sample: Sample;
  /** What goes to the panel; edits are made here, and every edit makes a new object. */
  case: Case;
  status: Decision["status"] | undefined;
  refund: NonNullable<Decision["refund"]>["status"] | undefined;
  /** What was done in this contact, newest first. */
  log: Entry[];
  tasks: Task[];
  /** The lines the agent added, which he may also name. */
  added: Set<string>;
  /** Milliseconds of page time at which the contact was taken up; for the timer on the screen only. */
  started: number | undefined;
}

export function opened(sample: Sample): Customer {
  return { sample, case: sample.case, status: undefined, refund: undefined, log: [], tasks: [], added: new Set(), started: undefined };
}

export function text(both: Both, lang: Lang): string {
  return lang === "en" ? both.en : both.zh;
}
