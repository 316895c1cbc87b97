/**
 * NodeVolumeLimits: a node can have only so many volumes of a CSI driver attached.
 *
 * Source: Kubernetes 1.34 `plugins/nodevolumelimits` (CSI). A volume that several pods of the node use counts once. Leaves
 * out: attachments that no pod of the cluster uses any more, volumes of in-tree drivers.
 */
import { type Attachment, mountsClaims } from '../volumes.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const NAME = 'NodeVolumeLimits';
const EXCEEDED = 1;

/** Makes the plugin; without volumes it asks nothing. */
export function nodeVolumeLimits({ nodes, demands, ledger, options }: PluginContext): Plugin {
  const reasons = ['node(s) exceed max volume count'];
  const { volumes: binder } = options;
  if (binder === undefined) return { name: NAME, scope: 'shape', reasons };
  /** By node: how many pods of each shape with claims it holds. */
  const held: Map<number, number>[] = nodes.map(() => new Map());
  let wanted: readonly Attachment[] = [];
  const shapeOf = (pod: number) => demands.shapes[demands.shapeOf[pod]];
  ledger.watch({
    moved(shape, node, sign): void {
      if (!mountsClaims(demands.shapes[shape])) return;
      const count = (held[node].get(shape) ?? 0) + sign;
      if (count === 0) held[node].delete(shape);
      else held[node].set(shape, count);
    },
  });
  /** Asked anew each time: a claim may have got its volume since the pod came. */
  const attachedTo = (node: number): Map<string, Set<string>> => {
    const byDriver = new Map<string, Set<string>>();
    for (const shape of held[node].keys()) addAll(byDriver, binder.attachmentsOf(demands.shapes[shape]));
    return byDriver;
  };
  return {
    name: NAME,
    scope: 'pod',
    reasons,

    skipsFilter: (pod: number): boolean => !mountsClaims(shapeOf(pod)),

    prepare(pod: number): void {
      wanted = mountsClaims(shapeOf(pod)) ? binder.attachmentsOf(shapeOf(pod)) : [];
    },

    filter(_: number, node: number): number {
      const limited = wanted.filter(({ driver }) => binder.attachmentsMax(nodes[node], driver) !== undefined);
      if (limited.length === 0) return 0;
      const before = attachedTo(node);
      const added = limited.filter(({ driver, handle }) => !before.get(driver)?.has(handle));
      const after = addAll(attachedTo(node), added);
      const exceeds = ({ driver }: Attachment): boolean =>
        after.get(driver)!.size > binder.attachmentsMax(nodes[node], driver)!;
      return added.some(exceeds) ? EXCEEDED : 0;
    },
  };
}

function addAll(byDriver: Map<string, Set<string>>, list: readonly Attachment[]): Map<string, Set<string>> {
  for (const { driver, handle } of list) {
    const handles = byDriver.get(driver) ?? new Set();
    byDriver.set(driver, handles.add(handle));
  }
  return byDriver;
}
