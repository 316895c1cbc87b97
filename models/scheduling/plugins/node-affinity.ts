/**
 * NodeAffinity: `nodeSelector` and required terms filter, preferred terms score.
 *
 * Source: Kubernetes 1.34 `plugins/nodeaffinity`. Leaves out: `matchFields`, affinity added by the profile.
 */
import { matchesSelector, matchesTerm } from '../../cluster/node-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { normaliseByMost, type Plugin, type PluginContext } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const MISMATCH = 1;

/** Makes the plugin. */
export function nodeAffinity({ nodes, shapes, demands }: PluginContext): Plugin {
  const kinds = nodes.map((node) => JSON.stringify(Object.entries(node.labels)));
  const refused = new ShapeTable(shapes.length, kinds, (shape, node) => refusal(shapes[shape], nodes[node].labels));
  const preferred = new ShapeTable(shapes.length, kinds, (shape, node) => wishes(shapes[shape], nodes[node].labels));
  const shapeOf = (pod: number): PodShape => shapes[demands.shapeOf[pod]];
  return {
    name: 'NodeAffinity',
    scope: 'shape',
    reasons: ["node(s) didn't match Pod's node affinity/selector"],

    skipsFilter: (pod: number): boolean => asksNothing(shapeOf(pod)),

    filter: (pod: number, node: number): number => refused.at(demands.shapeOf[pod], node),

    isUnresolvable: (): boolean => true,

    skipsScore: (pod: number): boolean => shapeOf(pod).nodeAffinity.preferred.length === 0,

    score: (pod: number, node: number): number => preferred.at(demands.shapeOf[pod], node),

    normalise: (scores: Float64Array, count: number): void => normaliseByMost(scores, count, false),
  };
}

type Labels = Readonly<Record<string, string>>;

function asksNothing(shape: PodShape): boolean {
  return Object.keys(shape.nodeSelector).length === 0 && shape.nodeAffinity.required.length === 0;
}

function refusal(shape: PodShape, labels: Labels): number {
  const { required } = shape.nodeAffinity;
  const matches = required.length === 0 || required.some((term) => matchesTerm(term, labels));
  return matches && matchesSelector(shape.nodeSelector, labels) ? 0 : MISMATCH;
}

/** Sum of the weights of the preferred terms that hold. */
function wishes(shape: PodShape, labels: Labels): number {
  const held = shape.nodeAffinity.preferred.filter((term) => matchesTerm(term, labels));
  return held.reduce((sum, term) => sum + term.weight, 0);
}
