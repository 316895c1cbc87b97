/**
 * VolumeBinding: a node must reach the volumes of the pod's bound claims, and must offer volumes for those that wait for it.
 *
 * Source: Kubernetes 1.34 `plugins/volumebinding`; recorded refusals (`test/oracles/k8s/pv-binding.json`). All its refusals
 * stand whatever pods leave. Leaves out: scoring by capacity (a feature gate that is off), free capacity of drivers.
 */
import { mountsClaims, type PodVolumes, VOLUME_CONFLICTS } from '../volumes.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const NAME = 'VolumeBinding';

/** Refusals from here on are texts about the pod itself. */
const FIRST_TEXT = 1 << VOLUME_CONFLICTS.length;

/** Makes the plugin; without volumes it asks nothing. */
export function volumeBinding({ nodes, demands, options: { volumes: binder } }: PluginContext): Plugin {
  const reasons: string[] = [...VOLUME_CONFLICTS];
  if (binder === undefined) return { name: NAME, scope: 'shape', reasons };
  let current: PodVolumes | undefined;
  const shapeOf = (pod: number) => demands.shapes[demands.shapeOf[pod]];
  const textNumber = (text: string): number => {
    const known = reasons.indexOf(text);
    return FIRST_TEXT + (known >= 0 ? known : reasons.push(text) - 1);
  };
  return {
    name: NAME,
    scope: 'pod',
    reasons,

    skipsFilter: (pod: number): boolean => !mountsClaims(shapeOf(pod)),

    prepare(pod: number): void {
      current = mountsClaims(shapeOf(pod)) ? binder.volumesOf(shapeOf(pod)) : undefined;
    },

    preFilter(pod: number): string | undefined {
      if (!mountsClaims(shapeOf(pod))) return undefined;
      return binder.volumesOf(shapeOf(pod)).refusal;
    },

    filter(_: number, node: number): number {
      const { refusal } = current!;
      return refusal === undefined ? current!.conflicts(nodes[node]) : textNumber(refusal);
    },

    reasonsOf(refusal: number): readonly string[] {
      if (refusal >= FIRST_TEXT) return [reasons[refusal - FIRST_TEXT]];
      return VOLUME_CONFLICTS.filter((_, bit) => (refusal >>> bit) & 1);
    },

    isUnresolvable: (): boolean => true,
  };
}
