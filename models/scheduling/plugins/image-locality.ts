/**
 * ImageLocality: nodes that have the pod's images already are better, large images count more, and the more so the more
 * nodes have them (so that a few nodes with the image do not draw all its pods).
 *
 * Source: Kubernetes 1.34 `plugins/imagelocality`; the size of an image is the one that the first node reported, and init
 * containers count, as recorded (oracle suite `k8s`). Leaves out: images that nodes gain or lose while the model runs.
 */
import type { ClusterNode } from '../../cluster/node.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { ShapeTable } from './shape-table.ts';

const MIB = 1024 * 1024;
const BYTES_MIN = 23 * MIB;
const BYTES_MAX_OF_CONTAINER = 1000 * MIB;

/** Makes the plugin. */
export function imageLocality({ nodes, demands }: PluginContext): Plugin {
  const worth = imageWorths(nodes);
  const namesOf = nodes.map(({ images = [] }) => new Set(images.flatMap(({ names }) => names)));
  const kinds = namesOf.map((names) => JSON.stringify([...names].sort()));
  const table = new ShapeTable(kinds, (shape, node) => score(demands.shapes[shape], namesOf[node], worth));
  return {
    name: 'ImageLocality',
    scope: 'shape',
    reasons: [],

    score: (pod: number, node: number): number => table.at(demands.shapeOf[pod], node),

    uniformScore: (pod: number): number => table.uniform(demands.shapeOf[pod]),
  };
}

/** Bytes that each image counts on a node that has it. */
function imageWorths(nodes: readonly ClusterNode[]): ReadonlyMap<string, number> {
  const states = new Map<string, { sizeBytes: number; nodes: number }>();
  for (const { images = [] } of nodes) {
    const seen = new Set<string>();
    for (const { names, sizeBytes } of images) {
      for (const name of names) {
        if (seen.has(name)) continue;
        seen.add(name);
        const state = states.get(name);
        if (state === undefined) states.set(name, { sizeBytes, nodes: 1 });
        else state.nodes++;
      }
    }
  }
  const worth = ([name, state]: [string, { sizeBytes: number; nodes: number }]): [string, number] => [
    name,
    Math.trunc(state.sizeBytes * (state.nodes / nodes.length)),
  ];
  return new Map([...states].map(worth));
}

function score({ images = [] }: PodShape, there: ReadonlySet<string>, worth: ReadonlyMap<string, number>): number {
  if (images.length === 0) return 0;
  const sum = images.reduce((bytes, image) => bytes + (there.has(image) ? worth.get(image)! : 0), 0);
  const most = BYTES_MAX_OF_CONTAINER * images.length;
  const counted = Math.min(most, Math.max(BYTES_MIN, sum));
  return Math.floor((SCORE_MAX * (counted - BYTES_MIN)) / (most - BYTES_MIN));
}
