/**
 * NodeAffinity: `nodeSelector` and required terms filter, preferred terms score.
 *
 * Source: Kubernetes 1.34 `plugins/nodeaffinity`. Leaves out: affinity added by the profile.
 */
import type { ClusterNode } from '../../cluster/node.ts';
import { matchesSelector, matchesTerm } from '../../cluster/node-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { normaliseByMost, type Plugin, type PluginContext } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const MISMATCH = 1;

/** Makes the plugin. */
export function nodeAffinity({ nodes, demands }: PluginContext): Plugin {
  const shapeOf = (pod: number): PodShape => demands.shapes[demands.shapeOf[pod]];
  const kinds = nodes.map(({ labels }) => JSON.stringify(Object.entries(labels)));
  // Two nodes of equal labels have different names, so names make rows of their own, for the shapes that ask for them.
  const names = nodes.map((_, node) => String(node));
  const tables = (compute: (shape: PodShape, node: ClusterNode) => number): ((pod: number, node: number) => number) => {
    const of = (shape: number, node: number): number => compute(demands.shapes[shape], nodes[node]);
    const [byLabels, byName] = [new ShapeTable(kinds, of), new ShapeTable(names, of)];
    return (pod, node) => {
      const shape = demands.shapeOf[pod];
      return (namesNodes(demands.shapes[shape]) ? byName : byLabels).at(shape, node);
    };
  };
  const refused = tables((shape, node) => (allowsNode(shape, node) ? 0 : MISMATCH));
  const preferred = tables(wishes);
  return {
    name: 'NodeAffinity',
    scope: 'shape',
    reasons: ["node(s) didn't match Pod's node affinity/selector"],

    skipsFilter: (pod: number): boolean => asksNothing(shapeOf(pod)),

    filter: (pod: number, node: number): number => refused(pod, node),

    isUnresolvable: (): boolean => true,

    skipsScore: (pod: number): boolean => shapeOf(pod).nodeAffinity.preferred.length === 0,

    score: (pod: number, node: number): number => preferred(pod, node),

    normalise: (scores: Float64Array, count: number): void => normaliseByMost(scores, count, false),
  };
}

function asksNothing(shape: PodShape): boolean {
  return Object.keys(shape.nodeSelector).length === 0 && shape.nodeAffinity.required.length === 0;
}

function namesNodes({ nodeAffinity: { required, preferred } }: PodShape): boolean {
  return [...required, ...preferred].some(({ fields = [] }) => fields.length > 0);
}

/** Whether node selector and required node affinity of the shape allow the node. */
export function allowsNode({ nodeSelector, nodeAffinity: { required } }: PodShape, node: ClusterNode): boolean {
  const matches = required.length === 0 || required.some((term) => matchesTerm(term, node.labels, node.name));
  return matches && matchesSelector(nodeSelector, node.labels);
}

/** Sum of the weights of the preferred terms that hold. */
function wishes({ nodeAffinity: { preferred } }: PodShape, { labels, name }: ClusterNode): number {
  const held = preferred.filter((term) => matchesTerm(term, labels, name));
  return held.reduce((sum, term) => sum + term.weight, 0);
}
