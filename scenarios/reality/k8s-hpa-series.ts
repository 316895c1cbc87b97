/**
 * Recorded series: the controller runs in simulated time, and every change of the count and of the status is compared.
 *
 * When the real controller looked was not recorded, only that it did so about every 2 s (2 to 3 s under load) from 5 to 8 s
 * on, and what had changed when somebody else looked. So a clock is an input: first the one that the recorded changes
 * suggest, with looks at even distances between them; then regular ones. A series agrees when one of these clocks gives
 * all recorded values in their order, and the times within 4 s.
 */
import type { HorizontalAutoscaler } from '../../models/autoscaling/horizontal-autoscaler.ts';
import {
  HorizontalController,
  type HorizontalOptions,
  type HorizontalStatus,
} from '../../models/autoscaling/horizontal-controller.ts';
import { exactMilliOf, horizontalAutoscalerOf } from '../document/manifests/horizontal-autoscaler.ts';
import { isObject, numberField, wholeField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type JsonObject } from './suite.ts';

const NS_PER_SECOND = 1_000_000_000;
const TOLERANCE_SECONDS = 4;
const SECONDS_MAX = 100_000;
const REPLICAS_MAX = 1_000_000;
/** The smallest distance of two looks. */
const SYNC_SECONDS = 2;
/** Count and status were read one after the other: the same look shows in both within this time. */
const ONE_LOOK_SECONDS = 2;
/** Regular clocks: first look and distance of looks. */
const REGULAR_FIRST_SECONDS = [5, 5.5, 6, 6.5, 7, 7.5, 8];
const REGULAR_SECONDS = [2, 2.1, 2.2, 2.3, 2.5, 2.75, 3];

/** The count from a second on. */
type Change = readonly [second: number, replicas: number];

interface SeenStatus {
  readonly second: number;
  readonly state: JsonObject;
}

interface Series {
  readonly changes: readonly Change[];
  readonly statuses: readonly SeenStatus[];
}

/** All quantities of a series. */
export function seriesQuantities(input: JsonObject, observed: JsonObject, options: HorizontalOptions): Quantity[] {
  const recorded = { changes: changesOf(observed), statuses: statusesOf(observed) };
  const end = numberField(input, 'durationSec', 0, SECONDS_MAX) + SYNC_SECONDS;
  let [nearest, fewest]: [Quantity[], number] = [[], Number.POSITIVE_INFINITY];
  for (const clock of clocks(recorded, end)) {
    const quantities = compared(recorded, simulated(input, options, clock));
    const wrong = quantities.filter(({ agree }) => !agree).length;
    if (wrong === 0) return quantities;
    if (wrong < fewest) [nearest, fewest] = [quantities, wrong];
  }
  return nearest;
}

/** The clocks that the recording allows, likeliest first. */
function* clocks(recorded: Series, endSeconds: number): Generator<readonly number[]> {
  yield suggestedClock(recorded, Math.min);
  yield suggestedClock(recorded, Math.max);
  const last = Math.max(...recorded.changes.map(([second]) => second), ...recorded.statuses.map((one) => one.second));
  for (const period of REGULAR_SECONDS) {
    for (const first of REGULAR_FIRST_SECONDS) {
      const looks = Math.floor((Math.min(endSeconds, last + 0.01) - first) / period) + 1;
      yield Array.from({ length: Math.max(0, looks) }, (_, look) => first + look * period);
    }
  }
}

/** A look at each recorded change of count or status, and between them as many as 2 s allow. */
function suggestedClock(recorded: Series, pick: (a: number, b: number) => number): readonly number[] {
  const clock: number[] = [];
  for (const second of seenLooks(recorded, pick)) {
    const last = clock.at(-1);
    if (last === undefined) clock.push(second);
    else if (second > last) clock.push(...evenly(last, second));
  }
  return clock;
}

/** Each status comes from a look of its own; a change of the count from the same look as the status that tells of it. */
function seenLooks({ changes, statuses }: Series, pick: (a: number, b: number) => number): number[] {
  const looks = statuses.map(({ second }) => second);
  for (const [second, replicas] of changes.slice(1)) {
    const place = statuses.findIndex(
      (status) => tellsOf(status, replicas) && Math.abs(status.second - second) <= ONE_LOOK_SECONDS,
    );
    if (place < 0) looks.push(second);
    else looks[place] = pick(looks[place], second);
  }
  return looks.sort((a, b) => a - b);
}

