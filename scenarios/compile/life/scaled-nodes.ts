/** What makes the nodes of one cluster come and go: its node autoscaler and its reserve, as the document asks for them. */
import type { DisruptionBudget, DisruptionBudgets } from '../../../models/cluster/workload/disruption-budget.ts';
import { groupOfNodes } from '../../document/node-groups.ts';
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import { NodeScaling } from './node-scaling.ts';
import { Reserve } from './reserve.ts';

/** The node autoscaler of a cluster; undefined: its nodes stay. */
export function nodeScalingOf(
  ground: LivingGround,
  life: ClusterLife,
  budgets: readonly DisruptionBudget[],
  evictions: DisruptionBudgets,
): NodeScaling | undefined {
  const { sim, plan, population, alternative, timeline, publish, residents } = ground;
  const { nodeAutoscaler: file, cluster: written } = alternative.document;
  if (file === undefined) return undefined;
  const { cluster, roster, place } = life;
  const { nodes, streams, firstNode } = place;
  const { recorder } = publish;
  const mark = (name: string, row: number, words: string): void => {
    recorder.mark(publish.mark(name), row, recorder.text(words));
  };
  return new NodeScaling({
    ...{ sim, streams, file, nodes, cluster, roster, budgets, evictions },
    groupOf: groupOfNodes(written.nodes, file),
    versions: plan.versions,
    shapes: population.shapes,
    follower: {
      asked: (node) => {
        timeline.asked(node, sim.nowNs);
        mark('machine-asked', nodes[node]!.rack, nodes[node]!.name);
      },
      joined: (node) => timeline.joined(node, sim.nowNs),
      decided: (words) => mark('nodes-decided', 0, words),
      stays: (node, words) => mark('node-stays', residents.nodeRow(firstNode + node), words),
    },
  });
}

/** The reserve of a cluster; undefined: none is kept. */
export function reserveOf(
  { sim, plan, population, alternative }: LivingGround,
  life: ClusterLife,
): Reserve | undefined {
  const reserve = alternative.document.nodeAutoscaler?.reserve;
  if (reserve === undefined) return undefined;
  const { roster, deployments, place } = life;
  return new Reserve(sim, reserve, {
    workloads: plan.workloads.map(({ name, versions }, workload) => ({
      name,
      shape: population.shapes[plan.versions[versions[0]!]!.shape]!,
      replicas: () => deployments[workload]!.replicas,
    })),
    nodes: () => place.nodes.flatMap(({ allocatable }, node) => (roster.exists(node) ? [allocatable] : [])),
    scaleTo: (workload, replicas) => deployments[workload]!.scaleTo(replicas),
  });
}
