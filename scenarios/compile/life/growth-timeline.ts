/**
 * From load to first byte: what happens, one thing after another, until a pod that an autoscaler ordered answers its first request.
 *
 * Each part runs from the end of the one before to its own instant; what did not happen, or had happened before, takes no time, so the
 * parts add up to the whole. A load that is counted by windows has no first answer: it then ends where callers see the pod.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { formatTime, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { percentages } from '../../../sim/stats/percentages.ts';

/** The parts in their order; each is named by what ends it. */
export const GROWTH_PARTS = [
  'measured',
  'decided',
  'created',
  'refused',
  'asked',
  'joined',
  'bound',
  'networked',
  'pulled',
  'started',
  'ready',
  'offered',
  'answered',
] as const;

/** Name of a part. */
export type GrowthPart = (typeof GROWTH_PARTS)[number];

/** What set off a growth. */
export interface GrowthCause {
  /** The load began to rise. */
  readonly riseNs: TimeNs;
  /** The newest sample that the autoscaler acted on was taken. */
  readonly measuredNs: TimeNs;
  readonly decidedNs: TimeNs;
}

/** One pod's way, finished. */
export interface Growth {
  /** The run's number of the pod. */
  readonly pod: number;
  readonly riseNs: TimeNs;
  /** In the order of {@link GROWTH_PARTS}, ns. */
  readonly partsNs: readonly number[];
  readonly wholeNs: number;
}

interface Pending extends GrowthCause {
  left: number;
}

interface Way {
  readonly riseNs: TimeNs;
  readonly at: Partial<Record<GrowthPart, TimeNs>>;
}

/** Instants of the pods that autoscalers ordered. */
export class GrowthTimeline {
  readonly #onAnswered: (growth: Growth) => void;
  /** By workload: growths whose pods are not all created. */
  readonly #pending = new Map<number, Pending[]>();
  readonly #ways = new Map<number, Way>();
  /** By node: when its machine was asked for, and when it joined. */
  readonly #nodes = new Map<number, { readonly askedNs: TimeNs; joinedNs: TimeNs }>();
  #slowest: Growth | undefined;

  /** `onAnswered` hears of each pod that has come to its end. */
  constructor(onAnswered: (growth: Growth) => void = () => {}) {
    this.#onAnswered = onAnswered;
  }

  /** The pod that took longest; undefined: none has come to its end. */
  get slowest(): Growth | undefined {
    return this.#slowest;
  }

  /** An autoscaler ordered so many more pods of a workload. What it orders before any load has come follows no rise. */
  ordered(workload: number, more: number, cause: GrowthCause): void {
    if (cause.riseNs > cause.decidedNs) return;
    const list = this.#pending.get(workload) ?? [];
    list.push({ ...cause, left: more });
    this.#pending.set(workload, list);
  }

  /** A pod of a workload is created: the oldest order takes it. Returns whether there was one. */
  created(pod: number, workload: number, nowNs: TimeNs): boolean {
    const list = this.#pending.get(workload);
    const order = list?.[0];
    if (order === undefined) return false;
    if (--order.left === 0) list!.shift();
    const { riseNs, measuredNs, decidedNs } = order;
    this.#ways.set(pod, { riseNs, at: { measured: measuredNs, decided: decidedNs, created: nowNs } });
    return true;
  }

  /** Something happened to a pod; only the first time counts, and only pods that were ordered. */
  reached(pod: number, part: GrowthPart, nowNs: TimeNs): void {
    const way = this.#ways.get(pod);
    if (way !== undefined) way.at[part] ??= nowNs;
  }

  /** A machine was asked for. */
  asked(node: number, nowNs: TimeNs): void {
    this.#nodes.set(node, { askedNs: nowNs, joinedNs: Number.NaN });
  }

  /** The machine has joined. */
  joined(node: number, nowNs: TimeNs): void {
    const asked = this.#nodes.get(node);
    if (asked !== undefined) asked.joinedNs = nowNs;
  }

  /** The pod got a node. */
  bound(pod: number, node: number, nowNs: TimeNs): void {
    const way = this.#ways.get(pod);
    const machine = this.#nodes.get(node);
    if (way !== undefined && machine !== undefined) {
      way.at.asked = machine.askedNs;
      way.at.joined = machine.joinedNs;
    }
    this.reached(pod, 'bound', nowNs);
  }

  /** The pod has answered its first request, or ends where nothing answers: its way is complete. */
  answered(pod: number, nowNs: TimeNs): void {
    const way = this.#ways.get(pod);
    if (way === undefined) return;
    this.#ways.delete(pod);
    const growth = growthOf(pod, { ...way, at: { ...way.at, answered: nowNs } });
    if (this.#slowest === undefined || growth.wholeNs > this.#slowest.wholeNs) this.#slowest = growth;
    this.#onAnswered(growth);
  }

  /** The pod is gone before it answered. */
  gone(pod: number): void {
    this.#ways.delete(pod);
  }
}

function growthOf(pod: number, { riseNs, at }: Way): Growth {
  let beforeNs = riseNs;
  const partsNs = GROWTH_PARTS.map((part) => {
    const atNs = Math.max(beforeNs, at[part] ?? beforeNs);
    const partNs = atNs - beforeNs;
    beforeNs = atNs;
    return partNs;
  });
  const wholeNs = beforeNs - riseNs;
  assert(beforeNs === at.answered, () => `pod ${pod} came to its end at ${at.answered}, its parts at ${beforeNs}`);
  return { pod, riseNs, partsNs, wholeNs };
}

/** Each part with its time and its share of the whole; the shares add up to 100 %. */
export function growthWords({ partsNs }: Growth): string {
  const shares = percentages(partsNs);
  const shareOf = (part: number): string => (shares.length === 0 ? '' : ` (${shares[part]} %)`);
  return GROWTH_PARTS.map((name, part) => `${name} ${formatTime(partsNs[part]!)}${shareOf(part)}`).join(', ');
}

/** Keys of the catalog's metrics: the whole and its parts of one growth; nothing where there was none. */
export function growthMetrics(growth: Growth | undefined): Record<string, number> {
  if (growth === undefined) return {};
  const parts = GROWTH_PARTS.map((part, at) => [
    `growth${part[0]!.toUpperCase()}${part.slice(1)}`,
    growth.partsNs[at]!,
  ]);
  return { loadToFirstByte: growth.wholeNs, ...Object.fromEntries(parts) };
}