function tellsOf({ state }: SeenStatus, replicas: number): boolean {
  return state.desiredReplicas === replicas && state.currentReplicas !== replicas;
}

function evenly(from: number, to: number): number[] {
  const steps = Math.max(1, Math.floor((to - from) / SYNC_SECONDS));
  return Array.from({ length: steps }, (_, step) =>
    step === steps - 1 ? to : from + ((step + 1) * (to - from)) / steps,
  );
}

/** The controller in simulated time; the count follows at once. */
function simulated(input: JsonObject, options: HorizontalOptions, clock: readonly number[]): Series {
  const autoscaler = horizontalAutoscalerOf({ spec: input });
  const controller = new HorizontalController(autoscaler, options);
  let replicas = wholeField(input, 'replicas', 0, REPLICAS_MAX);
  const changes: Change[] = [[0, replicas]];
  const statuses: SeenStatus[] = [];
  for (const second of clock) {
    const decision = controller.sync({
      nowNs: Math.round(second * NS_PER_SECOND),
      specReplicas: replicas,
      statusReplicas: replicas,
      pods: [],
      readings: readingsAt(second, input, autoscaler),
    });
    const state = shownStatus(decision.status);
    if (JSON.stringify(statuses.at(-1)?.state) !== JSON.stringify(state)) statuses.push({ second, state });
    if (decision.rescaled) changes.push([second, decision.replicas]);
    replicas = decision.replicas;
  }
  return { changes, statuses };
}

/** The last value of the schedule, for each external metric. */
function readingsAt(second: number, input: JsonObject, { metrics }: HorizontalAutoscaler) {
  if (!Array.isArray(input.schedule)) throw new CaseProblem('"schedule" must be a list of [second, value].');
  let milli: bigint | undefined;
  for (const step of input.schedule as unknown[]) {
    if (!Array.isArray(step) || typeof step[0] !== 'number')
      throw new CaseProblem('"schedule" must be a list of [second, value].');
    if (step[0] <= second) milli = exactMilliOf(step[1]);
  }
  const values = milli === undefined ? [] : [{ labels: {}, milli }];
  const names = metrics.flatMap((spec) => (spec.type === 'External' ? [spec.metric.name] : []));
  return {
    podSamples: new Map(),
    podMetrics: new Map(),
    objectMetrics: new Map(),
    externalMetrics: new Map(names.map((name) => [name, values])),
  };
}

function shownStatus({ desiredReplicas, currentReplicas, conditions }: HorizontalStatus): JsonObject {
  const reasons = Object.fromEntries(
    Object.entries(conditions)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { reason }]) => [name, reason]),
  );
  return { desiredReplicas, currentReplicas, reasons };
}

function compared(recorded: Series, ours: Series): Quantity[] {
  const counts = (series: Series) => series.changes.map(([, replicas]) => replicas);
  const states = (series: Series) => series.statuses.map(({ state }) => state);
  return [
    judge('replicas in order', counts(recorded), counts(ours), 'equal'),
    judge('status in order', states(recorded), states(ours), 'equal'),
    ...recorded.changes.map(([second, replicas], place) =>
      judge(`second of change ${place} to ${replicas}`, second, ours.changes[place]?.[0], TOLERANCE_SECONDS),
    ),
    ...recorded.statuses.map(({ second }, place) =>
      judge(`second of status ${place}`, second, ours.statuses[place]?.second, TOLERANCE_SECONDS),
    ),
  ];
}

function changesOf(observed: JsonObject): Change[] {
  return (observed.replicasOverTime as unknown[]).map((change) => {
    if (Array.isArray(change) && typeof change[0] === 'number' && typeof change[1] === 'number')
      return [change[0], change[1]];
    throw new CaseProblem('"replicasOverTime" must be a list of [second, replicas].');
  });
}

function statusesOf(observed: JsonObject): SeenStatus[] {
  const statuses: unknown[] = Array.isArray(observed.statusOverTime) ? observed.statusOverTime : [];
  return statuses.map((status) => {
    if (!isObject(status) || !isObject(status.reasons))
      throw new CaseProblem(
        '"statusOverTime" must be a list of objects with t, desiredReplicas, currentReplicas, reasons.',
      );
    const reasons = Object.fromEntries(Object.entries(status.reasons).sort(([a], [b]) => (a < b ? -1 : 1)));
    const { desiredReplicas, currentReplicas } = status;
    return { second: numberField(status, 't', 0, SECONDS_MAX), state: { desiredReplicas, currentReplicas, reasons } };
  });
}
