/**
 * NodeAffinity: `nodeSelector` and required terms filter, preferred terms score.
 *
 * Source: Kubernetes 1.34 `plugins/nodeaffinity`. A profile may add node affinity to that of every pod; upstream
 * then names another reason. Leaves out: nothing.
 */
import type { ClusterNode } from '../../cluster/node.ts';
import {
  matchesSelector,
  matchesTerm,
  NO_NODE_AFFINITY,
  type NodeAffinity,
  type NodeSelectorTerm,
} from '../../cluster/node-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { normaliseByMost, type Plugin, type PluginContext } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const MISMATCH = 1;
const ENFORCED = 2;

/** Makes the plugin. */
export function nodeAffinity({ nodes, demands, options }: PluginContext): Plugin {
  const added = options.arguments?.addedAffinity ?? NO_NODE_AFFINITY;
  const shapeOf = (pod: number): PodShape => demands.shapes[demands.shapeOf[pod]];
  const kinds = nodes.map(({ labels }) => JSON.stringify(Object.entries(labels)));
  // Two nodes of equal labels have different names, so names make rows of their own, for the shapes that ask for them.
  const names = nodes.map((_, node) => String(node));
  const tables = (compute: (shape: PodShape, node: ClusterNode) => number): ((pod: number, node: number) => number) => {
    const of = (shape: number, node: number): number => compute(demands.shapes[shape], nodes[node]);
    const [byLabels, byName] = [new ShapeTable(kinds, of), new ShapeTable(names, of)];
    return (pod, node) => {
      const shape = demands.shapeOf[pod];
      return (namesAny || namesNodes(demands.shapes[shape].nodeAffinity) ? byName : byLabels).at(shape, node);
    };
  };
  const refused = tables((shape, node) => {
    if (!holdsAny(added.required, node)) return ENFORCED;
    return allowsNode(shape, node) ? 0 : MISMATCH;
  });
  const preferred = tables((shape, node) => wishes(added, node) + wishes(shape.nodeAffinity, node));
  const namesAny = namesNodes(added);
  return {
    name: 'NodeAffinity',
    scope: 'shape',
    reasons: [
      "node(s) didn't match Pod's node affinity/selector",
      "node(s) didn't match scheduler-enforced node affinity",
    ],

    skipsFilter: (pod: number): boolean => added.required.length === 0 && asksNothing(shapeOf(pod)),

    filter: (pod: number, node: number): number => refused(pod, node),

    isUnresolvable: (): boolean => true,

    skipsScore: (pod: number): boolean =>
      added.preferred.length === 0 && shapeOf(pod).nodeAffinity.preferred.length === 0,

    score: (pod: number, node: number): number => preferred(pod, node),

    normalise: (scores: Float64Array, count: number): void => normaliseByMost(scores, count, false),
  };
}

function asksNothing(shape: PodShape): boolean {
  return Object.keys(shape.nodeSelector).length === 0 && shape.nodeAffinity.required.length === 0;
}

function namesNodes({ required, preferred }: NodeAffinity): boolean {
  return [...required, ...preferred].some(({ fields = [] }) => fields.length > 0);
}

/** Whether node selector and required node affinity of the shape allow the node. */
export function allowsNode({ nodeSelector, nodeAffinity: { required } }: PodShape, node: ClusterNode): boolean {
  return holdsAny(required, node) && matchesSelector(nodeSelector, node.labels);
}

/** Whether one of the terms holds; an empty list asks nothing. */
function holdsAny(terms: readonly NodeSelectorTerm[], { labels, name }: ClusterNode): boolean {
  return terms.length === 0 || terms.some((term) => matchesTerm(term, labels, name));
}

/** Sum of the weights of the preferred terms that hold. */
function wishes({ preferred }: NodeAffinity, { labels, name }: ClusterNode): number {
  const held = preferred.filter((term) => matchesTerm(term, labels, name));
  return held.reduce((sum, term) => sum + term.weight, 0);
}
