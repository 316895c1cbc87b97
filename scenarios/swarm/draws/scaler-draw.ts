/** Autoscalers of a drawn scenario: of pods on processor use, and of nodes for pods that find no room. */
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
