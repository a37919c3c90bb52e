/** What a key press asks for, if it is one of the panel's: digits take replies, Backspace the last step back. */
export function wish(event: KeyboardEvent): { reply: number } | "undo" | undefined {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
  if (editable(event.composedPath()[0])) return undefined;
  if (event.key === "Backspace") return "undo";
  // 1 is the first, 0 the tenth.
  return /^[0-9]$/.test(event.key) ? { reply: (Number(event.key) + 9) % 10 } : undefined;
}

function editable(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["button", "checkbox", "radio", "submit"].includes(target.type);
}
