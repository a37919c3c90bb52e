import { el, icon, ICONS, own } from "../dom.ts";
import type { Warning } from "../draft.ts";
import type { Section, View } from "../view.ts";

/** The worst first, each with a sign and a word of its own, so that nobody has to tell them apart by colour. */
const LEVELS: readonly { level: string; sign: string }[] = [
  { level: "fault", sign: ICONS.stop },
  { level: "warning", sign: ICONS.warn },
  { level: "hint", sign: ICONS.hint },
];
/** So many are read at a glance; the rest waits behind a press, so that the amount stays in sight. */
const AT_ONCE = 4;

/** What is wrong with what was said or is about to be said, the very words, and what to say instead. */
export const warnings: Section = {
  name: "warnings",
  reads: ({ decision, words }) => [decision.warnings, words !== undefined],
  draw(view) {
    const found = [...(view.decision.warnings ?? [])].sort((a, b) => rank(a) - rank(b));
    if (found.length === 0) return [];
    const rest = found.slice(AT_ONCE);
    return [
      el("h3", {}, view.say("warnings")),
      el("ul", { class: "warnings", part: "warnings" }, ...found.slice(0, AT_ONCE).map((warning) => item(view, warning))),
      ...(rest.length > 0
        ? [el("details", { class: "more" }, el("summary", { "data-focus": "more-warnings" }, `${view.say("more_warnings")} ${rest.length}${view.lang === "en" ? "" : " 条"}`),
            el("ul", { class: "warnings" }, ...rest.map((warning) => item(view, warning))))]
        : []),
    ];
  },
};

function rank({ level }: Warning): number {
  const known = LEVELS.findIndex((one) => one.level === level);
  return known < 0 ? LEVELS.length : known;
}

function item(view: View, warning: Warning): HTMLElement {
  const { code, level, text, message, suggestion } = warning;
  const english = view.lang === "en";
  const named = view.named("warning", code);
  const where = [place(view, warning), times(view, warning)].filter((part) => part !== "");
  const quoted = text !== "" && own(`“${text}”`, view.lang, { class: "quoted" });
  const instead: (Node | string)[] = suggestion === "" ? [] : [el("span", { "aria-hidden": "true" }, "→ "), own(suggestion, view.lang)];
  const head = el("p", {}, el("strong", {}, view.named("level", level)), " ", english ? named : message || named);
  const fixes = inDraft(view, warning);
  return el("li", { "data-level": level },
    icon(LEVELS[rank(warning)]?.sign ?? ICONS.hint),
    // Words of the draft stand marked a few lines above, so their place is not said again.
    fixes.length > 0
      ? el("div", {}, head, el("p", { class: "instead" }, quoted, " ", ...instead, ...fixes))
      : el("div", {}, head,
          (text !== "" || where.length > 0) && el("p", { class: "where" }, quoted, ...where.map((part) => el("span", {}, part)), !english && el("code", {}, code)),
          instead.length > 0 && el("p", { class: "instead" }, ...instead)));
}

/** What can be done about words of the draft: find them, put the suggestion in their place. */
function inDraft(view: View, warning: Warning): Node[] {
  if (warning.at !== "draft" || warning.span === null) return [];
  const id = `${warning.code} ${warning.span[0]}`;
  const button = (key: "find" | "replace", act: () => void) => el("button", {
    type: "button", class: "fix", part: "fix", "data-focus": `${key} ${id}`, "aria-label": `${view.say(key)} ${warning.text} → ${warning.suggestion}`, onclick: act,
  }, view.say(key));
  return [button("find", () => { view.act.select(warning); }), ...(view.instead(warning) === "" ? [] : [button("replace", () => { view.act.replace(warning); })])];
}

/** Where the words stand: in the draft, or in which turn of the call. Other places of a case say nothing to an agent. */
function place(view: View, { at }: Warning): string {
  if (at === "draft") return view.say("at_draft");
  const turn = /^transcript\[(\d+)\]/.exec(at)?.[1];
  if (turn === undefined) return "";
  return view.lang === "en" ? `turn ${Number(turn) + 1}` : `第 ${Number(turn) + 1} 句`;
}

function times(view: View, { count, limit }: Warning): string {
  if (count === null || count === 0) return "";
  const gap = view.lang === "en" ? ", " : "，";
  const unit = view.lang === "en" ? "" : " 次";
  return `${view.say("said_times")} ${count}${unit}${limit === null ? "" : `${gap}${view.say("times_limit")} ${limit}`}`;
}
