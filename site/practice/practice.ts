import { Engine, EngineError, type Words } from "../engine/index.ts";
import type { Decision } from "../engine/types.ts";
import { served } from "../crm/packs.ts";
import { fitted } from "../crm/fit.ts";
import { text as inLang, type Sample } from "../crm/customer.ts";
import { el } from "../widget/dom.ts";
import { places } from "../widget/place.ts";
import { ask } from "../widget/sections/ask.ts";
import { langOf, named, type Lang } from "../widget/strings.ts";
import { Talk } from "../widget/talk.ts";
import { View, type Actions } from "../widget/view.ts";
import { review, type Missed, type Visit } from "./review.ts";

/**
 * Practice: a trainee walks a talk. What to say is hidden until he has said it, or looks; the customer's side is played by
 * buttons; at the end he is told what was missed. The engine is the same, and so is the pack.
 */

const lang: Lang = langOf(new URLSearchParams(location.search).get("lang") ?? "zh-CN");
const SAYS = {
  title: ["口径练习", "Practice"],
  choose: ["选择客户", "Choose a customer"],
  your_turn: ["你怎么说", "What do you say"],
  speak: ["说", "Say it"],
  look: ["看口径", "Show the line"],
  customer: ["客户的反应", "The customer's side"],
  speak_first: ["先说，再看客户怎么回应", "Speak first, then see what the customer does"],
  me: ["我", "Me"],
  over: ["这段话走完了", "The talk is over"],
  nothing: ["没有遗漏", "Nothing was missed"],
  missed: ["遗漏的地方", "What was missed"],
  again: ["再练一次", "Practise again"],
  silent: ["什么也没说", "nothing was said"],
  looked: ["说之前看了口径", "the line was looked at first"],
  figure: ["没有说清", "was not said"],
  question: ["没有问", "was not asked"],
  end: ["结束并总结", "End and review"],
  aim: ["这一步", "This step"],
} as const satisfies Record<string, readonly [string, string]>;
const t = (key: keyof typeof SAYS) => SAYS[key][lang === "en" ? 1 : 0];

class Practice {
  readonly #engine: Engine;
  readonly #words: Words;
  readonly #samples: readonly Sample[];
  readonly #place: HTMLElement;
  #sample: Sample;
  #talk: Talk;
  #said: { by: "agent" | "customer"; text: string }[] = [];
  #visits: Visit[] = [];
  #visit: { said: string[]; looked: boolean } = { said: [], looked: false };
  #decision: Decision | undefined;
  #over = false;
  /** What is being typed. */
  #half = "";

  constructor(engine: Engine, words: Words, samples: readonly Sample[], place: HTMLElement) {
    const [first] = samples;
    if (!first) throw new Error("no sample customers");
    this.#engine = engine;
    this.#words = words;
    this.#samples = samples;
    this.#place = place;
    this.#sample = first;
    this.#talk = new Talk(fitted(first.case, words));
    this.begin(first);
  }

  begin(sample: Sample): void {
    this.#sample = sample;
    this.#talk = new Talk(fitted(sample.case, this.#words));
    this.#said = [];
    this.#visits = [];
    this.#visit = { said: [], looked: false };
    this.#over = false;
    void this.#decide();
  }

  async #decide(): Promise<void> {
    this.#talk.update({ ...this.#talk.base, transcript: this.#said });
    this.#decision = await this.#engine.decide(this.#talk.request);
    // A step that the talk ends with is the last to be spoken at; then it is over.
    if (this.#decision.scenario === undefined || (this.#decision.scenario.end && this.#decision.scenario.say.length === 0)) this.#over = true;
    this.#draw();
  }

