/**
 * What PodTopologySpread and InterPodAffinity must say of a pod, counted anew from the pods on the nodes: the rules as
 * they are written down, without anything that is kept from one decision to the next.
 */
import type { ClusterObjects } from '../../../models/cluster/cluster-objects.ts';
import { selects } from '../../../models/cluster/label-selector.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { matchesSelector, matchesTerm } from '../../../models/cluster/node-selector.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import type { PodAffinityTerm, TopologySpreadConstraint } from '../../../models/cluster/pod-relations.ts';
import { effectiveTolerations, toleratesAny } from '../../../models/cluster/toleration.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/** Nodes, each with the shapes of its pods. */
export interface Picture {
  readonly nodes: readonly {
    readonly node: ClusterNode;
    readonly ready: boolean;
    readonly pods: readonly PodShape[];
  }[];
  readonly objects: ClusterObjects;
}

type Place = Picture['nodes'][number];

const spaceOf = ({ namespace = 'default' }: PodShape): string => namespace;

/** Constraints of a pod; `system` where they are the defaults. */
function constraintsOf(shape: PodShape, { objects }: Picture): { list: TopologySpreadConstraint[]; system: boolean } {
  if ((shape.topologySpread ?? []).length > 0) return { list: [...shape.topologySpread!], system: false };
  const matchLabels: Record<string, string> = {};
  for (const { namespace, selector } of objects.services) {
    const meant = Object.entries(selector).every(([key, value]) => shape.labels?.[key] === value);
    if (namespace === spaceOf(shape) && meant) Object.assign(matchLabels, selector);
  }
  if (Object.keys(matchLabels).length === 0) return { list: [], system: true };
  const common = {
    selector: { matchLabels, matchExpressions: [] },
    ...({ whenUnsatisfiable: 'ScheduleAnyway', nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' } as const),
    minDomains: 1,
  };
  const list = [
    { ...common, topologyKey: HOSTNAME, maxSkew: 3 },
    { ...common, topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
  ];
  return { list, system: true };
}

function includes(constraint: TopologySpreadConstraint, shape: PodShape, { node, ready }: Place): boolean {
  const { required } = shape.nodeAffinity;
  const allowed =
    matchesSelector(shape.nodeSelector, node.labels) &&
    (required.length === 0 || required.some((term) => matchesTerm(term, node.labels, node.name)));
  if (constraint.nodeAffinityPolicy === 'Honor' && !allowed) return false;
  if (constraint.nodeTaintsPolicy === 'Ignore') return true;
  const lost = { key: 'node.kubernetes.io/unreachable', value: '' };
  const added = [
    { ...lost, effect: 'NoSchedule' as const },
    { ...lost, effect: 'NoExecute' as const },
  ];
  const taints = [...node.taints, ...(ready ? [] : added)].filter(({ effect }) => effect !== 'PreferNoSchedule');
  return taints.every((taint) => toleratesAny(effectiveTolerations(shape.tolerations), taint));
}

function matching({ selector }: TopologySpreadConstraint, shape: PodShape, pods: readonly PodShape[]): number {
  if (selector === null) return 0;
  if (Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0) return 0;
  return pods.filter((pod) => spaceOf(pod) === spaceOf(shape) && selects(selector, pod.labels ?? {})).length;
}

/** Whether the hard constraints refuse each node. */
export function spreadRefuses(shape: PodShape, picture: Picture): boolean[] {
  const hard = constraintsOf(shape, picture).list.filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  const hasAll = ({ node }: Place): boolean => hard.every(({ topologyKey }) => topologyKey in node.labels);
  const rules = hard.map((constraint) => {
    const counts = new Map<string, number>();
    for (const place of picture.nodes) {
      if (!hasAll(place) || !includes(constraint, shape, place)) continue;
      const value = place.node.labels[constraint.topologyKey]!;
      counts.set(value, (counts.get(value) ?? 0) + matching(constraint, shape, place.pods));
    }
    const least = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
    const self = selects(constraint.selector, shape.labels ?? {}) ? 1 : 0;
    return ({ node }: Place): boolean => {
      const value = node.labels[constraint.topologyKey];
      return value === undefined || (counts.get(value) ?? 0) + self - least > constraint.maxSkew;
    };
  });
  return picture.nodes.map((place) => rules.some((refuses) => refuses(place)));
}

/** Weighted score of each feasible node; undefined where the plugin skips the pod. */
export function spreadScores(shape: PodShape, picture: Picture, feasible: readonly number[]): number[] | undefined {
  const { list, system } = constraintsOf(shape, picture);
  const soft = list.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
  if (soft.length === 0) return undefined;
  const scored = ({ node }: Place): boolean => system || soft.every(({ topologyKey }) => topologyKey in node.labels);
  const places = feasible.map((node) => picture.nodes[node]!);
  const costs = places.map((place) => {
    if (!scored(place)) return undefined;
    let cost = 0;
    for (const constraint of soft) {
      const value = place.node.labels[constraint.topologyKey];
      if (value === undefined) continue;
      const isHost = constraint.topologyKey === HOSTNAME;
      const same = isHost
        ? [place]
        : picture.nodes.filter(
            (other) =>
              other.node.labels[constraint.topologyKey] === value &&
              scored(other) &&
              includes(constraint, shape, other),
          );
      const count = same.reduce((sum, { pods }) => sum + matching(constraint, shape, pods), 0);
      const among = places.filter(scored);
      const domains = isHost
        ? among.length
        : new Set(among.map(({ node }) => node.labels[constraint.topologyKey])).size;
      cost += count * Math.log(domains + 2) + (constraint.maxSkew - 1);
    }
    return Math.round(cost);
  });
  const known = costs.filter((cost) => cost !== undefined);
  const [most, least] = [Math.max(0, ...known), Math.min(...known)];
  return costs.map((cost) => {
    if (cost === undefined) return 0;
    return 2 * (most === 0 ? 100 : Math.trunc((100 * (most + least - cost)) / most));
  });
}

function means(term: PodAffinityTerm, carrier: PodShape, other: PodShape, { objects }: Picture): boolean {
  const space = spaceOf(other);
  const own = term.namespaces.length === 0 && term.namespaceSelector === null && space === spaceOf(carrier);
  const named = term.namespaces.includes(space) || selects(term.namespaceSelector, objects.namespaces.get(space) ?? {});
  return (own || named) && selects(term.selector, other.labels ?? {});
}

const isNear = (a: Place, b: Place, { topologyKey }: PodAffinityTerm): boolean =>
  topologyKey in a.node.labels && a.node.labels[topologyKey] === b.node.labels[topologyKey];

/** Whether each node is refused. */
export function affinityRefuses(shape: PodShape, picture: Picture): boolean[] {
  const wanted = shape.podAffinity?.required ?? [];
  const unwanted = shape.podAntiAffinity?.required ?? [];
  const matchesAll = (pod: PodShape): boolean => wanted.every((term) => means(term, shape, pod, picture));
  const counts = (place: Place): boolean => wanted.some(({ topologyKey }) => topologyKey in place.node.labels);
  const isFirst = matchesAll(shape) && !picture.nodes.some((place) => counts(place) && place.pods.some(matchesAll));
  return picture.nodes.map((place) => {
    if (wanted.some(({ topologyKey }) => !(topologyKey in place.node.labels))) return true;
    const near = (term: PodAffinityTerm): Place[] => picture.nodes.filter((other) => isNear(place, other, term));
    if (!isFirst && !wanted.every((term) => near(term).some(({ pods }) => pods.some(matchesAll)))) return true;
    if (unwanted.some((term) => near(term).some(({ pods }) => pods.some((pod) => means(term, shape, pod, picture)))))
      return true;
    return picture.nodes.some((other) =>
      other.pods.some((pod) =>
        (pod.podAntiAffinity?.required ?? []).some(
          (term) => isNear(place, other, term) && means(term, pod, shape, picture),
        ),
      ),
    );
  });
}

/** Weighted score of each feasible node; undefined where the plugin skips the pod. */
export function affinityScores(shape: PodShape, picture: Picture, feasible: readonly number[]): number[] | undefined {
  const wishes = (pod: PodShape, hard: number) => [
    ...(pod.podAffinity?.preferred ?? []).map((term) => ({ term, weight: term.weight })),
    ...(pod.podAntiAffinity?.preferred ?? []).map((term) => ({ term, weight: -term.weight })),
    ...(pod.podAffinity?.required ?? []).map((term) => ({ term, weight: hard })).filter(() => hard > 0),
  ];
  const met = picture.nodes
    .flatMap((place) =>
      place.pods.flatMap((pod) => [
        ...wishes(shape, 0)
          .filter(({ term }) => means(term, shape, pod, picture))
          .map((wish) => ({ ...wish, place })),
        ...wishes(pod, 1)
          .filter(({ term }) => means(term, pod, shape, picture))
          .map((wish) => ({ ...wish, place })),
      ]),
    )
    .filter(({ term, place }) => term.topologyKey in place.node.labels);
  if (met.length === 0) return undefined;
  const worth = feasible.map((node) =>
    met
      .filter(({ term, place }) => isNear(picture.nodes[node]!, place, term))
      .reduce((sum, { weight }) => sum + weight, 0),
  );
  const [most, least] = [Math.max(...worth), Math.min(...worth)];
  return worth.map((one) => 2 * (most === least ? 0 : Math.trunc(100 * ((one - least) / (most - least)))));
}
