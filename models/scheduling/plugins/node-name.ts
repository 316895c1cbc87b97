/**
 * NodeName: a pod that names its node goes there or nowhere.
 *
 * Source: Kubernetes 1.34 `plugins/nodename`. Leaves out: nothing.
 */
import type { Plugin, PluginContext } from './plugin.ts';

const OTHER_NODE = 1;

/** Makes the plugin. */
export function nodeName({ nodes, demands }: PluginContext): Plugin {
  const wanted = (pod: number): string => demands.shapes[demands.shapeOf[pod]].nodeName ?? '';
  return {
    name: 'NodeName',
    scope: 'shape',
    reasons: ["node(s) didn't match the requested node name"],

    skipsFilter: (pod: number): boolean => wanted(pod) === '',

    filter: (pod: number, node: number): number => (nodes[node].name === wanted(pod) ? 0 : OTHER_NODE),

    isUnresolvable: (): boolean => true,
  };
}
