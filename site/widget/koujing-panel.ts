import { caseText } from "../engine/casetext.ts";
import { Engine, EngineError, type LoadOptions, type Words } from "../engine/index.ts";
import type { Case, Decision } from "../engine/types.ts";
import { el } from "./dom.ts";
import { copyText } from "./clipboard.ts";
import { Display } from "./display.ts";
import { DraftBox } from "./draft.ts";
import type { Exchange, PanelEngine, PanelEvents } from "./events.ts";
import { wish } from "./keys.ts";
import { notice, type State } from "./notice.ts";
import { keepOffline } from "../offline/register.ts";
import { langOf, say, type Lang } from "./strings.ts";
import style from "./panel.css";
import { places, type Place } from "./place.ts";
import { ask } from "./sections/ask.ts";
import { clocks } from "./sections/clocks.ts";
import { follow } from "./sections/follow.ts";
import { promises } from "./sections/promises.ts";
import { gates } from "./sections/gates.ts";
import { receipt } from "./sections/receipt.ts";
import { refund } from "./sections/refund.ts";
import { replies } from "./sections/replies.ts";
import { sayNow } from "./sections/say.ts";
import { warnings } from "./sections/warnings.ts";
import { Talk, type Move } from "./talk.ts";
import { Talks } from "./talks.ts";
import { View, type Actions, type Scenario, type Section } from "./view.ts";

const TALK: readonly Section[] = [gates, sayNow, ask, replies, warnings];
const FACTS: readonly Section[] = [refund, promises, clocks, follow, receipt];
/** Read out when they change: what is forbidden at once, the line to say after what is being read. */
const LIVE: Partial<Record<string, string>> = { gates: "assertive", say: "polite", warnings: "polite" };

/** Whether a talk is where it was. */
function stands(from: Scenario, at: Scenario | undefined): boolean {
  return at !== undefined && at.id === from.id && at.step === from.step && JSON.stringify(at.stack) === JSON.stringify(from.stack);
}

let sheet: CSSStyleSheet | undefined;

/** Where a page is rendered on a server, the module can be imported, and nothing else. */
const Base = typeof HTMLElement === "undefined" ? (Object as unknown as typeof HTMLElement) : HTMLElement;

/**
 * `<koujing-panel pack="/v1/packs/cn-telecom" lang="zh-CN">`: the agent's side of a talk.
 *
 * Attributes: `pack` (address of a built pack or of a pack.yaml), `wasm`, `author`, `worker` (addresses, default next to the script),
 * `integrity` (of the wasm), `lang` (zh-CN, en), `theme` (light, dark; default: the system's), `keys="page"` (the keys 1 to 9 work
 * wherever the focus is, outside of inputs; default: only inside the panel), `density="compact"`, `size` (of type, in percent), `keep`
 * (a name: unfinished talks outlive a reload under it, in the tab's own storage), `offline` (a service worker keeps the panel's
 * files, the pack and the addresses listed here, so that a later load needs no network).
 */
export class KoujingPanel extends Base {
  static readonly observedAttributes = ["pack", "wasm", "author", "worker", "integrity", "lang", "keys", "size", "density", "keep"];

  readonly #root: ShadowRoot;
  readonly #sections = new Map<string, { element: HTMLElement; section: Section; drawn: string }>();
  readonly #title: HTMLElement;
  readonly #restart: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #body: HTMLElement;
  readonly #display: Display;
  readonly #draft: DraftBox;

