/** Deployments of a document. */
import { DEPLOYMENT_DEFAULTS, Deployment } from '../../../../models/cluster/workload/deployment.ts';
import type { ScaledWorkload, WorkloadGround } from './scaled-workload.ts';

/** Makes the Deployment of a workload. */
export function deploymentOf({ workload, replicas, cluster, onRollout }: WorkloadGround): ScaledWorkload {
  const { name, file, versions } = workload;
  const spec = {
    name,
    template: versions[0]!,
    replicas,
    strategy: file.strategy === 'recreate' ? 'Recreate' : DEPLOYMENT_DEFAULTS.strategy,
    maxSurge: file.maxSurge ?? DEPLOYMENT_DEFAULTS.maxSurge,
    maxUnavailable: file.maxUnavailable ?? DEPLOYMENT_DEFAULTS.maxUnavailable,
    minReadyNs: file.minReady,
    progressDeadlineNs: file.progressDeadline ?? DEPLOYMENT_DEFAULTS.progressDeadlineNs,
  } as const;
  const { manager } = cluster;
  return manager.add((object) => new Deployment(manager, object, spec, (_, state) => onRollout(state)));
}
