import type { Words } from "../engine/index.ts";
import type { Case } from "../engine/types.ts";
import type { Lang } from "../widget/strings.ts";
import type { Both, Customer, Task } from "./customer.ts";
import { word, type Word } from "./words.ts";

export type Channel = "hall" | "hotline" | "outbound";

export const CHANNELS: readonly Channel[] = ["hall", "hotline", "outbound"];

/** What the page shows at the moment; the sections draw from it and tell it what the agent did. */
export interface Desk {
  readonly lang: Lang;
  readonly words: Words | undefined;
  readonly channel: Channel;
  readonly customers: readonly Customer[];
  readonly current: Customer;
  /** The case's clock as it stands now, moved on by the agent. */
  readonly now: string;
  select(customer: Customer): void;
  /** Changes the case at hand and has it decided. */
  edit(change: (draft: Case) => void, said?: Both): void;
  /** Ticks a task, or takes the tick back, and puts into the case what follows from it. */
  finish(task: Task, done: boolean): void;
  /** Tells whether an amount on the screen is not the one that was decided on. */
  doubt(): void;
  /** Writes into the contact's log. */
  note(said: Both): void;
}

export function t(desk: Desk, key: Word): string {
  return word(key, desk.lang);
}
