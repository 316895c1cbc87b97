/** The rows of one cluster's workloads in the recording of its run. */
import type { ClusterLife, LivingGround } from './cluster-life.ts';
import { WorkloadRows } from './workload-rows.ts';

/** They stand behind those of the clusters before it. */
export function workloadRowsOf(
  { sim, publish, load, plan, alternative }: LivingGround,
  { place, controllers, cluster }: Pick<ClusterLife, 'place' | 'controllers' | 'cluster'>,
): WorkloadRows {
  const { index, prefix } = place;
  return new WorkloadRows(
    {
      ...{ sim, publish, load, prefix, controllers },
      workloads: plan.workloads,
      firstRow: index * plan.workloads.length,
      firstService: index * plan.services,
      numberOf: (pod) => cluster.numberOf(pod),
    },
    alternative.document.duration,
  );
}
