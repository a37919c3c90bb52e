import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import { listing } from "./packfile.ts";
import type { Say } from "./strings.ts";
import { MAKING, nameFits, pathOf, templateOf, type Making } from "./templates.ts";

/** Asks what a new file is for and what it is called, and makes it; pack.yaml lists it then. */
export function newFile(draft: Draft, say: Say, open: (path: string) => void): HTMLDialogElement {
  const kind = el("select", { "aria-label": say("file_kind"), onchange: () => { check(); } }, ...MAKING.map((each) => el("option", { value: each }, say(each))));
  const name = el("input", { "aria-label": say("file_name"), placeholder: "hall.new_thing", required: true, autocomplete: "off", spellcheck: "false", oninput: () => { check(); } });
  const wrong = el("p", { class: "bad", role: "status" });
  const made = el("dialog", { "aria-label": say("new_file"), onclose: () => { made.remove(); } },
    el("h2", {}, say("new_file")),
    el("form", { class: "publish", onsubmit: (event: Event) => {
      event.preventDefault();
      if (check() !== "") return;
      const chosen = kind.value as Making;
      const path = pathOf(chosen, name.value);
      const root = draft.text("pack.yaml");
      draft.edit(path, templateOf(chosen, name.value));
      if (root !== undefined) draft.edit("pack.yaml", listing(root, path, true));
      made.close();
      open(path);
    } }, el("label", {}, el("span", {}, say("file_kind")), kind), el("label", {}, el("span", {}, say("file_name")), name), wrong,
    el("p", {}, el("button", { type: "submit", class: "primary" }, say("make")), " ", el("button", { type: "button", onclick: () => { made.close(); } }, say("cancel")))));
  const check = (): string => {
    const chosen = kind.value as Making;
    const text = !nameFits(chosen, name.value) ? say(chosen === "calendar" ? "name_year" : "name_plain") : draft.text(pathOf(chosen, name.value)) !== undefined ? say("name_taken") : "";
    wrong.textContent = name.value === "" ? "" : text;
    return text;
  };
  document.body.append(made);
  made.showModal();
  return made;
}

/** Takes a file out of the pack and of pack.yaml's listing. */
export function removeFile(draft: Draft, path: string): void {
  const root = draft.text("pack.yaml");
  if (root !== undefined) draft.edit("pack.yaml", listing(root, path, false));
  draft.edit(path, null);
}
