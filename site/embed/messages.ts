/** What the frame and the page around it say to each other. Every message carries `koujing: 1`, its form's number. */

import type { PanelEvents } from "../widget/events.ts";

/** From the page to the frame. */
export type ToFrame = { koujing: 1 } & (
  | { type: "hello" }
  | { type: "case"; case: Record<string, unknown> | null }
  | { type: "context"; jws: string }
  | { type: "set"; attributes: Record<string, string | null> }
  | { type: "undo" | "restart" }
);

/** From the frame to the page. */
export type FromFrame = { koujing: 1 } & (
  | { type: "ready"; nonce: string; signed: boolean }
  | { type: "height"; height: number }
  | { type: "event"; name: keyof PanelEvents; detail: unknown }
  | { type: "refused"; code: string }
);

/** The panel's events, which the frame hands on. */
export const EVENTS: readonly (keyof PanelEvents)[] = ["koujing-decision", "koujing-reply", "koujing-undo", "koujing-answer", "koujing-draft", "koujing-task", "koujing-error", "koujing-pack"];

export function isMessage(data: unknown): data is { koujing: 1; type: string } {
  return data !== null && typeof data === "object" && (data as { koujing?: unknown }).koujing === 1 && typeof (data as { type?: unknown }).type === "string";
}
