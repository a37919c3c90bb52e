/** The keys of the replies in their order: 1 to 9, 0 for the tenth, then letters. y and n answer a question. */
const REPLIES = "1234567890abcdefghijklmopqrstuvwxz";

/** The key of a reply, counted from 0; undefined beyond the last letter. */
export function replyKey(at: number): string | undefined {
  return REPLIES[at];
}

/** What a key press asks for, if it is one of the panel's. Backspace takes the last step back. */
export function wish(event: KeyboardEvent): { reply: number } | { answer: "y" | "n" } | "undo" | undefined {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
  const key = event.key.toLowerCase();
  if (taken(event.composedPath()[0], key)) return undefined;
  if (key === "backspace") return "undo";
  if (key === "y" || key === "n") return { answer: key };
  const reply = key.length === 1 ? REPLIES.indexOf(key) : -1;
  return reply < 0 ? undefined : { reply };
}

/** Whether the key means something to the control that has the focus. A list does only with the letters its entries begin with. */
function taken(target: EventTarget | undefined, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLSelectElement) return [...target.options].some(({ label }) => label.trim().toLowerCase().startsWith(key));
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["button", "checkbox", "radio", "submit"].includes(target.type);
}
