/**
 * An upgrade of the members by waves: the control plane of a member first, whose API is away meanwhile, then its nodes, drained so many at a time.
 *
 * A member that is touched is well when it has power, is believed well and has all its pods Ready: nothing new is begun before. That is looked at as
 * often as the federation looks at its workloads. A node that somebody uncordons before it is empty is cordoned and drained again at the next look, as
 * Cluster API does it (the Machine controller cordons and evicts anew each time it looks at a node that is to be drained): whoever uncordons it holds
 * an upgrade up, and does not end it. Left out: what controllers of a member do not do while its API is away (they go on).
 */
import { UpgradeWaves } from '../../../models/federation/upgrade/waves.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import { minorOf } from '../../document/fabric-schema.ts';
import type { ChangeFile } from '../../document/workload-schema.ts';
import { type FederationGround, type FederationPart, memberOf } from './federation-part.ts';
import type { PlannedChange } from './life-plan.ts';

type UpgradeFile = NonNullable<ChangeFile['upgrade']>;

/** The upgrade of one federation; undefined: nobody upgrades anything. */
export function federationUpgradeOf(ground: FederationGround): FederationUpgrade | undefined {
  const upgrade = ground.document.changes.find((change) => change.upgrade !== undefined)?.upgrade;
  return upgrade === undefined ? undefined : new FederationUpgrade(ground, upgrade);
}

/** One upgrade. */
export class FederationUpgrade implements FederationPart {
  readonly #ground: FederationGround;
  readonly #waves: UpgradeWaves;
  readonly #looks: EventKind;
  readonly #toMinor: number;
  /** By cluster: nodes that have the last version. */
  readonly #upgraded: number[];
  /** Nodes that are being emptied. */
  readonly #draining = new Set<number>();
  #startedNs: TimeNs = -1;
  #doneNs: TimeNs = -1;

  constructor(ground: FederationGround, file: UpgradeFile) {
    const { sim, document, clusters } = ground;
    this.#ground = ground;
    const minor = minorOf(document.lifecycle.kubernetes);
    this.#toMinor = minorOf(file.to);
    this.#upgraded = clusters.map(() => 0);
    this.#waves = new UpgradeWaves(
      sim,
      'upgrade',
      {
        path: { controlPlane: minor, kubelets: minor, to: this.#toMinor },
        waves: file.waves.map((wave) => wave.map((name) => memberOf(ground.file, name))),
        maxUnavailable: file.maxUnavailable,
        controlPlaneNs: file.controlPlane,
        nodeNs: file.node,
        soakNs: file.soak,
      },
      {
        nodesOf: (cluster) => this.#nodesOf(cluster),
        isHealthy: (cluster) => ground.isWell(cluster) && clusters[cluster]!.isWhole,
        controlPlane: (cluster, version, up) => this.#controlPlane(cluster, version, up),
        drain: (node) => this.#drain(node),
        uncordon: (node, version) => this.#uncordon(node, version),
      },
    );
    this.#looks = sim.kind('upgrade looks whether it may go on', () => this.#look());
    for (const life of clusters)
      life.followDrains((node, left) => {
        const number = life.place.firstNode + node;
        if (left === 0 && this.#draining.delete(number)) this.#waves.drained(number);
      });
  }

  /** As the interface says. */
  change({ file }: PlannedChange): boolean {
    if (file.upgrade === undefined) return false;
    const { sim } = this.#ground;
    this.#startedNs = sim.nowNs;
    this.#waves.start();
    this.#lookLater();
    return true;
  }

  /** As the interface says. */
  metrics(nowNs: TimeNs): Record<string, number> {
    if (this.#startedNs < 0) return {};
    const { clusters } = this.#ground;
    const whole = clusters.filter((_, cluster) => this.#upgraded[cluster] === this.#nodesOf(cluster).length);
    const endNs = this.#doneNs < 0 ? nowNs : this.#doneNs;
    return { upgradeTime: endNs - this.#startedNs, upgradedMembers: whole.length };
  }

  #nodesOf(cluster: number): number[] {
    const { place, roster } = this.#ground.clusters[cluster]!;
    return [...place.nodes.keys()].filter((node) => roster.exists(node)).map((node) => place.firstNode + node);
  }

  #controlPlane(cluster: number, minor: number, up: boolean): void {
    const { rows, setApi } = this.#ground;
    rows.happened(cluster, up ? `its control plane runs 1.${minor}` : 'its control plane is being upgraded');
    setApi(cluster, up);
  }

  #drain(node: number): void {
    const { life, own } = this.#at(node);
    this.#draining.add(node);
    life.drain(own);
  }

  /** A drain that goes on is left as it is; nothing is asked of a member that cannot be reached. */
  #drainAgain(): void {
    for (const node of [...this.#draining]) {
      const { cluster, life, own } = this.#at(node);
      if (this.#ground.isWell(cluster)) life.drain(own);
    }
  }

  #uncordon(node: number, minor: number): void {
    const { life, own, cluster } = this.#at(node);
    life.marks.node('drain', own, `its kubelet runs 1.${minor}`);
    life.uncordon(own);
    if (minor === this.#toMinor) this.#upgraded[cluster]! += 1;
  }

  #at(node: number) {
    const { clusters } = this.#ground;
    const cluster = clusters.findIndex(({ place }) => node < place.firstNode + place.nodes.length);
    const life = clusters[cluster]!;
    return { cluster, life, own: node - life.place.firstNode };
  }

  #lookLater(): void {
    const { sim, file } = this.#ground;
    sim.after(file.control.looks, this.#looks);
  }

  #look(): void {
    this.#ground.sim.cause = -1;
    this.#drainAgain();
    this.#waves.resume();
    if (this.#waves.state === 'done') {
      if (this.#doneNs < 0) this.#doneNs = this.#ground.sim.nowNs;
    } else this.#lookLater();
  }
}
