import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Sources } from "../engine/runner.ts";
import { el, type Attributes } from "../widget/dom.ts";
import { approve, contents, history, instant, publish, Refused, rollback, signer, waiting, type PastAct, type Report, type Signer } from "./act.ts";
import type { Draft } from "./draft.ts";
import { decided, merge, type Choice, type Conflict } from "./merge.ts";
import { reason } from "./reason.ts";
import type { Say } from "./strings.ts";

const WHO = "koujing-studio-who";

/** Where the pack in force is asked for. */
export interface Published {
  id: string;
  fetch: () => Promise<{ sources: Sources; digest: string }>;
}

/**
 * From a draft to a pack in force: what has changed, who publishes it and why, signed by the browser's key or not at all, at once or
 * at a date; what was published before, and the way back. When somebody else has published meanwhile, the edits are brought together
 * first.
 */
export class PublishPane {
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #published: Published;
  readonly #changes = el("div", { class: "changes" });
  readonly #words = el("ul", { class: "words" });
  readonly #message = el("div", { class: "message", role: "status" });
  readonly #waits = el("div", { class: "waits" });
  readonly #past = el("ol", { class: "past" });
  readonly #key = el("div", { class: "key" });
  readonly #form: HTMLFormElement;
  #signer: Signer | undefined;
  #report: Report | undefined;
  /** The version was typed: it is not offered over. */
  #chosen = false;
  #views: EditorView[] = [];

