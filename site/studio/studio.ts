import { EngineError } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import { el } from "../widget/dom.ts";
import { CasePane, type Sample } from "./casepane.ts";
import { Clerk } from "./clerk.ts";
import { Draft } from "./draft.ts";
import { PackEditor, type Paint } from "./editor.ts";
import { Findings } from "./findings.ts";
import type { Home } from "./folder.ts";
import { FolderBar, FolderMenu } from "./foldermenu.ts";
import { Grid } from "./grid.ts";
import { ImpactPane } from "./impactpane.ts";
import { TrackMap } from "./map.ts";
import { newFile, removeFile } from "./newfile.ts";
import { kindOf, outlineOf, titleOf, type Kind } from "./outline.ts";
import { filesIn } from "./packfile.ts";
import { PublishPane, type Published } from "./publishpane.ts";
import { SettingsForm } from "./settings.ts";
import { reason } from "./reason.ts";
import { langOf, sayIn, type Key, type Lang, type Say } from "./strings.ts";
import { TestPane } from "./testpane.ts";
import { Tree } from "./tree.ts";

const LANG = "koujing-studio-lang";
const THEME = "koujing-studio-theme";
const THEMES = ["auto", "light", "dark"] as const;

const VIEW = "koujing-studio-view";

type ViewKey = Extract<Key, "source" | "grid" | "map" | "settings">;

/** How files of a kind can be looked at. */
const VIEWS: Readonly<Partial<Record<Kind, readonly ViewKey[]>>> = { tables: ["grid", "source"], scenarios: ["source", "map"], pack: ["settings", "source"] };

type Side = "case" | "problems" | "tests" | "impact" | "publish";

/** A way to look at a file: its text, or something drawn from it that writes the text. */
export interface View {
  readonly key: Key;
  readonly element: HTMLElement;
  /** Shows a place of the file; false where this view has nothing to show there. */
  reveal(line: number, column?: number): boolean;
  /** Shows which of the file's rules, rows or steps a test reached, by the lines they begin on; nothing of a pack whose tests were not run. */
  paint(painted: readonly Paint[]): void;
  destroy(): void;
}

/** Where the pack at hand comes from: a server that it is published to, or a folder that it is saved into. */
export interface Place {
  published?: Published;
  home?: Home;
  open: (home: Home, files: Sources) => Promise<void>;
}

/** The page of the studio: the tree, a file, and at the side the case, the findings and the tests. */
export class Studio {
  readonly draft: Draft;
  readonly say: Say;
  readonly #lang: Lang;
  readonly #tree: Tree;
  readonly #title = el("h2", { class: "title" });
  readonly #views = el("div", { class: "views", role: "group" });
  readonly #work = el("div", { class: "work", id: "work", tabindex: -1 });
  readonly #state = el("button", { type: "button", class: "state", onclick: () => { this.#side("problems"); } });
  readonly #changed = el("span", { class: "changedcount" });
  readonly #discard: HTMLButtonElement;
  readonly #panes: Readonly<Partial<Record<Side, HTMLElement>>>;
  readonly #folder: FolderBar;
  readonly #tabs = el("div", { class: "tabs", role: "tablist" });
  readonly #pane = el("div", { class: "pane", role: "tabpanel", id: "pane", tabindex: 0 });
  readonly case: CasePane;
  readonly #tests: TestPane;
  readonly #publish: PublishPane | undefined;
  #view: View | undefined;
  #path = "";

