import { Graph as Layout, layout, type GraphLabel, type EdgeLabel, type NodeLabel } from "@dagrejs/dagre";
import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import type { Paint } from "./editor.ts";
import { ANYTIME, graphOf, relabel, retarget, withReply, withStep, type Graph, type Step, type Way } from "./graph.ts";
import type { Say } from "./strings.ts";
import type { View } from "./studio.ts";

const SVG = "http://www.w3.org/2000/svg";
const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25] as const;

export interface MapOptions {
  draft: Draft;
  path: string;
  say: Say;
  /** Shows a line of the track's source. */
  source: (line: number) => void;
  open: (path: string, line: number) => void;
}

/**
 * A talk track as a map: its steps, and the ways between them by replies and by facts. One walks it by choosing replies, changes labels and
 * targets, and adds steps and replies; all of it is written into the text, in its place.
 */
export class TrackMap implements View {
  readonly key = "map";
  readonly element: HTMLElement;
  readonly #options: MapOptions;
  readonly #field = el("div", { class: "field", role: "group" });
  readonly #lines = document.createElementNS(SVG, "svg");
  readonly #side = el("div", { class: "inspector" });
  readonly #trail = el("ol", { class: "trail" });
  readonly #status = el("p", { class: "cellstate", role: "status" });
  readonly #off: (() => void)[];
  #graph: Graph | undefined;
  #boxes = new Map<string, HTMLButtonElement>();
  #at = "";
  /** The ways walked so far. */
  #walked: Way[] = [];
  #current = "";
  #zoom = 1;
  #shown = false;
  #size = { width: 0, height: 0 };
  /** Whether a test reached a step, by the line it begins on; empty where the tests were not run. */
  #reached: ReadonlyMap<number, boolean> = new Map();
  /** The way whose end is being drawn elsewhere. */
  #drawn: { way: Way; line: SVGPathElement; to: string } | undefined;

