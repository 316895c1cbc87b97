/**
 * The suite `k8s`, cases of node life: when a real control plane found nodes lost, tainted them and took their pods away.
 *
 * The phases of renewals, of looks and of the limiter are not in a recording, which states what they are worth: so many seconds since
 * the last renewal, so many of the monitor's period. The case is run with many draws of them. The first transition must lie in
 * the span that these leave; then the draw that comes nearest to the recording must have every object pass through the
 * same states, and every transition in its place to half a second, so that what hangs on another transition is held to it.
 */
import { wholeField } from './case-reader.ts';
import { type LifeRun, runLife } from './node-life/bench.ts';
import { type RecordedLife, readLife, type Transition } from './node-life/recorded.ts';
import { judge, type Quantity } from './quantity.ts';
import type { JsonObject, RecordedCase, Replay, Suite } from './suite.ts';

const FAMILIES = ['single-node', 'zone-disruption'];
/** So many draws show the span of what phases leave open. */
const DRAWS = 400;
/** So many at most are tried for one that comes near the recording in every transition. */
const DRAWS_MAX = 4000;
/** Near enough to stop trying, seconds on average. */
const NEAR_SECONDS = 0.1;
/** A write of the recording cluster is seen this late at most, seconds. */
const LATE_SECONDS = 0.5;
/** What was done at the very beginning was seen by the watcher or not: its first picture may already show it. */
const FIRST_PICTURE_SECONDS = 0.2;

/** Recorded timelines of nodes. */
export const k8sNodeLifeSuite: Suite = {
  name: 'k8s',
  recognises: ({ json }) => FAMILIES.includes(json.family as string) && Array.isArray(json.timeline),
  replay,
};

function replay({ json, file }: RecordedCase): Replay {
  const life = readLife(json, file);
  const recorded = { timeline: life.timeline, afterRecovery: life.afterRecovery };
  const { runs, best } = drawn(life, recorded);
  return {
    family: json.family as string,
    name: String(wholeField(json, 'id', 0, Number.MAX_SAFE_INTEGER)),
    quantities: [
      ...spanOf(life, runs),
      ...compared('', recorded.timeline, best.timeline),
      ...compared('after recovery: ', recorded.afterRecovery, best.afterRecovery),
    ],
  };
}

/** Runs with the phases of many draws, and the one that is nearest to the recording. */
function drawn(life: RecordedLife, recorded: LifeRun): { runs: LifeRun[]; best: LifeRun } {
  const runs: LifeRun[] = [];
  const nearEnough = NEAR_SECONDS * (recorded.timeline.length + recorded.afterRecovery.length);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  while (runs.length < DRAWS || (runs.length < DRAWS_MAX && least > nearEnough)) {
    const run = comparable(runLife(life, runs.length), recorded);
    const far = distance(run, recorded);
    if (far < least) [best, least] = [runs.length, far];
    runs.push(run);
  }
  return { runs, best: runs[best]! };
}

/** Ours with the fields that the recording has, and without what its first picture already showed. */
function comparable(run: LifeRun, recorded: LifeRun): LifeRun {
  return {
    timeline: asRecorded(run.timeline, recorded.timeline),
    afterRecovery: asRecorded(run.afterRecovery, recorded.afterRecovery),
  };
}

function asRecorded(ours: readonly Transition[], recorded: readonly Transition[]): Transition[] {
  const isFirst = ({ seconds }: Transition): boolean => seconds < FIRST_PICTURE_SECONDS;
  const begins = recorded.some(isFirst) ? ours : ours.filter((transition) => !isFirst(transition));
  const samples = new Map(recorded.map(({ kind, state }) => [kind, state]));
  const shaped = begins.map((one) => ({ ...one, state: shapedLike(one.state, samples.get(one.kind)) }));
  // Without a reason two states may look the same.
  const last = new Map<string, string>();
  return shaped.filter(({ name, state }) => {
    const isNews = last.get(name) !== words(state);
    last.set(name, words(state));
    return isNews;
  });
}

/** Only the recorded fields; `Unknown` where no reason was recorded. */
function shapedLike(state: JsonObject, sample: JsonObject | undefined): JsonObject {
  const shaped: Record<string, unknown> = {};
  for (const [key, example] of Object.entries(sample ?? state)) {
    const value = state[key];
    const isBare = typeof value === 'string' && typeof example === 'string' && !example.includes('/');
    shaped[key] = key === 'ready' && isBare ? value.split('/')[0] : value;
  }
  return shaped;
}

/** The state in words that do not hang on the order in which taints are listed. */
function words(state: JsonObject): string {
  const sorted = Object.entries(state).map(([key, value]) => [key, Array.isArray(value) ? [...value].sort() : value]);
  return JSON.stringify(Object.fromEntries(sorted));
}

function distance(ours: LifeRun, recorded: LifeRun): number {
  return distanceOf(ours.timeline, recorded.timeline) + distanceOf(ours.afterRecovery, recorded.afterRecovery);
}

/** What another state or one too many or too few counts, s: more than any difference of times that phases make. */
const WRONG_STATE_SECONDS = 100;

function distanceOf(ours: readonly Transition[], recorded: readonly Transition[]): number {
  let sum = 0;
  for (const name of namesOf(ours, recorded)) {
    const [mine, theirs] = [of(ours, name), of(recorded, name)];
    for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
      const [own, other] = [mine[i], theirs[i]];
      const isSame = own !== undefined && other !== undefined && words(own.state) === words(other.state);
      sum += isSame ? Math.abs(own.seconds - other.seconds) : WRONG_STATE_SECONDS;
    }
  }
  return sum;
}

function namesOf(...timelines: readonly (readonly Transition[])[]): string[] {
  return [...new Set(timelines.flat().map(({ name }) => name))];
}

function of(timeline: readonly Transition[], name: string): Transition[] {
  return timeline.filter((one) => one.name === name);
}

/** The first transition against all draws: its tolerance is half of what the phases leave open. */
function spanOf({ timeline, profile, deeds, isOneOfMany }: RecordedLife, runs: readonly LifeRun[]): Quantity[] {
  const first = timeline[0];
  if (first === undefined) return [];
  const seconds = runs.flatMap((run) => {
    const same = run.timeline.find(({ state, name }) => name === first.name && words(state) === words(first.state));
    return same === undefined ? [] : [same.seconds];
  });
  const middle = seconds.length === 0 ? undefined : (Math.min(...seconds) + Math.max(...seconds)) / 2;
  const isSilence = deeds[0]?.what === 'silence';
  // A condition that the node reports shows only when the limiter lets it through.
  const openNs =
    profile.monitorPeriodNs + (isSilence ? profile.heartbeatPeriodNs : isOneOfMany ? profile.evictionGapNs : 0);
  return [judge('first transition, s: middle of all phases', first.seconds, middle, openNs / 2 / 1e9 + LATE_SECONDS)];
}

function compared(prefix: string, recorded: readonly Transition[], ours: readonly Transition[]): Quantity[] {
  return namesOf(recorded, ours).flatMap((name) => {
    const [theirs, mine] = [of(recorded, name), of(ours, name)];
    const states = judge(
      `${prefix}${name}: states`,
      theirs.map(({ state }) => words(state)),
      mine.map(({ state }) => words(state)),
      'the same states in the same order',
    );
    const times = theirs.map(({ seconds }, i) =>
      judge(`${prefix}${name}: transition ${i + 1}, s`, seconds, mine[i]?.seconds, LATE_SECONDS),
    );
    return [states, ...times];
  });
}
