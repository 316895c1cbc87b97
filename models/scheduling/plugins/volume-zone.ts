/**
 * VolumeZone: a bound volume that is labelled with a zone or region wants a node of it.
 *
 * Source: Kubernetes 1.34 `plugins/volumezone`. The labels are read by who knows the volumes. Leaves out: nothing else.
 */
import { mountsClaims, type PodVolumes } from '../volumes.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const NAME = 'VolumeZone';
const ELSEWHERE = 1;

/** Makes the plugin; without volumes it asks nothing. */
export function volumeZone({ nodes, demands, options: { volumes: binder } }: PluginContext): Plugin {
  const reasons = ['node(s) had no available volume zone'];
  if (binder === undefined) return { name: NAME, scope: 'shape', reasons };
  let current: PodVolumes | undefined;
  const shapeOf = (pod: number) => demands.shapes[demands.shapeOf[pod]];
  return {
    name: NAME,
    scope: 'pod',
    reasons,

    skipsFilter: (pod: number): boolean => !mountsClaims(shapeOf(pod)),

    prepare(pod: number): void {
      current = mountsClaims(shapeOf(pod)) ? binder.volumesOf(shapeOf(pod)) : undefined;
    },

    filter: (_: number, node: number): number => (current!.isElsewhere(nodes[node]) ? ELSEWHERE : 0),

    isUnresolvable: (): boolean => true,
  };
}
