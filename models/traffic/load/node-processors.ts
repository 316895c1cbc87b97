/**
 * Processors of nodes, shared by the threads of all their pods and by packets: max-min fair, within the limit of each pod.
 *
 * A thread is a flow of processor time over its node's resource and over its pod's, capped at one core. The nodes' resources may be
 * those of payloads too (node-ground.ts), so that requests and packets pay from the same cores. Source: sim/sharing/max-min;
 * processor sharing as in Kleinrock 1967. Left out: shares by requests (every thread counts alike, where the kernel weighs groups), turns of the
 * quota (a limit holds at every instant), which core a thread runs on, and the precedence of packets over threads.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { FlowId, ResourceId, SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { NodeGround } from './node-ground.ts';
import type { Processors, ProcessorsMaker } from './processors.ts';

/** A pod's place. */
export interface PodCores {
  /** Its node's processors, a resource of `resources` in ns of processor time a second. */
  readonly node: ResourceId;
  /** Cores that it may use at once; Infinity without a limit. */
  readonly limitCores: number;
}

/** What node processors stand on. */
export interface NodeSurroundings {
  readonly sim: Simulation;
  readonly resources: SharedResources;
  /** To be called after every change of flows: a settlement's `changed`. */
  readonly changed: () => void;
  readonly placeOf: (pod: number) => PodCores;
}

interface PodUse {
  readonly place: PodCores;
  readonly limit: ResourceId | undefined;
  readonly running: Set<FlowId>;
  /** Processor time of threads that are done or stopped. */
  usedNs: number;
}

/** Threads on shared nodes. Whoever pops finished flows of the resources calls `finished` for those that `owns` says are threads. */
export class NodeProcessors implements Processors {
  readonly #at: NodeSurroundings;
  readonly #done: (tag: number) => void;
  readonly #pods = new Map<number, PodUse>();
  /** By flow. */
  readonly #podOf = new Map<FlowId, PodUse>();
  readonly #tags: number[] = [];
  readonly #wanted: number[] = [];
  readonly #uses = new Int32Array(2);
  readonly #weights = new Float64Array(2).fill(1);

  constructor(at: NodeSurroundings, done: (tag: number) => void) {
    this.#at = at;
    this.#done = done;
  }

  run(pod: number, cpuNs: number, tag: number): number {
    const { sim, resources, changed } = this.#at;
    const use = this.#useOf(pod);
    this.#uses[0] = use.place.node;
    this.#uses[1] = use.limit ?? 0;
    const count = use.limit === undefined ? 1 : 2;
    const flow = resources.start(sim.nowNs, cpuNs, this.#uses, this.#weights, count, NS_PER_SECOND);
    use.running.add(flow);
    this.#podOf.set(flow, use);
    this.#tags[flow] = tag;
    this.#wanted[flow] = cpuNs;
    changed();
    return flow;
  }

  cancel(work: number): void {
    const { sim, resources, changed } = this.#at;
    this.#end(work, resources.stop(work, sim.nowNs));
    changed();
  }

  usedNs(pod: number): number {
    const use = this.#pods.get(pod);
    if (use === undefined) return 0;
    let used = use.usedNs;
    for (const flow of use.running) used += this.#wanted[flow] - this.#at.resources.remaining(flow, this.#at.sim.nowNs);
    return used;
  }

  /** Whether a flow is a thread of ours. */
  owns(flow: FlowId): boolean {
    return this.#podOf.has(flow);
  }

  /** A flow that has been popped as finished. */
  finished(flow: FlowId): void {
    this.#end(flow, 0);
    this.#done(this.#tags[flow]);
  }

  #end(flow: FlowId, leftNs: number): void {
    const use = this.#podOf.get(flow);
    assert(use !== undefined, () => `flow ${flow} is no thread`);
    use.usedNs += this.#wanted[flow] - leftNs;
    use.running.delete(flow);
    this.#podOf.delete(flow);
  }

  #useOf(pod: number): PodUse {
    const known = this.#pods.get(pod);
    if (known !== undefined) return known;
    const place = this.#at.placeOf(pod);
    const { limitCores } = place;
    const limit = limitCores === Infinity ? undefined : this.#at.resources.addResource(limitCores * NS_PER_SECOND);
    const use: PodUse = { place, limit, running: new Set(), usedNs: 0 };
    this.#pods.set(pod, use);
    return use;
  }
}

/** Threads on the nodes of a ground: `nodeOf` and `limitOf` each pod. One of them for each simulation. */
export function threadsOn(
  ground: NodeGround,
  nodeOf: (pod: number) => number,
  limitOf: (pod: number) => number = () => Infinity,
): ProcessorsMaker {
  return (done) => {
    const { sim, resources, changed, processorOf } = ground;
    const placeOf = (pod: number): PodCores => ({ node: processorOf(nodeOf(pod)), limitCores: limitOf(pod) });
    const processors = new NodeProcessors({ sim, resources, changed, placeOf }, done);
    ground.join(processors);
    return processors;
  };
}

/** Nodes for requests alone, with resources of their own: `coresOf` each node. One of them for each simulation. */
export function sharedNodes(
  sim: Simulation,
  coresOf: readonly number[],
  nodeOf: (pod: number) => number,
  limitOf?: (pod: number) => number,
): ProcessorsMaker {
  return threadsOn(new NodeGround(sim, coresOf), nodeOf, limitOf);
}
