/**
 * How far each zone is down, and what that makes of the pace of evictions: the guard against evicting for an outage of the network.
 *
 * Source: Kubernetes 1.34 `pkg/controller/nodelifecycle/node_lifecycle_controller.go`: a zone without a Ready node is fully disrupted, one
 * with more than two and at least 55 % not Ready partly. Partly: a slower rate where the zone has more than 50 nodes, none at all
 * elsewhere. Fully: the usual rate, unless all zones are: then nothing is evicted and taints NoExecute are taken off.
 * Leaves out: nodes that a label excludes from the count.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NEVER_GAP } from './eviction-limiter.ts';
import type { NodeConditions } from './node-conditions.ts';
import type { NodeLifeProfile } from './profile.ts';

/** State of a zone. */
export const ZONE = { absent: 0, initial: 1, normal: 2, partial: 3, full: 4 } as const;

/** Their names. */
export const ZONE_WORDS = ['absent', 'Initial', 'Normal', 'PartialDisruption', 'FullDisruption'] as const;

/** Fewer nodes than these that are not Ready are never a disruption of a part. */
const NOT_READY_MIN = 3;

/** What a look at the zones has to change elsewhere. */
export interface DisruptionActions {
  /** The first node of a zone was seen: it has a queue of its own from now on. */
  open(zone: number): void;
  /** The pause between two evictions of a zone is another. */
  swapGap(zone: number, gapNs: TimeNs): void;
  /** All zones are down: every node is to be treated as if it could be reached. */
  stopAll(): void;
  /** They are not any longer: silence counts from now on. */
  resumeAll(): void;
}

/** The state that follows from counts of nodes. */
export function zoneStateOf(nodes: number, notReady: number, unhealthyShare: number): number {
  if (nodes > 0 && notReady === nodes) return ZONE.full;
  const isPartial = notReady >= NOT_READY_MIN && notReady / nodes >= unhealthyShare;
  return isPartial ? ZONE.partial : ZONE.normal;
}

/** The pause between two evictions in a zone of this state and size. */
export function evictionGapOf(state: number, nodes: number, profile: NodeLifeProfile): TimeNs {
  if (state !== ZONE.partial) return profile.evictionGapNs;
  return nodes > profile.largeZoneNodes ? profile.secondaryGapNs : NEVER_GAP;
}

/** States of all zones. */
export class ZoneDisruption {
  readonly states: Uint8Array;
  readonly #nodes: NodeConditions;
  readonly #profile: NodeLifeProfile;
  readonly #actions: DisruptionActions;

  constructor(nodes: NodeConditions, profile: NodeLifeProfile, actions: DisruptionActions) {
    this.states = new Uint8Array(nodes.zones);
    this.#nodes = nodes;
    this.#profile = profile;
    this.#actions = actions;
  }

  /** A node of the zone was seen for the first time. */
  nodeSeen(zone: number): void {
    if (this.states[zone] !== ZONE.absent) return;
    this.states[zone] = ZONE.initial;
    this.#actions.open(zone);
  }

  /** All nodes of this look have been judged. */
  look(): void {
    const fresh = this.#freshStates();
    const wasAllFull = this.states.every((state) => state === ZONE.full || state === ZONE.absent);
    const isAllFull = fresh.every((state) => state === ZONE.full || state === ZONE.absent);
    if (isAllFull && wasAllFull) return;
    if (isAllFull) this.#stop();
    else this.#follow(fresh, wasAllFull);
  }

  #freshStates(): Uint8Array {
    const { zoneNodes, zoneNotReady } = this.#nodes;
    const fresh = new Uint8Array(this.states.length);
    for (let zone = 0; zone < fresh.length; zone++) {
      if (zoneNodes[zone] === 0) this.states[zone] = ZONE.absent;
      else fresh[zone] = zoneStateOf(zoneNodes[zone]!, zoneNotReady[zone]!, this.#profile.unhealthyShare);
    }
    return fresh;
  }

  #stop(): void {
    this.#actions.stopAll();
    for (let zone = 0; zone < this.states.length; zone++) {
      if (this.states[zone] === ZONE.absent) continue;
      this.states[zone] = ZONE.full;
      this.#actions.swapGap(zone, NEVER_GAP);
    }
  }

  #follow(fresh: Uint8Array, wasAllFull: boolean): void {
    if (wasAllFull) this.#actions.resumeAll();
    for (let zone = 0; zone < fresh.length; zone++) {
      if (fresh[zone] === ZONE.absent || (fresh[zone] === this.states[zone] && !wasAllFull)) continue;
      this.states[zone] = fresh[zone]!;
      this.#actions.swapGap(zone, evictionGapOf(fresh[zone]!, this.#nodes.zoneNodes[zone]!, this.#profile));
    }
  }
}
