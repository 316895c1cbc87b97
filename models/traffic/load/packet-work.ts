/**
 * Processor time that packets take from the nodes on which requests are served.
 *
 * The kernel handles packets before threads, so what packets took of a node in one window is what its threads lack in the next one: a second's
 * packets weigh on the second after. Payloads that are flows (payload-flows.ts) take theirs as they go and are only counted here.
 * Source: costs of the data path (models/machine/data-path.ts), recorded as a sum over both ends and split evenly. No pod is told to have burnt
 * them: soft interrupts, in which bridges, tunnels and rules do their work, stand in no pod's cgroup where the kernel accounts
 * interrupts by themselves (CONFIG_IRQ_TIME_ACCOUNTING), so neither metrics-server nor an autoscaler sees them. Left out: the socket calls of a pod, which its
 * cgroup does show; kernels that charge interrupts to whoever was running; which core an interrupt takes; packets that wait for a core.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';

/** Packets of one second weigh on the next. */
export const PACKET_WINDOW_NS = NS_PER_SECOND;

/** Share of a node that threads keep however many packets come, so that a flooded node is slow and not stuck. */
const KEPT_FOR_THREADS = 0.01;

/** What packets take, by node. */
export class PacketWork {
  readonly #sim: Simulation;
  readonly #coresOf: readonly number[];
  readonly #setCapacity: (node: number, nsPerSec: number) => void;
  readonly #usedNs: Float64Array;
  /** In the present window. */
  readonly #windowNs: Float64Array;
  /** Nodes with packets in the present window, and those that had some in the last one. */
  #busy: number[] = [];
  #slowed: number[] = [];
  readonly #windowEnds: EventKind;
  #running = false;
  #countedNs: number;

  /** `setCapacity`: a node's threads have so much from now on. */
  constructor(sim: Simulation, coresOf: readonly number[], setCapacity: (node: number, nsPerSec: number) => void) {
    this.#sim = sim;
    this.#coresOf = coresOf;
    this.#setCapacity = setCapacity;
    this.#usedNs = new Float64Array(coresOf.length);
    this.#windowNs = new Float64Array(coresOf.length);
    this.#windowEnds = sim.kind('packets of a second are counted', () => this.#endWindow());
    this.#countedNs = 0;
  }

  /** Packets of small payloads were handled on a node (below 0: outside). */
  took(node: number, cpuNs: number): void {
    if (node < 0) return;
    this.counts(node, cpuNs);
    if (this.#windowNs[node] === 0) this.#busy.push(node);
    this.#windowNs[node]! += cpuNs;
    if (this.#running) return;
    this.#running = true;
    this.#sim.after(PACKET_WINDOW_NS, this.#windowEnds);
  }

  /** Packets whose time is taken elsewhere. */
  counts(node: number, cpuNs: number): void {
    if (node >= 0) this.#usedNs[node]! += cpuNs;
  }

  /** Processor time that packets have taken of a node, ns. */
  usedNs(node: number): number {
    return this.#usedNs[node]!;
  }

  /** Forgets what `sinceNs` tells of. */
  measureFromNow(): void {
    this.#countedNs = this.#sum();
  }

  /** Processor time of all nodes since measuring began, ns. */
  measuredNs(): TimeNs {
    return this.#sum() - this.#countedNs;
  }

  #sum(): number {
    return this.#usedNs.reduce((sum, usedNs) => sum + usedNs, 0);
  }

  #endWindow(): void {
    const nodes = this.#busy;
    for (const node of this.#slowed) if (this.#windowNs[node] === 0) this.#give(node, 0);
    for (const node of nodes) {
      this.#give(node, this.#windowNs[node]!);
      this.#windowNs[node] = 0;
    }
    this.#slowed = nodes;
    this.#busy = [];
    this.#running = nodes.length > 0;
    if (this.#running) this.#sim.after(PACKET_WINDOW_NS, this.#windowEnds);
  }

  #give(node: number, takenNs: number): void {
    const wholeNs = this.#coresOf[node]! * NS_PER_SECOND;
    const takenPerSec = (takenNs * NS_PER_SECOND) / PACKET_WINDOW_NS;
    this.#setCapacity(node, Math.max(KEPT_FOR_THREADS * wholeNs, wholeNs - takenPerSec));
  }
}
