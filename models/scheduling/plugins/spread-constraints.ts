/**
 * Which spread constraints a pod has, and which nodes count in them.
 *
 * Source: Kubernetes 1.34 `plugins/podtopologyspread/common.go`, `plugins/helper/spread.go`: a pod that states none has
 * the defaults of the profile, with the selector of the services and of the controller that select it.
 * Leaves out: nothing of 1.34.
 */
import type { ClusterObjects } from '../../cluster/cluster-objects.ts';
import { EVERYTHING, type LabelSelector, selects } from '../../cluster/label-selector.ts';
import { taintsOf } from '../../cluster/node-life/node-conditions.ts';
import type { PodShape } from '../../cluster/pod.ts';
import type { TopologySpreadConstraint } from '../../cluster/pod-relations.ts';
import type { DefaultConstraint } from '../plugin-arguments.ts';
import { allowsNode } from './node-affinity.ts';
import type { PluginContext } from './plugin.ts';
import { keepsOff } from './taint-toleration.ts';

/** Where the constraints of a pod without own ones come from. */
export interface Defaults {
  readonly constraints: readonly DefaultConstraint[];
  readonly objects: ClusterObjects;
}

/** The constraints of a shape that filter (`DoNotSchedule`) or score (`ScheduleAnyway`). */
export function constraintsOf(
  shape: PodShape,
  defaults: Defaults,
  kind: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly TopologySpreadConstraint[] {
  const { topologySpread = [] } = shape;
  const all = topologySpread.length > 0 ? topologySpread : defaultConstraints(shape, defaults);
  return all.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === kind);
}

function defaultConstraints(shape: PodShape, { constraints, objects }: Defaults): readonly TopologySpreadConstraint[] {
  if (constraints.length === 0) return [];
  const selector = defaultSelector(shape, objects);
  if (isEmpty(selector)) return [];
  return constraints.map((constraint) => ({
    ...constraint,
    selector,
    minDomains: 1,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
  }));
}

/** Labels of all services that select the pod, and the selector of its controller. */
function defaultSelector(
  { namespace = 'default', labels = {}, ownerSelector }: PodShape,
  objects: ClusterObjects,
): LabelSelector {
  const services = objects.services.filter((service) => {
    const { selector } = service;
    return service.namespace === namespace && selects({ ...EVERYTHING, matchLabels: selector }, labels);
  });
  const fromServices: Record<string, string> = Object.assign({}, ...services.map(({ selector }) => selector));
  const { matchLabels = {}, matchExpressions = [] } = ownerSelector ?? {};
  return { matchLabels: { ...fromServices, ...matchLabels }, matchExpressions };
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** Whether a pod on a node is counted by a constraint of `shape`. */
export function counts(constraint: TopologySpreadConstraint, shape: PodShape, resident: PodShape): boolean {
  // An empty selector counts no pod here, though elsewhere it means every one.
  if (constraint.selector === null || isEmpty(constraint.selector)) return false;
  const { namespace: own = 'default' } = shape;
  const { namespace: other = 'default', labels = {} } = resident;
  return own === other && selects(constraint.selector, labels);
}

/** Nodes that have all of the labels, 1 or 0. */
export function nodesWithAll({ nodes }: PluginContext, keys: readonly string[]): Uint8Array {
  return Uint8Array.from(nodes, ({ labels }) => Number(keys.every((key) => Object.hasOwn(labels, key))));
}

/** Nodes on which the policies of a constraint let pods count, 1 or 0. */
export function includedNodes(
  { nodes, ledger }: PluginContext,
  shape: PodShape,
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
): Uint8Array {
  return Uint8Array.from(nodes, (node, number) => {
    if (ledger.marks.absent[number] === 1) return 0;
    if (nodeAffinityPolicy === 'Honor' && !allowsNode(shape, node)) return 0;
    if (nodeTaintsPolicy === 'Ignore') return 1;
    return Number(!keepsOff([...node.taints, ...taintsOf(ledger.marks.taints[number])], shape));
  });
}

/** Nodes that are marked in both. */
export function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((mark, node) => mark & b[node]);
}