  /** What the host set, as it is; the talk holds a copy. */
  #given: Case | undefined;
  #talk: Talk | undefined;
  readonly #talks = new Talks();
  #engine: PanelEngine | undefined;
  /** The engine this panel made itself and has to dispose of. */
  #made: Engine | undefined;
  #scheduled = false;
  #loading = false;
  /** Raised whenever the engine to use changes, so that a load that comes too late is dropped. */
  #load = 0;
  /** Raised at every decision asked for; an answer to an older one is dropped. */
  #turn = 0;
  #words: Words | undefined;
  #decision: Decision | undefined;
  #exchange: Exchange | undefined;
  #request: Case | undefined;
  #failure: EngineError | undefined;
  #tasks = new Set<string>();
  /** Going on led nowhere, since a question of the step is open. */
  #unanswered = false;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
    }
    this.#root.adoptedStyleSheets = [sheet];

    this.#title = el("h2", { part: "title" });
    this.#restart = el("button", { type: "button", class: "quiet-button restart", part: "restart", onclick: () => { this.restart(); } });
    this.#notice = el("div", { class: "notice", part: "notice", role: "status" });
    const column = (name: string, sections: readonly Section[]) =>
      el("div", { class: name }, ...sections.map((section) => {
        const element = el("section", { class: section.name, part: `section ${section.name}`, tabindex: section.name === "say" ? -1 : undefined, "aria-live": LIVE[section.name], hidden: true });
        this.#sections.set(section.name, { element, section, drawn: "" });
        return element;
      }));
    const talk = column("talk", TALK);
    this.#draft = new DraftBox({
      wrote: (text) => {
        if (!this.#talk) return;
        this.#talk.draft = text;
        this.#talks.save();
      },
      rested: () => {
        this.#emit("koujing-draft", { text: this.#talk?.draft ?? "" });
        this.#decide();
      },
      copy: (text, button) => { this.#actions.copy(text, button); },
    });
    talk.insertBefore(this.#draft.element, this.#sections.get("warnings")?.element ?? null);
    this.#body = el("div", { class: "body" }, talk, column("facts", FACTS));
    const mark = el("span", { class: "mark", "aria-hidden": "true" }, "口径");
    const panel = el("div", { class: "panel", part: "panel" });
    this.#display = new Display(panel);
    panel.append(el("header", { part: "header" }, mark, this.#title, this.#restart, this.#display.button), this.#display.menu, this.#notice, this.#body);
    this.#root.append(panel);
    this.#root.addEventListener("keydown", (event) => { this.#key(event as KeyboardEvent); });
  }

  // ---- what a host sets and reads ----

  /** The case at hand. Set it anew whenever something in it changes: the same talk goes on as long as id, intent and channel stay. */
  get case(): Case | undefined {
    return this.#given;
  }

  set case(next: Case | undefined) {
    const before = this.#talk;
    this.#given = next;
    try {
      // A copy: the host goes on writing in its own, and a framework's proxy would not go through structuredClone.
      this.#talk = next ? this.#talks.of(JSON.parse(caseText(next)) as Case, this.#talk) : undefined;
    } catch (thrown) {
      this.#talk = undefined;
      this.#turn++;
      this.#fail(EngineError.wrap(thrown, "bad_case"));
      return;
    }
    if (!next) this.#decision = undefined;
    if (before !== this.#talk) this.#tasks.clear();
    this.#decide();
  }

  /** The last decision. */
  get decision(): Decision | undefined {
    return this.#decision;
  }

  /** The exact texts behind the last decision, for `POST /v1/verify`. */
  get exchange(): Exchange | undefined {
    return this.#exchange;
  }

  /** The engine in use. One that a host sets is the host's to dispose of. */
  get engine(): PanelEngine | undefined {
    return this.#engine;
  }

  set engine(engine: PanelEngine | undefined) {
    this.#load++;
    this.#loading = false;
    this.#made?.dispose();
    this.#made = undefined;
    this.#adopt(engine);
  }

  /** The language of the panel, from its `lang` attribute or the page. */
  get language(): Lang {
    return langOf(this.getAttribute("lang") ?? document.documentElement.lang);
  }

  /** Begins the talk of the present case anew. */
  restart(): void {
    if (!this.#talk) return;
    for (const move of [...this.#talk.moves].reverse()) this.#takenBack(move);
    this.#talk = this.#talks.keep(new Talk(this.#talk.base));
    this.#decide();
  }

  /** Takes the last reply or answer back. */
  undo(): void {
    const move = this.#talk?.undo();
    if (!move) return;
    this.#takenBack(move);
    this.#decide();
  }

  #takenBack(move: Move): void {
    if (move.kind === "answer") this.#emit("koujing-answer", { field: move.place.field, line: move.place.line ?? null, value: null });
    else this.#emit("koujing-undo", { id: move.id, label: move.label, scenario: move.at.id, step: move.at.step });
  }

  /** Asks for the pack again; when it was edited meanwhile, decides anew by it. True when it was. */
  async refresh(): Promise<boolean> {
    const engine = this.#engine;
    if (!engine) return false;
    try {
      if (!(await engine.refresh()) || engine !== this.#engine) return false;
    } catch (thrown) {
      // The pack in use stays; the host hears why the new one was not taken.
      this.#emit("koujing-error", EngineError.wrap(thrown, "fetch_failed").toJSON());
      return false;
    }
    this.#adopt(engine);
    return true;
  }

  // ---- life ----

  connectedCallback(): void {
    // A classic script runs before this module: what it set on the element then would hide the setter for ever.
    if (Object.hasOwn(this, "case")) {
      const early = (this as { case?: Case }).case;
      Reflect.deleteProperty(this, "case");
      this.case = early;
    }
    document.addEventListener("keydown", this.#pageKey);
    this.#schedule();
    this.#draw();
    const keep = this.getAttribute("offline");
    if (keep === null) return;
    const listed = `${keep} ${this.getAttribute("pack") ?? ""}`.split(/\s+/).filter((address) => address !== "").map((address) => new URL(address, document.baseURI).href);
    keepOffline(listed).catch((thrown: unknown) => { this.#emit("koujing-error", EngineError.wrap(thrown, "offline_refused").toJSON()); });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pageKey);
    // An element that is only moved is connected again at once; its talk and engine stay.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#load++;
      this.#loading = false;
      if (!this.#made) return;
      this.#made.dispose();
      this.#made = undefined;
      this.#engine = undefined;
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name === "keep") this.#talks.name = after ?? undefined;
    if (before === after || !this.isConnected) return;
    if (name === "lang") {
      for (const part of this.#sections.values()) part.drawn = "";
      this.#draw();
    } else if (name === "size" || name === "density") {
      this.#draw();
    } else if (name !== "keys" && name !== "keep") {
      this.#made?.dispose();
      this.#made = undefined;
      this.#engine = undefined;
      this.#loading = false;
      this.#schedule();
    }
  }

  /** Starts once for all that happens in one go: the attributes a page came with, being connected, several set together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.isConnected && !this.#engine && !this.#loading) this.#start();
    });
  }

  get #pack(): string {
    return this.getAttribute("pack") ?? "";
  }

  #start(): void {
    const pack = this.#pack;
    this.#failure = undefined;
    if (pack === "") {
      this.#draw();
      return;
    }
    const load = ++this.#load;
    this.#loading = true;
    this.#draw();
    const options: LoadOptions = { pack };
    for (const name of ["wasm", "author", "worker", "integrity"] as const) {
      const value = this.getAttribute(name);
      if (value !== null) options[name] = value;
    }
    Engine.load(options).then(
      (engine) => {
        if (load !== this.#load || !this.isConnected) {
          engine.dispose();
          return;
        }
        this.#loading = false;
        this.#made = engine;
        this.#adopt(engine);
      },
      (thrown: unknown) => {
        if (load !== this.#load) return;
        this.#loading = false;
        this.#fail(EngineError.wrap(thrown, "worker_failed"));
      },
    );
  }

  #adopt(engine: PanelEngine | undefined): void {
    this.#engine = engine;
    this.#words = undefined;
    if (!engine) {
      this.#draw();
      return;
    }
    this.#emit("koujing-pack", engine.pack);
    this.#decide();
    // Asked for after the first decision: names can come a moment later than the answer.
    engine.words().then(
      (words) => {
        if (engine !== this.#engine) return;
        this.#words = words;
        this.#draw();
      },
      (thrown: unknown) => { this.#emit("koujing-error", EngineError.wrap(thrown, "trap").toJSON()); },
    );
  }

  // ---- deciding ----

  /** `going`: the step from which the agent wants to go on although it still asks for something. */
  #decide(going?: { from: Scenario; reply: Scenario["replies"][number] }): void {
    const turn = ++this.#turn;
    const said = () => {
      if (going) this.#emit("koujing-reply", { ...going.reply, scenario: going.from.id, step: going.from.step });
    };
    this.#talks.save();
    const { request } = this.#talk ?? {};
    const engine = this.#engine;
    if (!engine || !request) {
      this.#draw();
      return;
    }
    const text = JSON.stringify(request);
    engine.decideText(text).then(
      (answer) => {
        if (turn !== this.#turn) {
          said();
          return;
        }
        const decision = JSON.parse(answer) as Decision;
        if (going && stands(going.from, decision.scenario)) {
          // Nothing has moved: the press is forgotten, and what is missing is pointed out.
          this.#talk?.undo();
          this.#unanswered = true;
          this.#draw();
          this.#root.querySelector<HTMLElement>(".field input, .field select, .field button")?.focus();
          return;
        }
        this.#unanswered = false;
        said();
        if (turn !== this.#turn) return;
        this.#failure = undefined;
        this.#request = request;
        this.#exchange = { case: text, decision: answer, pack: engine.pack.pack };
        this.#take(decision);
      },
      (thrown: unknown) => {
        if (turn === this.#turn) this.#fail(EngineError.wrap(thrown, "trap"));
      },
    );
  }

  #take(decision: Decision): void {
    this.#decision = decision;
    this.#draw();
    this.#emit("koujing-decision", decision);
    for (const error of decision.errors ?? []) this.#emit("koujing-error", error);
    for (const task of decision.tasks ?? []) {
      if (this.#tasks.has(task.id)) continue;
      this.#tasks.add(task.id);
      this.#emit("koujing-task", task);
    }
  }

  #fail(error: EngineError): void {
    this.#failure = error;
    this.#decision = undefined;
    this.#draw();
    this.#emit("koujing-error", error.toJSON());
  }

  #emit<K extends keyof PanelEvents>(name: K, detail: PanelEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // ---- what the agent does ----

  readonly #actions: Actions = {
    reply: (reply) => {
      const scenario = this.#decision?.scenario;
      if (!scenario || !this.#decision) return;
      const { request } = this.#talk ?? {};
      this.#talk?.reply(this.#decision, reply);
      // Only the decision tells whether the way on depends on a question that is open.
      if (request && reply.label === "" && scenario.ask.some(({ field }) => places(request, field).length > 0)) {
        this.#decide({ from: scenario, reply });
        return;
      }
      this.#emit("koujing-reply", { ...reply, scenario: scenario.id, step: scenario.step });
      this.#decide();
    },
    answer: (place: Place, value: unknown) => {
      this.#talk?.answer(place, value);
      this.#emit("koujing-answer", { field: place.field, line: place.line ?? null, value: value ?? null });
      this.#decide();
    },
    select: (warning) => { this.#draft.select(warning); },
    replace: (warning) => { this.#draft.replace(warning); },
    undo: () => { this.undo(); },
    restart: () => { this.restart(); },
    retry: () => {
      if (this.#engine) this.#decide();
      else this.#start();
    },
    copy: (text, button) => {
      const label = button.querySelector("span");
      void copyText(text).then((done) => {
        if (done && label) label.textContent = say("copied", this.language);
      });
    },
  };

  /** Listens on the page and leaves to the shadow root's own listener what happens inside. */
  readonly #pageKey = (event: KeyboardEvent): void => {
    if (this.getAttribute("keys") === "page" && !event.composedPath().includes(this)) this.#key(event);
  };

  #key(event: KeyboardEvent): void {
    const asked = wish(event);
    if (asked === undefined) return;
    if (asked === "undo") {
      if (this.#talk?.moves.length) {
        event.preventDefault();
        this.undo();
      }
      return;
    }
    if ("answer" in asked) {
      const button = this.#root.querySelector<HTMLElement>(`[data-key="${asked.answer}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
      return;
    }
    const reply = this.#decision?.scenario?.replies[asked.reply];
    if (!reply) return;
    event.preventDefault();
    this.#actions.reply(reply);
  }

  // ---- drawing ----

  #draw(): void {
    const lang = this.language;
    this.#root.host.toggleAttribute("data-blocked", this.#decision?.status === "blocked");
    const nodes = notice(this.#state, lang);
    this.#notice.replaceChildren(...nodes);
    this.#notice.hidden = nodes.length === 0;
    const ready = this.#decision !== undefined && this.#request !== undefined && this.#talk !== undefined;
    this.#body.hidden = !ready;
    const scenario = ready ? this.#decision?.scenario : undefined;
    const gloss = lang === "en" ? scenario?.title_gloss : "";
    this.#title.textContent = gloss || scenario?.title || say("panel", lang);
    this.#title.lang = scenario && !gloss ? "zh-CN" : lang;
    this.#restart.hidden = !ready || this.#talk?.moves.length === 0;
    this.#restart.textContent = say("restart", lang);
    this.#display.set(this.getAttribute("size"), this.getAttribute("density"), lang);
    if (!ready || !this.#decision || !this.#request) return;

    const view = new View(this.#request, this.#decision, this.#words, this.#talk?.moves ?? [], lang, this.#actions, this.#unanswered);
    this.#draft.show(this.#talk?.draft ?? "", this.#request.draft ?? "", this.#decision.warnings ?? [], (warning) => view.instead(warning), lang);
    for (const part of this.#sections.values()) {
      const reads = JSON.stringify(part.section.reads(view)) + lang;
      if (reads === part.drawn) continue;
      part.drawn = reads;
      this.#replace(part.element, part.section.draw(view));
    }
  }

  /** Puts the new nodes in and the focus back on what takes the place of what had it. */
  #replace(element: HTMLElement, nodes: Node[]): void {
    const focused = this.#root.activeElement;
    const key = focused && element.contains(focused) ? focused.getAttribute("data-focus") : undefined;
    element.replaceChildren(...nodes);
    element.hidden = nodes.length === 0;
    if (key === undefined || key === null) return;
    const next =
      [...element.querySelectorAll<HTMLElement>("[data-focus]")].find((candidate) => candidate.dataset.focus === key) ??
      this.#root.querySelector<HTMLElement>(".replies button, .field button, .field input, .field select") ??
      this.#root.querySelector<HTMLElement>("section.say");
    next?.focus();
  }

  get #state(): State {
    if (this.#failure) return { kind: "failed", error: this.#failure, retry: () => { this.#actions.retry(); } };
    if (!this.#engine) return { kind: this.#pack === "" ? "packless" : "loading" };
    return { kind: this.#talk ? "ready" : "idle" };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "koujing-panel": KoujingPanel;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged into the page's own map of events
  interface HTMLElementEventMap extends PanelEvents {}
}
