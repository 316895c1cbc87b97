/** What makes the nodes of one cluster come and go: its node autoscaler and its reserve, as the document asks for them. */
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import { NodeScaling } from './node-scaling.ts';
import { Reserve } from './reserve.ts';

/** The node autoscaler of a cluster; undefined: its nodes stay. */
export function nodeScalingOf(ground: LivingGround, life: ClusterLife): NodeScaling | undefined {
  const { sim, plan, population, machines: tally } = ground;
  const { cluster, roster, place, budgets, evictions, marks, timeline, controlPlane } = life;
  const { nodes, streams, groupOf, autoscaler: file, firstNode } = place;
  if (file === undefined) return undefined;
  return new NodeScaling({
    ...{ sim, streams, file, nodes, groupOf, cluster, roster, budgets, evictions, tally, firstNode },
    server: controlPlane.server,
    versions: plan.versions,
    shapes: population.shapes,
    follower: {
      asked: (node) => {
        timeline.asked(node, sim.nowNs);
        marks.words('machine-asked', nodes[node]!.rack, nodes[node]!.name);
      },
      joined: (node) => timeline.joined(node, sim.nowNs),
      decided: (words) => marks.words('nodes-decided', 0, words),
      stays: (node, words) => marks.node('node-stays', node, words),
    },
  });
}

/** The reserve of a cluster; undefined: none is kept. */
export function reserveOf({ sim, plan, population }: LivingGround, life: ClusterLife): Reserve | undefined {
  const reserve = life.place.autoscaler?.reserve;
  if (reserve === undefined) return undefined;
  const { roster, controllers, place, controlPlane } = life;
  return new Reserve(sim, reserve, {
    server: controlPlane.server,
    workloads: plan.workloads.map(({ name, versions }, workload) => ({
      name,
      shape: population.shapes[plan.versions[versions[0]!]!.shape]!,
      replicas: () => controllers[workload]!.replicas,
    })),
    nodes: () => place.nodes.flatMap(({ allocatable }, node) => (roster.exists(node) ? [allocatable] : [])),
    scaleTo: (workload, replicas) => controllers[workload]!.scaleTo(replicas),
  });
}
