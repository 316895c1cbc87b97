/** The cluster that manifests describe, as plain data: nodes, pods by workload, and what else a scheduler reads. */
import type { DisruptionBudget, ServiceSelector } from '../../../models/cluster/cluster-objects.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import type { PersistentVolume } from '../../../models/storage/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../models/storage/persistent-volume-claim.ts';
import type { StorageClass } from '../../../models/storage/storage-class.ts';
import { admit } from './admission.ts';
import { type AutoscalerSnapshot, autoscalerSnapshotsOf } from './autoscaler-snapshot.ts';
import { clusterNodeOf } from './cluster-node.ts';
import { checkReferences } from './cross-check.ts';
import { at, type JsonObject, textAt } from './json.ts';
import type { Manifest, ManifestStore } from './manifest.ts';
import { clusterObjectsOf } from './objects.ts';
import { keyOf, Owners } from './owners.ts';
import type { PodDraft } from './pod-drafts.ts';
import { boundNodeOf, podShapeOf } from './pod-shape.ts';
import { type PriorityClass, priorityClassOf } from './priority-class.ts';
import type { ManifestReport, ReportWriter } from './report.ts';
import {
  CONFIGURATION_VERSION,
  type SchedulerConfiguration,
  schedulerConfigurationOf,
} from './scheduler-configuration.ts';
import { persistentVolumeClaimOf, persistentVolumeOf, storageClassOf } from './volumes.ts';
import { WORKLOAD_KINDS, Workloads } from './workloads.ts';

/** The label by which a node names its zone. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Pods of one owner. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  /** Kind of the owner; `Pod`: nobody owns it. */
  readonly kind: string;
  readonly pods: readonly WorkloadPod[];
}

/** One pod of a workload. */
export interface WorkloadPod {
  readonly name: string;
  /** Number of its shape. */
  readonly shape: number;
  /** Number of the node that it is bound to; -1: it is to be scheduled. */
  readonly node: number;
  readonly startedSeconds?: number;
  /** It has the node's address, and takes none of its own. */
  readonly hostNetwork: boolean;
}

