/** Attributes by name; `true` writes it empty, `false` and undefined leave it out. `onclick` and the like take listeners. */
export type Attributes = Record<string, string | number | boolean | undefined | ((event: never) => void)>;

export type Child = Node | string | false | undefined;

/** An element with text as text. There is no way through here from a pack's or a case's text to markup. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== undefined && child !== false) made.append(child);
  return made;
}

/** Text in the pack's own language, marked so that a screen reader in an English page reads it as Chinese. */
export function own(text: string, lang: string, attributes: Attributes = {}): HTMLElement {
  return el("span", { lang: lang === "zh-CN" ? undefined : "zh-CN", ...attributes }, text);
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing on a 16 by 16 grid, in the colour of the text around it; decoration, so hidden from screen readers. */
export function icon(path: string, className = "icon"): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  stop: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM3.7 3.7l8.6 8.6",
  warn: "M8 2 14.5 13.5h-13ZM8 6.4v3.4M8 11.6v.3",
  hint: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.4v3.6M8 4.9v.2",
  undo: "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8Z",
  check: "M2.8 8.6 6.3 12l7-8",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.6V8l2.4 1.6",
  up: "M8 13.5v-10M4 7.2 8 3.2l4 4",
  close: "M4 4l8 8M12 4l-8 8",
} as const;
