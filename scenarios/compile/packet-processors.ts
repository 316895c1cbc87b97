/** The processors that packets may use on each node of a run: what pods leave, less what broadcasts take first. */
import { CPU_NS_PER_SEC_OF_MILLI } from '../../models/machine/processors.ts';
import type { FlowCarrier } from '../../models/network/flow-carrier.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';

/**
 * Keeps the processors' capacity for flows. A kernel takes what comes off the wire before it lets anybody send, so flows get what
 * broadcasts leave of it (and never less than a thousandth of a core, so that a stormed node is slow and not stuck).
 */
export class PacketProcessors {
  readonly #resources: SharedResources;
  readonly #transport: FlowCarrier;
  readonly #whole: Float64Array;
  readonly #taken: Float64Array;

  /** `wholeNsPerSec[node]`: what packets of any kind may use there. */
  constructor(resources: SharedResources, transport: FlowCarrier, wholeNsPerSec: Float64Array) {
    this.#resources = resources;
    this.#transport = transport;
    this.#whole = wholeNsPerSec.slice();
    this.#taken = new Float64Array(wholeNsPerSec.length);
  }

  /** Pods of a node leave more or less than before. */
  setWhole(node: number, nsPerSec: number, nowNs: TimeNs): void {
    this.#whole[node] = nsPerSec;
    this.#apply(node, nowNs);
  }

  /** Broadcasts take so much of a node's processors. */
  setTaken(node: number, nsPerSec: number, nowNs: TimeNs): void {
    this.#taken[node] = nsPerSec;
    this.#apply(node, nowNs);
  }

  #apply(node: number, nowNs: TimeNs): void {
    const left = Math.max(this.#whole[node]! - this.#taken[node]!, CPU_NS_PER_SEC_OF_MILLI);
    this.#resources.setCapacity(this.#transport.processorOf(node), left, nowNs);
  }

  /** What packets use of a node's processors, flows and broadcasts together, as a share of what they may. */
  loadOf(node: number): number {
    const used = this.#resources.load(this.#transport.processorOf(node)) + this.#taken[node]!;
    return Math.min(1, used / this.#whole[node]!);
  }

  /** What broadcasts take of a node, as a share of one core. */
  broadcastLoadOf(node: number): number {
    return this.#taken[node]! / NS_PER_SECOND;
  }
}
