/** How the workloads of a drawn scenario start, end, roll, and what drains must leave of them. */
import type { WorkloadKind } from '../../document/workload-kind-schema.ts';
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';
import { type Kinds, kindOf } from './kind-draw.ts';

/** Fields of Deployments that others of the kinds do not have. */
const NOT_OF: Readonly<Partial<Record<WorkloadKind, readonly string[]>>> = {
  StatefulSet: ['maxSurge', 'maxUnavailable', 'strategy', 'progressDeadline'],
  DaemonSet: ['maxSurge', 'maxUnavailable', 'strategy', 'progressDeadline', 'disruptionBudget'],
  Job: ['maxSurge', 'maxUnavailable', 'strategy', 'progressDeadline', 'disruptionBudget', 'minReady'],
  CronJob: ['maxSurge', 'maxUnavailable', 'strategy', 'progressDeadline', 'disruptionBudget', 'minReady'],
};

/** One workload for each group of pods; what only some kinds have comes from a stream of its own. */
export function drawWorkloads(
  draw: Draw,
  pods: readonly PodSection[],
  kinds: Kinds,
  ofKinds: Draw,
): Record<string, Section> {
  return Object.fromEntries(
    pods.map(({ name }) => {
      const kind = kinds.get(name)!;
      const common = Object.entries(drawWorkload(draw)).filter(([key]) => !(NOT_OF[kind] ?? []).includes(key));
      return [name, { ...Object.fromEntries(common), ...kindOf(ofKinds, kind) }];
    }),
  );
}

function drawWorkload(draw: Draw): Section {
  const start = draw.whole(1, 8);
  return {
    start: `${start}s`,
    ...draw.maybe(0.5, () => ({ stop: draw.seconds(0, 3) })),
    ...draw.maybe(0.5, () => ({ preStop: draw.seconds(1, 6) })),
    ...draw.maybe(0.3, () => ({ gracePeriod: draw.seconds(5, 20) })),
    ...draw.maybe(0.2, () => ({ init: [draw.seconds(1, 3)] })),
    ...draw.maybe(0.8, () => ({ readinessProbe: { period: draw.seconds(1, 10) } })),
    ...livenessOf(draw, start),
    ...rolloutOf(draw),
    ...draw.maybe(0.2, () => ({ minReady: draw.seconds(1, 5) })),
    ...draw.maybe(0.2, () => ({ progressDeadline: draw.seconds(60, 300) })),
    ...draw.maybe(0.6, () => ({ disruptionBudget: { maxUnavailable: draw.pick([0, 1, 1, 2, '25%', '50%']) } })),
  };
}

/** Patient enough for the start: a container that is killed before it answers would never come to an end. */
function livenessOf(draw: Draw, start: number): Section {
  if (draw.chance(0.7)) return {};
  const period = draw.whole(5, 10);
  if (draw.chance(0.5)) return { livenessProbe: { period: `${period}s`, initialDelay: `${start + 15}s` } };
  return { startupProbe: { period: '2s', failures: 20 }, livenessProbe: { period: `${period}s` } };
}

function rolloutOf(draw: Draw): Section {
  if (draw.chance(0.15)) return { strategy: 'recreate' };
  if (draw.chance(0.4)) return {};
  const maxSurge = draw.pick([0, 1, 2, '25%', '50%']);
  const maxUnavailable = draw.pick(maxSurge === 0 ? [1, 2, '50%'] : [0, 1, '25%']);
  return { maxSurge, maxUnavailable };
}
