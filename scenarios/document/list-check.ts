/** Nodes and pods of a scenario as runs: data lists are looked up and checked for holes, groups are counted. */
import type { z } from 'zod';
import { grouped } from './address-check.ts';
import { type ClusterFile, FEDERATED_PODS_MAX, NODES_MAX, PODS_MAX } from './cluster-schema.ts';
import { nodeCount, podCount } from './cluster-size.ts';
import { describeValue, type Finding, nearestHint } from './issue.ts';
import type { DataLibrary } from './library.ts';
import type { ResolvedManifests } from './manifest-list.ts';
import type { ManifestCluster } from './manifests/manifest-cluster.ts';
import { type NodeRun, nodeListHoles, nodeListSchema, nodeRunOfGroup, nodeRunsOfList } from './node-list.ts';
import { type PodKind, podKindOfGroup, podKindsOfList, podListHoles, podListSchema } from './pod-list.ts';
import type { Path } from './source.ts';

/** Holes of one data list that are shown; a broken list tends to be broken everywhere. */
const HOLES_SHOWN_MAX = 10;

/** The runs, undefined where a problem stands in their way. */
export interface ResolvedLists {
  readonly nodes: readonly NodeRun[] | undefined;
  readonly pods: readonly PodKind[] | undefined;
  readonly manifests: ManifestCluster | undefined;
  readonly findings: readonly Finding[];
}

/** Resolves both lists of `cluster`, and its manifests; the pods are those of so many members. */
export function resolveLists(
  cluster: ClusterFile,
  library: DataLibrary,
  manifests: ResolvedManifests,
  members = 1,
): ResolvedLists {
  const findings: Finding[] = [...manifests.findings];
  const nodes = (cluster.nodes ?? []).flatMap((entry, index) => {
    const path = ['cluster', 'nodes', index];
    if (!('data' in entry)) return [nodeRunOfGroup(entry)];
    const list = dataList(entry.data, path, nodeListSchema, nodeListHoles, library, findings);
    return list === undefined ? [] : nodeRunsOfList(list);
  });
  const pods = (cluster.pods ?? []).flatMap((entry, index) => {
    const path = ['cluster', 'pods', index];
    if (!('data' in entry)) return [podKindOfGroup(entry)];
    const list = dataList(entry.data, path, podListSchema, podListHoles, library, findings);
    return list === undefined ? [] : podKindsOfList(list, entry.data);
  });
  const holes = findings.length;
  const all = { nodes, pods, manifests: manifests.cluster };
  const podsMax = Math.min(PODS_MAX * members, FEDERATED_PODS_MAX);
  findings.push(...tooMany('nodes', nodeCount(all), NODES_MAX), ...tooMany('pods', podCount(all), podsMax));
  if (holes === 0) findings.push(...none('nodes', nodeCount(all), cluster), ...none('pods', podCount(all), cluster));
  const complete = holes === 0 && findings.length === holes;
  findings.push(
    ...sameNames('nodes', cluster.nodes ?? []),
    ...sameNames('pods', cluster.pods ?? []),
    ...checkGpus(cluster),
  );
  if (!complete) return { nodes: undefined, pods: undefined, manifests: undefined, findings };
  return { ...all, findings };
}

/** A cluster has at least one of both; where there are no manifests, the key is what is missing. */
function none(what: 'nodes' | 'pods', count: number, cluster: ClusterFile): Finding[] {
  if (count > 0) return [];
  const path = ['cluster', what];
  const got = 'nothing';
  if (cluster.manifests.length === 0)
    return [{ path, at: 'key', message: `${what} is missing`, expected: 'a list', got, hint: `add ${what}` }];
  const message = `the manifests give no ${what}`;
  const kinds = what === 'nodes' ? 'Node objects' : 'pods, or what makes them, such as a Deployment';
  const hint = `add them to the manifests, or write cluster.${what}`;
  return [{ path: ['cluster', 'manifests'], at: 'value', message, expected: kinds, got, hint }];
}

function dataList<Schema extends z.ZodType>(
  name: string,
  entry: Path,
  schema: Schema,
  holesOf: (list: z.output<Schema>) => readonly string[],
  library: DataLibrary,
  findings: Finding[],
): z.output<Schema> | undefined {
  const path = [...entry, 'data'];
  const report = (message: string, hint: string) =>
    findings.push({ path, at: 'value', message, expected: '', got: '', hint });
  const raw = lookUp(name, library, report);
  if (raw === undefined) return undefined;
  const read = schema.safeParse(raw);
  const holes = read.success ? holesOf(read.data) : read.error.issues.map((issue) => schemaFault(issue));
  for (const hole of holes.slice(0, HOLES_SHOWN_MAX))
    report(`the data list ${name} has a fault: ${hole}`, `mend ${name}.json`);
  const rest = holes.length - HOLES_SHOWN_MAX;
  if (rest > 0) report(`the data list ${name} has ${rest} more faults`, `mend ${name}.json`);
  return read.success && holes.length === 0 ? read.data : undefined;
}

function lookUp(
  name: string,
  library: DataLibrary,
  report: (message: string, hint: string) => void,
): unknown | undefined {
  try {
    const raw = library.data(name);
    if (raw === undefined) report(`there is no data list ${name}`, dataHint(name, library));
    return raw;
  } catch (error) {
    report(error instanceof Error ? error.message : String(error), `mend ${name}.json`);
    return undefined;
  }
}

function dataHint(name: string, library: DataLibrary): string {
  const names = library.dataNames();
  const near = nearestHint(name, names);
  return near === '' ? `known: ${names.join(', ')}; or put ${name}.json beside the scenario` : near;
}

function schemaFault(issue: z.core.$ZodIssue): string {
  const at = issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `${at}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}

function tooMany(what: 'nodes' | 'pods', count: number, max: number): Finding[] {
  if (count <= max) return [];
  const message = `too many ${what} together`;
  const path = ['cluster', what];
  const expected = `at most ${grouped(max)} ${what}`;
  return [
    {
      path,
      at: 'key',
      message,
      expected,
      got: grouped(count),
      hint: 'larger clusters than Kubernetes supports are refused',
    },
  ];
}

function sameNames(what: 'nodes' | 'pods', entries: readonly ({ data: string } | { name: string })[]): Finding[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const key = 'data' in entry ? 'data' : 'name';
    const name = 'data' in entry ? entry.data : entry.name;
    const again = seen.has(`${key} ${name}`);
    seen.add(`${key} ${name}`);
    const path = ['cluster', what, index, key];
    const hint = key === 'name' ? 'give each group its own name' : 'name each list once';
    return again
      ? [{ path, at: 'value', message: 'used twice', expected: 'a name of its own', got: name, hint } as const]
      : [];
  });
}

/** A share of a device is only for pods that need one device, as in the clusters that the model follows. */
function checkGpus(cluster: ClusterFile): Finding[] {
  return (cluster.pods ?? []).flatMap((pod, index) => {
    if ('data' in pod || pod.gpus === 1 || pod.gpuMilli === 1000) return [];
    const path = ['cluster', 'pods', index, 'gpuMilli'];
    const message = 'a share of a device is only for pods with gpus: 1';
    const got = `${describeValue(pod.gpuMilli)} with gpus: ${pod.gpus}`;
    return [{ path, at: 'value', message, expected: '', got, hint: 'remove gpuMilli, or write gpus: 1' } as const];
  });
}
