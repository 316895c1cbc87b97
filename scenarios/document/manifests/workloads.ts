/**
 * What controllers would make: the pods of Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs that the manifests
 * do not hold already.
 *
 * Source: Kubernetes 1.34 controllers (names, owners, node affinity and tolerations of DaemonSet pods, claims of
 * StatefulSet pods). Leaves out: rollouts (the current template counts), the order in which StatefulSets start, retries of
 * Jobs.
 */
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { matchesSelector, matchesTerm } from '../../../models/cluster/node-selector.ts';
import { effectiveTolerations, toleratesAny } from '../../../models/cluster/toleration.ts';
import { PODS_MAX } from '../cluster-schema.ts';
import { at, type JsonObject, labelsAt, listAt, mapAt, numberAt, textAt } from './json.ts';
import { nodeAffinityOf } from './label-selector.ts';
import { type Manifest, type ManifestStore, titleOf } from './manifest.ts';
import { controllerOf, keyOf, type OwnerRef, type Owners } from './owners.ts';
import type { PodDraft } from './pod-drafts.ts';
import { PodNames, templateHash } from './pod-names.ts';
import { boundNodeOf, tolerationsOf } from './pod-shape.ts';
import { problemAt } from './reading.ts';
import type { ReportWriter } from './report.ts';

/** Kinds that make pods. */
export const WORKLOAD_KINDS: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'];

/** Taints that every DaemonSet pod bears. */
const DAEMON_TOLERATIONS: readonly (readonly [string, string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];
/** And one more in the network of the host. */
const NETWORK_UNAVAILABLE = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const;

/** The pods that controllers would add to those that exist. */
export class Workloads {
  readonly #store: ManifestStore;
  readonly #owners: Owners;
  readonly #report: ReportWriter;
  readonly #names: PodNames;
  /** Pods that exist, by the key of their direct controller. */
  readonly #owned = new Map<string, Manifest[]>();
  readonly #drafts: PodDraft[] = [];
  /** Claims that StatefulSets make for their pods. */
  readonly claims: JsonObject[] = [];
  #left = PODS_MAX;

  constructor(store: ManifestStore, owners: Owners, report: ReportWriter, living: readonly Manifest[]) {
    this.#store = store;
    this.#owners = owners;
    this.#report = report;
    this.#names = new PodNames(store.all('Pod').map(({ namespace, name }) => `${namespace}/${name}`));
    this.#left -= living.length;
    for (const pod of living) {
      const controller = controllerOf(pod.body, pod.namespace);
      if (controller === undefined) continue;
      const pods = this.#owned.get(keyOf(controller));
      if (pods === undefined) this.#owned.set(keyOf(controller), [pod]);
      else pods.push(pod);
    }
  }

  /** Makes them all. */
  missing(nodes: readonly ClusterNode[]): readonly PodDraft[] {
    const controlled = new Set<string>();
    for (const set of this.#store.all('ReplicaSet')) {
      const controller = controllerOf(set.body, set.namespace);
      if (controller !== undefined) controlled.add(keyOf(controller));
    }
    for (const one of this.#store.all('Deployment')) if (!controlled.has(keyOf(one))) this.#deployment(one);
    for (const one of this.#store.all('ReplicaSet')) this.#replicas(one, this.#owners.topOf(one), one.name);
    for (const one of this.#store.all('StatefulSet')) this.#statefulSet(one);
    for (const one of this.#store.all('DaemonSet')) this.#daemonSet(one, nodes);
    for (const one of this.#store.all('Job')) this.#job(one);
    return this.#drafts;
  }

  #deployment(one: Manifest): void {
    const hash = templateHash(mapAt(one.body, 'spec', 'template'));
    this.#replicas(one, one, `${one.name}-${hash}`, { 'pod-template-hash': hash });
  }

  #replicas(one: Manifest, owner: OwnerRef, name: string, labels: Record<string, string> = {}): void {
    const wanted = numberAt(one.body, 'spec', 'replicas') ?? 1;
    const existing = this.#owned.get(keyOf(one))?.length ?? 0;
    const count = this.#bounded(one, wanted - existing);
    for (let i = 0; i < count; i++) this.#draft(one, owner, this.#names.drawn(one.namespace, name), labels);
  }

  #statefulSet(one: Manifest): void {
    const first = numberAt(one.body, 'spec', 'ordinals', 'start') ?? 0;
    const count = this.#bounded(one, numberAt(one.body, 'spec', 'replicas') ?? 1);
    const templates = listAt(one.body, 'spec', 'volumeClaimTemplates');
    const claims = templates.map((claim) => textAt(claim, 'metadata', 'name'));
    for (let ordinal = first; ordinal < first + count; ordinal++) {
      const name = `${one.name}-${ordinal}`;
      if (!this.#names.take(one.namespace, name)) continue;
      const labels = { 'apps.kubernetes.io/pod-index': String(ordinal), 'statefulset.kubernetes.io/pod-name': name };
      this.#draft(one, one, name, labels, (spec) => withClaims(spec, claims, name));
      for (const template of templates) this.#claim(one.namespace, template, name);
    }
  }

  #claim(namespace: string, template: unknown, pod: string): void {
    const name = `${textAt(template, 'metadata', 'name')}-${pod}`;
    if (this.#store.find('PersistentVolumeClaim', namespace, name) !== undefined) return;
    this.claims.push({ metadata: { name, namespace }, spec: mapAt(template, 'spec') });
  }

  #daemonSet(one: Manifest, nodes: readonly ClusterNode[]): void {
    const existing = this.#owned.get(keyOf(one)) ?? [];
    const served = new Set(existing.map((pod) => boundNodeOf(pod.body) ?? wantedNodeOf(pod.body)));
    const spec = daemonSpecOf(mapAt(one.body, 'spec', 'template', 'spec'));
    const fitting = nodes.filter((node) => !served.has(node.name) && daemonRunsOn(spec, node));
    const count = this.#bounded(one, fitting.length);
    for (const node of fitting.slice(0, count)) {
      const name = this.#names.drawn(one.namespace, one.name);
      this.#draft(one, one, name, {}, () => onlyOn(spec, node.name));
    }
  }

  #job(one: Manifest): void {
    if (at(one.body, 'spec', 'suspend') === true) return;
    const parallelism = numberAt(one.body, 'spec', 'parallelism') ?? 1;
    const completions = numberAt(one.body, 'spec', 'completions') ?? parallelism;
    const open = completions - (numberAt(one.body, 'status', 'succeeded') ?? 0);
    const existing = this.#owned.get(keyOf(one))?.length ?? 0;
    const count = this.#bounded(one, Math.min(parallelism, open) - existing);
    const indexed = textAt(one.body, 'spec', 'completionMode') === 'Indexed';
    for (let i = 0; i < count; i++) {
      const prefix = indexed ? `${one.name}-${i}` : one.name;
      const labels: Record<string, string> = { 'batch.kubernetes.io/job-name': one.name, 'job-name': one.name };
      if (indexed) labels['batch.kubernetes.io/job-completion-index'] = String(i);
      this.#draft(one, one, this.#names.drawn(one.namespace, prefix), labels);
    }
  }

  #draft(
    one: Manifest,
    owner: OwnerRef,
    name: string,
    more: Readonly<Record<string, string>>,
    change: (spec: JsonObject) => JsonObject = (spec) => spec,
  ): void {
    const template = mapAt(one.body, 'spec', 'template');
    const labels = { ...labelsAt(template, 'metadata', 'labels'), ...more };
    const body = { metadata: { name, namespace: one.namespace, labels }, spec: change(mapAt(template, 'spec')) };
    this.#drafts.push({ namespace: one.namespace, name, body, owner, exists: false });
  }

  /** The number of pods, cut at what a cluster may hold. */
  #bounded(one: Manifest, count: number): number {
    const allowed = Math.max(0, Math.min(count, this.#left));
    this.#left -= allowed;
    if (allowed >= count) return allowed;
    this.#report.problem(
      problemAt(one, ['spec', 'replicas'], {
        message: `${titleOf(one)} wants ${count} pods, more than a cluster may hold; ${allowed} are made`,
        ...{ expected: `at most ${PODS_MAX} pods in all`, got: String(count), hint: 'write fewer replicas' },
      }),
    );
    return allowed;
  }
}

/** A pod's volumes with the claims that its StatefulSet makes for it. */
function withClaims(spec: JsonObject, claims: readonly string[], pod: string): JsonObject {
  if (claims.length === 0) return spec;
  const own = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: `${name}-${pod}` } }));
  const others = listAt(spec, 'volumes').filter((volume) => !claims.includes(textAt(volume, 'name')));
  return { ...spec, volumes: [...others, ...own] };
}

