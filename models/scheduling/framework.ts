/**
 * The plugins of one scheduler put together: who filters, who scores with which weight, and how refusals are counted.
 *
 * Refusals are numbers, so that hot loops count them in typed arrays: code 0 is "passes". Every other pair of plugin and
 * refusal gets the next free code when it first occurs, so that reasons which follow from the cluster (a resource that
 * only one shape names) cost nothing until then.
 */
import { assert } from '../../sim/engine/assert.ts';
import { type NodeSampling, samplingOf } from './node-sampling.ts';
import { PLUGINS, type PluginEntry } from './plugins/index.ts';
import type { Plugin, PluginContext } from './plugins/plugin.ts';
import { GPU_POLICIES, GPU_POLICY_NAMES } from './policies/index.ts';

/** Refusals of nodes that gave one reason. */
export interface Refusal {
  readonly plugin: string;
  /** In upstream's words. */
  readonly reason: string;
  /** Nodes. */
  readonly count: number;
}

/** A plugin in its place. */
export interface Placed {
  readonly plugin: Plugin;
  /** Of its score; 0: it does not score. */
  readonly weight: number;
  /** By the plugin's own refusal number: the code; 0 where it did not occur yet. */
  readonly codes: number[];
  /**
   * The plugin's own functions. Read from here in hot loops: all these objects have one hidden class, plugins have one
   * each, and reading a field of many classes costs as much as the filter itself.
   */
  readonly filter: Plugin['filter'];
  readonly score: Plugin['score'];
}

/** Code of a node that does not exist: no plugin is asked, and no count tells of it. */
export const ABSENT = 1;

/** The most refusal codes: they are kept in 16 bits. */
const CODES_MAX = 65_536;

/** The plugins of one scheduler. */
export class Framework {
  readonly context: PluginContext;
  readonly plugins: readonly Placed[];
  /** Plugins that may refuse, in the order in which they are asked. */
  readonly filters: readonly Placed[];
  /** Filters that may refuse a pod before any node is looked at. */
  private readonly preFilters: readonly Placed[];
  /** Plugins that score with a weight other than 0. */
  readonly scorers: readonly Placed[];
  /** Who chooses GPU devices; absent: nobody, then it is the tightest that fit. */
  readonly deviceChooser: Plugin | undefined;
  /** What each code means; code 0 and `ABSENT` mean nothing. */
  private readonly meanings: ({ placed: Placed; refusal: number } | undefined)[] = [undefined, undefined];
  private sampled: NodeSampling | undefined;
  /** Comings and goings of nodes as of which `sampled` is right. */
  private sampledAsOf = 0;

  constructor(context: PluginContext) {
    this.context = context;
    this.sampled = this.samplingNow();
    const { gpuPolicy, weights } = context.options;
    this.plugins = [...PLUGINS, ...policiesOf(context)].map(({ make, weight }) => {
      const plugin = make(context);
      const stock = gpuPolicy === undefined || gpuPolicy === plugin.name;
      const named = weights?.[plugin.name] ?? (stock ? weight : 0);
      return { plugin, weight: named, codes: [], filter: plugin.filter, score: plugin.score };
    });
    const disabled = context.options.disabledFilters ?? [];
    this.assertKnown(disabled);
    this.filters = this.plugins.filter(({ plugin }) => plugin.filter !== undefined && !disabled.includes(plugin.name));
    this.preFilters = this.filters.filter(({ plugin }) => plugin.preFilter !== undefined);
    this.scorers = this.plugins.filter(({ plugin, weight }) => plugin.score !== undefined && weight !== 0);
    this.deviceChooser = this.plugins.find(({ plugin, weight }) => plugin.chooseDevices && weight !== 0)?.plugin;
    this.assertWeights(context.options.weights ?? {});
  }

  /** How far a search for nodes goes; undefined: all are looked at. */
  get sampling(): NodeSampling | undefined {
    const { comings } = this.context.ledger.marks;
    if (comings === this.sampledAsOf) return this.sampled;
    const start = this.sampled?.start ?? 0;
    this.sampled = this.samplingNow();
    this.sampledAsOf = comings;
    this.sampled?.beginAt(start);
    return this.sampled;
  }

  private samplingNow(): NodeSampling | undefined {
    const { nodes, options, ledger } = this.context;
    return samplingOf(nodes, options.percentageOfNodesToScore, ledger.marks.absent);
  }

  /** Number of refusal codes so far, code 0 among them. */
  get codes(): number {
    return this.meanings.length;
  }

  /** Code of a refusal of one plugin. */
  codeOf(placed: Placed, refusal: number): number {
    const known = placed.codes[refusal];
    if (known !== undefined && known !== 0) return known;
    assert(this.codes < CODES_MAX, () => `${this.codes} kinds of refusal, limit ${CODES_MAX}`);
    while (placed.codes.length < refusal) placed.codes.push(0);
    placed.codes[refusal] = this.meanings.push({ placed, refusal }) - 1;
    return placed.codes[refusal];
  }

