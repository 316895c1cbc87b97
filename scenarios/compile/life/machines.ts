/**
 * The provider of machines of a living cluster: machines have numbers of their own from the start and are absent until they join.
 *
 * A machine that boots where there is no power, or from where nobody is heard, joins when that is over, unless it was given up by then. Left
 * out: failures of machines while they boot.
 */
import type { MachineProvider } from '../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { sample } from '../../../sim/random/distributions.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { spanOf } from '../../document/load-plan.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';
import type { MachineTally } from './machine-tally.ts';
import type { NodeRoster } from './node-roster.ts';

/** What it stands on. */
export interface MachinesParts {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly file: NodeAutoscalerFile;
  readonly nodes: readonly ClusterNode[];
  /** The group of each node; -1: none. */
  readonly groupOf: readonly number[];
  readonly roster: NodeRoster;
  readonly tally: MachineTally;
  /** The run's number of the first node. */
  readonly firstNode: number;
  /** A machine was asked for, has joined, is gone. */
  readonly asked: (node: number) => void;
  readonly joined: (node: number) => void;
  readonly left: (node: number) => void;
}

/** Gives machines and takes them back. */
export class Machines implements MachineProvider {
  readonly #parts: MachinesParts;
  /** Machines that were asked for and may still join, and the event of that. */
  readonly #coming = new Map<number, EventHandle>();
  /** Machines that were asked for, whether they will come or not. */
  readonly #asked = new Set<number>();
  readonly #joins: EventKind;

  constructor(parts: MachinesParts) {
    this.#parts = parts;
    this.#joins = parts.sim.kind('machine joins', (node) => this.#join(node));
  }

  ask(group: number): number {
    const { sim, streams, file, nodes, groupOf: groups, roster } = this.#parts;
    const { boot, stock, max } = file.groups[group]!;
    const ofGroup = nodes.flatMap((_, node) => (groups[node] === group ? [node] : []));
    const node = ofGroup.find((each) => !roster.exists(each) && !this.#asked.has(each)) ?? NONE;
    if (node === NONE) return NONE;
    this.#asked.add(node);
    this.#parts.asked(node);
    const held = ofGroup.filter((each) => roster.exists(each) || this.#coming.has(each)).length;
    if (held >= (stock ?? max)) return node;
    const seconds = sample(spanOf(boot), streams.stream(`nodes/${nodes[node]!.name}`, 'boot'));
    const afterNs = Math.max(1, Math.round(seconds * NS_PER_SECOND));
    this.#coming.set(node, sim.after(afterNs, this.#joins, node));
    return node;
  }

  giveBack(node: number): void {
    const { roster, sim, tally, firstNode } = this.#parts;
    const boot = this.#coming.get(node);
    // The same number may be asked for again before this boot would have ended.
    if (boot !== undefined) sim.cancel(boot);
    this.#asked.delete(node);
    this.#coming.delete(node);
    this.#parts.left(node);
    if (!roster.exists(node)) return;
    tally.left(firstNode + node, sim.nowNs);
    roster.leave(node);
  }

  #join(node: number): void {
    const { roster, sim, tally, firstNode } = this.#parts;
    if (!roster.mayJoin(node)) {
      roster.whenMayJoin(() => sim.after(0, this.#joins, node));
      return;
    }
    if (!this.#coming.delete(node) || roster.exists(node)) return;
    this.#asked.delete(node);
    tally.joined(firstNode + node, sim.nowNs);
    this.#parts.joined(node);
    roster.join(node);
  }
}
