/**
 * How a node goes: it takes no new pods, its pods are evicted within their budgets, and when they are gone its machine is given back.
 *
 * Source: Karpenter 1.14 `node/termination`: evictions that a budget refuses are tried again after 0.1 s, twice as long each time, 10 s at most;
 * the node is looked at each second; there is no end to it unless a grace period is set (none is here).
 * Leaves out: groups of pods by priority, DaemonSet pods (they go with the node), volumes that have to be detached.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../../sim/engine/simulation.ts';
import type { Fleet } from './fleet.ts';
import type { JustInTimeCluster } from './just-in-time-cluster.ts';

const FIRST_RETRY_NS = NS_PER_SECOND / 10;
const RETRY_MOST_NS = 10 * NS_PER_SECOND;
const LOOK_NS = NS_PER_SECOND;

interface Termination {
  /** No eviction is tried before this. */
  tryNs: TimeNs;
  retryNs: TimeNs;
}

/** The nodes that are being emptied. */
export class Terminations {
  readonly #sim: Simulation;
  readonly #cluster: JustInTimeCluster;
  readonly #fleet: Fleet;
  readonly #ended: (node: number) => void;
  readonly #running = new Map<number, Termination>();
  readonly #kind: EventKind;

  /** `ended`: the node is gone. */
  constructor(sim: Simulation, cluster: JustInTimeCluster, fleet: Fleet, ended: (node: number) => void) {
    this.#sim = sim;
    this.#cluster = cluster;
    this.#fleet = fleet;
    this.#ended = ended;
    this.#kind = sim.kind('node that goes is looked at', (node) => this.#look(node));
  }

  /** The node, which leaves, is emptied from now on. */
  begin(node: number): void {
    if (this.#running.has(node)) return;
    this.#running.set(node, { tryNs: this.#sim.nowNs, retryNs: FIRST_RETRY_NS });
    this.#look(node);
  }

  #look(node: number): void {
    const termination = this.#running.get(node)!;
    const { nowNs } = this.#sim;
    const pods = this.#cluster.standing(node).filter(({ owner }) => owner !== 'daemon-set');
    if (pods.length === 0) {
      this.#running.delete(node);
      this.#fleet.gone(node);
      this.#ended(node);
      return;
    }
    const staying = pods.filter(({ pod }) => !this.#cluster.isEnding(pod));
    if (staying.length > 0 && nowNs >= termination.tryNs) {
      const refused = staying.filter(({ pod }) => !this.#cluster.evict(pod));
      termination.tryNs = nowNs + (refused.length === 0 ? 0 : termination.retryNs);
      termination.retryNs = refused.length === 0 ? FIRST_RETRY_NS : Math.min(2 * termination.retryNs, RETRY_MOST_NS);
    }
    const soonNs = termination.tryNs > nowNs ? Math.min(LOOK_NS, termination.tryNs - nowNs) : LOOK_NS;
    this.#sim.after(soonNs, this.#kind, node);
  }
}
