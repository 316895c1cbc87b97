/**
 * TaintToleration: nodes with NoSchedule or NoExecute taints that the pod does not tolerate are refused; fewer
 * PreferNoSchedule taints are better.
 *
 * Source: Kubernetes 1.34 `plugins/tainttoleration`. To the taints that a node came with are added those that its life has put on
 * it since (node-marks.ts). The tolerations of the API server are added to every pod.
 * Leaves out: evictions of pods that run already (they are the node lifecycle's), `tolerationSeconds`.
 */

import { taintsOf } from '../../cluster/node-life/node-conditions.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { effectiveTolerations, type Taint, toleratesAny } from '../../cluster/toleration.ts';
import { normaliseByMost, type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const UNTOLERATED = 1;

/** Makes the plugin. */
export function taintToleration({ nodes, demands, ledger }: PluginContext): Plugin {
  const { marks } = ledger;
  /** By shape, then by the taints of a node's life as bits. */
  const refusedForLife: (number | undefined)[][] = [];
  const refusalForLife = (shape: number, bits: number): number => {
    while (refusedForLife.length <= shape) refusedForLife.push([]);
    const ofShape = refusedForLife[shape];
    ofShape[bits] ??= refusal(taintsOf(bits), demands.shapes[shape]);
    return ofShape[bits];
  };
  const kinds = nodes.map((node) => JSON.stringify(node.taints));
  const refused = new ShapeTable(kinds, (shape, node) => refusal(nodes[node].taints, demands.shapes[shape]));
  const disliked = new ShapeTable(kinds, (shape, node) => dislikes(nodes[node].taints, demands.shapes[shape]));
  return {
    name: 'TaintToleration',
    scope: 'shape',
    reasons: ['node(s) had untolerated taint(s)'],

    skipsFilter(pod: number): boolean {
      const shape = demands.shapeOf[pod];
      return refused.isAll(shape, 0) && marks.taintedCount === 0;
    },

    filter(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const bits = marks.taints[node];
      return bits !== 0 && refusalForLife(shape, bits) !== 0 ? UNTOLERATED : refused.at(shape, node);
    },

    isUnresolvable: (): boolean => true,

    score: (pod: number, node: number): number => disliked.at(demands.shapeOf[pod], node),

    normalise: (scores: Float64Array, count: number): void => normaliseByMost(scores, count, true),

    uniformScore: (pod: number): number => (disliked.isAll(demands.shapeOf[pod], 0) ? SCORE_MAX : -1),
  };
}

function refusal(taints: readonly Taint[], shape: PodShape): number {
  return keepsOff(taints, shape) ? UNTOLERATED : 0;
}

/** Whether any of the taints keeps pods of the shape off. */
export function keepsOff(taints: readonly Taint[], { tolerations }: PodShape): boolean {
  const hard = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  if (hard.length === 0) return false;
  const effective = effectiveTolerations(tolerations);
  return hard.some((taint) => !toleratesAny(effective, taint));
}

/** Number of PreferNoSchedule taints that the pod does not tolerate. */
function dislikes(taints: readonly Taint[], shape: PodShape): number {
  // Upstream looks only at the tolerations that can cover this effect; `toleratesAny` compares effects itself.
  return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesAny(shape.tolerations, taint))
    .length;
}