function daemonSpecOf(spec: JsonObject): JsonObject {
  const inHostNetwork = at(spec, 'hostNetwork') === true;
  const added = [...DAEMON_TOLERATIONS, ...(inHostNetwork ? [NETWORK_UNAVAILABLE] : [])];
  const tolerations = added.map(([key, effect]) => ({ key, operator: 'Exists', effect }));
  return { ...spec, tolerations: [...listAt(spec, 'tolerations'), ...tolerations] };
}

/** Whether a DaemonSet wants a pod on the node: what it selects, and taints. */
function daemonRunsOn(spec: JsonObject, { labels, name, taints }: ClusterNode): boolean {
  const wanted = textAt(spec, 'nodeName');
  if (wanted !== '' && wanted !== name) return false;
  const { required } = nodeAffinityOf(at(spec, 'affinity', 'nodeAffinity'));
  if (!matchesSelector(labelsAt(spec, 'nodeSelector'), labels)) return false;
  if (required.length > 0 && !required.some((term) => matchesTerm(term, labels, name))) return false;
  const tolerations = effectiveTolerations(tolerationsOf(spec));
  return taints.every((taint) => taint.effect === 'PreferNoSchedule' || toleratesAny(tolerations, taint));
}

/** The spec of a DaemonSet pod: one node by name, in place of the terms of its own. */
function onlyOn(spec: JsonObject, node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeAffinity = {
    ...mapAt(spec, 'affinity', 'nodeAffinity'),
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
  };
  return { ...spec, affinity: { ...mapAt(spec, 'affinity'), nodeAffinity } };
}

/** The node that a DaemonSet pod waits for. */
function wantedNodeOf(body: JsonObject): string | undefined {
  const { required } = nodeAffinityOf(at(body, 'spec', 'affinity', 'nodeAffinity'));
  return required[0]?.fields?.[0]?.values[0];
}
