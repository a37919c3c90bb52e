import type { Words } from "../engine/index.ts";
import type { Case } from "../engine/types.ts";
import { el, icon, ICONS } from "../widget/dom.ts";
import { listName } from "../widget/fields.ts";
import { money, moved, when } from "../widget/format.ts";
import type { KoujingPanel } from "../widget/koujing-panel.ts";
import { put, read } from "../widget/place.ts";
import { langOf, type Lang } from "../widget/strings.ts";
import { verify, type Agreement } from "./agree.ts";
import { drawBill } from "./bill.ts";
import { drawCard } from "./card.ts";
import { opened, type Both, type Customer, type Entry, type Sample, type Task } from "./customer.ts";
import { CHANNELS, t, type Channel, type Desk } from "./desk.ts";
import { acceptance, carryOut, mirror, takeBack } from "./feed.ts";
import { fitted } from "./fit.ts";
import { refusal, served, type Served } from "./packs.ts";
import { drawQueue } from "./queue.ts";
import { drawHistory, drawJobs } from "./records.ts";
import { isWord, word } from "./words.ts";

/** How the server's word on a decision is said. */
const WORD_OF = { agrees: "agree", differs: "differ", unreachable: "unreachable" } as const;

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** So often a page that is looked at asks whether the pack was edited; an unchanged one costs a 304. */
const PACK_EVERY_MS = 3000;
/** What is asked for where no server tells which pack it has. */
const DEFAULT_PACK = "/v1/packs/cn-telecom";
/** A burst of edits is verified once, when it is over. */
const VERIFY_AFTER_MS = 250;

