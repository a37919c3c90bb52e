import type { Engine, Failure, PackInfo } from "../engine/index.ts";
import type { Decision } from "../engine/types.ts";
import type { Scenario } from "./view.ts";

/** What the panel needs of an engine; a host that already has one may hand it over. */
export type PanelEngine = Pick<Engine, "decideText" | "words" | "pack" | "digest" | "refresh">;

/** The exact texts of one decision: what a receipt names and a server can replay. */
export interface Exchange {
  case: string;
  decision: string;
  pack: string;
}

/** The events of the panel, all bubbling and composed. */
export interface PanelEvents {
  /** Every decision, also one on an invalid case. */
  "koujing-decision": CustomEvent<Decision>;
  /** The agent took one of the customer's replies: the reply as the decision offered it, and at which step of which track. */
  "koujing-reply": CustomEvent<Scenario["replies"][number] & { scenario: string; step: string }>;
  /** The agent filled in a field that was asked for; `value` is null when taken back. */
  "koujing-answer": CustomEvent<{ field: string; line: string | null; value: unknown }>;
  /** A reply was taken back; what the host made of it has to go back as well. */
  "koujing-undo": CustomEvent<{ id: string; label: string; scenario: string; step: string }>;
  /** The agent wrote in the draft box, and rested. */
  "koujing-draft": CustomEvent<{ text: string }>;
  /** A task that the talk had not called for before. */
  "koujing-task": CustomEvent<NonNullable<Decision["tasks"]>[number]>;
  /** An error of the case, as in the decision, or of the engine. */
  "koujing-error": CustomEvent<Failure>;
  /** A pack was taken into use: at the start, and whenever an edited one arrives. */
  "koujing-pack": CustomEvent<PackInfo>;
}
