/**
 * Who gives requests their processor time, and the plain form: every pod has cores of its own.
 *
 * Source: ours; processor sharing by sim/sharing/station: n threads of a pod on c cores run at min(1, c / n) each. Left out: neighbours on the node
 * (node-processors.ts has them), turns and bursts of the kernel's quota: a limit of half a core is a core of half the speed.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { type StationId, Stations } from '../../../sim/sharing/station/station.ts';

/** Processor time. */
export interface Processors {
  /** A thread of `pod` begins to work for `cpuNs`, more than 0. Gives a number for `cancel`; `tag` is told when it is done, not within this call. */
  run(pod: number, cpuNs: number, tag: number): number;
  /** The thread stops; nothing is told of it. */
  cancel(work: number): void;
  /** Processor time that the pod's threads have had so far, in ns. */
  usedNs(pod: number): number;
}

/** Makes processors that tell of threads that are done. */
export type ProcessorsMaker = (done: (tag: number) => void) => Processors;

/** Pods with cores of their own; `coresOf(pod)` is asked when the pod first works. One of them for each simulation. */
export function ownCores(sim: Simulation, coresOf: (pod: number) => number): ProcessorsMaker {
  return (done) => new OwnCores(sim, coresOf, done);
}

class OwnCores implements Processors {
  readonly #sim: Simulation;
  readonly #stations: Stations;
  readonly #coresOf: (pod: number) => number;
  readonly #cores: (PodCores | undefined)[] = [];

  constructor(sim: Simulation, coresOf: (pod: number) => number, done: (tag: number) => void) {
    this.#sim = sim;
    this.#coresOf = coresOf;
    this.#stations = new Stations(sim, 'load: cores', done);
  }

  run(pod: number, cpuNs: number, tag: number): number {
    return this.#stations.arrive(this.#coresAt(pod).station, cpuNs, tag);
  }

  cancel(work: number): void {
    this.#stations.cancel(work);
  }

  usedNs(pod: number): number {
    const cores = this.#cores[pod];
    if (cores === undefined) return 0;
    return this.#stations.utilisation(cores.station) * cores.limit * (this.#sim.nowNs - cores.sinceNs);
  }

  #coresAt(pod: number): PodCores {
    this.#cores[pod] ??= this.#added(this.#coresOf(pod));
    return this.#cores[pod]!;
  }

  #added(limit: number): PodCores {
    const servers = Math.max(1, Math.ceil(limit));
    const speedPerSec = (limit / servers) * NS_PER_SECOND;
    const station = this.#stations.add({ servers, speedPerSec, discipline: 'shared' });
    return { station, limit, sinceNs: this.#sim.nowNs };
  }
}

interface PodCores {
  readonly station: StationId;
  readonly limit: number;
  readonly sinceNs: TimeNs;
}
