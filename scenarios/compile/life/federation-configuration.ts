/**
 * New versions of workloads as they come to the members of a federation, each a little later: pushed, or asked for.
 *
 * Left out: numbers of replicas (the planner writes them itself), what members refuse.
 */
import { CentralConfiguration, type ConfigurationPlan } from '../../../models/federation/central-configuration.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import { CONFIGURATION_PERIOD_NS } from '../../document/federation-schema.ts';
import type { FederationGround, FederationPart } from './federation-part.ts';
import type { PlannedChange } from './life-plan.ts';

/** The configuration of one federation; undefined: nobody writes any. */
export function federationConfigurationOf(ground: FederationGround): FederationConfiguration | undefined {
  const rolls = ground.document.changes.some(({ roll }) => roll !== undefined);
  return rolls ? new FederationConfiguration(ground) : undefined;
}

/** Versions on their way. */
export class FederationConfiguration implements FederationPart {
  readonly #ground: FederationGround;
  readonly #versions: CentralConfiguration;
  /** By version, from 1 on. */
  readonly #written: { readonly change: PlannedChange; readonly atNs: TimeNs }[] = [];
  /** By cluster, the version that holds. */
  readonly #held: number[];
  readonly #arrives: EventKind;
  #longestNs = 0;

  constructor(ground: FederationGround) {
    const { sim, file } = ground;
    this.#ground = ground;
    const wayNs = (cluster: number): TimeNs => file.control.write + ground.rttNs(cluster);
    this.#versions = new CentralConfiguration(this.#planOf(), file.clusters.length, wayNs);
    this.#held = file.clusters.map(() => 0);
    this.#arrives = sim.kind('configuration comes to a member', (cluster) => this.#arrived(cluster));
  }

  /** As the interface says. */
  change(change: PlannedChange): boolean {
    if (change.file.roll === undefined) return false;
    const { sim, file } = this.#ground;
    this.#written.push({ change, atNs: sim.nowNs });
    this.#versions.write(sim.nowNs);
    file.clusters.forEach((_, cluster) => {
      this.#expect(cluster);
    });
    return true;
  }

  /** As the interface says. */
  reachChanged(): void {
    const { sim, file, isReachable } = this.#ground;
    file.clusters.forEach((_, cluster) => {
      this.#versions.reach(cluster, isReachable(cluster), sim.nowNs);
      this.#expect(cluster);
    });
  }

  /** As the interface says. */
  metrics(nowNs: TimeNs): Record<string, number> {
    if (this.#written.length === 0) return {};
    const waiting = this.#held.map((version) => this.#written[version]).flatMap((next) => next ?? []);
    const lags = waiting.map(({ atNs }) => nowNs - atNs);
    return { configurationLag: Math.max(this.#longestNs, ...lags) };
  }

  #planOf(): ConfigurationPlan {
    const { file, streams } = this.#ground;
    const { delivery, period = CONFIGURATION_PERIOD_NS } = file.configuration;
    if (delivery === 'push') return { kind: 'push' };
    const phaseNs = file.clusters.map(({ name }) =>
      Math.floor(streams.stream(`federation/${name}`, 'configuration').uniform() * period),
    );
    return { kind: 'pull', periodNs: period, phaseNs };
  }

  /** When the next version holds in a member, as far as is known now. */
  #expect(cluster: number): void {
    const { sim } = this.#ground;
    const next = this.#held[cluster]! + 1;
    if (next > this.#written.length) return;
    const atNs = this.#versions.holdsFromNs(cluster, next);
    if (Number.isFinite(atNs)) sim.at(Math.max(sim.nowNs, atNs), this.#arrives, cluster);
  }

  #arrived(cluster: number): void {
    const { sim, clusters, rows, plan } = this.#ground;
    const holds = this.#versions.versionAt(cluster, sim.nowNs);
    const fresh = this.#written.slice(this.#held[cluster], holds);
    if (fresh.length === 0) return;
    this.#held[cluster] = holds;
    for (const { change, atNs } of fresh) {
      this.#longestNs = Math.max(this.#longestNs, sim.nowNs - atNs);
      rows.happened(cluster, `a new version of ${plan.workloads[change.workload]!.name} has come`);
      clusters[cluster]!.change(change);
    }
    this.#expect(cluster);
  }
}
