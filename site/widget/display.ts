import { el } from "./dom.ts";
import { say, type Lang } from "./strings.ts";

/** Sizes of type in percent of what the host set. */
const SIZES = [85, 92, 100, 112, 125, 140, 160] as const;
const STORE = "koujing-display";

interface Choice {
  size: number;
  compact: boolean;
}

/**
 * How the panel is set: size of type and density, chosen by the agent in a menu and kept in this browser for every panel of
 * the page's origin. What the host sets (`size`, `density`) holds until the agent has chosen.
 */
export class Display {
  /** What opens the menu, and the menu. */
  readonly button = el("button", { type: "button", class: "quiet-button", part: "display", "aria-expanded": "false", "aria-controls": "display", onclick: () => { this.#open(this.menu.hidden !== false); } }, "Aa");
  readonly menu = el("div", { class: "display", id: "display", role: "group", hidden: true });
  readonly #panel: HTMLElement;
  readonly #smaller = el("button", { type: "button", onclick: () => { this.#step(-1); } }, "A−");
  readonly #larger = el("button", { type: "button", onclick: () => { this.#step(1); } }, "A+");
  readonly #size = el("output", { class: "size" });
  readonly #compact = el("button", { type: "button", onclick: () => { this.#choose({ ...this.#now, compact: !this.#now.compact }); } });
  #host: Choice = { size: 100, compact: false };
  #chosen: Choice | undefined = recall();

  constructor(panel: HTMLElement) {
    this.#panel = panel;
    this.menu.append(this.#smaller, this.#size, this.#larger, this.#compact);
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#open(false);
      this.button.focus();
    });
  }

  /** Takes what the host has set, and names things in the language. */
  set(size: string | null, density: string | null, lang: Lang): void {
    const given = Number(size);
    this.#host = { size: given >= 70 && given <= 200 ? given : 100, compact: density === "compact" };
    for (const [button, key] of [[this.button, "display"], [this.#smaller, "smaller"], [this.#larger, "larger"]] as const) button.setAttribute("aria-label", `${button.textContent} ${say(key, lang)}`);
    this.menu.setAttribute("aria-label", say("display", lang));
    this.#compact.textContent = say("compact", lang);
    this.#apply();
  }

  get #now(): Choice {
    return this.#chosen ?? this.#host;
  }

  #open(open: boolean): void {
    this.menu.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.#smaller.focus();
  }

  #step(by: 1 | -1): void {
    const { size } = this.#now;
    const next = by > 0 ? SIZES.find((one) => one > size) : [...SIZES].reverse().find((one) => one < size);
    if (next !== undefined) this.#choose({ ...this.#now, size: next });
  }

  #choose(choice: Choice): void {
    this.#chosen = choice;
    try {
      localStorage.setItem(STORE, JSON.stringify(choice));
    } catch {
      // A page without storage: chosen for this panel.
    }
    this.#apply();
  }

  #apply(): void {
    const { size, compact } = this.#now;
    this.#panel.style.fontSize = `${size}%`;
    this.#panel.dataset.density = compact ? "compact" : "comfortable";
    this.#size.textContent = `${size}%`;
    this.#compact.setAttribute("aria-pressed", String(compact));
    // Not disabled, which would drop the focus of whoever presses it to the end.
    this.#smaller.setAttribute("aria-disabled", String(size <= SIZES[0]));
    this.#larger.setAttribute("aria-disabled", String(size >= (SIZES.at(-1) ?? 100)));
  }
}

function recall(): Choice | undefined {
  try {
    const { size, compact } = JSON.parse(localStorage.getItem(STORE) ?? "{}") as Partial<Choice>;
    return typeof size === "number" && SIZES.some((one) => one === size) ? { size, compact: compact === true } : undefined;
  } catch {
    return undefined;
  }
}
