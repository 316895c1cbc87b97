/** The reserve of a living cluster: as many pause pods as its measure asks for, measured anew every ten seconds. */
import type { Presence } from '../../../models/cluster/control-plane/presence.ts';
import { assert } from '../../../sim/engine/assert.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { ReserveFile } from '../../document/node-group-schema.ts';
import { type Amount, pausePodOf, pausePods, RESERVE_NAME } from '../../document/reserve.ts';
import type { ClusterPart } from './cluster-part.ts';
import { RESERVE_PERIOD_NS } from './node-scaling.ts';

/** What a reserve looks at and writes. */
export interface ReserveParts {
  readonly workloads: readonly { readonly name: string; readonly shape: Amount; replicas(): number }[];
  /** What each node that exists offers to pods. */
  nodes(): readonly Amount[];
  /** It measures only while the API server is there. */
  readonly server: Presence;
  /** Another number of pods of a workload. */
  scaleTo(workload: number, replicas: number): void;
}

/** Keeps the number of pause pods. */
export class Reserve implements ClusterPart {
  readonly #sim: Simulation;
  readonly #file: ReserveFile;
  readonly #parts: ReserveParts;
  readonly #kind: EventKind;
  readonly #workload: number;

  constructor(sim: Simulation, file: ReserveFile, parts: ReserveParts) {
    this.#sim = sim;
    this.#file = file;
    this.#parts = parts;
    this.#kind = sim.kind('reserve is measured', () => parts.server.whenThere(() => this.#measure()));
    this.#workload = parts.workloads.findIndex(({ name }) => name === RESERVE_NAME);
    assert(this.#workload >= 0, () => 'a reserve without pause pods');
  }

  begin(): void {
    this.#sim.after(RESERVE_PERIOD_NS, this.#kind);
  }

  #measure(): void {
    this.#sim.cause = -1;
    const { workloads } = this.#parts;
    const others = workloads.filter((_, workload) => workload !== this.#workload);
    const requestedCpuMilli = sum(others.map(({ shape, replicas }) => shape.cpuMilli * replicas()));
    const offeredCpuMilli = sum(this.#parts.nodes().map(({ cpuMilli }) => cpuMilli));
    const pause = pausePodOf(
      this.#file,
      others.map(({ shape }) => shape),
    );
    const pods = pausePods(this.#file, pause, requestedCpuMilli, offeredCpuMilli);
    if (pods !== workloads[this.#workload]!.replicas()) this.#parts.scaleTo(this.#workload, pods);
    this.#sim.after(RESERVE_PERIOD_NS, this.#kind);
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, each) => all + each, 0);
}
