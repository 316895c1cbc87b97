/** How far a rollout of a Deployment may go, as its document says. */
import { DEPLOYMENT_DEFAULTS } from '../../models/cluster/workload/deployment.ts';
import { type Fenceposts, fenceposts } from '../../models/cluster/workload/rolling-update.ts';
import type { WorkloadFile } from '../document/workload-schema.ts';

/** The limits of so many replicas; what the document leaves out is as in `apps/v1`. */
export function limitsOf({ maxSurge, maxUnavailable }: WorkloadFile, replicas: number): Fenceposts {
  return fenceposts(
    maxSurge ?? DEPLOYMENT_DEFAULTS.maxSurge,
    maxUnavailable ?? DEPLOYMENT_DEFAULTS.maxUnavailable,
    replicas,
  );
}