/** All of it. Plain data, fit for a worker message. */
export interface ManifestCluster {
  /** In the order of zones, then of the manifests; `rack` is for the fabric to say. */
  readonly nodes: readonly ClusterNode[];
  readonly shapes: readonly PodShape[];
  readonly workloads: readonly Workload[];
  readonly namespaces: readonly (readonly [string, Readonly<Record<string, string>>])[];
  readonly services: readonly ServiceSelector[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly volumes: readonly PersistentVolume[];
  /** Empty: volumes are not looked at, whatever pods mount. */
  readonly claims: readonly PersistentVolumeClaim[];
  readonly storageClasses: readonly StorageClass[];
  readonly autoscalers: readonly AutoscalerSnapshot[];
  /** What a `KubeSchedulerConfiguration` says; null: there is none. */
  readonly scheduler: SchedulerConfiguration | null;
  readonly report: ManifestReport;
}

/** Builds the cluster of the objects that were read. */
export function manifestClusterOf(store: ManifestStore, report: ReportWriter): ManifestCluster {
  const nodes = sortedNodes(store.all('Node'));
  const owners = new Owners(store, report);
  const living = livingPods(store, report);
  const found = living.map((pod) => draftOf(pod, owners));
  const workloads = new Workloads(store, owners, report, living);
  const made = workloads.missing(nodes);
  owners.checkLoops(WORKLOAD_KINDS);
  const priorityClasses = store.all('PriorityClass').map(({ name, body }) => priorityClassOf({ ...body, name }));
  const drafts = admit([...found, ...made], store, priorityClasses, report);
  checkReferences(store, drafts, report);
  const objects = clusterObjectsOf({
    namespaces: store.all('Namespace').map(({ body }) => body),
    services: store.all('Service').map(({ body }) => body),
    disruptionBudgets: store.all('PodDisruptionBudget').map(({ body }) => body),
  });
  const builder = new Builder(nodes, priorityClasses, report);
  for (const draft of drafts) builder.add(draft);
  return {
    nodes,
    shapes: builder.shapes,
    workloads: builder.workloads(),
    namespaces: withAllNamespaces(objects.namespaces, drafts),
    services: objects.services,
    disruptionBudgets: objects.disruptionBudgets,
    volumes: store.all('PersistentVolume').map(({ body }) => persistentVolumeOf(body)),
    claims: [...store.all('PersistentVolumeClaim').map(({ body }) => body), ...workloads.claims].map(
      persistentVolumeClaimOf,
    ),
    storageClasses: store.all('StorageClass').map(({ body }) => storageClassOf(body)),
    autoscalers: autoscalerSnapshotsOf(store, owners),
    scheduler: schedulerOf(store, report),
    report: report.finish(),
  };
}

/** The first configuration; what is wrong in it is told with its place, and a default stands there instead. */
function schedulerOf(store: ManifestStore, report: ReportWriter): SchedulerConfiguration | null {
  const found = store.all('KubeSchedulerConfiguration')[0];
  if (found === undefined) return null;
  const configuration = schedulerConfigurationOf({ ...found.body, apiVersion: CONFIGURATION_VERSION });
  for (const path of configuration.ignored) report.ignore(found.kind, path);
  for (const { path, message } of configuration.problems) {
    const [what, meant] = message.split(' Did you mean ');
    const hint = meant === undefined ? 'a default stands there instead' : `did you mean ${meant}`;
    report.problem({
      ...found.placeOf(pathOf(path)),
      path,
      message: what!.replace(/\.$/, ''),
      expected: '',
      got: '',
      hint,
    });
  }
  return configuration;
}

/** `profiles[0].plugins` as the steps of a path. */
function pathOf(text: string): (string | number)[] {
  return [...text.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** By zone, then as they were read: nodes of one zone stand in racks beside each other. */
function sortedNodes(manifests: readonly Manifest[]): ClusterNode[] {
  const nodes = manifests.map(({ body }) => clusterNodeOf(body));
  const zoneOf = ({ labels }: ClusterNode): string => labels[ZONE_LABEL] ?? '';
  return nodes
    .map((node, index) => ({ node, index }))
    .sort((a, b) => compareText(zoneOf(a.node), zoneOf(b.node)) || a.index - b.index)
    .map(({ node }) => node);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function livingPods(store: ManifestStore, report: ReportWriter): Manifest[] {
  return store.all('Pod').filter(({ body }) => {
    const phase = textAt(body, 'status', 'phase');
    if (phase !== 'Succeeded' && phase !== 'Failed') return true;
    report.count(
      'ended',
      (count) => `${count} pods that have ended (Succeeded, Failed) take nothing and are left out.`,
    );
    return false;
  });
}

function draftOf(pod: Manifest, owners: Owners): PodDraft {
  const { namespace, name, body } = pod;
  const exists = textAt(body, 'status', 'phase') !== '' || textAt(body, 'metadata', 'creationTimestamp') !== '';
  const { kind, name: owner } = owners.topOf(pod);
  return { namespace, name, body, owner: { kind, namespace, name: owner }, exists };
}

/** Namespaces that pods name without an object for them exist all the same, with the label that all have. */
function withAllNamespaces(
  known: ReadonlyMap<string, Readonly<Record<string, string>>>,
  drafts: readonly PodDraft[],
): ManifestCluster['namespaces'] {
  const all = new Map(known);
  for (const { namespace } of drafts)
    if (!all.has(namespace)) all.set(namespace, { 'kubernetes.io/metadata.name': namespace });
  return [...all];
}

class Builder {
  readonly shapes: PodShape[] = [];
  readonly #shapeOf = new Map<string, number>();
  readonly #numberOf: ReadonlyMap<string, number>;
  readonly #classes: readonly PriorityClass[];
  readonly #report: ReportWriter;
  readonly #workloads = new Map<string, { owner: PodDraft['owner']; pods: WorkloadPod[] }>();

  constructor(nodes: readonly ClusterNode[], classes: readonly PriorityClass[], report: ReportWriter) {
    this.#numberOf = new Map(nodes.map(({ name }, number) => [name, number]));
    this.#classes = classes;
    this.#report = report;
  }

  add(draft: PodDraft): void {
    const bound = boundNodeOf(draft.body);
    const node = bound === undefined ? -1 : (this.#numberOf.get(bound) ?? -1);
    if (bound !== undefined && node < 0 && !this.#unknownNode()) return;
    const started = Date.parse(textAt(draft.body, 'status', 'startTime')) / 1000;
    const pod: WorkloadPod = {
      name: draft.name,
      shape: this.#shape(draft),
      node,
      ...(Number.isFinite(started) ? { startedSeconds: started } : {}),
      hostNetwork: at(draft.body, 'spec', 'hostNetwork') === true,
    };
    const key = keyOf(draft.owner);
    const workload = this.#workloads.get(key);
    if (workload === undefined) this.#workloads.set(key, { owner: draft.owner, pods: [pod] });
    else workload.pods.push(pod);
  }

  workloads(): Workload[] {
    return [...this.#workloads.values()].map(({ owner: { kind, namespace, name }, pods }) => ({
      ...{ kind, namespace, name, pods },
    }));
  }

  /** A pod on a node that is not there: placed anew when there are no nodes at all, else left out. */
  #unknownNode(): boolean {
    if (this.#numberOf.size === 0) {
      this.#report.count(
        'anew',
        (count) => `The manifests hold no nodes: ${count} pods that stood on one are placed anew.`,
      );
      return true;
    }
    const words = (count: number) => `${count} pods stand on nodes that the manifests do not hold, and are left out.`;
    this.#report.count('elsewhere', words);
    return false;
  }

  /** Pods that are alike in all that a scheduler reads share a shape. */
  #shape(draft: PodDraft): number {
    const { nodeName: _node, ...spec } = draft.body.spec as JsonObject;
    const written = JSON.stringify([draft.namespace, at(draft.body, 'metadata', 'labels'), spec]);
    // A volume of its own is a claim that is named after the pod.
    const key = /"ephemeral":/.test(written) ? `${draft.name} ${written}` : written;
    const known = this.#shapeOf.get(key);
    if (known !== undefined) return known;
    const { name: _pod, ...shape } = podShapeOf(
      { ...draft.body, name: draft.name },
      { priorityClasses: this.#classes },
    );
    const same = JSON.stringify(shape);
    const number = this.#shapeOf.get(same) ?? this.shapes.length;
    if (number === this.shapes.length) this.shapes.push({ name: `${draft.namespace}/${draft.owner.name}`, ...shape });
    this.#shapeOf.set(same, number);
    this.#shapeOf.set(key, number);
    return number;
  }
}
