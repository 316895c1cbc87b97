/**
 * TaintToleration: nodes with NoSchedule or NoExecute taints that the pod does not tolerate are refused; fewer
 * PreferNoSchedule taints are better.
 *
 * Source: Kubernetes 1.34 `plugins/tainttoleration`. A node that is not ready carries `unreachable` with NoSchedule and
 * NoExecute, as the node lifecycle controller sets it. The tolerations of the API server are added to every pod.
 * Leaves out: evictions of pods that run already (they are the node lifecycle's), `tolerationSeconds`.
 */
import { effectiveTolerations, type Taint, toleratesAny, UNREACHABLE_TAINT_KEY } from '../../cluster/toleration.ts';
import { normaliseByMost, type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const UNTOLERATED = 1;

const UNREACHABLE_TAINTS: readonly Taint[] = [
  { key: UNREACHABLE_TAINT_KEY, value: '', effect: 'NoSchedule' },
  { key: UNREACHABLE_TAINT_KEY, value: '', effect: 'NoExecute' },
];

/** Makes the plugin. */
export function taintToleration({ nodes, shapes, demands, ledger }: PluginContext): Plugin {
  const tolerations = shapes.map((shape) => effectiveTolerations(shape.tolerations));
  const unreachable = Uint8Array.from(tolerations, (own) => refusal(UNREACHABLE_TAINTS, own));
  const kinds = nodes.map((node) => JSON.stringify(node.taints));
  const refused = new ShapeTable(shapes.length, kinds, (shape, node) =>
    refusal(nodes[node].taints, tolerations[shape]),
  );
  const disliked = new ShapeTable(shapes.length, kinds, (shape, node) => dislikes(nodes[node].taints, shapes[shape]));
  return {
    name: 'TaintToleration',
    scope: 'shape',
    reasons: ['node(s) had untolerated taint(s)'],

    filter(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      return ledger.ready[node] === 0 && unreachable[shape] !== 0 ? UNTOLERATED : refused.at(shape, node);
    },

    isUnresolvable: (): boolean => true,

    score: (pod: number, node: number): number => disliked.at(demands.shapeOf[pod], node),

    normalise: (scores: Float64Array, count: number): void => normaliseByMost(scores, count, true),

    uniformScore: (pod: number): number => (disliked.isAll(demands.shapeOf[pod], 0) ? SCORE_MAX : -1),
  };
}

function refusal(taints: readonly Taint[], tolerations: Parameters<typeof toleratesAny>[0]): number {
  const open = taints.some((taint) => taint.effect !== 'PreferNoSchedule' && !toleratesAny(tolerations, taint));
  return open ? UNTOLERATED : 0;
}

/** Number of PreferNoSchedule taints that the pod does not tolerate. */
function dislikes(taints: readonly Taint[], shape: PluginContext['shapes'][number]): number {
  // Upstream looks only at the tolerations that can cover this effect; `toleratesAny` compares effects itself.
  return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesAny(shape.tolerations, taint))
    .length;
}
