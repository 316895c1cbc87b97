/**
 * Payloads of a living run: those of a size and more are flows over the fabric, the others go by themselves; the packets of all take processor time of
 * the nodes on which requests are served.
 */
import { COST_SHARE_OF_AN_END } from '../../../models/machine/processors.ts';
import type { Fabric } from '../../../models/network/fabric.ts';
import type { FlowGround } from '../../../models/network/flow-ground.ts';
import { NodeGround } from '../../../models/traffic/load/node-ground.ts';
import { PacketWork } from '../../../models/traffic/load/packet-work.ts';
import { PayloadFlows } from '../../../models/traffic/load/payload-flows.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { SharedWays } from './ports.ts';
import type { LifeWay, Ways } from './ways.ts';

/** What payloads go over. */
export interface PayloadGround {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly ways: Ways;
  readonly fabric: Fabric;
  /** The ground of the fabric's links. */
  readonly links: FlowGround;
  /** Processors of each node, in cores. */
  readonly coresOf: readonly number[];
  /** Payloads of so many bytes and more are flows; undefined: none. */
  readonly flowsFrom: number | undefined;
}

/** The payloads of one run. */
export class Payloads {
  /** The nodes' processors, and the links where payloads are flows. */
  readonly ground: NodeGround;
  readonly #at: PayloadGround;
  readonly #work: PacketWork;
  readonly #flows: PayloadFlows[] = [];
  #measureSinceNs: TimeNs = 0;
  #untakenNs = 0;

  constructor(at: PayloadGround) {
    this.#at = at;
    this.ground = new NodeGround(at.sim, at.coresOf, ...(at.flowsFrom === undefined ? [] : [at.links]));
    this.#work = new PacketWork(at.sim, at.coresOf, (node, nsPerSec) => this.ground.setCapacity(node, nsPerSec));
  }

  /** Carries between pods; `nodeOf` tells where a pod runs, below 0 for outside. */
  waysOf(nodeOf: (pod: number) => number, delivered: (tag: number, pod: number) => void): SharedWays {
    const { sim, streams, fabric, flowsFrom = Number.POSITIVE_INFINITY } = this.#at;
    const { resources, processorOf, changed } = this.ground;
    const hashes = streams.stream('load', 'spines of payloads');
    const flows = new PayloadFlows({ sim, resources, fabric, hashes, processorOf, changed }, delivered);
    this.ground.join(flows);
    this.#flows.push(flows);
    return {
      isFlow: (bytes) => bytes >= flowsFrom,
      send: (from, to, bytes, tag) => {
        const [start, end] = [nodeOf(from), nodeOf(to)];
        const way = this.#at.ways.between(start, end, bytes);
        this.#pay(start, end, way, (node, cpuNs) => this.#work.counts(node, cpuNs));
        return flows.send(start, end, way, tag, to);
      },
      cancel: (sending) => flows.cancel(sending),
      passes: (from, to, bytes) => {
        const [start, end] = [nodeOf(from), nodeOf(to)];
        const way = this.#at.ways.between(start, end, bytes);
        this.#pay(start, end, way, (node, cpuNs) => this.#work.took(node, cpuNs));
      },
    };
  }

  #pay(from: number, to: number, { bytes, cpuNsPerByte }: LifeWay, pay: (node: number, cpuNs: number) => void): void {
    const cpuNs = bytes * cpuNsPerByte;
    pay(from, cpuNs * COST_SHARE_OF_AN_END);
    pay(to, cpuNs * (1 - COST_SHARE_OF_AN_END));
  }

  /** Begins to count, after a warm-up. */
  measureFromNow(): void {
    this.#work.measureFromNow();
    this.#measureSinceNs = this.#at.sim.nowNs;
    this.#untakenNs = this.#untaken();
  }

  /** Keys of the catalog's metrics. */
  metrics(): Record<string, number> {
    const lengthNs = this.#at.sim.nowNs - this.#measureSinceNs;
    const takenNs = this.#work.measuredNs() - (this.#untaken() - this.#untakenNs);
    return lengthNs === 0 ? {} : { packetCores: takenNs / lengthNs };
  }

  /** Flows are counted when they begin, and take their time as they go. */
  #untaken(): number {
    return this.#flows.reduce((sum, flows) => sum + flows.untakenCpuNs(), 0);
  }
}
