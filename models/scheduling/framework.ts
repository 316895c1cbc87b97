/**
 * The plugins of one scheduler put together: who filters, who scores with which weight, and how refusals are counted.
 *
 * Refusals are numbers, so that hot loops count them in typed arrays: code 0 is "passes"; plugin `p` refusing for the
 * reasons in `bits` is `firstCode[p] + bits`.
 */
import { assert } from '../../sim/engine/assert.ts';
import { PLUGINS } from './plugins/index.ts';
import type { Plugin, PluginContext } from './plugins/plugin.ts';

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
  /** What is added to its reason bits to give a refusal code. */
  readonly firstCode: number;
  /**
   * The plugin's own functions. Read from here in hot loops: all these objects have one hidden class, plugins have one
   * each, and reading a field of many classes costs as much as the filter itself.
   */
  readonly filter: Plugin['filter'];
  readonly score: Plugin['score'];
}

/** The most refusal codes: they are kept in bytes. */
const CODES_MAX = 256;

/** The plugins of one scheduler. */
export class Framework {
  readonly context: PluginContext;
  readonly plugins: readonly Placed[];
  /** Plugins that may refuse, in the order in which they are asked. */
  readonly filters: readonly Placed[];
  /** Plugins that score with a weight other than 0. */
  readonly scorers: readonly Placed[];
  /** Number of refusal codes. */
  readonly codes: number;

  constructor(context: PluginContext) {
    this.context = context;
    let firstCode = 0;
    this.plugins = PLUGINS.map(({ make, weight }) => {
      const plugin = make(context);
      const named = context.options.weights?.[plugin.name] ?? weight;
      const placed = { plugin, weight: named, firstCode, filter: plugin.filter, score: plugin.score };
      // Bits are never 0 in a refusal: the first code of the next plugin is this one's largest.
      firstCode += (1 << plugin.reasons.length) - 1;
      return placed;
    });
    this.codes = firstCode + 1;
    assert(this.codes <= CODES_MAX, () => `${this.codes} refusal codes, limit ${CODES_MAX}`);
    this.filters = this.plugins.filter(({ plugin }) => plugin.filter !== undefined);
    this.scorers = this.plugins.filter(({ plugin, weight }) => plugin.score !== undefined && weight !== 0);
    this.assertWeights(context.options.weights ?? {});
  }

  /** Counts by code turned into counts by plugin and reason, in the order of the filters. */
  refusals(counts: Int32Array): Refusal[] {
    const list: Refusal[] = [];
    for (const { plugin, firstCode } of this.filters) {
      for (let bit = 0; bit < plugin.reasons.length; bit++) {
        const count = countOf(counts, firstCode, plugin.reasons.length, bit);
        if (count > 0) list.push({ plugin: plugin.name, reason: plugin.reasons[bit], count });
      }
    }
    return list;
  }

  /** Who refused with that code, and why; undefined for code 0. */
  refusalOf(code: number): { plugin: string; reasons: string[] } | undefined {
    if (code === 0) return undefined;
    const { plugin, firstCode } = this.filters.filter((placed) => placed.firstCode < code).at(-1)!;
    const bits = code - firstCode;
    return { plugin: plugin.name, reasons: plugin.reasons.filter((_, bit) => (bits >>> bit) & 1) };
  }

  /** Whether a refusal stands whatever pods leave the node: upstream's `UnschedulableAndUnresolvable`. */
  isUnresolvable(pod: number, node: number, code: number): boolean {
    const { plugin, firstCode } = this.filters.filter((placed) => placed.firstCode < code).at(-1)!;
    return plugin.isUnresolvable?.(pod, node, code - firstCode) ?? false;
  }

  /** Code of the first refusal of one node, everything looked at anew as the ledger stands; 0: it passes. */
  verdict(pod: number, node: number): number {
    return firstRefusal(this.filtersFor(pod), pod, node);
  }

  /** As {@link verdict}, of every node. */
  verdicts(pod: number): number[] {
    const filters = this.filtersFor(pod);
    return this.context.nodes.map((_, node) => firstRefusal(filters, pod, node));
  }

  private filtersFor(pod: number): Placed[] {
    for (const { plugin } of this.plugins) plugin.prepare?.(pod);
    return this.filters.filter(({ plugin }) => !plugin.skipsFilter?.(pod));
  }

  private assertWeights(weights: Readonly<Record<string, number>>): void {
    for (const [name, weight] of Object.entries(weights)) {
      assert(
        this.plugins.some(({ plugin }) => plugin.name === name),
        () => `weight of unknown plugin ${name}`,
      );
      assert(Number.isInteger(weight) && weight >= 0, () => `weight of ${name} is ${weight}`);
    }
  }
}

/** Code of the first of the filters that refuses the node; 0: it passes. */
export function firstRefusal(filters: readonly Placed[], pod: number, node: number): number {
  for (let i = 0; i < filters.length; i++) {
    const { plugin, firstCode, filter } = filters[i];
    const bits = filter!.call(plugin, pod, node);
    if (bits !== 0) return firstCode + bits;
  }
  return 0;
}

function countOf(counts: Int32Array, firstCode: number, reasons: number, bit: number): number {
  let count = 0;
  for (let bits = 1; bits < 1 << reasons; bits++) if ((bits >>> bit) & 1) count += counts[firstCode + bits];
  return count;
}
