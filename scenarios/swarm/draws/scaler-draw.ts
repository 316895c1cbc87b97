/** Autoscalers of a drawn scenario: of pods by processors, by requests or by alarms, and of nodes for pods that find no room. */
import type { Draw } from '../draw.ts';
import type { NodeSection, PodSection, Section } from '../swarm-file.ts';

/** At most one for each workload. */
export function drawAutoscalers(draw: Draw, pods: readonly PodSection[]): Section[] {
  return draw.some(pods, draw.whole(1, Math.min(2, pods.length))).map(({ name }) => {
    const min = draw.whole(1, 3);
    return {
      target: name,
      min,
      max: min + draw.whole(0, 5),
      cpu: draw.pick(['30%', '60%', '80%']),
      ...draw.maybe(0.5, () => ({ downWindow: draw.pick(['0s', '60s', '120s']) })),
      ...draw.maybe(0.2, () => ({ upWindow: '60s' })),
    };
  });
}

/** One that goes by requests or by alarms instead; `served`: workloads that somebody asks. */
export function otherwise(draw: Draw, autoscaler: Section, served: readonly string[]): Section {
  const { target, min, max, downWindow } = autoscaler;
  if (!served.includes(target as string) || draw.chance(0.6)) return autoscaler;
  const requests = draw.pick([0.5, 1, 3]);
  if (draw.chance(0.5)) return { target, min, max, requests, ...(downWindow === undefined ? {} : { downWindow }) };
  const metric = draw.chance(0.5)
    ? { cpu: { above: '60%', below: '20%' } }
    : { requests: { above: 2 * requests, below: requests } };
  return {
    target,
    min,
    max,
    alarm: { ...metric, periods: draw.whole(1, 3), period: '30s', cooldown: draw.seconds(30, 90) },
  };
}

/** The same groups, of which single machines are bought just in time. */
export function justInTime(draw: Draw, { groups, reserve }: Section): Section {
  return {
    groups: (groups as Section[]).map(({ min: _, ...group }) => group),
    ...(reserve === undefined ? {} : { reserve }),
    justInTime: {
      ...draw.maybe(0.6, () => ({ consolidation: draw.pick(['whenEmptyOrUnderutilised', 'whenEmpty', 'never']) })),
      ...draw.maybe(0.5, () => ({ consolidateAfter: draw.seconds(5, 60) })),
      ...draw.maybe(0.5, () => ({ budget: draw.pick([1, 2, '50%']) })),
      ...draw.maybe(0.2, () => ({ expireAfter: draw.seconds(200, 400) })),
    },
  };
}

/** Groups that grow and shrink fast, so that a short run sees both. */
export function drawNodeAutoscaler(draw: Draw, nodes: readonly NodeSection[]): Section {
  const groups = draw.some(nodes, draw.whole(1, nodes.length)).map(({ name, count }) => {
    const min = draw.whole(0, count);
    const max = count + draw.whole(0, 3);
    return {
      nodes: name,
      min,
      max,
      boot: draw.pick([{ constant: '20s' }, { uniform: { low: '10s', high: '60s' } }]),
      ...draw.maybe(0.2, () => ({ stock: draw.whole(Math.max(1, count), max) })),
    };
  });
  return {
    groups,
    ...draw.maybe(0.5, () => ({ expanders: [draw.pick(['random', 'most-pods', 'least-waste', 'least-nodes'])] })),
    ...draw.maybe(0.2, () => ({ scaleDown: false })),
    provisionTime: draw.seconds(90, 180),
    unneeded: draw.seconds(30, 90),
    delayAfterAdd: draw.seconds(30, 90),
    ...draw.maybe(0.3, () => ({ reserve: { [draw.pick(['requests', 'capacity'])]: draw.pick(['10%', '20%']) } })),
  };
}
