/** Nodes and pods of a drawn scenario: few, of several kinds, now and then too many pods for the room. */
import type { Draw } from '../draw.ts';
import type { NodeSection, PodSection } from '../swarm-file.ts';

const GROUPS = ['small', 'large', 'spare'];
const WORKLOADS = ['web', 'shop', 'mail', 'search'];
const ZONE = 'topology.kubernetes.io/zone';
const TAINT = { key: 'dedicated', value: 'batch' };

/** Groups of nodes; those of a federation are of one kind, so that members may have some of their own. */
export function drawNodes(draw: Draw, isFederation: boolean): NodeSection[] {
  const groups = isFederation ? 1 : draw.whole(1, 3);
  return GROUPS.slice(0, groups).map((name, group) => ({
    count: draw.whole(1, isFederation ? 3 : 4),
    name,
    cpu: draw.pick([2, 4, 8]),
    memory: draw.pick(['8Gi', '16Gi']),
    ...draw.maybe(isFederation ? 0 : 0.7, () => ({ labels: { [ZONE]: draw.pick(['a', 'b']) } })),
    ...draw.maybe(group > 0 ? 0.3 : 0, () => ({ taints: [{ ...TAINT, effect: 'NoSchedule' }] })),
  }));
}

/** Groups of pods. */
export function drawPods(draw: Draw, nodes: readonly NodeSection[]): PodSection[] {
  const crowded = draw.chance(0.15);
  return WORKLOADS.slice(0, draw.whole(1, 4)).map((name) => {
    const count = draw.whole(1, 6);
    return {
      count,
      name,
      cpu: crowded ? draw.pick(['1', '1500m']) : draw.pick(['100m', '250m', '500m']),
      memory: draw.pick(['128Mi', '512Mi', '1Gi']),
      replicas: count,
      ...draw.maybe(0.25, () => ({ priority: draw.pick([10, 100]) })),
      ...draw.maybe(0.3, () => ({ tolerations: [{ ...TAINT, operator: 'Equal', effect: 'NoSchedule' }] })),
      ...draw.maybe(zonesOf(nodes).length === 0 ? 0 : 0.15, () => ({
        nodeAffinity: { required: [{ key: ZONE, operator: 'In', values: [draw.pick(zonesOf(nodes))] }] },
      })),
    };
  });
}

/** Zones that there are. */
export function zonesOf(nodes: readonly NodeSection[]): string[] {
  const zones = nodes.flatMap(({ labels }) => (labels as Record<string, string> | undefined)?.[ZONE] ?? []);
  return [...new Set(zones)];
}
