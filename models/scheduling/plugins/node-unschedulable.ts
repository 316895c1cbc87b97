/**
 * NodeUnschedulable: cordoned nodes are refused to pods that do not tolerate the mark.
 *
 * Source: Kubernetes 1.34 `plugins/nodeunschedulable`. Leaves out: nothing.
 */
import { type Taint, toleratesAny } from '../../cluster/toleration.ts';
import type { Plugin, PluginContext } from './plugin.ts';

const UNSCHEDULABLE = 1;

/** What the node controller would put on a cordoned node; a pod that tolerates it may go there. */
const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** Makes the plugin. */
export function nodeUnschedulable({ ledger, demands }: PluginContext): Plugin {
  const { marks } = ledger;
  return {
    name: 'NodeUnschedulable',
    scope: 'shape',
    reasons: ['node(s) were unschedulable'],

    skipsFilter: (pod: number): boolean =>
      marks.cordonedCount === 0 || toleratesAny(demands.shapes[demands.shapeOf[pod]].tolerations, CORDON),

    filter: (_pod: number, node: number): number => (marks.cordoned[node] === 1 ? UNSCHEDULABLE : 0),

    isUnresolvable: (): boolean => true,
  };
}