  #say(text: string): void {
    this.#half = "";
    this.#said.push({ by: "agent", text });
    this.#visit.said.push(text);
    void this.#decide();
  }

  /** Goes on from a step, noting how it went. */
  #leave(): void {
    const scenario = this.#decision?.scenario;
    if (!scenario) return;
    const view = this.#view();
    const open = scenario.ask.filter(({ field }) => view !== undefined && places(view.request, field).some(({ line }) => line !== undefined || !this.#talk.moves.some((move) => move.kind === "answer" && move.place.field === field)));
    this.#visits.push({
      aim: (lang === "en" && scenario.aim_gloss) || scenario.aim || scenario.title, lines: scenario.say.map(({ text }) => text),
      said: this.#visit.said, looked: this.#visit.looked, open: open.map(({ label, gloss }) => (lang === "en" && gloss) || label),
    });
    this.#visit = { said: [], looked: false };
  }

  #reply(reply: NonNullable<Decision["scenario"]>["replies"][number]): void {
    if (!this.#decision) return;
    this.#leave();
    this.#talk.reply(this.#decision, reply);
    if (reply.label !== "") this.#said.push({ by: "customer", text: reply.label });
    void this.#decide();
  }

  #finish(): void {
    this.#leave();
    this.#over = true;
    this.#draw();
  }

  #view(): View | undefined {
    if (!this.#decision) return undefined;
    const act: Actions = {
      reply: () => undefined, select: () => undefined, replace: () => undefined, undo: () => undefined, restart: () => undefined, copy: () => undefined, retry: () => undefined,
      answer: (place, value) => {
        this.#talk.answer(place, value);
        void this.#decide();
      },
    };
    return new View(this.#talk.request, this.#decision, this.#words, this.#talk.moves, lang, act);
  }

  // ---- the page ----

  #draw(): void {
    const focus = (document.activeElement as HTMLElement | null)?.id;
    this.#place.replaceChildren(this.#chooser(), this.#chat(), ...(this.#over ? this.#summary() : this.#turn()));
    document.getElementById(this.#over ? "again" : focus || "words")?.focus();
  }

  #chooser(): HTMLElement {
    const select = el("select", { id: "customers", onchange: () => {
      const chosen = this.#samples.find((sample) => sample.case.id === select.value);
      if (chosen) this.begin(chosen);
    } }, ...this.#samples.map((sample) => el("option", { value: sample.case.id ?? "", selected: sample === this.#sample }, `${named("channel", sample.case.channel ?? "", lang)} · ${inLang(sample.name, lang)} · ${inLang(sample.note, lang)}`)));
    return el("div", { class: "chooser" }, el("label", { for: "customers" }, t("choose")), select);
  }

  #chat(): HTMLElement {
    return el("ol", { class: "chat", "aria-live": "polite" }, ...this.#said.map(({ by, text }) =>
      el("li", { "data-by": by }, el("b", {}, by === "agent" ? t("me") : inLang(this.#sample.name, lang)), el("span", { lang: "zh-CN" }, text))));
  }

  #turn(): Node[] {
    const scenario = this.#decision?.scenario;
    const view = this.#view();
    if (!scenario || !view) return [];
    const words = el("textarea", { id: "words", rows: 2, lang: "zh-CN" });
    // Half a sentence outlives a question that is answered meanwhile.
    words.value = this.#half;
    words.addEventListener("input", () => { this.#half = words.value; });
    const speak = () => {
      const text = words.value.trim();
      if (text !== "") this.#say(text);
    };
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      speak();
    });
    const spoken = this.#visit.said.length > 0 || this.#visit.looked || scenario.say.length === 0;
    return [
      el("p", { class: "aim" }, `${t("aim")}${lang === "en" ? ": " : "："}`, (lang === "en" && scenario.aim_gloss) || scenario.aim || scenario.title),
      el("div", { class: "speak" }, el("label", { for: "words" }, t("your_turn")), words,
        el("div", { class: "buttons" }, el("button", { type: "button", class: "main", id: "speak", onclick: speak }, t("speak")),
          el("button", { type: "button", id: "look", onclick: () => {
            this.#visit.looked ||= this.#visit.said.length === 0;
            this.#draw();
            document.getElementById("shown")?.removeAttribute("hidden");
          } }, t("look"))),
        el("blockquote", { id: "shown", lang: "zh-CN", hidden: this.#visit.said.length === 0 && !this.#visit.looked }, ...scenario.say.map(({ text }) => el("p", {}, text)))),
      el("section", { class: "asks" }, ...ask.draw(view)),
      el("section", { class: "customer" }, el("h2", {}, t("customer")),
        !spoken && el("p", { class: "hint" }, t("speak_first")),
        ...(spoken ? scenario.replies.map((reply) => el("button", { type: "button", "data-reply": reply.id, onclick: () => { this.#reply(reply); } }, reply.label === "" ? "…" : (lang === "en" && reply.gloss) || reply.label)) : []),
        el("button", { type: "button", id: "finish", class: "quiet", onclick: () => { this.#finish(); } }, t("end"))),
    ];
  }

  #summary(): Node[] {
    const missed = review(this.#visits, this.#decision?.warnings);
    return [el("section", { class: "summary", role: "status" }, el("h2", {}, t("over")),
      missed.length === 0 ? el("p", { class: "good" }, t("nothing")) : el("h3", {}, `${t("missed")} · ${missed.length}`),
      el("ul", {}, ...missed.map((one) => el("li", { "data-kind": one.kind }, ...item(one)))),
      el("button", { type: "button", class: "main", id: "again", onclick: () => { this.begin(this.#sample); } }, t("again")))];
  }
}

function item(one: Missed): (Node | string)[] {
  switch (one.kind) {
    case "wording":
      return [el("b", {}, named("level", one.level, lang)), ` ${one.text === "" ? "" : `“${one.text}” `}${one.message}`, one.suggestion === "" ? "" : ` → ${one.suggestion}`];
    case "figure":
    case "question":
      return [el("b", {}, one.aim), ` · ${one.text} ${t(one.kind)}`];
    default:
      return [el("b", {}, one.aim), ` · ${t(one.kind)}`];
  }
}

async function start(): Promise<void> {
  document.documentElement.lang = lang;
  document.title = t("title");
  const place = document.getElementById("practice");
  const title = document.getElementById("title");
  if (!place || !title) throw new Error("the page has no place to practise in");
  title.textContent = t("title");
  try {
    const [samples, packs] = await Promise.all([fetch("samples/customers.json").then((response) => response.json() as Promise<Sample[]>), served()]);
    const engine = await Engine.load({ pack: `/v1/packs/${packs?.[0]?.id ?? "cn-telecom"}` });
    new Practice(engine, await engine.words(), samples, place);
  } catch (thrown) {
    const { code, message } = EngineError.wrap(thrown, "fetch_failed");
    place.replaceChildren(el("p", { role: "alert" }, `${named("error", code, lang)} ${message}`));
  }
}

void start();
