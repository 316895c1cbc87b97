/** Whether links, nodes and racks that a scenario names are there. */
import { type CountedCluster, nodeCount } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import type { Finding } from './issue.ts';
import { expandNodes, type NodeRun, numberedName } from './node-list.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';

/** A place in the fabric, as faults and `packetLevel` name it. */
export type NamedPlace =
  | { readonly kind: 'link'; readonly target: 'any-uplink' | { readonly rack: number; readonly spine: number } }
  | {
      readonly kind: 'switch';
      readonly target: 'any-spine' | 'any-leaf' | { readonly spine: number } | { readonly leaf: number };
    }
  | { readonly kind: 'node'; readonly target: string }
  | { readonly kind: 'rack'; readonly target: 'any' | number }
  | { readonly kind: 'zone'; readonly target: string };

/** Findings about a place that is not there. */
export function checkPlace(
  path: Path,
  place: NamedPlace,
  fabric: ScenarioFile['fabric'],
  cluster: CountedCluster,
): Finding[] {
  const racks = Math.ceil(nodeCount(cluster) / fabric.nodesPerRack);
  if (place.kind === 'node') {
    const isNamed = cluster.manifests?.nodes.some(({ name }) => name === place.target) ?? false;
    return place.target === 'any' || isNamed || hasNode(cluster.nodes, place.target)
      ? []
      : [noSuchNode(path, place.target, cluster)];
  }
  if (place.kind === 'zone')
    return nodesOfZone(cluster, place.target).length > 0 ? [] : [noSuchZone(path, place.target, cluster)];
  if (place.kind === 'rack') return place.target === 'any' ? [] : outOf(path, 'rack', place.target, racks);
  if (place.kind === 'switch') return checkSwitch(path, place.target, racks, fabric.spines);
  if (place.target === 'any-uplink') return [];
  const { rack, spine } = place.target;
  return [
    ...outOf([...path, 'rack'], 'rack', rack, racks),
    ...outOf([...path, 'spine'], 'spine', spine, fabric.spines),
  ];
}

function checkSwitch(
  path: Path,
  target: Extract<NamedPlace, { kind: 'switch' }>['target'],
  racks: number,
  spines: number,
): Finding[] {
  if (typeof target === 'string') return [];
  if ('leaf' in target) return outOf([...path, 'leaf'], 'rack', target.leaf, racks);
  return outOf([...path, 'spine'], 'spine', target.spine, spines);
}

/** The label by which a node says its zone. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

function labelsOf({ nodes, manifests }: CountedCluster): Readonly<Record<string, string>>[] {
  return [
    ...expandNodes(nodes).map(({ shape }) => shape.labels),
    ...(manifests?.nodes ?? []).map(({ labels }) => labels),
  ];
}

/** Numbers of the nodes of a zone. */
export function nodesOfZone(cluster: CountedCluster, zone: string): number[] {
  return labelsOf(cluster).flatMap((labels, number) => (labels[ZONE_LABEL] === zone ? [number] : []));
}

function noSuchZone(path: Path, name: string, cluster: CountedCluster): Finding {
  const names = new Set(labelsOf(cluster).flatMap((labels) => labels[ZONE_LABEL] ?? []));
  if (names.size > 0) return unknownName(path, 'zone', name, [...names].slice(0, 20));
  const hint = `give nodes a zone: labels: { ${ZONE_LABEL}: ${name} }`;
  return {
    path,
    at: 'value',
    message: 'no node says its zone',
    expected: `nodes with the label ${ZONE_LABEL}`,
    got: name,
    hint,
  };
}

function outOf(path: Path, what: string, number: number, count: number): Finding[] {
  if (number < count) return [];
  const message = `there is no ${what} ${number}: the fabric has ${count} ${count === 1 ? what : `${what}s`}, counted from 0`;
  return [{ path, at: 'value', message, expected: `0 to ${count - 1}`, got: String(number), hint: '' }];
}

function hasNode(nodes: readonly NodeRun[], name: string): boolean {
  return nodes.some((run) => {
    if (!name.startsWith(run.namePrefix)) return false;
    const index = Number(name.slice(run.namePrefix.length)) - run.first;
    return Number.isInteger(index) && index >= 0 && index < run.count && numberedName(run, index) === name;
  });
}

function noSuchNode(path: Path, name: string, { nodes, manifests }: CountedCluster): Finding {
  const groups = nodes.flatMap((run) => [numberedName(run, 0), numberedName(run, run.count - 1)]);
  const names = [...groups, ...(manifests?.nodes.map((node) => node.name) ?? [])];
  const expected = `any, or a name such as ${names[0]} or ${names[names.length - 1]}`;
  return { path, at: 'value', message: 'there is no node of this name', expected, got: name, hint: '' };
}
