/**
 * A controller that knows which clusters are healthy: watches, votes, verdicts.
 *
 * Source: ours, from the parts beside it. With a lease the hub alone watches; with probes each point watches every cluster, and a verdict needs
 * the quorum. Events come only while a watch and the world disagree.
 * Leaves out: the time that an opinion needs from its point to the controller.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { faultLines } from '../../traffic/load/plan-fault.ts';
import { LeaseWatch } from './lease-watch.ts';
import { type DetectionPlan, faultsOfDetection, faultsOfQuorum, type QuorumPlan } from './plan.ts';
import { Prober } from './prober.ts';
import { verdictOf } from './quorum.ts';
import { NEVER, type Watch, type WatchClock, type WatchedWorld } from './watch.ts';

/** What a detector needs. */
export interface DetectorWiring {
  readonly sim: Simulation;
  /** For the names of its events; no two detectors of one simulation share it. */
  readonly name: string;
  readonly plan: DetectionPlan;
  readonly quorum: QuorumPlan;
  readonly clusters: number;
  readonly world: WatchedWorld;
  /** Where phases and jitter of a cluster come from, by point. */
  readonly streams: (cluster: number, point: number) => Stream;
  /** The verdict over a cluster is another one. */
  readonly verdictChanged: (cluster: number, healthy: boolean) => void;
}

/** Knows which clusters are healthy. */
export class Detector {
  readonly #wiring: DetectorWiring;
  readonly #points: number;
  /** By cluster, then by point. */
  readonly #watches: Watch[] = [];
  readonly #healthy: boolean[];

  constructor(wiring: DetectorWiring) {
    const { plan, quorum, clusters, sim, name } = wiring;
    const faults = [...faultsOfDetection(plan), ...faultsOfQuorum(quorum)];
    assert(faults.length === 0, () => faultLines(faults));
    this.#wiring = wiring;
    this.#points = plan.kind === 'lease' ? 1 : quorum.points;
    this.#healthy = Array.from({ length: clusters }, () => true);
    const kind = sim.kind(`${name}: a watch is due`, (watch, step) => this.#watches[watch]!.due(step));
    for (let cluster = 0; cluster < clusters; cluster++)
      for (let point = 0; point < this.#points; point++) this.#watches.push(this.#watch(cluster, point, kind));
    this.changed();
  }

  /** The verdict over a cluster. */
  isHealthy(cluster: number): boolean {
    return this.#healthy[cluster]!;
  }

  /** What a point thinks of a cluster, heard or not. */
  opinion(point: number, cluster: number): boolean {
    return this.#watches[cluster * this.#points + point]!.healthy;
  }

  /** Something may be reachable now that was not, or not any more. */
  changed(): void {
    for (const watch of this.#watches) watch.wake();
    for (let cluster = 0; cluster < this.#healthy.length; cluster++) this.#vote(cluster);
  }

  #watch(cluster: number, point: number, kind: EventKind): Watch {
    const { plan, world, streams, sim } = this.#wiring;
    const clock = new OneEvent(sim, kind, this.#watches.length);
    const stream = streams(cluster, point);
    const changed = (): void => this.#vote(cluster);
    if (plan.kind === 'probes') {
      const phaseNs = phaseIn(plan.periodNs, stream);
      return new Prober(plan, clock, world, { point, cluster, phaseNs }, changed);
    }
    const who = {
      cluster,
      phaseNs: phaseIn(plan.renewNs, stream),
      lookPhaseNs: phaseIn(plan.lookNs, stream),
      draw: () => stream.uniform(),
    };
    return new LeaseWatch(plan, clock, world, who, changed);
  }

  #vote(cluster: number): void {
    const { plan, quorum, world, verdictChanged } = this.#wiring;
    const first = cluster * this.#points;
    const before = this.#healthy[cluster]!;
    const after =
      plan.kind === 'lease'
        ? this.#watches[first]!.healthy
        : verdictOf(
            before,
            Array.from({ length: this.#points }, (_, point) =>
              world.isHeard(point) ? this.#watches[first + point]!.healthy : undefined,
            ),
            quorum.quorum,
          );
    if (after === before) return;
    this.#healthy[cluster] = after;
    verdictChanged(cluster, after);
  }
}

function phaseIn(periodNs: TimeNs, stream: Stream): TimeNs {
  return Math.floor(periodNs * stream.uniform());
}

/** One event at a time, by the number of its watch. */
class OneEvent implements WatchClock {
  readonly #sim: Simulation;
  readonly #kind: EventKind;
  readonly #watch: number;
  #handle: EventHandle | undefined;

  constructor(sim: Simulation, kind: EventKind, watch: number) {
    this.#sim = sim;
    this.#kind = kind;
    this.#watch = watch;
  }

  get nowNs(): TimeNs {
    return this.#sim.nowNs;
  }

  at(timeNs: TimeNs, step: number): void {
    if (this.#handle !== undefined) this.#sim.cancel(this.#handle);
    this.#handle = timeNs === NEVER ? undefined : this.#sim.at(timeNs, this.#kind, this.#watch, step);
  }
}