  constructor(options: MapOptions) {
    this.#options = options;
    const { draft, path, say } = options;
    this.#lines.setAttribute("aria-hidden", "true");
    this.#field.setAttribute("aria-label", say("map"));
    const tool = (name: Parameters<Say>[0], act: () => void) => el("button", { type: "button", onclick: act }, say(name));
    this.element = el("div", { class: "map" },
      el("div", { class: "tools", role: "toolbar", "aria-label": say("map") }, tool("walk_start", () => { this.#restart(); }), tool("walk_back", () => { this.#back(); }),
        el("button", { type: "button", "aria-label": say("smaller"), onclick: () => { this.#scale(-1); } }, "−"), el("button", { type: "button", "aria-label": say("larger"), onclick: () => { this.#scale(1); } }, "＋"),
        this.#adding()),
      el("div", { class: "mapview" }, el("div", { class: "canvas", tabindex: -1 }, this.#field), this.#side), this.#trail, this.#status);
    this.#field.addEventListener("keydown", (event) => { this.#key(event); });
    this.#off = [draft.on("edit", ({ path: edited }) => { if (edited === path) this.#draw(); }), draft.on("checked", () => { this.#mark(); })];
    // Boxes are as tall as their texts, which is known once they are on the page.
    queueMicrotask(() => { this.#draw(); });
  }

  reveal(line: number): boolean {
    const graph = graphOf(this.#text);
    const step = graph?.steps.filter(({ kind }) => kind === "step").filter((one) => one.line <= line).at(-1);
    if (!step) return line === 1;
    queueMicrotask(() => { this.#go(step.id, line > 1); });
    return true;
  }

  paint(painted: readonly Paint[]): void {
    if (painted.length === 0 && this.#reached.size === 0) return;
    this.#reached = new Map(painted.map(({ line, reached }) => [line, reached]));
    if (this.#graph) this.#draw(); // boxes grow by a line
  }

  destroy(): void {
    for (const off of this.#off) off();
  }

  /** Where the case at the side stands: a track and its step. */
  stand(track: string, step: string): void {
    const before = this.#current;
    this.#current = `scenarios/${track}.yaml` === this.#options.path ? step : "";
    if (this.#current !== before) this.#mark();
  }

  get #text(): string {
    return this.#options.draft.text(this.#options.path) ?? "";
  }

  get #track(): string {
    return this.#options.path.replace(/^scenarios\/|\.yaml$/g, "");
  }

  #draw(): void {
    const graph = graphOf(this.#text);
    this.#tell(graph ? "" : this.#options.say("no_track"), !graph);
    if (!graph) return; // the last map stays until the text is whole again
    const focused = document.activeElement?.closest<HTMLElement>("[data-step]")?.dataset.step;
    this.#graph = graph;
    if (!graph.steps.some(({ id }) => id === this.#at)) this.#at = graph.start;
    this.#walked = this.#walked.flatMap((way) => graph.ways.find((one) => one.from === way.from && one.kind === way.kind && one.id === way.id && one.to === way.to) ?? []);
    this.#boxes = new Map(graph.steps.map((step) => [step.id, this.#box(step)]));
    this.#field.replaceChildren(this.#lines, ...this.#boxes.values());
    this.#place(graph);
    this.#mark();
    if (!this.#shown) this.#boxes.get(this.#at)?.scrollIntoView({ block: "start", inline: "center" });
    this.#shown = true;
    if (focused !== undefined) this.#boxes.get(this.#at)?.focus({ preventScroll: true });
  }

  #box(step: Step): HTMLButtonElement {
    const { say } = this.#options;
    const { id, kind, aim, say: lines, end, ask } = step;
    const reached = kind === "step" ? this.#reached.get(step.line) : undefined;
    const title = kind === "anytime" ? say("anytime") : kind === "call" ? this.#titleOf(id) : id;
    const box = el("button", { type: "button", tabindex: -1, class: `step ${kind}${end === "" ? "" : " ends"}`, onclick: () => { this.#go(id); }, ondblclick: () => { this.#enter(id); } },
      el("strong", {}, title), kind === "call" && el("small", {}, `↗ ${id}`),
      aim !== "" && el("em", {}, aim), lines[0] && el("span", { class: "first" }, lines[0].text), lines.length > 1 && el("small", {}, `+${lines.length - 1} ${say("more_lines")}`),
      ask.length > 0 && el("small", { class: "asks" }, `? ${ask.join(", ")}`), end !== "" && el("small", { class: "end" }, `■ ${say("track_ends")}: ${end}`),
      reached !== undefined && el("small", { class: reached ? "reached" : "unreached" }, `${reached ? "✓" : "✗"} ${say(reached ? "reached_by" : "not_reached")}`));
    if (reached === false) box.classList.add("untested");
    box.dataset.step = id;
    return box;
  }

  #titleOf(call: string): string {
    const [track = "", step] = call.split("/");
    const title = graphOf(this.#options.draft.text(`scenarios/${track}.yaml`) ?? "")?.title ?? track;
    return step === undefined ? title : `${title} / ${step}`;
  }

  /** Where boxes and lines stand is the layout library's word; how they look is ours. */
  #place(graph: Graph): void {
    const plan = new Layout<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: true });
    plan.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 46, edgesep: 14, marginx: 16, marginy: 16 });
    for (const [id, box] of this.#boxes) plan.setNode(id, { width: box.offsetWidth, height: box.offsetHeight });
    const labels = graph.ways.map((way) => this.#label(way));
    const grips = graph.ways.map((way) => this.#grip(way));
    this.#field.append(...labels, ...grips);
    graph.ways.forEach((way, i) => {
      if (plan.hasNode(way.to)) plan.setEdge(way.from, way.to, { width: labels[i]?.offsetWidth ?? 0, height: labels[i]?.offsetHeight ?? 0, labelpos: "c", minlen: 1, weight: way.kind === "anytime" || way.kind === "interrupt" ? 0 : 1 }, String(i));
    });
    layout(plan);
    for (const [id, box] of this.#boxes) {
      const { x = 0, y = 0 } = plan.node(id);
      box.style.left = `${x - box.offsetWidth / 2}px`;
      box.style.top = `${y - box.offsetHeight / 2}px`;
    }
    const { width = 0, height = 0 } = plan.graph();
    this.#size = { width, height };
    this.#lines.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#lines.replaceChildren(arrow(), ...graph.ways.flatMap((way, i) => {
      if (!plan.hasNode(way.to)) return [];
      const { points = [] } = plan.edge(way.from, way.to, String(i));
      const label = labels[i];
      const middle = points[points.length >> 1];
      const [grip, tip] = [grips[i], points.at(-1)];
      if (grip && tip) {
        grip.style.left = `${tip.x}px`;
        grip.style.top = `${tip.y}px`;
      }
      if (label && middle) {
        label.style.left = `${middle.x - label.offsetWidth / 2}px`;
        label.style.top = `${middle.y - label.offsetHeight / 2}px`;
      }
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", curve(points));
      line.setAttribute("class", `way ${way.kind}`);
      line.setAttribute("marker-end", "url(#arrow)");
      line.dataset.way = String(i);
      return [line];
    }));
    this.#scale(0);
  }

  /** What stands on a way. It is for the eye; the same can be pressed in the list at the side. */
  #label({ label, when, kind, from }: Way): HTMLElement {
    const text = label !== "" ? label : when !== "" ? when : kind === "next" && from !== ANYTIME ? "" : "…";
    return el("span", { class: `waylabel ${kind}`, title: when, "aria-hidden": "true" }, text.length > 34 ? `${text.slice(0, 33)}…` : text);
  }

  /** The end of a way, to be drawn onto another step. It is for the mouse; the same is chosen in the list at the side. */
  #grip(way: Way): HTMLElement {
    const grip = el("span", { class: "grip", title: this.#options.say("drag_target"), "aria-hidden": "true" });
    grip.addEventListener("pointerdown", (event) => {
      const box = this.#boxes.get(way.from);
      if (event.button !== 0 || !box) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("class", "way drawn");
      this.#lines.append(line);
      this.#drawn = { way, line, to: "" };
    });
    grip.addEventListener("pointermove", (event) => { this.#drag(event); });
    grip.addEventListener("pointerup", () => { this.#drop(true); });
    grip.addEventListener("pointercancel", () => { this.#drop(false); });
    return grip;
  }

  #drag({ clientX, clientY }: PointerEvent): void {
    const drawn = this.#drawn;
    const box = drawn && this.#boxes.get(drawn.way.from);
    if (!drawn || !box) return;
    const { left, top } = this.#field.getBoundingClientRect();
    const from = { x: box.offsetLeft + box.offsetWidth / 2, y: box.offsetTop + box.offsetHeight };
    drawn.line.setAttribute("d", `M${from.x} ${from.y}L${(clientX - left) / this.#zoom} ${(clientY - top) / this.#zoom}`);
    const over = document.elementsFromPoint(clientX, clientY).map((each) => each.closest<HTMLElement>(".step")?.dataset.step).find((id) => id !== undefined) ?? "";
    drawn.to = over === ANYTIME ? "" : over;
    for (const [id, each] of this.#boxes) each.classList.toggle("drop", id === drawn.to);
  }

  #drop(done: boolean): void {
    const drawn = this.#drawn;
    if (!drawn) return;
    this.#drawn = undefined;
    drawn.line.remove();
    for (const box of this.#boxes.values()) box.classList.remove("drop");
    if (!done || drawn.to === "" || drawn.to === drawn.way.to) return;
    this.#write(retarget(this.#text, drawn.way, drawn.to));
    this.#tell(`${drawn.way.label || drawn.way.when || drawn.way.id} → ${this.#nameOf(drawn.to)}`);
  }

  #scale(by: number): void {
    const at = ZOOMS.findIndex((zoom) => zoom === this.#zoom);
    this.#zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))] ?? 1;
    this.#field.style.width = `${this.#size.width}px`;
    this.#field.style.height = `${this.#size.height}px`;
    this.#field.style.transform = this.#zoom === 1 ? "" : `scale(${this.#zoom})`;
    this.#field.style.marginRight = `${this.#size.width * (this.#zoom - 1)}px`;
    this.#field.style.marginBottom = `${this.#size.height * (this.#zoom - 1)}px`;
  }

  /** Shows what is so now: the step one is at, the way walked, the case's step, what the checker says. */
  #mark(): void {
    const graph = this.#graph;
    if (!graph) return;
    const seen = new Set(this.#walked.map(({ from }) => from));
    const found = this.#options.draft.diagnostics.filter(({ file }) => file === this.#options.path);
    const steps = graph.steps.filter(({ kind }) => kind === "step");
    for (const [id, box] of this.#boxes) {
      const index = steps.findIndex((step) => step.id === id);
      const [from, to] = [steps[index]?.line ?? Infinity, steps[index + 1]?.line ?? Infinity];
      const here = index < 0 ? [] : found.filter(({ line }) => line >= from && line < to);
      box.classList.toggle("walked", seen.has(id));
      box.classList.toggle("case", this.#current !== "" && id === this.#current);
      box.classList.toggle("bad", here.some(({ level }) => level === "error"));
      box.title = here.map(({ message }) => message).join("\n");
      if (id === this.#at) box.setAttribute("aria-current", "step");
      else box.removeAttribute("aria-current");
      box.tabIndex = id === this.#at ? 0 : -1;
    }
    for (const line of this.#lines.querySelectorAll<SVGElement>(".way")) {
      const way = graph.ways[Number(line.dataset.way)];
      line.classList.toggle("walked", way !== undefined && this.#walked.includes(way));
      line.classList.toggle("near", way?.from === this.#at || way?.to === this.#at);
    }
    this.#inspect(graph);
    this.#trail.replaceChildren(...(this.#walked.length === 0 ? [] : [...this.#walked.map((way, i) => el("li", {},
      el("button", { type: "button", class: "link", onclick: () => { this.#walked = this.#walked.slice(0, i); this.#go(way.from, true); } }, this.#nameOf(way.from)), ` ${way.label || "→"}`)), el("li", { "aria-current": "step" }, this.#nameOf(this.#at))]));
  }

  #nameOf(id: string): string {
    return id === ANYTIME ? this.#options.say("anytime") : id;
  }

  #go(id: string, focus = true): void {
    if (!this.#boxes.has(id)) return;
    this.#at = id;
    this.#mark();
    const box = this.#boxes.get(id);
    if (focus) box?.focus({ preventScroll: true });
    box?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Along a way. A track that was called comes back to the step that called it. */
  #walk(way: Way): void {
    const called = this.#graph?.steps.find(({ id }) => id === way.to)?.kind === "call";
    this.#walked.push(way);
    this.#go(way.to, false);
    const { say } = this.#options;
    this.#tell(called ? `${say("comes_back")} ${this.#nameOf(way.from)}` : `${way.label} → ${way.to}`);
    this.#side.querySelector<HTMLElement>(".walk")?.focus();
  }

  #restart(): void {
    this.#walked = [];
    this.#go(this.#graph?.start ?? "", false);
    this.#side.querySelector<HTMLElement>(".walk")?.focus();
  }

  #back(): void {
    const last = this.#walked.pop();
    if (last) this.#go(last.from);
  }

  /** Into the source, or into the other track. */
  #enter(id: string): void {
    const step = this.#graph?.steps.find((one) => one.id === id);
    const { open, source } = this.#options;
    if (step?.kind === "call") open(`scenarios/${id.split("/")[0] ?? ""}.yaml`, 1);
    else if (step) source(step.line);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#drawn) {
      this.#drop(false);
      return;
    }
    const graph = this.#graph;
    const here = (event.target as Element).closest<HTMLElement>("[data-step]")?.dataset.step;
    if (!graph || here === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const out = graph.ways.filter(({ from }) => from === here);
    const into = graph.ways.filter(({ to }) => to === here);
    const came = this.#walked.at(-1);
    const top = (id: string) => Number.parseFloat(this.#boxes.get(id)?.style.top ?? "0");
    const left = (id: string) => Number.parseFloat(this.#boxes.get(id)?.style.left ?? "0");
    /** The ways beside the one by which one came; without one, boxes of about the same height. */
    const beside = () => {
      const parent = came?.to === here ? came.from : into[0]?.from;
      const all = parent === undefined ? [...this.#boxes.keys()].filter((id) => Math.abs(top(id) - top(here)) < 20) : graph.ways.filter(({ from }) => from === parent).map(({ to }) => to);
      return [...new Set(all)].sort((a, b) => left(a) - left(b));
    };
    const side = (by: 1 | -1) => {
      const all = beside();
      return all[(all.indexOf(here) + by + all.length) % all.length];
    };
    const to = event.key === "ArrowDown" ? out.find((way) => way.to !== here)?.to
      : event.key === "ArrowUp" ? (came?.to === here ? came.from : into.find((way) => way.from !== here)?.from)
      : event.key === "ArrowRight" ? side(1) : event.key === "ArrowLeft" ? side(-1) : event.key === "Home" ? graph.start : undefined;
    if (event.key === "Enter") this.#enter(here);
    else if (to !== undefined) this.#go(to);
    else return;
    event.preventDefault();
  }

  /** The step at hand, in full, with its ways: to walk, to rename, to lead elsewhere. */
  #inspect(graph: Graph): void {
    const { say } = this.#options;
    const step = graph.steps.find(({ id }) => id === this.#at);
    if (!step || this.#side.contains(document.activeElement) && document.activeElement?.tagName === "INPUT" && this.#side.dataset.step === step.id) return;
    this.#side.dataset.step = step.id;
    const ways = graph.ways.filter(({ from }) => from === step.id);
    this.#side.replaceChildren(
      el("h3", {}, step.kind === "call" ? this.#titleOf(step.id) : this.#nameOf(step.id)),
      step.id === this.#current && el("p", { class: "verdict" }, say("case_here")) || "",
      step.aim === "" ? "" : el("p", {}, step.aim),
      el("ul", { class: "lines" }, ...step.say.map(({ text, gloss, when }) => el("li", {}, el("span", { lang: "zh-CN" }, text), gloss !== "" && document.documentElement.lang === "en" && el("small", { lang: "en" }, gloss), when !== "" && el("code", {}, when)))),
      step.ask.length === 0 ? "" : el("p", { class: "quiet" }, `${say("asks_for")} ${step.ask.join(", ")}`),
      el("button", { type: "button", class: "link", onclick: () => { this.#enter(step.id); } }, say(step.kind === "call" ? "open_track" : "open_source")),
      ways.length === 0 ? "" : el("h4", {}, say("leads_to")),
      el("ul", { class: "ways" }, ...ways.map((way) => this.#way(graph, way))),
      step.kind === "step" ? this.#replying(graph, step) : "");
  }

  #way(graph: Graph, way: Way): HTMLElement {
    const { say } = this.#options;
    const named = way.label !== "" || way.kind === "reply" || way.kind === "anytime";
    const label = el("input", { value: way.label, "aria-label": `${say("label_of")} ${way.id}`, onchange: () => { this.#write(relabel(this.#text, way, label.value)); } });
    const target = el("select", { "aria-label": `${say("target_of")} ${way.label || way.when || way.id}`, onchange: () => { this.#write(retarget(this.#text, way, target.value)); } }, ...this.#targets(graph, way.to));
    return el("li", {}, named ? label : el("code", {}, way.when || say("otherwise")), named && way.when !== "" && el("code", {}, way.when),
      el("span", { class: "to" }, "→ ", target, el("button", { type: "button", class: "walk", onclick: () => { this.#walk(way); }, "aria-label": `${say("walk")}: ${way.label || way.when || way.to}` }, say("walk"))));
  }

  /** Every step, and every other track. */
  #targets(graph: Graph, chosen: string): HTMLElement[] {
    const { draft, say } = this.#options;
    const steps = graph.steps.filter(({ kind }) => kind === "step").map(({ id }) => id);
    const tracks = draft.paths.filter((path) => path.startsWith("scenarios/")).map((path) => path.replace(/^scenarios\/|\.yaml$/g, "")).filter((track) => track !== this.#track);
    const others = tracks.includes(chosen) || steps.includes(chosen) || chosen === "" ? tracks : [...tracks, chosen];
    const option = (id: string) => el("option", { value: id, selected: id === chosen }, id);
    return [el("optgroup", { label: say("steps_here") }, ...steps.map(option)), el("optgroup", { label: say("scenarios") }, ...others.map(option))];
  }

  #replying(graph: Graph, step: Step): HTMLElement {
    const { say } = this.#options;
    const label = el("input", { placeholder: say("reply_label"), "aria-label": say("reply_label"), required: true });
    const target = el("select", { "aria-label": say("reply_target") }, ...this.#targets(graph, ""));
    return el("form", { class: "ask add", onsubmit: (event: Event) => {
      event.preventDefault();
      const taken = new Set(graph.ways.filter(({ from }) => from === step.id).map(({ id }) => id));
      const id = Array.from({ length: taken.size + 1 }, (_, i) => `reply_${i + 1}`).find((one) => !taken.has(one)) ?? "";
      this.#write(withReply(this.#text, step.id, { id, label: label.value, to: target.value }));
    } }, label, target, el("button", { type: "submit" }, say("reply_add")));
  }

  #adding(): HTMLElement {
    const { say } = this.#options;
    const name = el("input", { placeholder: say("step_name"), "aria-label": say("step_name"), pattern: "[a-z][a-z0-9_]*", required: true, title: "a-z 0-9 _" });
    return el("form", { class: "ask", onsubmit: (event: Event) => {
      event.preventDefault();
      this.#addStep(name.value);
      name.value = "";
    } }, name, el("button", { type: "submit" }, say("step_add")));
  }

  /** A step that no way leads to would be wrong, so the step at hand leads there. */
  #addStep(id: string): void {
    const { say } = this.#options;
    const made = withStep(this.#text, id, { id: `${this.#track}.${id}`, text: say("step_says") });
    const here = this.#graph?.steps.find((step) => step.id === this.#at);
    const led = made !== undefined && here?.kind === "step" ? withReply(made, here.id, { id, label: say("reply_new"), to: id }) : undefined;
    if (made !== undefined) this.#at = id;
    this.#write(led ?? made);
  }

  #write(text: string | undefined): void {
    if (text === undefined) this.#tell(this.#options.say("not_written"), true);
    else {
      if (this.#side.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
      this.#options.draft.edit(this.#options.path, text);
    }
  }

  #tell(text: string, bad = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("bad", bad);
  }
}

/** A line through points with its corners rounded. */
function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const last = rest.at(-1) ?? first;
  const mid = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${point.x} ${point.y} ${i === rest.length - 2 ? next.x : (point.x + next.x) / 2} ${i === rest.length - 2 ? next.y : (point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${mid.length > 0 ? mid.join("") : `L${last.x} ${last.y}`}`;
}

function arrow(): SVGElement {
  const defs = document.createElementNS(SVG, "defs");
  const marker = document.createElementNS(SVG, "marker");
  for (const [name, value] of Object.entries({ id: "arrow", viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "9", markerHeight: "9", markerUnits: "userSpaceOnUse", orient: "auto" })) marker.setAttribute(name, value);
  const tip = document.createElementNS(SVG, "path");
  tip.setAttribute("d", "M0 0L8 4L0 8Z");
  tip.setAttribute("class", "tip");
  marker.append(tip);
  defs.append(marker);
  return defs;
}
