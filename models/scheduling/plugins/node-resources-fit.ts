/**
 * NodeResourcesFit: does the request fit, and how empty (or full) would the node be?
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/fit.go`. All shortages are reported at once. The filter counts what pods
 * request, processors, memory and every other resource by name; the score is in `resource-strategies.ts`.
 * Leaves out: dynamic resource allocation, resizing of running pods.
 */
import type { ExtendedDemand } from '../demands.ts';
import { CPU_AND_MEMORY } from '../plugin-arguments.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import { resourceScorer, sumScores } from './resource-strategies.ts';

const TOO_MANY_PODS = 1;
const INSUFFICIENT_CPU = 2;
const INSUFFICIENT_MEMORY = 4;

/** Refusals from this number on are sets of bits and names, numbered as they occur. */
const WITH_OTHERS = 8;

const REASONS = ['Too many pods', 'Insufficient cpu', 'Insufficient memory'];

/** Makes the plugin; `options.strategy` names the score. */
export function nodeResourcesFit(context: PluginContext): Plugin {
  return new NodeResourcesFit(context);
}

class NodeResourcesFit implements Plugin {
  readonly name = 'NodeResourcesFit';
  readonly scope = 'shape';
  readonly reasons = [...REASONS];
  readonly score: (pod: number, node: number) => number;
  readonly addScores: Plugin['addScores'];
  private readonly context: PluginContext;
  /** By shape: what is asked besides processors and memory. */
  private readonly asked: (readonly ExtendedDemand[] | undefined)[] = [];
  private readonly withOthers: (readonly string[])[] = [];
  private readonly numberOf = new Map<string, number>();

  constructor(context: PluginContext) {
    this.context = context;
    const resources = context.options.arguments?.fitResources ?? CPU_AND_MEMORY;
    this.score = resourceScorer(context, resources);
    this.addScores = sumScores(context, resources);
  }

  filter(pod: number, node: number): number {
    const { demands, ledger } = this.context;
    const shape = demands.shapeOf[pod];
    const cpuMilli = demands.cpuMilli[shape];
    const memoryMib = demands.memoryMib[shape];
    let refused = ledger.pods[node] >= ledger.podsMax[node] ? TOO_MANY_PODS : 0;
    // A pod that requests none of a resource passes even where that resource is overbooked.
    if (cpuMilli > 0 && cpuMilli > ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node]) {
      refused |= INSUFFICIENT_CPU;
    }
    if (memoryMib > 0 && memoryMib > ledger.memoryMibAllocatable[node] - ledger.memoryMibRequested[node]) {
      refused |= INSUFFICIENT_MEMORY;
    }
    return demands.extended[shape].length === 0 ? refused : this.withExtended(refused, shape, node);
  }

  filterAll(pod: number, nodes: Int32Array, count: number, refusals: Int32Array): void {
    const { demands, ledger } = this.context;
    const shape = demands.shapeOf[pod];
    if (demands.extended[shape].length > 0) {
      for (let i = 0; i < count; i++) refusals[i] = this.filter(pod, nodes[i]);
      return;
    }
    const [cpuMilli, memoryMib] = [demands.cpuMilli[shape], demands.memoryMib[shape]];
    const { pods, podsMax, cpuMilliAllocatable, cpuMilliRequested, memoryMibAllocatable, memoryMibRequested } = ledger;
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      let refused = pods[node] >= podsMax[node] ? TOO_MANY_PODS : 0;
      if (cpuMilli > 0 && cpuMilli > cpuMilliAllocatable[node] - cpuMilliRequested[node]) refused |= INSUFFICIENT_CPU;
      if (memoryMib > 0 && memoryMib > memoryMibAllocatable[node] - memoryMibRequested[node]) {
        refused |= INSUFFICIENT_MEMORY;
      }
      refusals[i] = refused;
    }
  }

  reasonsOf(refusal: number): readonly string[] {
    if (refusal >= WITH_OTHERS) return this.withOthers[refusal - WITH_OTHERS];
    return REASONS.filter((_, bit) => (refusal >>> bit) & 1);
  }

  isUnresolvable(pod: number, node: number): boolean {
    const { demands, ledger } = this.context;
    const shape = demands.shapeOf[pod];
    return (
      demands.cpuMilli[shape] > ledger.cpuMilliAllocatable[node] ||
      demands.memoryMib[shape] > ledger.memoryMibAllocatable[node] ||
      this.askedOf(shape).some(({ resource, amount }) => amount > ledger.extendedAllocatable[resource][node])
    );
  }

  private withExtended(refused: number, shape: number, node: number): number {
    const { extendedAllocatable, extendedRequested } = this.context.ledger;
    let short: number[] | undefined;
    for (const { resource, amount } of this.askedOf(shape)) {
      if (amount <= extendedAllocatable[resource][node] - extendedRequested[resource][node]) continue;
      short = short ?? [];
      short.push(resource);
    }
    return short === undefined ? refused : this.number(refused, short);
  }

  private askedOf(shape: number): readonly ExtendedDemand[] {
    const known = this.asked[shape];
    if (known !== undefined) return known;
    const names = [...this.context.demands.resources.keys()];
    const asked = this.context.demands.extended[shape].filter(({ resource }) => !this.isIgnored(names[resource]));
    this.asked[shape] = asked;
    return asked;
  }

  private isIgnored(name: string): boolean {
    const { ignoredResources = [], ignoredResourceGroups = [] } = this.context.options.arguments ?? {};
    return ignoredResources.includes(name) || ignoredResourceGroups.includes(name.split('/')[0]);
  }

  private number(refused: number, short: readonly number[]): number {
    const key = `${refused} ${short.join()}`;
    const known = this.numberOf.get(key);
    if (known !== undefined) return known;
    const names = [...this.context.demands.resources.keys()];
    const missing = short.map((resource) => `Insufficient ${names[resource]}`);
    for (const reason of missing) if (!this.reasons.includes(reason)) this.reasons.push(reason);
    const number = WITH_OTHERS + this.withOthers.push([...this.reasonsOf(refused), ...missing]) - 1;
    this.numberOf.set(key, number);
    return number;
  }
}
