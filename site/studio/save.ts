import { el } from "../widget/dom.ts";

/** Hands a file to whoever sits at the screen, as a download. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}
