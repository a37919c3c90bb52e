import { kindOf } from "../widget/fields.ts";
import { moved } from "../widget/format.ts";
import { places, type Place } from "../widget/place.ts";
import { Talk } from "../widget/talk.ts";
import type { Words } from "../engine/index.ts";
import type { Runner } from "../engine/runner.ts";
import type { Case, Decision } from "../engine/types.ts";

/** Ways through a talk track, found with the engine in Node and the panel's own idea of a talk. */

/** One move of the agent: a reply, by its place in the list, or a field filled in. */
export type Act =
  | { kind: "reply"; index: number; id: string }
  | { kind: "answer"; place: Place; value: string | number | boolean };

/** A place in a talk, and how one comes there. */
interface Stop {
  talk: Talk;
  decision: Decision;
  scenario: NonNullable<Decision["scenario"]>;
  from: { stop: Stop; act: Act } | undefined;
  /** The first move of a shortest way to an end, and how many moves that takes. */
  onward: { stop: Stop; act: Act } | undefined;
  left: number;
}

/** So many places of a talk are looked at, the nearest first: enough for every step, with fields filled in in either way. */
const PLACES = 500;
/** So many choices are all tried; of more the first and the last. */
const CHOICES = 4;

/** What was wrong with a track before anybody has walked it. */
export class NoWay extends Error {}

/** A case and a way from its start to an end of the talk. */
export interface Way {
  start: Case;
  acts: Act[];
}

/**
 * Ways through the track that all of `starts` begin, each to an end, which together come by every step one can come to, the deepest
 * first. NoWay when there is a step with nothing to do at it, or one from which no end is in reach.
 */
export async function ways(runner: Runner, words: Words, track: string, starts: Case[]): Promise<Way[]> {
  const found: Way[] = [];
  const seen = new Set<string>();
  for (const start of starts) {
    const steps = new Map<string, Stop[]>();
    for (const stop of await explore(runner, words, await stopAt(runner, new Talk(start), undefined), Infinity)) {
      if (stop.scenario.id === track) steps.set(stop.scenario.step, [...(steps.get(stop.scenario.step) ?? []), stop]);
    }
    for (const [step, stops] of [...steps].reverse()) {
      if (seen.has(step)) continue;
      // From the farthest places no end may have been looked at: then it is looked for from there.
      const stop = stops.find(({ left }) => left < Infinity) ?? (await explore(runner, words, stops[0] as Stop, 1)).find(({ scenario }) => scenario.end);
      if (!stop) throw new NoWay(`no end is in reach from the step ${step}`);
      const way = wayThrough(stop);
      for (const { scenario } of way.stops) if (scenario.id === track) seen.add(scenario.step);
      found.push({ start, acts: way.acts });
    }
  }
  if (found.length === 0) throw new NoWay("there is no step one can come to");
  return found;
}

/** The places one can come to from `first`, in the order of the moves it takes, each with its way on to an end; so many ends suffice. */
async function explore(runner: Runner, words: Words, first: Stop, ends: number): Promise<Stop[]> {
  const known = new Map([[key(first), first]]);
  const stops = [first];
  const back = new Map<Stop, { stop: Stop; act: Act }[]>();
  for (const stop of stops) {
    if (stop.scenario.end) {
      if (--ends === 0) break;
      continue;
    }
    const acts = actsAt(stop, words);
    if (acts.length === 0) throw new NoWay(`${stop.scenario.id} stands still at the step ${stop.scenario.step}: no reply, nothing to fill in`);
    for (const act of acts) {
      const made = await stopAt(runner, after(stop, act), { stop, act });
      const next = known.get(key(made)) ?? made;
      if (next === made && stops.length < PLACES) {
        known.set(key(made), made);
        stops.push(made);
      }
      const into = back.get(next) ?? [];
      into.push({ stop, act });
      back.set(next, into);
    }
  }
  const ended = stops.filter(({ scenario }) => scenario.end);
  for (const stop of ended) stop.left = 0;
  for (const stop of ended) {
    for (const { stop: before, act } of back.get(stop) ?? []) {
      if (before.left < Infinity) continue;
      before.left = stop.left + 1;
      before.onward = { stop, act };
      ended.push(before);
    }
  }
  return stops;
}

function wayThrough(stop: Stop): { acts: Act[]; stops: Stop[] } {
  const acts: Act[] = [];
  const stops = [stop];
  for (let at = stop; at.from; at = at.from.stop) {
    acts.unshift(at.from.act);
    stops.unshift(at.from.stop);
  }
  for (let at = stop; at.onward; at = at.onward.stop) {
    acts.push(at.onward.act);
    stops.push(at.onward.stop);
  }
  return { acts, stops };
}

async function stopAt(runner: Runner, talk: Talk, from: Stop["from"]): Promise<Stop> {
  const decision = JSON.parse(await runner.decide(JSON.stringify(talk.request))) as Decision;
  if (!decision.scenario) throw new NoWay(`no track was found: ${JSON.stringify(decision.errors ?? decision.status)}`);
  return { talk, decision, scenario: decision.scenario, from, onward: undefined, left: Infinity };
}

/** What makes two places the same: the step, what has been filled in, and what has been counted, up to where it matters. */
function key({ talk, scenario: { id, step, stack } }: Stop): string {
  const { scenario } = talk.request;
  const counters = Object.entries((scenario?.counters ?? {}) as Record<string, number | null>).map(([name, count]) => [name, Math.min(count ?? 0, 3)]);
  const filled = talk.moves.flatMap((move) => (move.kind === "answer" ? [JSON.stringify([move.place, move.value])] : []));
  return JSON.stringify([id, step, stack, counters.sort(), filled.sort()]);
}

/** The moves there are: each reply, and each value for the first field that is asked for. */
function actsAt({ scenario, talk }: Stop, words: Words): Act[] {
  const asked = scenario.ask.flatMap(({ field }) => places(talk.request, field))[0];
  return [
    ...(asked ? values(asked, words, talk.request.now).map((value): Act => ({ kind: "answer", place: asked, value })) : []),
    ...scenario.replies.map(({ id }, index): Act => ({ kind: "reply", index, id })),
  ];
}

function values({ field }: Place, words: Words, now: string): (string | number | boolean)[] {
  const kind = kindOf(field, words, "zh-CN");
  switch (kind.kind) {
    case "bool":
      return [true, false];
    case "choice": {
      const ids = kind.options.map(({ id }) => id);
      return ids.length <= CHOICES ? ids : [ids[0] ?? "", ids.at(-1) ?? ""];
    }
    case "int":
      return [1, 0];
    case "fen":
      return [500, 0];
    case "duration":
      return [60, 0];
    case "time":
      return [moved(now, 7200)];
    case "text":
      return ["甲"];
  }
}

function after(stop: Stop, act: Act): Talk {
  // A talk is changed by its moves, so each place has a talk of its own, made by the moves that lead there.
  const { acts, stops } = wayThrough({ ...stop, onward: undefined });
  const talk = new Talk(stop.talk.base);
  for (const [i, move] of [...acts, act].entries()) {
    if (move.kind === "answer") {
      talk.answer(move.place, move.value);
      continue;
    }
    const decision = stops[i]?.decision;
    const reply = decision?.scenario?.replies[move.index];
    if (decision && reply) talk.reply(decision, reply);
  }
  return talk;
}
