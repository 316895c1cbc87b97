/**
 * The kinds of Kubernetes objects that are read: API group, fields that the model knows, and fields that must be there.
 * A new kind is one entry here. Source: Kubernetes 1.34 API.
 */
import {
  ANYTHING,
  type Field,
  FLAG,
  LABELS,
  listOf,
  map,
  NUMBER,
  oneOf,
  QUANTITIES,
  TEXT,
  TEXTS,
  WHOLE,
} from './field.ts';
import type { JsonObject } from './json.ts';
import { METRIC_KINDS } from './metric-kinds.ts';
import { CLAIM_SPEC, LABEL_SELECTOR, METADATA, NODE_SELECTOR, POD_SPEC, POD_TEMPLATE, TAINT } from './pod-fields.ts';

/** A kind that is read. */
export interface Kind {
  /** Empty: the core group. */
  readonly group: string;
  /** Versions that are read, where not every one is. */
  readonly versions?: readonly string[];
  readonly namespaced: boolean;
  readonly fields: Readonly<Record<string, Field>>;
  /** Paths of fields without which the object means nothing. */
  readonly required: readonly string[];
  /** Name of an object that has none, for a kind of which there is one. */
  readonly namelessAs?: string;
  /** Name of an object whose kind has none, from what it says. */
  readonly namedAfter?: (body: JsonObject) => string;
  /** Read, and told in the answer, but nothing in a run follows from it. */
  readonly withoutEffect?: string;
}

const SCOPE_SELECTOR = map({
  matchExpressions: listOf(map({ scopeName: TEXT, operator: TEXT, values: TEXTS })),
});

const kind = (
  group: string,
  namespaced: boolean,
  fields: Readonly<Record<string, Field>>,
  required: readonly string[] = [],
): Kind => ({ group, namespaced, fields: { metadata: METADATA, ...fields }, required });

const workload = (members: Readonly<Record<string, Field>>): Kind =>
  kind('apps', true, { spec: map({ selector: LABEL_SELECTOR, template: POD_TEMPLATE, ...members }) }, [
    'spec.template',
  ]);

/** The kinds by name, in the order in which they are counted. */
export const KINDS: Readonly<Record<string, Kind>> = {
  Namespace: kind('', false, {}),
  Node: kind('', false, {
    spec: map({ unschedulable: FLAG, taints: listOf(TAINT) }),
    status: map({
      allocatable: QUANTITIES,
      capacity: QUANTITIES,
      images: listOf(map({ names: TEXTS, sizeBytes: WHOLE })),
    }),
  }),
  Pod: kind(
    '',
    true,
    {
      spec: POD_SPEC,
      status: map({
        ...{ phase: TEXT, startTime: TEXT },
        conditions: listOf(map({ type: TEXT, status: TEXT, lastTransitionTime: TEXT })),
      }),
    },
    ['spec'],
  ),
  Deployment: workload({ replicas: WHOLE }),
  ReplicaSet: workload({ replicas: WHOLE }),
  StatefulSet: workload({
    replicas: WHOLE,
    ordinals: map({ start: WHOLE }),
    volumeClaimTemplates: listOf(map({ metadata: map({ name: TEXT, labels: LABELS }), spec: CLAIM_SPEC })),
  }),
  DaemonSet: workload({}),
  Job: kind(
    'batch',
    true,
    {
      spec: map({
        ...{ parallelism: WHOLE, completions: WHOLE, completionMode: oneOf('NonIndexed', 'Indexed'), suspend: FLAG },
        template: POD_TEMPLATE,
      }),
      status: map({ succeeded: WHOLE, active: WHOLE }),
    },
    ['spec.template'],
  ),
  HorizontalPodAutoscaler: {
    ...kind(
      'autoscaling',
      true,
      {
        spec: map({
          ...{ minReplicas: WHOLE, maxReplicas: WHOLE, targetCPUUtilizationPercentage: WHOLE },
          scaleTargetRef: map({ apiVersion: TEXT, kind: TEXT, name: TEXT }),
          ...{ metrics: ANYTHING, behavior: ANYTHING },
        }),
      },
      ['spec.scaleTargetRef'],
    ),
    versions: ['v1', 'v2'],
    withoutEffect: 'autoscalers are checked, and replicas stay what the manifests say',
  },
  PodDisruptionBudget: kind('policy', true, {
    spec: map({ selector: LABEL_SELECTOR, minAvailable: ANYTHING, maxUnavailable: ANYTHING }),
    status: map({ disruptionsAllowed: WHOLE }),
  }),
  PriorityClass: kind('scheduling.k8s.io', false, {
    ...{ value: NUMBER, globalDefault: FLAG, preemptionPolicy: oneOf('PreemptLowerPriority', 'Never') },
  }),
  ResourceQuota: kind('', true, { spec: map({ hard: QUANTITIES, scopes: TEXTS, scopeSelector: SCOPE_SELECTOR }) }),
  LimitRange: kind('', true, {
    spec: map({
      limits: listOf(
        map({
          ...{ type: TEXT, default: QUANTITIES, defaultRequest: QUANTITIES, max: QUANTITIES, min: QUANTITIES },
          maxLimitRequestRatio: QUANTITIES,
        }),
      ),
    }),
  }),
  PersistentVolume: kind('', false, {
    spec: map({
      ...{ accessModes: TEXTS, capacity: QUANTITIES, storageClassName: TEXT, volumeMode: TEXT },
      claimRef: map({ namespace: TEXT, name: TEXT }),
      nodeAffinity: map({ required: NODE_SELECTOR }),
      csi: map({ driver: TEXT, volumeHandle: TEXT }),
      persistentVolumeReclaimPolicy: TEXT,
    }),
    status: map({ phase: TEXT }),
  }),
  PersistentVolumeClaim: kind('', true, { spec: CLAIM_SPEC, status: map({ phase: TEXT }) }),
  StorageClass: kind('storage.k8s.io', false, {
    ...{ provisioner: TEXT, reclaimPolicy: TEXT, volumeBindingMode: oneOf('Immediate', 'WaitForFirstConsumer') },
    allowedTopologies: listOf(map({ matchLabelExpressions: listOf(map({ key: TEXT, values: TEXTS })) })),
  }),
  Service: kind('', true, { spec: map({ selector: LABELS }) }),
  KubeSchedulerConfiguration: {
    ...kind('kubescheduler.config.k8s.io', false, {
      ...{ profiles: ANYTHING, percentageOfNodesToScore: WHOLE },
      ...{ podInitialBackoffSeconds: NUMBER, podMaxBackoffSeconds: NUMBER },
    }),
    versions: ['v1'],
    namelessAs: 'scheduler',
  },
  ...METRIC_KINDS,
};

/** Kinds of which nothing is looked at or kept, because they may hold what is secret. */
export const NEVER_KEPT: readonly string[] = ['Secret', 'ConfigMap'];

/** API group and version of an `apiVersion`. */
export function groupAndVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.lastIndexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `apiVersion` under which a kind is written. */
export function apiVersionOf(name: string): string {
  const { group, versions } = KINDS[name];
  const version = versions?.at(-1) ?? 'v1';
  return group === '' ? version : `${group}/${version}`;
}
