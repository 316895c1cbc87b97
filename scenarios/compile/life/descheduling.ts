/** The descheduler of one living cluster: it looks from time to time, and asks the eviction API. Pause pods of a reserve are not its business. */
import type {
  BalanceNode,
  BalancePod,
  BalanceView,
  EvictPod,
} from '../../../models/cluster/descheduling/balance-view.ts';
import { lowNodeUtilization } from '../../../models/cluster/descheduling/low-node-utilization.ts';
import { removeDuplicates } from '../../../models/cluster/descheduling/remove-duplicates.ts';
import { restoreSpread } from '../../../models/cluster/descheduling/topology-spread.ts';
import { taintsOf } from '../../../models/cluster/node-life/node-conditions.ts';
import { matchesSelector, matchesTerm } from '../../../models/cluster/node-selector.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import { keepsOff } from '../../../models/scheduling/plugins/taint-toleration.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import { RESERVE_NAME } from '../../document/reserve.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import type { ClusterPart } from './cluster-part.ts';

/** The descheduler of a cluster; undefined: what is placed stays. */
export function deschedulingOf(ground: LivingGround, life: ClusterLife): ClusterPart | undefined {
  const file = ground.alternative.document.descheduler;
  return file === undefined ? undefined : new Descheduling(ground, life, file);
}

/** A descheduler at work. */
class Descheduling implements ClusterPart {
  readonly #ground: LivingGround;
  readonly #life: ClusterLife;
  readonly #file: NonNullable<ScenarioDocument['descheduler']>;
  readonly #kind: EventKind;

  constructor(ground: LivingGround, life: ClusterLife, file: NonNullable<ScenarioDocument['descheduler']>) {
    this.#ground = ground;
    this.#life = life;
    this.#file = file;
    this.#kind = ground.sim.kind('descheduler looks', () => life.controlPlane.server.whenThere(() => this.#look()));
  }

  begin(): void {
    this.#ground.sim.after(this.#file.every, this.#kind);
  }

  metrics(): Record<string, number> {
    return { podsDescheduled: this.#ground.tally.descheduled };
  }

  #look(): void {
    const { sim } = this.#ground;
    const { duplicates, lowUtilization, spread, every } = this.#file;
    sim.cause = -1;
    const evict = this.#evictor();
    if (duplicates) removeDuplicates(this.#view(), evict);
    if (spread !== undefined) restoreSpread(this.#view(), spread.maxSkew, evict);
    if (lowUtilization !== undefined) lowNodeUtilization(this.#view(), lowUtilization, evict);
    sim.after(every, this.#kind);
  }

  /** Within one look. */
  #evictor(): EvictPod {
    const { tally, residents } = this.#ground;
    const { evictions, marks, cluster } = this.#life;
    const { evictionsPerNode = Number.POSITIVE_INFINITY } = this.#file;
    const taken = new Map<number, number>();
    return ({ pod, node }, policy) => {
      const before = taken.get(node) ?? 0;
      if (before >= evictionsPerNode) return 'node-limit';
      const row = residents.row(cluster.numberOf(pod));
      if (!evictions.evict(pod).evicted) return 'refused';
      taken.set(node, before + 1);
      tally.descheduled++;
      marks.words('descheduled', row, policy);
      return 'evicted';
    };
  }

  #view(): BalanceView {
    const { population, plan } = this.#ground;
    const { cluster, roster, place } = this.#life;
    const nodes = place.nodes.flatMap((_, node) => (roster.isReady(node) ? [this.#nodeOf(node)] : []));
    const pods = nodes.flatMap(({ node }) => this.#podsOn(node));
    const shapeOf = ({ pod }: BalancePod) => population.shapes[plan.versions[cluster.pods.template[pod]!]!.shape]!;
    const mayStand = (pod: BalancePod, node: number): boolean => {
      const { labels, taints, name } = place.nodes[node]!;
      const shape = shapeOf(pod);
      const { required } = shape.nodeAffinity;
      return (
        matchesSelector(shape.nodeSelector, labels) &&
        (required.length === 0 || required.some((term) => matchesTerm(term, labels, name))) &&
        !keepsOff([...taints, ...taintsOf(roster.life.nodes.taints[node]!)], shape)
      );
    };
    const hasRoom = (pod: BalancePod, node: number): boolean => {
      const on = cluster.pods.podsOn(node).map((other) => shapeOf({ ...pod, pod: other }));
      const { cpuMilli, memoryMib } = place.nodes[node]!.allocatable;
      const [cpu, memory] = [sum(on.map((each) => each.cpuMilli)), sum(on.map((each) => each.memoryMib))];
      const fits = cpu + pod.cpuMilli <= cpuMilli && memory + pod.memoryMib <= memoryMib;
      return fits && !roster.isCordoned(node) && mayStand(pod, node);
    };
    return { nodes, pods, mayStand, hasRoom };
  }

  #nodeOf(node: number): BalanceNode {
    const { allocatable, labels } = this.#life.place.nodes[node]!;
    const { spread } = this.#file;
    const domain = spread === undefined ? undefined : labels[spread.by];
    const { cpuMilli, memoryMib } = allocatable;
    const isSchedulable = !this.#life.roster.isCordoned(node);
    return { node, cpuMilli, memoryMib, isSchedulable, ...(domain === undefined ? {} : { domain }) };
  }

  #podsOn(node: number): BalancePod[] {
    const { plan } = this.#ground;
    const { pods } = this.#life.cluster;
    return pods.podsOn(node).flatMap((pod): BalancePod[] => {
      const { workload, name, priority } = plan.versions[pods.template[pod]!]!;
      if (pods.terminating[pod] === 1 || name === RESERVE_NAME || pods.onlyNode[pod] !== NONE) return [];
      const { cpuMilli, memoryMib } = plan.workloads[workload]!;
      return [{ pod, node, owner: pods.owner[pod]!, cpuMilli, memoryMib, priority }];
    });
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, each) => all + each, 0);
}
