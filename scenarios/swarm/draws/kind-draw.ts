/** Who keeps the pods of a drawn scenario: mostly Deployments, now and then every kind that there is. */
import type { WorkloadKind } from '../../document/workload-kind-schema.ts';
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';

/** Kinds by the name of their group of pods. */
export type Kinds = ReadonlyMap<string, WorkloadKind>;

/** A federation divides replicas, which other kinds do not have. */
const DIVIDED: readonly WorkloadKind[] = ['Deployment', 'StatefulSet'];
const ALL: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const BATCH: readonly WorkloadKind[] = ['Job', 'CronJob'];
const SCALED: readonly WorkloadKind[] = ['Deployment', 'StatefulSet'];

/** One kind for each group; somebody must answer. */
export function drawKinds(draw: Draw, pods: readonly PodSection[], isFederation: boolean): Kinds {
  const many = draw.chance(0.4);
  const kinds = pods.map(({ name }, place): [string, WorkloadKind] => {
    const kind = draw.pick(isFederation ? DIVIDED : ALL);
    return [name, !many || (place === 0 && BATCH.includes(kind)) ? 'Deployment' : kind];
  });
  return new Map(kinds);
}

/** Groups whose pods answer and may get another version. */
export function serving(pods: readonly PodSection[], kinds: Kinds): PodSection[] {
  return pods.filter(({ name }) => !BATCH.includes(kinds.get(name)!));
}

/** Groups that have replicas. */
export function scaled(pods: readonly PodSection[], kinds: Kinds): PodSection[] {
  return pods.filter(({ name }) => SCALED.includes(kinds.get(name)!));
}

/** Pods that work and end push nobody out: others would have to wait for room again and again. */
export function modest(pods: readonly PodSection[], kinds: Kinds): PodSection[] {
  return pods.map(({ priority, ...group }) =>
    priority === undefined || BATCH.includes(kinds.get(group.name)!) ? group : { ...group, priority },
  );
}

/** What a workload of a kind says beside how its pods start and end. */
export function kindOf(draw: Draw, kind: WorkloadKind): Section {
  if (kind === 'Deployment') return {};
  if (kind === 'StatefulSet') return { kind, ...draw.maybe(0.4, () => ({ podManagement: 'Parallel' })) };
  if (kind === 'DaemonSet') return { kind, ...draw.maybe(0.4, () => ({ maxUnavailable: draw.pick([1, 2, '50%']) })) };
  const job = {
    kind,
    run: draw.seconds(2, 30),
    ...draw.maybe(0.5, () => ({ failing: draw.pick([0.1, 0.3, 0.9]) })),
    ...draw.maybe(0.6, () => ({ completions: draw.whole(1, 5) })),
    ...draw.maybe(0.5, () => ({ parallelism: draw.whole(1, 4) })),
    ...draw.maybe(0.6, () => ({ backoffLimit: draw.whole(0, 3) })),
    ...draw.maybe(0.3, () => ({ deadline: draw.seconds(20, 200) })),
  };
  return kind === 'Job' ? job : { ...job, ...scheduleOf(draw) };
}

function scheduleOf(draw: Draw): Section {
  return {
    every: draw.seconds(20, 150),
    ...draw.maybe(0.4, () => ({ first: draw.seconds(1, 100) })),
    ...draw.maybe(0.7, () => ({ concurrency: draw.pick(['Allow', 'Forbid', 'Replace']) })),
    ...draw.maybe(0.3, () => ({ startingDeadline: draw.seconds(1, 60) })),
  };
}