  constructor(draft: Draft, say: Say, published: Published) {
    this.#draft = draft;
    this.#say = say;
    this.#published = published;
    const field = (name: string, label: string, attributes: Attributes = {}) =>
      el("label", {}, el("span", {}, label), el("input", { name, ...attributes }));
    this.#form = el("form", { class: "publish", onsubmit: (event: Event) => { event.preventDefault(); void this.#publish(); } },
      field("version", say("version"), { required: true, oninput: () => { this.#chosen = true; } }), field("who", say("who"), { required: true, value: localStorage.getItem(WHO) ?? "" }),
      field("why", say("reason"), { required: true }), field("from", say("active_from"), { type: "datetime-local" }),
      el("button", { type: "submit", class: "primary" }, say("publish_now")));
    this.element = el("div", { class: "publishpane" }, this.#message,
      el("section", {}, el("h3", {}, say("change")), this.#words, this.#changes),
      el("section", {}, el("h3", {}, say("publish")), this.#waits, this.#form, this.#key),
      el("section", {}, el("h3", {}, say("history")), this.#past));
    draft.on("checked", () => { this.#list(); });
    this.#list();
    void this.#keys(false);
  }

  /** The pane has come into view: what is asked for only then. */
  shown(): void {
    void this.#inWords();
    void this.refresh();
  }

  /** Asks the server anew what was done. */
  async refresh(): Promise<void> {
    try {
      this.#report = await history(this.#published.id);
      this.#tellPast(this.#report);
      this.#version();
    } catch (thrown) {
      this.#past.replaceChildren(el("li", { class: "quiet" }, reason(thrown, "fetch_failed", this.#say)));
    }
  }

  #list(): void {
    const { changes, base } = this.#draft;
    const open = new Set([...this.#changes.querySelectorAll<HTMLDetailsElement>("details[open]")].map(({ dataset }) => dataset.path));
    for (const view of this.#views) view.destroy();
    this.#views = [];
    const paths = Object.keys(changes);
    void this.#inWords();
    this.#changes.replaceChildren(...(paths.length === 0 ? [el("p", { class: "quiet" }, this.#say("clean"))] : paths.map((path) => {
      const details = el("details", { ontoggle: () => { if (details.open && details.childElementCount === 1) this.#show(details, base[path] ?? "", changes[path] ?? ""); } },
        el("summary", {}, path, el("small", {}, changes[path] === null ? this.#say("file_gone") : base[path] === undefined ? this.#say("file_new") : ""),
          el("button", { type: "button", class: "link", onclick: (event: Event) => { event.preventDefault(); this.#draft.edit(path, base[path] ?? null); } }, this.#say("revert"))));
      details.dataset.path = path;
      details.open = open.has(path);
      return details;
    })));
    this.#version();
    (this.#form.querySelector("button") as HTMLButtonElement).disabled = paths.length === 0 || this.#draft.errors > 0;
  }

  /** Offers the version to publish under: the draft's own, or where that is what it began from, the next one that is free. */
  #version(): void {
    const { changes, base } = this.#draft;
    const version = versionOf(this.#draft.text("pack.yaml"));
    const input = this.#form.elements.namedItem("version") as HTMLInputElement;
    if (!this.#chosen) input.value = Object.keys(changes).length > 0 && version === versionOf(base["pack.yaml"]) ? this.#free(version) : version;
  }

  /** The first version after one that names nothing yet. */
  #free(version: string): string {
    let free = next(version);
    while (this.#report && contents(this.#report, free).size > 0) free = next(free);
    return free;
  }

  /** Whether what waits may be dropped: who is asked sees whose it is and what for. */
  #mayDrop(drops: readonly PastAct[]): boolean {
    return drops.length === 0 || confirm(`${this.#say("drops_sure")}\n\n${drops.map((past) => this.#inShort(past)).join("\n")}`);
  }

  #inShort(past: PastAct): string {
    const say = this.#say;
    return `${past.seq}. ${past.who} · ${past.version} · ${past.why} · ${past.active_from !== null && past.state === "planned" ? `${local(past.active_from)} ${say("is_planned")}` : say("waits_approval")}`;
  }

  /** The changes rule by rule, as the checker tells them. */
  async #inWords(): Promise<void> {
    if (!this.element.isConnected) return;
    const found = await this.#draft.clerk.send({ op: "changes" }).catch(() => []);
    this.#words.replaceChildren(...found.map(({ words, at }) => el("li", {}, el("small", {}, `${(at.to ?? at.from)?.file ?? ""}:${(at.to ?? at.from)?.line ?? ""}`), el("span", {}, words))));
  }

  #show(details: HTMLElement, before: string, after: string): void {
    const host = el("div", { class: "difference" });
    const root = host.attachShadow({ mode: "open" });
    this.#views.push(new EditorView({
      parent: root, root,
      state: EditorState.create({ doc: after, extensions: [EditorView.editable.of(false), EditorState.readOnly.of(true), EditorView.lineWrapping,
        unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 2, minSize: 4 } }),
        EditorState.phrases.of({ "$ unchanged lines": this.#say("unchanged_lines") }),
        EditorView.contentAttributes.of({ "aria-label": this.#say("change"), tabindex: "0" }),
        EditorView.theme({ "&": { fontSize: "12px", color: "var(--ink)", backgroundColor: "var(--paper)" }, ".cm-scroller": { fontFamily: "var(--mono)" },
          ".cm-collapsedLines": { color: "var(--muted)", background: "var(--raised)" }, ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "'⋯'" },
          ".cm-deletedChunk": { backgroundColor: "var(--was)" }, ".cm-changedLine": { backgroundColor: "var(--is) !important" },
          ".cm-changedText": { background: "var(--is-text) !important" }, ".cm-deletedText": { background: "var(--was-text) !important" } })] }),
    }));
    details.append(host);
  }

  async #publish(): Promise<void> {
    const data = new FormData(this.#form);
    const text = (name: string) => (data.get(name) as string | null)?.trim() ?? "";
    const who = text("who");
    localStorage.setItem(WHO, who);
    await this.#try(async () => {
      const draft = this.#draft;
      const version = text("version");
      const root = draft.text("pack.yaml") ?? "";
      draft.edit("pack.yaml", withVersion(root, version));
      await draft.settled();
      const { pack, digest } = await draft.clerk.send({ op: "build" });
      const failing = (await draft.clerk.send({ op: "test" })).outcomes.filter(({ problems }) => problems.length > 0).length;
      if (failing > 0 && !confirm(`${failing} ${this.#say("tests_fail_sure")}`)) {
        this.#message.replaceChildren();
        return;
      }
      const from = text("from") === "" ? undefined : instant(new Date(text("from")));
      const report = await history(this.#published.id);
      this.#report = report;
      const named = contents(report, version);
      // Where somebody has published since, the server says so, and the edits are brought together first.
      if (report.in_force === draft.digest && named.size > 0 && !named.has(digest)) {
        this.#message.replaceChildren(el("p", { class: "bad" }, `${version} ${this.#say("version_taken")} ${this.#free(version)}`));
        (this.#form.elements.namedItem("version") as HTMLInputElement).focus();
        return;
      }
      const drops = waiting(report, from);
      if (!this.#mayDrop(drops)) {
        this.#message.replaceChildren();
        return;
      }
      const files = { ...draft.files };
      const done = await publish(pack, files, { id: this.#published.id, version, digest, who, why: text("why"), expect: draft.digest, drops, ...(from === undefined ? {} : { from }) }, this.#signer, new Date());
      this.#tell(done.state, drops);
      this.#chosen = false;
      if (done.state === "in_force") await draft.rebase(files, digest, files);
      (this.#form.elements.namedItem("why") as HTMLInputElement).value = "";
      await this.refresh();
    });
  }

  /** What became of an act, in words. */
  #tell(state: string, drops: readonly PastAct[] = []): void {
    const said = ({ in_force: "now_in_force", pending: "waits_approval", planned: "scheduled" } as const)[state as "in_force"] as "now_in_force" | "waits_approval" | "scheduled" | undefined;
    this.#message.replaceChildren(el("p", { class: "good" }, said === undefined ? state : this.#say(said)),
      ...drops.map((past) => el("p", { class: "changed" }, `${this.#say("was_dropped")} ${past.seq}. ${past.who} · ${past.version}`)));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.#message.replaceChildren(el("p", {}, this.#say("working")));
    try {
      await act();
    } catch (thrown) {
      if (thrown instanceof Refused && thrown.status === 412) await this.#meet();
      else this.#message.replaceChildren(el("p", { class: "bad" }, reason(thrown, "fetch_failed", this.#say)));
    }
  }

  /** Somebody else has published: takes in their edits beside ours, and asks where both changed the same thing. */
  async #meet(): Promise<void> {
    const { sources, digest } = await this.#published.fetch();
    const { base, files } = this.#draft;
    // A pack that came built carries no tests and no row index: that they are not there says nothing.
    const theirs = { ...sources };
    for (const [path, text] of Object.entries(base)) if (/^(tests|rows)\//.test(path) && !(path in theirs)) theirs[path] = text;
    this.#chosen = false; // the next version is another now
    const merged = merge(base, underVersion(files, theirs), theirs);
    const finish = async (choose: (conflict: Conflict) => Choice) => {
      await this.#draft.rebase(theirs, digest, decided(merged, choose));
      this.#message.replaceChildren(el("p", { class: "good" }, `${this.#say("merged")} ${merged.taken.join(", ")}`));
    };
    if (merged.conflicts.length === 0) {
      await finish(() => "ours");
      return;
    }
    const choices = new Map<Conflict, Choice>();
    const done = el("button", { type: "button", class: "primary", disabled: true, onclick: () => void finish((conflict) => choices.get(conflict) ?? "both") }, this.#say("take_choices"));
    this.#message.replaceChildren(el("div", { class: "conflicts" }, el("p", { class: "bad" }, this.#say("conflict")),
      ...merged.conflicts.map((conflict, i) => el("fieldset", {}, el("legend", {}, `${conflict.path} · ${conflict.title}`),
        ...(["ours", "theirs", "both"] as const).map((choice) => el("label", {},
          el("input", { type: "radio", name: `conflict-${i}`, value: choice, onchange: () => {
            choices.set(conflict, choice);
            done.disabled = choices.size < merged.conflicts.length;
          } }), el("span", {}, this.#say(`choose_${choice}`)),
          choice !== "both" && el("pre", {}, conflict[choice] ?? this.#say("file_gone")))))), done));
    this.#message.querySelector("input")?.focus();
  }

  #tellPast(report: Report): void {
    const say = this.#say;
    const { acts, in_force, base } = report;
    const waits = waiting(report);
    this.#waits.replaceChildren(...(waits.length === 0 ? [] : [el("p", { class: "changed" }, say("waits_here")), el("ul", {}, ...waits.map((past) => el("li", {}, this.#inShort(past))))]));
    this.#past.replaceChildren(...(acts.length === 0 ? [el("li", { class: "quiet" }, say("no_history"))] : [...acts].reverse().map((past) => el("li", {},
      el("strong", {}, `${past.seq}. ${say(past.action === "publish" ? "did_publish" : past.action === "rollback" ? "did_rollback" : "did_approve")} ${past.version}`),
      past.state !== "" && el("small", { class: past.state === "in_force" ? "good" : past.state === "pending" || past.state === "planned" ? "changed" : "quiet" }, past.dropped_by > 0 ? `${say("dropped_by")} ${past.dropped_by}` : stateName(past.state, say)),
      past.same_as > 0 && el("small", { class: "quiet" }, `${say("same_as")} ${past.same_as}`),
      el("span", {}, `${past.who} · ${local(past.at)}${past.active_from === null ? "" : ` · ${say("active_from")} ${local(past.active_from)}`}`), el("span", {}, past.why),
      past.action !== "approve" && past.digest !== in_force && past.state === "past" && el("button", { type: "button", onclick: () => void this.#back(past) }, say("roll_back")),
      past.state === "pending" && this.#signer !== undefined && el("button", { type: "button", onclick: () => void this.#approve(past) }, say("approve"))))),
    ...(base === null ? [] : [el("li", {}, el("strong", {}, `0. ${say("at_first")} ${base.version}`), base.digest === in_force && el("small", { class: "good" }, say("in_force")),
      base.digest !== in_force && el("button", { type: "button", onclick: () => void this.#back(base) }, say("roll_back")))]));
  }

  async #back(past: { version: string; digest: string }): Promise<void> {
    const who = (this.#form.elements.namedItem("who") as HTMLInputElement).value.trim();
    const why = (this.#form.elements.namedItem("why") as HTMLInputElement).value.trim();
    if (who === "" || why === "") {
      this.#message.replaceChildren(el("p", { class: "bad" }, this.#say("who_and_why")));
      (this.#form.elements.namedItem(who === "" ? "who" : "why") as HTMLInputElement).focus();
      return;
    }
    await this.#try(async () => {
      const drops = waiting(await history(this.#published.id));
      if (!this.#mayDrop(drops)) {
        this.#message.replaceChildren();
        return;
      }
      const done = await rollback(this.#published.id, past, who, why, drops, this.#signer, new Date());
      this.#tell(done.state, drops);
      const { sources, digest } = await this.#published.fetch();
      const { base, files } = this.#draft;
      const kept = { ...sources };
      for (const [path, text] of Object.entries(base)) if (/^(tests|rows)\//.test(path) && !(path in kept)) kept[path] = text;
      // What was edited since stays as a change; what was published and is taken back, is taken back here too.
      const merged = merge(base, underVersion(files, kept), kept);
      await this.#draft.rebase(kept, digest, decided(merged, () => "ours"));
      await this.refresh();
    });
  }

  async #approve(past: PastAct): Promise<void> {
    const by = this.#signer;
    const who = (this.#form.elements.namedItem("who") as HTMLInputElement).value.trim();
    const why = (this.#form.elements.namedItem("why") as HTMLInputElement).value.trim();
    if (!by) return;
    await this.#try(async () => {
      const done = await approve(this.#published.id, past, who, why, by, new Date());
      this.#tell(done.state === "" ? "in_force" : done.state);
      await this.refresh();
    });
  }

  async #keys(make: boolean): Promise<void> {
    const say = this.#say;
    try {
      this.#signer = await signer(make);
    } catch (thrown) {
      this.#key.replaceChildren(el("p", { class: "bad" }, reason(thrown, "fetch_failed", this.#say)));
      return;
    }
    this.#key.replaceChildren(this.#signer
      ? el("details", {}, el("summary", {}, say("my_key"), el("small", {}, this.#signer.id.slice(0, 16))), el("p", {}, say("key_use")), el("textarea", { readonly: true, rows: 4, "aria-label": say("my_key") }, this.#signer.publicPEM))
      : el("p", {}, el("button", { type: "button", onclick: () => void this.#keys(true) }, say("make_key")), el("small", {}, say("key_why"))));
  }
}

function local(time: string): string {
  return new Date(time).toLocaleString(document.documentElement.lang);
}

function versionOf(root: string | undefined): string {
  return /^version:\s*["']?([^\s"'#]+)/m.exec(root ?? "")?.[1] ?? "";
}

function withVersion(root: string, version: string): string {
  return root.replace(/^version:\s*["']?[^\s"'#]+["']?/m, `version: ${version}`);
}

/** Files under the version of others: that both have raised it is nothing to ask anybody about. */
function underVersion(files: Readonly<Sources>, others: Readonly<Sources>): Sources {
  const root = files["pack.yaml"];
  return root === undefined ? { ...files } : { ...files, "pack.yaml": withVersion(root, versionOf(others["pack.yaml"])) };
}

/** How an act stands, in words; a state of a later server as it is. */
function stateName(state: string, say: Say): string {
  switch (state) {
    case "in_force": return say("in_force");
    case "pending": return say("waits_approval");
    case "planned": return say("is_planned");
    case "past": return say("is_past");
    case "dropped": return say("is_dropped");
    case "untrusted": return say("is_untrusted");
    default: return state;
  }
}

/** The version after one: its last number, and one. */
export function next(version: string): string {
  return /\d+$/.test(version) ? version.replace(/\d+$/, (digits) => String(Number(digits) + 1)) : `${version}.1`;
}
