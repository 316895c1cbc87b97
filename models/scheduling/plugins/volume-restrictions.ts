/**
 * VolumeRestrictions: a claim of mode ReadWriteOncePod is used by one pod at a time, wherever that is.
 *
 * Source: Kubernetes 1.34 `plugins/volumerestrictions`. While a pod that has a node uses the claim, every node is refused;
 * pushing that pod out helps. Leaves out: disks that pods name without a claim (GCE, AWS, iSCSI, RBD).
 */
import { mountsClaims, type PodVolumes } from '../volumes.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const NAME = 'VolumeRestrictions';
const USED = 1;
/** Refusals from here on are claims that do not exist, which no leaving pod brings. */
const FIRST_TEXT = 2;

/** Makes the plugin; without volumes it asks nothing. */
export function volumeRestrictions({ demands, ledger, options: { volumes: binder } }: PluginContext): Plugin {
  const reasons = ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'];
  if (binder === undefined) return { name: NAME, scope: 'shape', reasons };
  /** Pods with a node, by claim. */
  const users = new Map<string, number>();
  let current: PodVolumes | undefined;
  const shapeOf = (pod: number) => demands.shapes[demands.shapeOf[pod]];
  ledger.watch({
    moved(shape, _, sign): void {
      if (!mountsClaims(demands.shapes[shape])) return;
      for (const key of binder.claimKeysOf(demands.shapes[shape])) users.set(key, (users.get(key) ?? 0) + sign);
    },
  });
  return {
    name: NAME,
    scope: 'pod',
    reasons,

    skipsFilter: (pod: number): boolean => !mountsClaims(shapeOf(pod)),

    prepare(pod: number): void {
      current = mountsClaims(shapeOf(pod)) ? binder.volumesOf(shapeOf(pod)) : undefined;
    },

    preFilter(pod: number): string | undefined {
      return mountsClaims(shapeOf(pod)) ? binder.volumesOf(shapeOf(pod)).missing : undefined;
    },

    filter(): number {
      const { missing, exclusive } = current!;
      if (missing !== undefined) {
        if (!reasons.includes(missing)) reasons.push(missing);
        return FIRST_TEXT + reasons.indexOf(missing);
      }
      return exclusive.some((key) => (users.get(key) ?? 0) > 0) ? USED : 0;
    },

    reasonsOf: (refusal: number): readonly string[] => [reasons[refusal === USED ? 0 : refusal - FIRST_TEXT]],

    isUnresolvable: (_pod: number, _node: number, refusal: number): boolean => refusal >= FIRST_TEXT,
  };
}
