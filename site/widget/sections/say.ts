import { el, icon, ICONS, own } from "../dom.ts";
import type { Section, View } from "../view.ts";

/** The line to say now: one step at a time, large and calm. */
export const sayNow: Section = {
  name: "say",
  reads: ({ decision, words }) => [decision.status, decision.errors, decision.scenario?.title, decision.scenario?.aim, decision.scenario?.say, decision.scenario?.held, decision.scenario?.end, words?.labels, words?.lists],
  draw: (view) => (view.decision.status === "invalid" ? errors(view) : lines(view)),
};

function lines(view: View): Node[] {
  const scenario = view.decision.scenario;
  if (!scenario) return [el("p", { class: "quiet" }, view.say("no_track"))];
  const nodes: Node[] = [];
  // What every line of the step is tagged with is said once, beside the step's aim.
  const shared = (scenario.say[0]?.tags ?? []).filter((tag) => scenario.say.every(({ tags }) => tags.includes(tag)));
  const chips = (tags: readonly string[]) => tags.map((tag) => view.tagName(tag)).filter((name) => name !== "").map((name) => el("span", { class: "tag" }, name));
  if (scenario.aim !== "" || shared.length > 0) {
    const glossed = view.lang === "en" && scenario.aim_gloss !== "";
    nodes.push(el("p", { class: "aim", part: "aim" }, ...chips(shared), glossed ? scenario.aim_gloss : own(scenario.aim, view.lang)));
  }
  for (const line of scenario.say) {
    const tags = chips(line.tags.filter((tag) => !shared.includes(tag)));
    nodes.push(
      el(
        "blockquote",
        { class: "line", part: "line" },
        own(line.text, view.lang, { class: "words" }),
        view.lang === "en" && line.gloss !== "" && el("span", { class: "gloss", part: "gloss" }, line.gloss),
        tags.length > 0 && el("span", { class: "tags" }, ...tags),
      ),
    );
  }
  if (scenario.say.length === 0 && !scenario.end && scenario.ask.length === 0) nodes.push(el("p", { class: "quiet" }, view.say("nothing_to_say")));
  if (scenario.held.length > 0) {
    // Of a placeholder with a fallback (`a ?? b`) it is the first that a person would fill in.
    const missing = [...new Set(scenario.held.flatMap((held) => held.missing))].map((field) => view.fieldName(field.split(" ?? ")[0] ?? field));
    nodes.push(el("p", { class: "held", part: "held" }, icon(ICONS.warn), `${view.say("held")}${view.lang === "en" ? " " : ""}${missing.join(view.lang === "en" ? ", " : "、")}`));
  }
  if (scenario.end) nodes.push(el("p", { class: "over", part: "end" }, icon(ICONS.check), view.say("talk_over")));
  return nodes;
}

function errors(view: View): Node[] {
  const found = view.decision.errors ?? [];
  return [
    el("p", { class: "invalid-title" }, icon(ICONS.warn), view.say("errors")),
    el(
      "ul",
      { class: "errors", part: "errors" },
      ...found.map((error) =>
        el("li", {}, el("code", {}, error.path || "·"), el("span", {}, view.lang === "en" ? view.named("error", error.code) : error.message || view.named("error", error.code))),
      ),
    ),
  ];
}
