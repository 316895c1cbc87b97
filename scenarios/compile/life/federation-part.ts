/**
 * What acts on the members of a federation beside its planner: an upgrade, central configuration, deletions. A part is a file of its own and a
 * line in `federation-parts.ts`; the federation knows no part by name.
 */
import type { Federator, FederatorDecision } from '../../../models/federation/federator.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { FederationFile } from '../../document/federation-schema.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import type { FederationReport, FederationRows } from './federation-rows.ts';
import type { LifePlan, PlannedChange } from './life-plan.ts';
import type { MachineTally } from './machine-tally.ts';

/** What parts stand on. */
export interface FederationGround {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly document: ScenarioDocument;
  readonly file: FederationFile;
  readonly plan: LifePlan;
  readonly clusters: readonly ClusterLife[];
  readonly rows: FederationRows;
  readonly federator: Federator;
  readonly machines: MachineTally;
  /** Whether autoscalers of the members own the number of a workload's replicas. */
  readonly retains: (workload: number) => boolean;
  /** Outages so far, and what traffic between places and lines have cost, US dollars. */
  readonly report: () => FederationReport;
  /** Whether the federation reaches the API of a member now. */
  readonly isReachable: (cluster: number) => boolean;
  /** There and back between the federation and a member, now. */
  readonly rttNs: (cluster: number) => TimeNs;
  /** Whether a member has power and is believed well. */
  readonly isWell: (cluster: number) => boolean;
  /** Whether a member has power. */
  readonly hasPower: (cluster: number) => boolean;
  /** Whether two members that have power hear each other now. */
  readonly isOpen: (a: number, b: number) => boolean;
  /** There and back between two members, now. */
  readonly rttBetweenNs: (a: number, b: number) => TimeNs;
  /** The load; it is made after the federation. */
  readonly load: () => ServedLoad;
  /** Members serve what they did not, or not any more: callers are to be told. */
  readonly offersChanged: () => void;
  /** The API of a member is away, or back. */
  readonly setApi: (cluster: number, up: boolean) => void;
}

/** A part at work. */
export interface FederationPart {
  /** Somebody changes something; true: it was this part's business. */
  change?(change: PlannedChange): boolean;
  /** Whether a member may serve a service, by its number in one cluster; every one may where no part says. */
  serves?(service: number, cluster: number): boolean;
  /** The federation has divided a workload anew. */
  decided?(decision: FederatorDecision): void;
  /** Members may be reached that were not, or not any more. */
  reachChanged?(): void;
  /** Keys of the catalog's metrics, over the run so far. */
  metrics?(nowNs: TimeNs): Record<string, number>;
}

/** Makes a part; undefined: the document asks for none. */
export type MakeFederationPart = (ground: FederationGround) => FederationPart | undefined;

/** The number of a member of a name. */
export function memberOf({ clusters }: FederationFile, name: string): number {
  return clusters.findIndex((member) => member.name === name);
}
