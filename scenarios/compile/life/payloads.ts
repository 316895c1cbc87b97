/**
 * Payloads of a living run: those of a size and more are flows over the fabric, the others go by themselves, and are sent again where their way is
 * broken; the packets of all take processor time of the nodes on which requests are served.
 */
import { COST_SHARE_OF_AN_END } from '../../../models/machine/processors.ts';
import type { Fabric } from '../../../models/network/fabric.ts';
import type { FlowGround } from '../../../models/network/flow-ground.ts';
import { NodeGround } from '../../../models/traffic/load/node-ground.ts';
import { PacketWork } from '../../../models/traffic/load/packet-work.ts';
import { PayloadFlows } from '../../../models/traffic/load/payload-flows.ts';
import { Retransmissions } from '../../../models/traffic/load/retransmissions.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { SharedWays, SharedWaysMaker } from './ports.ts';
import type { LifeWay, Ways } from './ways.ts';

/** Hashes are drawn from so many: enough for any number of spines. */
const HASHES = 2 ** 31;

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
  readonly #hashes: Stream;
  #measureSinceNs: TimeNs = 0;
  #untakenNs = 0;

  constructor(at: PayloadGround) {
    this.#at = at;
    this.#hashes = at.streams.stream('load', 'spines of small payloads');
    this.ground = new NodeGround(at.sim, at.coresOf, ...(at.flowsFrom === undefined ? [] : [at.links]));
    this.#work = new PacketWork(at.sim, at.coresOf, (node, nsPerSec) => this.ground.setCapacity(node, nsPerSec));
  }

  /** Carries between pods; `nodeOf` tells where a pod runs, below 0 for outside. */
  waysOf(nodeOf: (pod: number) => number, ...told: Parameters<SharedWaysMaker>): SharedWays {
    const { ways, flowsFrom = Number.POSITIVE_INFINITY } = this.#at;
    const [flows, again] = [this.#makeFlows(told[0]), this.#makeRetransmissions(...told)];
    return {
      // Flows have even numbers, and what is sent again odd ones.
      send: (from, to, bytes, tag) => {
        const [start, end] = [nodeOf(from), nodeOf(to)];
        const way = ways.between(start, end, bytes);
        if (bytes >= flowsFrom) {
          this.#pay(start, end, way, (node, cpuNs) => this.#work.counts(node, cpuNs));
          return 2 * flows.send(start, end, way, tag, to);
        }
        this.#pay(start, end, way, (node, cpuNs) => this.#work.took(node, cpuNs));
        const hash = this.#lostHash(start, end);
        if (hash === undefined) return undefined;
        return 2 * again.lostFirst({ from: start, to: end, hash, wayNs: way.idleNs }, tag, to) + 1;
      },
      cancel: (sending) => {
        if (sending % 2 === 0) flows.cancel(sending / 2);
        else again.cancel((sending - 1) / 2);
      },
    };
  }

  /** Switches have other routes: flows go on over them. Returns how many. */
  respread(): number {
    return this.#flows.reduce((moved, flows) => moved + flows.respread(), 0);
  }

  #makeFlows(delivered: (tag: number, pod: number) => void): PayloadFlows {
    const { sim, streams, fabric } = this.#at;
    const { resources, processorOf, changed } = this.ground;
    const hashes = streams.stream('load', 'spines of payloads');
    const flows = new PayloadFlows({ sim, resources, fabric, hashes, processorOf, changed }, delivered);
    this.ground.join(flows);
    this.#flows.push(flows);
    return flows;
  }

  #makeRetransmissions(...[delivered, lost]: Parameters<SharedWaysMaker>): Retransmissions {
    const { sim, fabric } = this.#at;
    return new Retransmissions({ sim, arrives: (from, to, hash) => fabric.arrives(from, to, hash), delivered, lost });
  }

  /** By what switches choose the way of a small payload, if it is lost there; undefined: it arrives. */
  #lostHash(from: number, to: number): number | undefined {
    const { fabric } = this.#at;
    if (!fabric.hasBroken) return undefined;
    const hash = this.#hashes.below(HASHES);
    return fabric.arrives(from, to, hash) ? undefined : hash;
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