  constructor(root: HTMLElement, draft: Draft, lang: Lang, { published, home, open }: Place) {
    this.draft = draft;
    this.#lang = lang;
    this.say = sayIn(lang);
    const { say } = this;
    this.#discard = el("button", { type: "button", class: "discard", onclick: () => { if (confirm(say("discard_sure"))) void draft.discard(); } }, say("discard"));
    this.#folder = new FolderBar(draft, say, home, open);
    this.#tree = new Tree({ draft, say, open: (path, line) => { this.open(path, line); }, make: () => { newFile(draft, say, (path) => { this.open(path); }); }, remove: (path) => { this.#remove(path); } });
    this.case = new CasePane(draft, say, (path, line) => { this.open(path, line); });
    this.case.ondecision = () => { this.#stand(this.#view); };
    const findings = new Findings(draft, say, (path, line, column) => { this.open(path, line, column); }, (witness) => {
      this.case.take(witness);
      this.#side("case");
    });
    this.#tests = new TestPane(draft, say, (path, line) => { this.open(path, line); });
    this.#tests.onrun = () => { this.#paint(); };
    const impact = new ImpactPane(draft, say, (path, line) => { this.open(path, line); });
    this.#publish = published && new PublishPane(draft, say, published);
    this.#panes = { case: this.case.element, problems: findings.element, tests: this.#tests.element, impact: impact.element, ...(this.#publish ? { publish: this.#publish.element } : {}) };
    this.#views.setAttribute("aria-label", say("source"));
    this.#tabs.addEventListener("keydown", (event) => { this.#tabKey(event); });
    root.replaceChildren(
      el("a", { class: "skip", href: "#work" }, say("skip")),
      el("header", { class: "top" }, el("h1", {}, say("title")), this.#changed,
        this.#discard, this.#state, this.#folder.element, this.#switches()),
      el("main", { class: "studio" }, this.#tree.element,
        el("section", { class: "center", "aria-label": say("source") }, el("div", { class: "bar" }, this.#title, this.#views,
          el("button", { type: "button", title: "Shift+Alt+F", onclick: () => { void this.format(); } }, say("format")),
          el("button", { type: "button", onclick: () => { this.#remove(this.#path); } }, say("file_delete"))), this.#work),
        el("aside", { class: "side", "aria-label": say("case") }, this.#tabs, this.#pane)));
    draft.on("checked", () => { this.#status(); });
    draft.on("edit", () => { this.#status(); });
    // Not by addEventListener: a pack out of a folder takes the page over from the one before.
    window.onhashchange = () => {
      const path = decodeURIComponent(location.hash.slice(1));
      if (path !== this.#path && draft.text(path) !== undefined) this.open(path);
    };
    draft.on("files", () => { if (this.#path !== "" && draft.text(this.#path) === undefined) this.open("pack.yaml"); });
    root.onkeydown = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || !this.#folder.saves) return;
      event.preventDefault();
      void this.#folder.save();
    };
    this.#side("case");
    this.#status();
  }

  /** Shows a file, at a place of it. */
  open(path: string, line = 1, column = 1): void {
    if (path !== this.#path || !this.#view) {
      this.#path = path;
      this.#tree.select(path);
      this.#title.replaceChildren(titleOf(path, this.draft.text(path) ?? ""), el("small", {}, path));
      this.#show(this.#chosen());
    }
    if (this.#view?.reveal(line, column) === false) {
      this.#show("source");
      this.#view.reveal(line, column);
    }
    history.replaceState(null, "", `#${path}`);
  }

  #remove(path: string): void {
    if (path !== "pack.yaml" && confirm(`${this.say("file_delete_sure")}\n${path}`)) removeFile(this.draft, path);
  }

  async format(): Promise<void> {
    const path = this.#path;
    const text = this.draft.text(path);
    if (text === undefined || kindOf(path) === "rows") return;
    this.draft.edit(path, await this.draft.clerk.send({ op: "format", path, text }));
  }

  /** The ways to look at the file at hand; the first is what one sees who has never chosen. */
  #offered(): readonly ViewKey[] {
    return VIEWS[kindOf(this.#path)] ?? ["source"];
  }

  #chosen(): ViewKey {
    const offered = this.#offered();
    const kept = localStorage.getItem(`${VIEW}-${kindOf(this.#path)}`) as ViewKey;
    return offered.includes(kept) ? kept : offered[0] ?? "source";
  }

  #show(key: ViewKey): void {
    this.#view?.destroy();
    this.#view = this.#make(key);
    this.#work.replaceChildren(this.#view.element);
    const offered = this.#offered();
    this.#views.replaceChildren(...(offered.length < 2 ? [] : offered).map((each) => el("button", { type: "button", "aria-pressed": String(each === key), onclick: () => {
      localStorage.setItem(`${VIEW}-${kindOf(this.#path)}`, each);
      this.#show(each);
      this.#views.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
    } }, this.say(each))));
    this.#paint();
  }

  #make(key: ViewKey): View {
    const { draft, say } = this;
    const path = this.#path;
    if (key === "grid") return new Grid(draft, path, say);
    const source = (line: number) => {
      this.#show("source");
      this.#view?.reveal(line);
    };
    if (key === "settings") return new SettingsForm(draft, path, say, source);
    if (key === "map") {
      const map = new TrackMap({ draft, path, say, source, open: (other, line) => { this.open(other, line); } });
      this.#stand(map);
      return map;
    }
    const editor = new PackEditor(draft, path, say);
    return {
      key, element: editor.element, destroy: () => { editor.destroy(); }, paint: (painted) => { editor.paint(painted); },
      reveal: (line, column) => {
        editor.reveal(line, column);
        return true;
      },
    };
  }

  /** Tells a map where the case at the side stands. */
  #stand(view: View | undefined): void {
    const { scenario } = this.case.decision ?? {};
    if (view instanceof TrackMap) view.stand(scenario?.id ?? "", scenario?.step ?? "");
  }

  /** Paints on the rules, rows and steps of the file at hand whether a test reached them. */
  #paint(): void {
    const tested = this.#tests.tested;
    if (!tested) {
      this.#view?.paint([]);
      return;
    }
    const missing = new Set([...tested.coverage.rules.missing, ...tested.coverage.rows.missing, ...tested.coverage.steps.missing].map(({ file, line }) => `${file}:${line}`));
    const kind = kindOf(this.#path);
    const entries = outlineOf(this.#path, this.draft.text(this.#path) ?? "");
    const painted = kind === "rules" ? entries.flatMap(({ children }) => children) : kind === "tables" || kind === "scenarios" ? entries : [];
    this.#view?.paint(painted.map(({ line }) => ({ line, reached: !missing.has(`${this.#path}:${line}`) })));
  }

  #side(name: Side): void {
    const { say } = this;
    const names = Object.keys(this.#panes) as Side[];
    this.#tabs.replaceChildren(...names.map((each) => el("button", {
      type: "button", role: "tab", id: `tab-${each}`, "aria-controls": "pane", "aria-selected": String(each === name), tabindex: each === name ? 0 : -1,
      onclick: () => { this.#side(each); },
    }, say(each))));
    this.#pane.setAttribute("aria-labelledby", `tab-${name}`);
    this.#pane.replaceChildren(this.#panes[name] ?? "");
    if (name === "publish") this.#publish?.shown();
  }

  #tabKey(event: KeyboardEvent): void {
    const tabs = [...this.#tabs.querySelectorAll<HTMLElement>("[role=tab]")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    tabs[(at + step + tabs.length) % tabs.length]?.click();
    this.#tabs.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    event.preventDefault();
  }

  #status(): void {
    const { draft, say } = this;
    const warnings = draft.diagnostics.length - draft.errors;
    this.#state.className = draft.errors > 0 ? "state bad" : warnings > 0 ? "state warn" : "state good";
    this.#state.textContent = draft.errors > 0 ? `${draft.errors} ${say("errors")}` : warnings > 0 ? `${warnings} ${say("warnings")}` : say("in_order");
    this.#state.title = `${Math.round(draft.took.check)} / ${Math.round(draft.took.whole)} ${say("took")}`;
    const changed = Object.keys(draft.changes).length;
    this.#discard.hidden = changed === 0;
    this.#changed.textContent = changed === 0 ? say(this.#folder.saves ? "folder_clean" : "clean") : `${changed} ${say("files_changed")}`;
    document.title = `${changed > 0 ? "● " : ""}${say("title")}`;
  }

  #switches(): HTMLElement {
    const { say } = this;
    const theme = (localStorage.getItem(THEME) ?? "auto") as (typeof THEMES)[number];
    return el("div", { class: "switches" },
      el("select", { "aria-label": say("theme"), onchange: (event: Event) => {
        localStorage.setItem(THEME, (event.target as HTMLSelectElement).value);
        dress();
      } }, ...THEMES.map((each) => el("option", { value: each, selected: each === theme }, say(`theme_${each}`)))),
      el("button", { type: "button", lang: this.#lang === "en" ? "zh-CN" : "en", onclick: () => {
        localStorage.setItem(LANG, this.#lang === "en" ? "zh-CN" : "en");
        location.reload(); // the draft is kept, so nothing is lost
      } }, say("lang")));
  }
}

function dress(): void {
  const theme = localStorage.getItem(THEME);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** What the server has in place: a pack's sources with its tests, or of a server that has only the built pack, what that carries. */
async function sourcesOf(id: string): Promise<{ sources: Sources; digest: string }> {
  const response = await fetch(`/v1/packs/${id}/sources`, { cache: "no-cache" });
  if (!response.ok) throw new EngineError("fetch_failed", `/v1/packs/${id}/sources: ${response.status} ${response.statusText}`);
  return { sources: (await response.json()) as Sources, digest: (response.headers.get("etag") ?? "").replaceAll('"', "") };
}

async function packs(): Promise<string[]> {
  const response = await fetch("/v1/packs", { cache: "no-cache" });
  if (!response.ok) throw new EngineError("fetch_failed", `/v1/packs: ${response.status} ${response.statusText}`);
  return ((await response.json()) as { packs: { id: string }[] }).packs.map(({ id }) => id);
}

/** The demo's customers, called in the page's language. */
async function samples(lang: Lang): Promise<Sample[]> {
  const key = lang === "en" ? "en" : "zh";
  const response = await fetch(new URL("samples/customers.json", import.meta.url));
  if (!response.ok) return [];
  const found = (await response.json()) as { case: { id?: string; intent?: string }; name?: Record<string, string>; note?: Record<string, string> }[];
  return found.map(({ case: given, name, note }) => {
    const id = given.id ?? given.intent ?? "";
    const told = [name?.[key], note?.[key]].filter((part) => part).join(key === "zh" ? "：" : ": ");
    return { name: told === "" ? id : `${told} · ${id}`, text: JSON.stringify(given) };
  });
}

/** The pack that a host of files alone may have beside the page, as far as it lists its files. */
async function included(): Promise<Sources | undefined> {
  const read = async (path: string) => {
    const response = await fetch(new URL(`packs/cn-telecom/${path}`, import.meta.url));
    return response.ok ? response.text() : undefined;
  };
  const root = await read("pack.yaml");
  if (root === undefined) return undefined;
  return Object.fromEntries([["pack.yaml", root], ...await Promise.all(filesIn(root).map(async (path) => [path, await read(path) ?? ""] as const))]);
}

async function start(): Promise<void> {
  dress();
  const lang = langOf(localStorage.getItem(LANG) ?? document.documentElement.lang);
  document.documentElement.lang = lang;
  const say = sayIn(lang);
  const root = document.getElementById("studio") as HTMLElement;
  root.replaceChildren(el("p", { class: "loading", role: "status" }, say("loading")));
  const failed = (thrown: unknown) => { root.replaceChildren(el("p", { class: "loading bad", role: "alert" }, `${say("failed")}: ${reason(thrown, "trap", say)}`)); };
  try {
    const clerk = new Clerk(new URL("koujing-studio-worker.js", import.meta.url));
    const address = (name: string) => new URL(name, import.meta.url).href;
    const show = async (key: string, sources: Sources, digest: string, place: Omit<Place, "open">) => {
      const draft = new Draft(clerk);
      await draft.open(key, sources, digest);
      const studio = new Studio(root, draft, lang, { ...place, open });
      const asked = location.hash.slice(1);
      studio.open(draft.text(asked) !== undefined ? asked : draft.text("rules/refund.yaml") !== undefined ? "rules/refund.yaml" : "pack.yaml");
      studio.case.offer(await samples(lang));
    };
    const open = (home: Home, files: Sources) => show(`folder:${home.name}`, files, "", { home });
    const [, ids] = await Promise.all([clerk.send({ op: "start", lang, engine: address("koujing.wasm"), author: address("koujing-author.wasm") }), packs().catch(() => undefined)]);
    if (!ids) {
      const sources = await included();
      root.replaceChildren(el("main", { class: "start" }, el("h1", {}, say("title")), el("p", {}, say("no_server")), new FolderMenu(say, open).element,
        sources && el("button", { type: "button", class: "link", onclick: () => void show("included", sources, "", {}).catch(failed) }, say("included"))));
      return;
    }
    const id = new URLSearchParams(location.search).get("pack") ?? ids[0] ?? "";
    const { sources, digest } = await sourcesOf(id);
    await show(id, sources, digest, { published: { id, fetch: () => sourcesOf(id) } });
  } catch (thrown) {
    failed(thrown);
    throw thrown;
  }
}

void start();