function need(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

function thePanel(): KoujingPanel {
  const found = document.querySelector("koujing-panel");
  if (!found) throw new Error("the page has no panel");
  return found;
}

/** The page: one agent, three desks, a queue at each, and the panel beside the customer at hand. */
class ServiceDesk implements Desk {
  lang: Lang = langOf(recall("lang") ?? "zh-CN");
  words: Words | undefined;
  channel: Channel = "hall";
  current: Customer;
  readonly customers: readonly Customer[];

  readonly #panel = thePanel();
  #theme: Theme = THEMES.find((theme) => theme === recall("theme")) ?? "auto";
  /** Seconds the case's clock was moved on. */
  #moved = 0;
  /** The server's pack as it last told of it, and whether it answered at all. */
  #pack: Served | undefined;
  #reached = true;
  #verifying: ReturnType<typeof setTimeout> | undefined;
  #agreement: Agreement | undefined;
  readonly #more = need("more");
  #toast: ReturnType<typeof setTimeout> | undefined;

  /** Whether there is a server of ours, which gives built packs and replays decisions; a static host gives sources. */
  get #served(): boolean {
    return !/\.ya?ml$/.test(this.#panel.getAttribute("pack") ?? "");
  }

  constructor(samples: readonly Sample[]) {
    this.customers = samples.map(opened);
    const first = this.customers.find(({ case: { channel } }) => channel === this.channel);
    if (!first) throw new Error("no sample customers");
    this.current = first;
    this.#listen();
    this.#dress();
    this.select(first);
    setInterval(() => { this.#tick(); }, 1000);
    // A static host would have to give all the sources again to tell whether one was edited: there a reload does it.
    if (!this.#served) return;
    void this.#watch();
    setInterval(() => {
      if (document.visibilityState !== "visible") return;
      void this.#panel.refresh();
      void this.#watch();
    }, PACK_EVERY_MS);
  }

  get now(): string {
    return this.current.case.now;
  }

  select(customer: Customer): void {
    this.current = customer;
    customer.started ??= performance.now();
    customer.case = { ...customer.case, now: moved(customer.sample.case.now, this.#moved) };
    this.#panel.case = customer.case;
    this.#draw();
  }

  edit(change: (draft: Case) => void, said?: Both): void {
    const draft = structuredClone(this.current.case);
    const before = draft.lines?.length;
    change(draft);
    this.current.case = draft;
    this.#panel.case = draft;
    if (said) this.note(said);
    // The table is drawn anew only when a line comes or goes: whoever is typing in it keeps the caret.
    if (before !== draft.lines?.length) this.#put("bill", drawBill(this));
  }

  finish(task: Task, done: boolean): void {
    task.done = done;
    const name = (lang: Lang) => listName("task", task.id, this.words, lang);
    if (done) this.note({ zh: `完成待办：${name("zh-CN")}`, en: `Done: ${name("en")}` });
    else this.note({ zh: `未完成：${name("zh-CN")}`, en: `Not done after all: ${name("en")}` });
    if (done && task.id === "pay") this.#confirm();
    this.edit((draft) => {
      if (done) carryOut(draft, task, this.#panel.decision, this.now);
      else takeBack(draft, task);
    });
    this.#put("bill", drawBill(this));
  }

  /** A payment is put on record with the server's word on the very decision it was made by. */
  #confirm(): void {
    const { exchange, decision } = this.#panel;
    if (!this.#served || !exchange || !decision?.refund) return;
    const customer = this.current;
    const { pay_fen: paid } = decision.refund;
    const receipt = decision.receipt.decision.replace("sha256:", "").slice(0, 12);
    void verify(exchange).then((agreement) => {
      const of = (lang: Lang) => `${word("paid", lang)} ${money(paid, lang)} · ${word(WORD_OF[agreement.state], lang)}${agreement.state === "differs" ? ` (${agreement.code} ${agreement.at})` : ""} · ${word("receipt", lang)} ${receipt}`;
      this.note({ zh: of("zh-CN"), en: of("en") }, undefined, customer);
    });
  }

  note(said: Both, reply?: Entry["reply"], customer = this.current): void {
    customer.log.unshift({ at: this.now, ...said, ...(reply && { reply }) });
    this.#put("history", drawHistory(this));
  }

  // ---- the panel's events ----

  #listen(): void {
    const panel = this.#panel;
    panel.addEventListener("koujing-decision", ({ detail }) => {
      this.current.status = detail.status;
      this.current.refund = detail.refund?.status;
      this.current.tasks = mirror(this.current.tasks, detail);
      this.#put("queue", drawQueue(this));
      this.#put("jobs", drawJobs(this));
      this.#verify();
    });
    panel.addEventListener("koujing-reply", ({ detail: reply }) => {
      const accepts = read(this.current.case, { field: "customer.accepts" }) ?? null;
      this.note({ zh: reply.label || word("went_on", "zh-CN"), en: reply.gloss || reply.label || word("went_on", "en") }, { accepts });
      this.#accepts(acceptance(reply.id, panel.decision) ?? accepts);
    });
    panel.addEventListener("koujing-undo", () => {
      const { log } = this.current;
      const last = log.findIndex(({ reply }) => reply !== undefined);
      const [entry] = last < 0 ? [] : log.splice(last, 1);
      this.#put("history", drawHistory(this));
      if (entry?.reply) this.#accepts(entry.reply.accepts);
    });
    panel.addEventListener("koujing-answer", ({ detail: { field, value } }) => {
      const label = this.words?.labels.find((known) => known.field === field);
      const taken = value === null;
      this.note({
        zh: `${taken ? "撤回填写" : "填写"}：${label?.label ?? field}`,
        en: `${taken ? "Taken back" : "Filled in"}: ${label?.gloss ?? field}`,
      });
    });
    const cue = () => { this.#more.hidden = panel.scrollHeight - panel.scrollTop - panel.clientHeight < 12; };
    panel.addEventListener("scroll", cue, { passive: true });
    const grows = new ResizeObserver(cue);
    grows.observe(panel);
    for (const inner of panel.shadowRoot?.children ?? []) grows.observe(inner);
    this.#more.addEventListener("click", () => { panel.scrollBy({ top: panel.clientHeight * 0.8 }); });
    let first = true;
    panel.addEventListener("koujing-pack", () => {
      this.#foot();
      if (!first) this.#say("pack_changed");
      first = false;
      panel.engine?.words().then((words) => {
        this.words = words;
        for (const customer of this.customers) customer.case = fitted(customer.case, words);
        this.select(this.current);
      }, () => undefined);
    });
    panel.addEventListener("koujing-error", ({ detail }) => {
      if (detail.code === "pack_invalid") this.#say("pack_refused");
    });
  }

  /** What the customer says to the offer, heard in the talk, belongs in the case. */
  #accepts(value: unknown): void {
    const place = { field: "customer.accepts" };
    if ((read(this.current.case, place) ?? null) === value) return;
    this.edit((draft) => { put(draft, place, value); });
    this.#put("card", drawCard(this));
  }

  /** Asks how the server's packs fare, and takes the one it has where the page asked for another. */
  async #watch(): Promise<void> {
    const packs = await served();
    const cameBack = packs !== undefined && need("agree").dataset.state === "unreachable";
    this.#reached = packs !== undefined;
    if (cameBack) this.#verify();
    if (!packs) {
      // Whoever looks at the page has to see what it wanted and did not get.
      if (!this.#panel.hasAttribute("pack")) this.#panel.setAttribute("pack", DEFAULT_PACK);
      this.doubt();
      return;
    }
    const asked = (this.#panel.getAttribute("pack") ?? "").split("/").pop();
    const found = packs.find(({ id }) => id === asked) ?? packs[0];
    const before = JSON.stringify(this.#pack);
    this.#pack = found;
    if (found && found.id !== asked) this.#panel.setAttribute("pack", `/v1/packs/${found.id}`);
    if (JSON.stringify(found) !== before) this.#foot();
  }

  /** The server replays the very texts; while the page's own answer is shown already. */
  #verify(): void {
    clearTimeout(this.#verifying);
    if (!this.#served) return;
    this.#verifying = setTimeout(() => {
      const exchange = this.#panel.exchange;
      if (!exchange) return;
      void verify(exchange).then((agreement) => {
        if (exchange !== this.#panel.exchange) return;
        this.#agreement = agreement;
        this.doubt();
      });
    }, VERIFY_AFTER_MS);
  }

  /** What can be said of the result on the screen. An amount that was not taken comes before the server's word on the others. */
  doubt(): void {
    if (document.querySelector('#bill [aria-invalid="true"]')) {
      this.#strip("mismatch", t(this, "mismatch"));
      return;
    }
    if (!this.#served) {
      need("agree").hidden = true;
      return;
    }
    const agreement: Agreement | undefined = this.#reached ? this.#agreement : { state: "unreachable" };
    if (!agreement) return;
    this.#strip(agreement.state, t(this, WORD_OF[agreement.state]), agreement.state === "differs" ? `${agreement.code} ${agreement.at}` : "");
  }

  #strip(state: Agreement["state"] | "mismatch", said: string, code = ""): void {
    const badge = need("agree");
    // Said once: a status that is put in anew is read out anew.
    if (!badge.hidden && badge.dataset.state === state && badge.textContent === said + code) return;
    badge.hidden = false;
    badge.dataset.state = state;
    badge.replaceChildren(icon(state === "agrees" ? ICONS.check : ICONS.warn), el("span", {}, said), code === "" ? "" : el("code", {}, code));
  }

  #say(key: "pack_changed" | "pack_refused"): void {
    const toast = need("toast");
    toast.textContent = t(this, key);
    toast.hidden = false;
    clearTimeout(this.#toast);
    this.#toast = setTimeout(() => { toast.hidden = true; }, 5000);
  }

  // ---- the page around it ----

  #move(seconds: number | undefined): void {
    this.#moved = seconds === undefined ? 0 : this.#moved + seconds;
    this.select(this.current);
    this.#clock();
  }

  #dress(): void {
    const root = document.documentElement;
    root.lang = this.lang;
    if (this.#theme === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = this.#theme;
    this.#panel.setAttribute("lang", this.lang);
    if (this.#theme === "auto") this.#panel.removeAttribute("theme");
    else this.#panel.setAttribute("theme", this.#theme);
    document.title = word("title", this.lang);
    for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
      const key = element.dataset.say ?? "";
      if (isWord(key)) element.textContent = word(key, this.lang);
    }
    this.#more.textContent = t(this, "more");
    this.#desks();
    this.#clock();
    this.#switches();
    this.#foot();
  }

  #desks(): void {
    const nav = need("desks");
    nav.setAttribute("aria-label", t(this, "desks"));
    nav.replaceChildren(...CHANNELS.map((channel) => {
      const people = this.customers.filter(({ case: given }) => given.channel === channel);
      return el("button", { type: "button", "data-desk": channel, "aria-current": channel === this.channel ? "page" : undefined, onclick: () => {
        this.channel = channel;
        this.#desks();
        if (people[0]) this.select(people[0]);
        nav.querySelector<HTMLElement>(`[data-desk="${channel}"]`)?.focus();
      } }, word(channel, this.lang), " ", el("span", {}, String(people.length)));
    }));
  }

  #clock(): void {
    const step = (key: "quarter" | "hour" | "day", seconds: number) => el("button", { type: "button", "data-step": seconds, onclick: () => {
      this.#move(seconds);
      need("clock").querySelector<HTMLElement>(`[data-step="${seconds}"]`)?.focus();
    } }, t(this, key));
    const now = moved(this.current.sample.case.now, this.#moved);
    need("clock").replaceChildren(
      el("span", { class: "clock-label", title: t(this, "clock_hint") }, t(this, "clock")),
      // A year that is not this one's keeps the date on the clock also on the day itself.
      el("b", { id: "now" }, when(now, "2000-01-01T00:00:00Z", this.lang).replace(/^\d{4}年| 2026/, "")),
      el("span", { class: "steps" }, step("quarter", 900), step("hour", 3600), step("day", 86400)),
      el("button", { type: "button", class: "plain", disabled: this.#moved === 0, onclick: () => { this.#move(undefined); } }, t(this, "reset")),
    );
  }

  #switches(): void {
    const theme = el("select", { id: "theme", "aria-label": t(this, "theme"), onchange: () => {
      this.#theme = THEMES.find((known) => known === theme.value) ?? "auto";
      remember("theme", this.#theme);
      this.#dress();
      document.getElementById("theme")?.focus();
    } }, ...THEMES.map((known) => el("option", { value: known, selected: known === this.#theme }, t(this, `theme_${known}`))));
    need("switches").replaceChildren(
      theme,
      el("button", { type: "button", id: "lang", lang: this.lang === "en" ? "zh-CN" : "en", onclick: () => {
        this.lang = this.lang === "en" ? "zh-CN" : "en";
        remember("lang", this.lang);
        this.#dress();
        this.#draw();
        this.#verify();
        document.getElementById("lang")?.focus();
      } }, t(this, "switch_lang")),
    );
  }

  #foot(): void {
    const engine = this.#panel.engine;
    const refused = refusal(this.#pack);
    const short = (digest: string) => digest.replace("sha256:", "").slice(0, 12);
    need("foot").replaceChildren(...(refused === undefined ? [] : [
      el("span", { class: "refused", role: "status" }, icon(ICONS.warn), t(this, "refused"), el("code", {}, refused)),
    ]), ...(engine ? [
      el("span", {}, `${t(this, "pack")} `, el("b", {}, `${engine.pack.id}@${engine.pack.version}`), " ", el("code", { title: engine.pack.pack }, short(engine.pack.pack))),
      el("span", {}, `${t(this, "engine")} `, el("code", { title: engine.digest }, short(engine.digest))),
      ...(!this.#served ? [] : [el("a", { href: `practice.html?lang=${this.lang}` }, t(this, "practice"))]),
      el("span", { class: "seat" }, `${t(this, "agent")} `, el("b", {}, this.#seat())),
    ] : this.#pack ? [el("span", {}, t(this, "serves"), el("b", {}, `${this.#pack.id}@${this.#pack.version}`))] : []));
  }

  #seat(): string {
    const agent = this.current.case.agent as { id?: unknown } | null | undefined;
    return typeof agent?.id === "string" ? agent.id : "";
  }

  #draw(): void {
    this.#put("queue", drawQueue(this));
    this.#put("card", drawCard(this));
    this.#put("bill", drawBill(this));
    this.#put("history", drawHistory(this));
    this.#put("jobs", drawJobs(this));
    this.#foot();
    this.#tick();
  }

  /** Puts new nodes in and the focus back on the one that stands where the focused one stood. */
  #put(id: string, nodes: Node[]): void {
    const place = need(id);
    const list = () => [...place.querySelectorAll<HTMLElement>("button, input, select")];
    const at = list().indexOf(document.activeElement as HTMLElement);
    place.replaceChildren(...nodes);
    if (at >= 0) list()[at]?.focus();
    if (id === "bill") this.doubt();
  }

  #tick(): void {
    const shown = document.getElementById("timer-text");
    if (!shown) return;
    const seconds = Math.trunc((performance.now() - (this.current.started ?? performance.now())) / 1000);
    shown.textContent = [Math.trunc(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  }
}

/** The page remembers two choices; where storage is forbidden it forgets them. */
function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(`koujing-crm-${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`koujing-crm-${key}`, value);
  } catch {
    // Forgotten at the next visit, and no harm done.
  }
}

const response = await fetch("samples/customers.json");
await customElements.whenDefined("koujing-panel");
new ServiceDesk((await response.json()) as Sample[]);
