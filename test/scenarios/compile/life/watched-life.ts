/** A living run as somebody sees it who has nothing but its recording. */
import { instantsOf, type Row, Tables } from '../../../../scenarios/swarm/playback.ts';
import { recordedRun } from './recorded-run.ts';

/** A pod that was seen. */
export interface SeenPod {
  readonly name: string;
  readonly bornS: number;
  /** Infinity: it is there at the end. */
  readonly diedS: number;
  /** Name of the node that it got last; empty: none. */
  readonly node: string;
  /** When it first became Ready; NaN: never. */
  readonly readyS: number;
}

/** A mark that was seen, with its words. */
export interface SeenWords {
  readonly atS: number;
  readonly kind: string;
  readonly words: string;
}

/** All that was seen of a run. */
export class WatchedLife {
  readonly pods: readonly SeenPod[];
  readonly marks: readonly SeenWords[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly #workloads: readonly { readonly atS: number; readonly name: string; readonly values: Row['values'] }[];

  constructor(
    pods: readonly SeenPod[],
    marks: readonly SeenWords[],
    metrics: Readonly<Record<string, number>>,
    workloads: readonly { readonly atS: number; readonly name: string; readonly values: Row['values'] }[],
  ) {
    this.pods = pods;
    this.marks = marks;
    this.metrics = metrics;
    this.#workloads = workloads;
  }

  /** Pods whose names begin so, in the order in which they came. */
  of(name: string): SeenPod[] {
    return this.pods.filter((pod) => pod.name.startsWith(`${name}-`));
  }

  /** Of those, the ones that are there at a second. */
  at(name: string, seconds: number): SeenPod[] {
    return this.of(name).filter(({ bornS, diedS }) => bornS <= seconds && diedS > seconds);
  }

  /** wanted, exist and ready of a workload as its row said last before a second. */
  row(name: string, seconds: number): number[] {
    const { values } = this.#workloads.filter((seen) => seen.name === name && seen.atS <= seconds).at(-1)!;
    return [values['wanted']!, values['exist']!, values['ready']!];
  }

  /** Words of the marks of a kind. */
  told(kind: string): string[] {
    return this.marks.filter((mark) => mark.kind === kind).map(({ words }) => words);
  }
}

/** Runs the first alternative of a scenario and watches it. */
export async function watched(text: string): Promise<WatchedLife> {
  const { result, trace } = await recordedRun(text);
  const tables = new Tables();
  const ready = new Map<number, number>();
  const nodes = new Map<number, number>();
  const marks: SeenWords[] = [];
  const workloads: { atS: number; name: string; values: Row['values'] }[] = [];
  await instantsOf(trace, tables, ({ timeNs, changes, marks: all }) => {
    const atS = timeNs / 1e9;
    for (const { name, row, payload } of all) {
      if (name === 'pod-ready' && !ready.has(row)) ready.set(row, atS);
      marks.push({ atS, kind: name, words: payload.filter((part) => typeof part === 'string').join(' ') });
    }
    for (const { what, table, row, column } of changes) {
      if (what !== 'set') continue;
      if (table === 'pods' && column === 'node' && row.values['node']! >= 0) nodes.set(row.row, row.values['node']!);
      if (table === 'workloads') workloads.push({ atS, name: row.name, values: { ...row.values } });
    }
  });
  const pods = tables.of('pods').map(({ row, name, bornNs, diedNs }) => ({
    name,
    bornS: bornNs / 1e9,
    diedS: diedNs === undefined ? Number.POSITIVE_INFINITY : diedNs / 1e9,
    node: tables.of('nodes')[nodes.get(row) ?? -1]?.name ?? '',
    readyS: ready.get(row) ?? Number.NaN,
  }));
  return new WatchedLife(pods, marks, result.metrics, workloads);
}
