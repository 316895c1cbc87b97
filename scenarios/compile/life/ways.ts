/**
 * What a payload comes to from pod to pod: both kernels on the scheme's data path, wires and switches, and the processor time of its packets.
 *
 * A payload on an idle network goes as fast as its slowest link or one core moves it, and its last packet is stored and forwarded on every link
 * after the first. Left out: MTUs that were set by hand.
 */

import { NONE } from '../../../models/cluster/pod-table.ts';
import { type Fabric, PATH_LINKS_MAX } from '../../../models/network/fabric.ts';
import { type Carrying, carrying } from '../../../models/traffic/carrying.ts';
import type { PayloadWay } from '../../../models/traffic/load/payload-flows.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { PlannedAlternative } from '../plan.ts';

/** Payload of a request of which nobody says how large it is. */
const SMALL_BYTES = 200;
/** Links between nodes of one rack. */
const RACK_LINKS = 2;

/** A payload on its way. */
export interface LifeWay extends PayloadWay {
  /** From the first byte to the last one's arrival when nothing else is on the way. */
  readonly idleNs: TimeNs;
}

/** Ways of one alternative. */
export class Ways {
  readonly #alternative: PlannedAlternative;
  readonly #fabric: Fabric;
  readonly #known = new Map<string, LifeWay>();
  #uplinkFactor = 1;

  constructor(alternative: PlannedAlternative, fabric: Fabric) {
    this.#alternative = alternative;
    this.#fabric = fabric;
  }

  /** From node to node; NONE is a caller outside, as far away as another rack. */
  between(from: number, to: number, bytes: number): LifeWay {
    const links = this.#links(from, to);
    const size = Math.max(bytes, SMALL_BYTES);
    const key = `${links} ${size}`;
    let way = this.#known.get(key);
    if (way === undefined) {
      way = this.#way(links, size);
      this.#known.set(key, way);
    }
    return way;
  }

  /** How long a payload takes when nothing else is on the way. */
  oneWayNs(from: number, to: number, bytes: number): TimeNs {
    return this.between(from, to, bytes).idleNs;
  }

  /** Links are as fast as they were times `factor` from now on. */
  scaleUplinks(factor: number, nowNs: TimeNs): void {
    this.#uplinkFactor = factor;
    this.#fabric.scaleUplinks(factor, nowNs);
    this.#known.clear();
  }

  #links(from: number, to: number): number {
    if (from === NONE || to === NONE) return PATH_LINKS_MAX;
    if (from === to) return 0;
    return this.#fabric.rackOf(from) === this.#fabric.rackOf(to) ? RACK_LINKS : PATH_LINKS_MAX;
  }

  #way(links: number, bytes: number): LifeWay {
    const { cost, wireBytes, packetBytes } = this.#carrying(links, bytes);
    const { cpuNsPerByte, streamBytesPerSec } = cost;
    const fabricNs = this.#fabric.roundTripNs(links, packetBytes, 0) - this.#fabric.roundTripNs(links, 0, 0) / 2;
    const tailNs = Math.round(cost.roundTripNs / 2 + fabricNs);
    const transferNs = NS_PER_SECOND * Math.max(bytes / streamBytesPerSec, (8 * wireBytes) / this.#slowest(links));
    return { bytes, wireBytes, cpuNsPerByte, streamBytesPerSec, tailNs, idleNs: Math.round(transferNs + tailNs) };
  }

  /** Bits a second of the slowest link on the way. */
  #slowest(links: number): number {
    if (links === 0) return Number.POSITIVE_INFINITY;
    const { hostLinkBitsPerSec, uplinkBitsPerSec } = this.#fabric.setting;
    return links === RACK_LINKS
      ? hostLinkBitsPerSec
      : Math.min(hostLinkBitsPerSec, uplinkBitsPerSec * this.#uplinkFactor);
  }

  #carrying(links: number, bytes: number): Carrying {
    const { scheme, environment, document, podMtu } = this.#alternative;
    const { paths, chains = 'none' } = scheme;
    const oneSubnet = environment.subnets === 'one' || links === RACK_LINKS;
    const shape = oneSubnet ? paths.sameSubnet : paths.acrossSubnets;
    const path = links === 0 ? paths.sameNode : shape.dataPath;
    const { machine, assume } = document;
    const setting = { offload: machine.offload, processorSpeed: assume.nodeCpu, podMtu, chains };
    return carrying({ protocol: 'tcp' }, { shape, path }, setting, bytes);
  }
}
