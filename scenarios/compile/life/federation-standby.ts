/**
 * One workload that one member at a time shall serve: which of the two believes itself active, and who is therefore sent where.
 *
 * A member that is active offers the service by DNS; the other one, and every third member, refuses whoever comes. Both have pods that run.
 * Left out: what the workload writes and how it is copied; a member whose pods are gone keeps its part as long as it has power.
 */
import type { DetectionPlan } from '../../../models/federation/detection/plan.ts';
import { PAIR, StandbyPair } from '../../../models/federation/failover/standby-pair.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { StandbyFile } from '../../document/standby-schema.ts';
import { type FederationGround, type FederationPart, memberOf } from './federation-part.ts';

/** The active place and the standby of one federation; undefined: every member serves all it has. */
export function federationStandbyOf(ground: FederationGround): FederationStandby | undefined {
  const { activeStandby } = ground.file;
  return activeStandby === undefined ? undefined : new FederationStandby(ground, activeStandby);
}

/** One active place, or none, or two. */
export class FederationStandby implements FederationPart {
  readonly #ground: FederationGround;
  readonly #service: number;
  /** Members by their number in the pair. */
  readonly #members: readonly number[];
  readonly #pair: StandbyPair;
  /** By member, requests that were over when both began to serve. */
  #handledBefore: readonly number[] = [];
  #conflicting = 0;

  constructor(ground: FederationGround, file: StandbyFile) {
    const { sim, streams, document, file: federation } = ground;
    const names = [file.active, file.standby, ...(file.witness === undefined ? [] : [file.witness])];
    this.#ground = ground;
    this.#service = document.load!.services.findIndex(({ name }) => name === file.workload);
    this.#members = names.map((name) => memberOf(federation, name));
    const member = (place: number): number => this.#members[place]!;
    this.#pair = new StandbyPair({
      sim,
      name: 'active and standby',
      plan: probingOf(file),
      hasWitness: file.witness !== undefined,
      failback: file.failback,
      isAlive: (place) => ground.hasPower(member(place)),
      isOpen: (a, b) => ground.isOpen(member(a), member(b)),
      rttNs: (a, b) => ground.rttBetweenNs(member(a), member(b)),
      streams: (side, point, place) =>
        streams.stream(`federation/${names[side]!}/standby`, `point ${point} probes ${names[place]!}`),
      believes: (side, other, healthy) => this.#believes(side, other, healthy),
      changed: (active, before) => this.#changed(active, before),
    });
  }

  /** As the interface says. */
  serves(service: number, cluster: number): boolean {
    return service !== this.#service || this.#pair.active.some((side) => this.#members[side] === cluster);
  }

  /** As the interface says. */
  reachChanged(): void {
    this.#pair.reachChanged();
  }

  /** As the interface says. */
  metrics(): Record<string, number> {
    const { splitNs, gapNs, active } = this.#pair;
    const now = active.length > 1 ? this.#handledSince() : 0;
    return { splitBrainTime: splitNs, noActiveTime: gapNs, conflictingRequests: this.#conflicting + now };
  }

  #believes(side: number, other: number, healthy: boolean): void {
    const { rows, file } = this.#ground;
    const name = file.clusters[this.#members[other]!]!.name;
    rows.happened(this.#members[side]!, healthy ? `it hears ${name} again` : `it believes ${name} lost`);
  }

  #changed(active: readonly number[], before: readonly number[]): void {
    const { rows, document } = this.#ground;
    const name = document.load!.services[this.#service]!.name;
    for (const side of before)
      if (!active.includes(side)) rows.happened(this.#members[side]!, `stops to serve ${name}`);
    for (const side of active)
      if (!before.includes(side)) rows.happened(this.#members[side]!, `is the active place of ${name} now`);
    if (active.length > 1) {
      for (const side of active) rows.happened(this.#members[side]!, `two masters of ${name}`);
      this.#handledBefore = this.#handled();
    } else if (before.length > 1) this.#conflicting += this.#handledSince();
    this.#ground.offersChanged();
  }

  /** Requests that were over up to now, at each of the two. */
  #handled(): number[] {
    const { load, plan } = this.#ground;
    return [PAIR.preferred, PAIR.standby].map((side) =>
      load().handled(this.#members[side]! * plan.services + this.#service),
    );
  }

  #handledSince(): number {
    return this.#handled().reduce((sum, handled, side) => sum + handled - this.#handledBefore[side]!, 0);
  }
}

function probingOf({ probes: { period, timeout, failures, successes } }: StandbyFile): DetectionPlan {
  return {
    kind: 'probes',
    periodNs: period as TimeNs,
    timeoutNs: timeout as TimeNs,
    next: 'after-start',
    rule: { kind: 'failure-count', failures, successes, counts: 'in-a-row' },
  };
}
