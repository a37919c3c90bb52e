import { el } from "../widget/dom.ts";
import type { Draft } from "./draft.ts";
import type { Reached, Tested } from "./protocol.ts";
import { reason } from "./reason.ts";
import type { Say } from "./strings.ts";

/** The pack's own tests, run in the page by the very engine that decides: what failed, and what no test reaches. */
export class TestPane {
  readonly element: HTMLElement;
  readonly #draft: Draft;
  readonly #say: Say;
  readonly #open: (path: string, line: number) => void;
  readonly #run: HTMLButtonElement;
  readonly #meter: HTMLProgressElement;
  readonly #out = el("div", { role: "status" });
  /** The last run, until the pack changes. */
  tested: Tested | undefined;
  onrun: () => void = () => undefined;

  constructor(draft: Draft, say: Say, open: (path: string, line: number) => void) {
    this.#draft = draft;
    this.#say = say;
    this.#open = open;
    this.#run = el("button", { type: "button", class: "primary", onclick: () => void this.run() }, say("run"));
    this.#meter = el("progress", { max: 1, value: 0, hidden: true, "aria-label": say("running") });
    this.element = el("div", { class: "testpane" }, el("p", {}, this.#run, this.#meter), this.#out);
    draft.on("edit", () => {
      if (!this.tested) return;
      this.tested = undefined;
      this.#out.classList.add("stale");
      this.onrun();
    });
  }

  async run(): Promise<void> {
    this.#run.disabled = true;
    this.#meter.hidden = false;
    this.#meter.value = 0;
    try {
      const tested = await this.#draft.clerk.send({ op: "test" }, (done) => { this.#meter.value = done; });
      this.tested = tested;
      this.#out.classList.remove("stale");
      this.#tell(tested);
      this.onrun();
    } catch (thrown) {
      this.#out.replaceChildren(el("p", { class: "bad" }, reason(thrown, "trap", this.#say)));
    } finally {
      this.#run.disabled = false;
      this.#meter.hidden = true;
    }
  }

  #tell({ outcomes, coverage }: Tested): void {
    const say = this.#say;
    const failed = outcomes.filter(({ problems }) => problems.length > 0);
    const share = (name: string, { count, total, missing }: Reached) => el("details", {},
      el("summary", {}, `${name} ${count}/${total}`, el("meter", { min: 0, max: total, value: count, "aria-label": name })),
      el("ul", { class: "missing" }, ...missing.slice(0, 200).map((one) => el("li", {},
        el("button", { type: "button", class: "link", onclick: () => { this.#open(one.file, one.line); } }, one.name)))));
    this.#out.replaceChildren(
      el("p", { class: failed.length > 0 ? "bad" : "good" }, `${outcomes.length - failed.length} ${say("passed")}${failed.length > 0 ? `, ${failed.length} ${say("failed_tests")}` : ""}`),
      el("ul", { class: "failed" }, ...failed.slice(0, 100).map(({ name, file, line, problems }) => el("li", {},
        el("button", { type: "button", class: "link", onclick: () => { this.#open(file, line); } }, name), ...problems.map((problem) => el("small", {}, problem))))),
      el("h3", {}, say("coverage")), share(say("rules_reached"), coverage.rules), share(say("rows_reached"), coverage.rows), share(say("steps_reached"), coverage.steps), share(say("lines_reached"), coverage.lines));
  }
}
