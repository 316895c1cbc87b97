/**
 * Allocatable and requested amounts of the resources that a score is made of, in the order of the scorer's list.
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/resource_allocation.go`: a resource that the node does not have counts
 * nothing, and neither does an extended one that the pod does not request. Leaves out: dynamic resource allocation.
 */
import type { ResourceWeight } from '../plugin-arguments.ts';
import type { PluginContext } from './plugin.ts';

/** Amounts on one node if the pod were there. */
export class ResourceAmounts {
  /** 0: the resource is not counted. */
  readonly allocatable: Float64Array;
  readonly requested: Float64Array;
  private readonly context: PluginContext;
  private readonly names: readonly string[];
  /** Numbers of the resources other than processors and memory. */
  private readonly numbers: readonly number[];
  private readonly withDefaults: boolean;

  /** @param withDefaults whether containers that request nothing count as upstream's defaults */
  constructor(context: PluginContext, resources: readonly ResourceWeight[], withDefaults: boolean) {
    this.context = context;
    this.names = resources.map(({ name }) => name);
    this.numbers = this.names.map((name) =>
      name === 'cpu' || name === 'memory' ? -1 : context.demands.resource(name),
    );
    context.ledger.grow();
    this.withDefaults = withDefaults;
    this.allocatable = new Float64Array(resources.length);
    this.requested = new Float64Array(resources.length);
  }

  /** Fills both columns for a shape on a node. */
  read(shape: number, node: number): void {
    for (let i = 0; i < this.names.length; i++) {
      if (this.names[i] === 'cpu') this.readCpu(i, shape, node);
      else if (this.names[i] === 'memory') this.readMemory(i, shape, node);
      else this.readOther(i, shape, node);
    }
  }

  /** Whether the shape requests none of them. */
  isNothing(shape: number): boolean {
    const { demands } = this.context;
    return this.names.every((name, i) => {
      if (name === 'cpu') return demands.cpuMilli[shape] === 0;
      if (name === 'memory') return demands.memoryMib[shape] === 0;
      return this.requestedOf(shape, this.numbers[i]) === 0;
    });
  }

  private readCpu(i: number, shape: number, node: number): void {
    const { ledger, demands } = this.context;
    this.allocatable[i] = ledger.cpuMilliAllocatable[node];
    this.requested[i] = this.withDefaults
      ? ledger.cpuMilliScored[node] + demands.scoredCpuMilli[shape]
      : ledger.cpuMilliRequested[node] + demands.cpuMilli[shape];
  }

  private readMemory(i: number, shape: number, node: number): void {
    const { ledger, demands } = this.context;
    this.allocatable[i] = ledger.memoryMibAllocatable[node];
    this.requested[i] = this.withDefaults
      ? ledger.memoryMibScored[node] + demands.scoredMemoryMib[shape]
      : ledger.memoryMibRequested[node] + demands.memoryMib[shape];
  }

  private readOther(i: number, shape: number, node: number): void {
    const { ledger } = this.context;
    const number = this.numbers[i];
    const wanted = this.requestedOf(shape, number);
    const counts = wanted > 0 || this.names[i] === 'ephemeral-storage';
    this.allocatable[i] = counts ? ledger.extendedAllocatable[number][node] : 0;
    this.requested[i] = ledger.extendedRequested[number][node] + wanted;
  }

  private requestedOf(shape: number, number: number): number {
    return this.context.demands.extended[shape].find(({ resource }) => resource === number)?.amount ?? 0;
  }
}

/** Whether a list is the default one, for which scorers have a short way. */
export function isCpuAndMemory(resources: readonly ResourceWeight[]): boolean {
  return (
    resources.length === 2 &&
    resources.every(({ weight }) => weight === 1) &&
    resources.some(({ name }) => name === 'cpu') &&
    resources.some(({ name }) => name === 'memory')
  );
}
