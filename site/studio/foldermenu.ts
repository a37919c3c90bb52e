import { createStore, get, set } from "idb-keyval";
import { EngineError } from "../engine/errors.ts";
import type { Sources } from "../engine/runner.ts";
import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { Directory, fromZip, Handed, keep, packIn, toZip, type Home } from "./folder.ts";
import { save } from "./save.ts";
import type { Say } from "./strings.ts";

/** What browsers that can write folders have, and the types here do not. */
type Picking = { showDirectoryPicker?: (options: { id: string; mode: string }) => Promise<FileSystemDirectoryHandle> } & Window;
/** A folder kept from another day has to be asked for again. */
type Asking = FileSystemDirectoryHandle & { requestPermission?: (options: { mode: string }) => Promise<string> };

const LAST = "last";

/** The ways to bring a pack in that lies on this computer. `open` shows what came. */
export class FolderMenu {
  readonly element: HTMLElement;
  readonly #say: Say;
  readonly #open: (home: Home, files: Sources) => Promise<void>;
  readonly #message = el("p", { class: "said", role: "status" });
  readonly #store = createStore("koujing-studio-folders", "folders");

  constructor(say: Say, open: (home: Home, files: Sources) => Promise<void>) {
    this.#say = say;
    this.#open = open;
    const folder = el("input", { type: "file", webkitdirectory: true, multiple: true, hidden: true, "aria-label": say("folder_upload"), onchange: () => void this.#take(async () => this.#uploaded(folder)) });
    const zip = el("input", { type: "file", accept: ".zip", hidden: true, "aria-label": say("zip_open"), onchange: () => void this.#take(async () => this.#unzipped(zip)) });
    const pick = (window as Picking).showDirectoryPicker;
    this.element = el("div", { class: "foldermenu" },
      pick && el("button", { type: "button", class: "primary", onclick: () => void this.#take(async () => this.#picked(await pick.call(window, { id: "koujing", mode: "readwrite" }))) }, say("folder_open")),
      el("button", { type: "button", onclick: () => { folder.click(); } }, say("folder_upload")), folder,
      el("button", { type: "button", onclick: () => { zip.click(); } }, say("zip_open")), zip,
      !pick && el("p", { class: "quiet" }, say("folder_cannot")), this.#message);
    if (pick) void this.#offerLast();
  }

  async #offerLast(): Promise<void> {
    const last = await get<Asking>(LAST, this.#store).catch(() => undefined);
    if (!last) return;
    this.element.prepend(el("button", { type: "button", onclick: () => void this.#take(async () => {
      if (await last.requestPermission?.({ mode: "readwrite" }) === "denied") throw new EngineError("no_pack", last.name);
      return new Directory(last);
    }) }, `${this.#say("folder_again")} ${new Directory(last).name}`));
  }

  async #picked(handle: FileSystemDirectoryHandle): Promise<Home> {
    await set(LAST, handle, this.#store).catch(() => undefined); // not every browser keeps one
    return new Directory(handle);
  }

  async #uploaded(field: HTMLInputElement): Promise<Home> {
    const files: Sources = {};
    const given = [...field.files ?? []];
    field.value = "";
    for (const file of given) if (/\.(ya?ml|csv)$/.test(file.name)) files[file.webkitRelativePath || file.name] = await file.text();
    return new Handed(given[0]?.webkitRelativePath.split("/")[0] ?? "pack", packIn(files));
  }

  async #unzipped(field: HTMLInputElement): Promise<Home> {
    const file = field.files?.[0];
    field.value = "";
    if (!file) throw new DOMException("", "AbortError");
    return new Handed(file.name.replace(/\.zip$/, ""), fromZip(new Uint8Array(await file.arrayBuffer())));
  }

  async #take(find: () => Promise<Home>): Promise<void> {
    try {
      const home = await find();
      await this.#open(home, await home.read());
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === "AbortError") return; // somebody thought better of it
      const error = EngineError.wrap(thrown, "trap");
      this.#message.textContent = error.code === "no_pack" ? this.#say("folder_no_pack") : error.message;
      this.#message.classList.add("bad");
    }
  }
}

/** In the bar at the top: saving into the folder at hand, and a dialog with the ways to another. */
export class FolderBar {
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #home: Home | undefined;
  readonly #message = el("span", { class: "saved", role: "status" });
  readonly #save: HTMLButtonElement | undefined;

  constructor(draft: Draft, say: Say, home: Home | undefined, open: (home: Home, files: Sources) => Promise<void>) {
    this.#draft = draft;
    this.#say = say;
    this.#home = home;
    const dialog = el("dialog", { "aria-label": say("folder") });
    const menu = new FolderMenu(say, async (...found) => {
      dialog.close();
      await open(...found);
    });
    dialog.append(el("h2", {}, say("folder")), el("p", {}, say("folder_why")), menu.element,
      el("p", {}, el("button", { type: "button", onclick: () => { save(new Blob([toZip(draft.files, home?.name ?? "pack")], { type: "application/zip" }), `${home?.name ?? "pack"}.zip`); } }, say("zip_save")), " ",
        el("button", { type: "button", onclick: () => { dialog.close(); } }, say("close"))));
    this.#save = home && el("button", { type: "button", class: "primary", title: "Ctrl+S", onclick: () => void this.save() }, `${say("folder_save")} ${home.name}`);
    this.element = el("div", { class: "actions" }, el("button", { type: "button", onclick: () => { dialog.showModal(); } }, `${say("folder")}…`), this.#save, this.#message, dialog);
  }

  /** True where there is a folder to save into. */
  get saves(): boolean {
    return this.#home !== undefined;
  }

  async save(): Promise<void> {
    const home = this.#home;
    if (!home || this.#save?.disabled === true) return;
    const say = this.#say;
    if (this.#save) this.#save.disabled = true;
    try {
      const { base, files } = this.#draft;
      const before = { ...files };
      const saved = await keep(home, base, before);
      if (saved.conflicts.length > 0) {
        this.#tell(`${say("folder_conflict")} ${[...new Set(saved.conflicts.map(({ path, title }) => `${path} (${title})`))].join(", ")}`, true);
        return;
      }
      // What was typed while it was written stays a change.
      const now: Sources = { ...saved.files };
      for (const path of new Set([...Object.keys(before), ...Object.keys(this.#draft.files)])) {
        const text = this.#draft.text(path);
        if (text === before[path]) continue;
        if (text === undefined) Reflect.deleteProperty(now, path);
        else now[path] = text;
      }
      await this.#draft.rebase(saved.files, "", now);
      const taken = saved.taken.length > 0 ? ` · ${say("folder_taken")} ${saved.taken.join(", ")}` : "";
      this.#tell(saved.written.length === 0 ? say("folder_same") : `${say("folder_saved")} ${saved.written.join(", ")}${taken}`);
    } catch (thrown) {
      this.#tell(`${say("folder_failed")} ${EngineError.wrap(thrown, "trap").message}`, true);
    } finally {
      if (this.#save) this.#save.disabled = false;
    }
  }

  #tell(text: string, bad = false): void {
    this.#message.textContent = text;
    this.#message.title = text;
    this.#message.classList.toggle("bad", bad);
  }
}
