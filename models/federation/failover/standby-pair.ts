/**
 * Two places of which one shall serve, each with probes of its own at the other, and a third place that may be asked: active and standby as it runs.
 *
 * Without a witness a place alone decides what it believes of the other. With one there are three probe points, one in each place; two of them
 * must agree that a place is lost, and a place that hears only itself serves no more.
 * Source: ours, from detection/ and active-standby.ts. Left out: what active-standby.ts leaves out; probes that ask whether the service answers
 * (they ask whether its place does); the time that a witness needs to tell what it thinks.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { Detector } from '../detection/detector.ts';
import { type DetectionPlan, majorityOf } from '../detection/plan.ts';
import { ActiveStandby } from './active-standby.ts';

/** Places of a pair by number: who is preferred, who stands by, and who is only asked. */
export const PAIR = { preferred: 0, standby: 1, witness: 2 } as const;

/** What a pair stands on; places are numbers of `PAIR`. */
export interface PairParts {
  readonly sim: Simulation;
  /** For the names of its events. */
  readonly name: string;
  /** How a place finds that another one is lost. */
  readonly plan: DetectionPlan;
  readonly hasWitness: boolean;
  /** Whether the preferred place takes over again when it is back. */
  readonly failback: boolean;
  /** Whether a place runs now. */
  readonly isAlive: (place: number) => boolean;
  /** Whether two places that may be the same hear each other now; no place that does not run hears anybody. */
  readonly isOpen: (a: number, b: number) => boolean;
  /** There and back between two places. */
  readonly rttNs: (a: number, b: number) => TimeNs;
  /** Where the phases of probes come from: those of a side's point at a place. */
  readonly streams: (side: number, point: number, place: number) => Stream;
  /** A side believes something else of the other one. */
  readonly believes: (side: number, other: number, healthy: boolean) => void;
  /** Other places serve now. */
  readonly changed: (active: readonly number[], before: readonly number[]) => void;
}

const SIDES = [PAIR.preferred, PAIR.standby];

/** A pair as it runs. */
export class StandbyPair {
  readonly #parts: PairParts;
  readonly #points: number;
  readonly #detectors: readonly Detector[];
  readonly #roles: ActiveStandby;

  constructor(parts: PairParts) {
    const { hasWitness, failback, isAlive } = parts;
    this.#parts = parts;
    this.#points = hasWitness ? SIDES.length + 1 : 1;
    this.#roles = new ActiveStandby(
      { sides: SIDES.length, failback, needsQuorum: hasWitness },
      {
        isAlive,
        hears: (side, other) => this.#hears(side, other),
        holdsLost: (side, other) => !this.#detectors[side]!.isHealthy(other),
        hasQuorum: (side) => this.#hasQuorum(side),
      },
    );
    this.#detectors = SIDES.map((side) => this.#detectorOf(side));
  }

  /** Places that serve now. */
  get active(): readonly number[] {
    return this.#roles.active;
  }

  /** How long both have served, up to now. */
  get splitNs(): TimeNs {
    this.#update();
    return this.#roles.splitNs;
  }

  /** How long none has served, up to now. */
  get gapNs(): TimeNs {
    this.#update();
    return this.#roles.gapNs;
  }

  /** Places may run or be heard that were not, or not any more. */
  reachChanged(): void {
    for (const detector of this.#detectors) detector.changed();
    this.#update();
  }

  #update(): void {
    const before = this.#roles.active;
    if (this.#roles.update(this.#parts.sim.nowNs)) this.#parts.changed(this.#roles.active, before);
  }

  #detectorOf(side: number): Detector {
    const { sim, name, plan, isOpen, rttNs, streams, believes } = this.#parts;
    const placeOf = (point: number): number => this.#placeOf(side, point);
    return new Detector({
      sim,
      name: `${name}, side ${side}`,
      plan,
      quorum: { points: this.#points, quorum: majorityOf(this.#points) },
      clusters: SIDES.length,
      world: {
        finding: (point, place) => (isOpen(placeOf(point), place) ? 'well' : 'silent'),
        rttNs: (point, place) => (placeOf(point) === place ? 0 : rttNs(placeOf(point), place)),
        isHeard: (point) => isOpen(side, placeOf(point)),
        renews: (place) => isOpen(side, place),
      },
      streams: (place, point) => streams(side, point, place),
      verdictChanged: (place, healthy) => {
        if (place !== side) believes(side, place, healthy);
        this.#update();
      },
    });
  }

  /** A side that asks nobody is its own point; else every place has one. */
  #placeOf(side: number, point: number): number {
    return this.#points === 1 ? side : point;
  }

  #placesOfPoints(side: number): number[] {
    return Array.from({ length: this.#points }, (_, point) => this.#placeOf(side, point));
  }

  #hears(side: number, other: number): boolean {
    const { isOpen } = this.#parts;
    return (
      isOpen(side, other) || this.#placesOfPoints(side).some((place) => isOpen(side, place) && isOpen(place, other))
    );
  }

  #hasQuorum(side: number): boolean {
    const heard = this.#placesOfPoints(side).filter((place) => this.#parts.isOpen(side, place));
    return heard.length >= majorityOf(this.#points);
  }
}