  /** Counts by code turned into counts by plugin and reason, in the order of the filters. */
  refusals(counts: ArrayLike<number>): readonly Refusal[] {
    if (counts[0] === this.context.nodes.length) return NO_REFUSALS;
    const list: Refusal[] = [];
    for (const placed of this.filters) {
      const byReason = this.countsByReason(counts, placed);
      for (const reason of placed.plugin.reasons) {
        const count = byReason.get(reason) ?? 0;
        if (count > 0) list.push({ plugin: placed.plugin.name, reason, count });
      }
    }
    return list;
  }

  private countsByReason(counts: ArrayLike<number>, placed: Placed): ReadonlyMap<string, number> {
    const byReason = new Map<string, number>();
    placed.codes.forEach((code, refusal) => {
      const count = counts[code] ?? 0;
      if (code === 0 || count === 0) return;
      for (const reason of reasonsOf(placed.plugin, refusal)) byReason.set(reason, (byReason.get(reason) ?? 0) + count);
    });
    return byReason;
  }

  /** Who refused with that code, and why; undefined for code 0 and `ABSENT`. */
  refusalOf(code: number): { plugin: string; reasons: readonly string[] } | undefined {
    const meaning = this.meanings[code];
    if (meaning === undefined) return undefined;
    const { plugin } = meaning.placed;
    return { plugin: plugin.name, reasons: reasonsOf(plugin, meaning.refusal) };
  }

  /** Whether a refusal stands whatever pods leave the node: upstream's `UnschedulableAndUnresolvable`. */
  isUnresolvable(pod: number, node: number, code: number): boolean {
    if (code === ABSENT) return true;
    const { placed, refusal } = this.meanings[code]!;
    return placed.plugin.isUnresolvable?.(pod, node, refusal) ?? false;
  }

  /** Code of the first refusal of one node, everything looked at anew as the ledger stands; 0: it passes. */
  verdict(pod: number, node: number): number {
    return this.firstRefusal(this.filtersFor(pod), pod, node);
  }

  /** As {@link verdict}, of every node. */
  verdicts(pod: number): number[] {
    const filters = this.filtersFor(pod);
    return this.context.nodes.map((_, node) => this.firstRefusal(filters, pod, node));
  }

  /** Code of the first of the filters that refuses the node; 0: it passes. */
  firstRefusal(filters: readonly Placed[], pod: number, node: number): number {
    if (this.context.ledger.marks.absent[node] === 1) return ABSENT;
    for (let i = 0; i < filters.length; i++) {
      const { plugin, filter } = filters[i];
      const refusal = filter!.call(plugin, pod, node);
      if (refusal !== 0) return this.codeOf(filters[i], refusal);
    }
    return 0;
  }

  /** Why no node needs to be looked at for the pod; undefined: nodes decide. */
  preFilterReason(pod: number): string | undefined {
    return this.preFilterOf(pod)?.plugin.preFilter?.(pod);
  }

  private preFilterOf(pod: number): Placed | undefined {
    if (this.preFilters.length === 0) return undefined;
    return this.preFilters.find(({ plugin }) => plugin.preFilter!(pod) !== undefined);
  }

  /** Filters that have a say about the pod, prepared for it; one alone if it refuses the pod whatever the node. */
  filtersFor(pod: number): Placed[] {
    for (const { plugin } of this.plugins) plugin.prepare?.(pod);
    const alone = this.preFilterOf(pod);
    if (alone !== undefined) return [alone];
    return this.filters.filter(({ plugin }) => !plugin.skipsFilter?.(pod));
  }

  private assertKnown(names: readonly string[]): void {
    const known = new Set<string>([...this.plugins.map(({ plugin }) => plugin.name), ...GPU_POLICY_NAMES]);
    const unknown = names.find((name) => !known.has(name));
    assert(unknown === undefined, () => `options name the unknown plugin ${unknown}`);
  }

  private assertWeights(weights: Readonly<Record<string, number>>): void {
    this.assertKnown(Object.keys(weights));
    for (const [name, weight] of Object.entries(weights)) {
      assert(Number.isInteger(weight) && weight >= 0, () => `weight of ${name} is ${weight}`);
    }
  }
}

const NO_REFUSALS: readonly Refusal[] = [];

/** The policies that score here: the one that is named, and those that have a weight. */
function policiesOf({ options }: PluginContext): PluginEntry[] {
  const names = GPU_POLICY_NAMES.filter((name) => name === options.gpuPolicy || (options.weights?.[name] ?? 0) > 0);
  return names.map((name) => ({ name, make: GPU_POLICIES[name], weight: 1 }));
}

function reasonsOf(plugin: Plugin, refusal: number): readonly string[] {
  return plugin.reasonsOf?.(refusal) ?? plugin.reasons.filter((_, bit) => (refusal >>> bit) & 1);
}
