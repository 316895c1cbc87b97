/**
 * How a node goes: no new pods, its pods evicted within their budgets, the machine given back.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `core/scaledown/actuation`: a taint, 5 s, then evictions, which are tried each 10 s for 2 min
 * where a budget refuses; then it looks each 5 s whether all are gone, for the longest grace period and 30 s more; else the taint is taken off.
 * Leaves out: groups of pods by priority, DaemonSet pods (they go with the node), batches of machines.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { Presence } from '../../cluster/control-plane/presence.ts';
import type { AutoscaledCluster, MachineProvider } from './autoscaled-cluster.ts';
import type { RemovableNode } from './scale-down.ts';
import type { GroupAutoscalerSettings } from './settings.ts';

interface Removal {
  readonly removable: RemovableNode;
  /** Pods that are still to be asked. */
  asked: number[];
  /** End of the part that goes on. */
  untilNs: TimeNs;
}

/** What is told of removals. */
export interface RemovalFollower {
  /** The node is gone, or it was given up and takes pods again. */
  ended(removable: RemovableNode, gone: boolean): void;
}

/** The removals that go on. */
export class NodeRemovals {
  readonly #sim: Simulation;
  readonly #cluster: AutoscaledCluster;
  readonly #provider: MachineProvider;
  readonly #settings: GroupAutoscalerSettings;
  readonly #follower: RemovalFollower;
  readonly #running = new Map<number, Removal>();
  readonly #kinds: Readonly<Record<'evict' | 'look', EventKind>>;

  constructor(
    sim: Simulation,
    cluster: AutoscaledCluster,
    provider: MachineProvider,
    settings: GroupAutoscalerSettings,
    follower: RemovalFollower,
    server = new Presence(),
  ) {
    this.#sim = sim;
    this.#cluster = cluster;
    this.#provider = provider;
    this.#settings = settings;
    this.#follower = follower;
    this.#kinds = {
      evict: sim.kind('autoscaler evicts pods', (node) => server.whenThere(() => this.#evict(this.#running.get(node)))),
      look: sim.kind('autoscaler looks whether pods are gone', (node) =>
        server.whenThere(() => this.#look(this.#running.get(node))),
      ),
    };
  }

  /** Nodes on their way out. */
  get nodes(): ReadonlySet<number> {
    return new Set(this.#running.keys());
  }

  /** Those of them with pods. */
  get drains(): number {
    return [...this.#running.values()].filter(({ removable }) => removable.moves.length > 0).length;
  }

  begin(removable: RemovableNode): void {
    const { node } = removable.node;
    this.#cluster.cordon(node, true);
    const { afterTaintNs, evictionMostNs } = this.#settings;
    const untilNs = this.#sim.nowNs + afterTaintNs + evictionMostNs;
    this.#running.set(node, { removable, asked: removable.moves.map(({ pod }) => pod), untilNs });
    this.#sim.after(afterTaintNs, this.#kinds.evict, node);
  }

  #evict(removal: Removal | undefined): void {
    if (removal === undefined) return;
    const { node } = removal.removable.node;
    // What came after the look and before the taint goes too.
    const standing = this.#toGo(node);
    removal.asked = standing.filter((pod) => !this.#cluster.evict(pod));
    const { nowNs } = this.#sim;
    if (removal.asked.length === 0) {
      removal.untilNs = nowNs + this.#settings.goneMostNs;
      this.#look(removal);
    } else if (nowNs + this.#settings.evictionRetryNs < removal.untilNs) {
      this.#sim.after(this.#settings.evictionRetryNs, this.#kinds.evict, node);
    } else this.#end(removal, false);
  }

  #look(removal: Removal | undefined): void {
    if (removal === undefined) return;
    const { node } = removal.removable.node;
    if (this.#toGo(node).length === 0) this.#end(removal, true);
    else if (this.#sim.nowNs < removal.untilNs) this.#sim.after(this.#settings.goneLookNs, this.#kinds.look, node);
    else this.#end(removal, false);
  }

  #toGo(node: number): number[] {
    return this.#cluster.standing(node).flatMap(({ pod, owner }) => (owner === 'daemon-set' ? [] : [pod]));
  }

  #end({ removable }: Removal, gone: boolean): void {
    const { node } = removable.node;
    this.#running.delete(node);
    if (gone) this.#provider.giveBack(node);
    else this.#cluster.cordon(node, false);
    this.#follower.ended(removable, gone);
  }
}
