/**
 * The fields of a pod that the model knows. What a container runs, mounts and is told (`env`, `args`, volumes of Secrets
 * and ConfigMaps) is not among them, and so is kept nowhere.
 */
import { type Field, FLAG, LABELS, listOf, map, NUMBER, oneOf, QUANTITIES, TEXT, TEXTS, WHOLE } from './field.ts';

const EFFECT = oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute', '');

/** `metadata` of any object. */
export const METADATA = map({
  name: TEXT,
  generateName: TEXT,
  namespace: TEXT,
  labels: LABELS,
  creationTimestamp: TEXT,
  deletionTimestamp: TEXT,
  ownerReferences: listOf(map({ kind: TEXT, name: TEXT, controller: FLAG })),
});

/** A label selector. */
export const LABEL_SELECTOR = map({
  matchLabels: LABELS,
  matchExpressions: listOf(map({ key: TEXT, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'), values: TEXTS })),
});

const NODE_REQUIREMENTS = listOf(
  map({ key: TEXT, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'), values: TEXTS }),
);
const NODE_TERM = map({ matchExpressions: NODE_REQUIREMENTS, matchFields: NODE_REQUIREMENTS });

/** Terms of which a node must match one. */
export const NODE_SELECTOR = map({ nodeSelectorTerms: listOf(NODE_TERM) });

const POD_TERM = map({
  labelSelector: LABEL_SELECTOR,
  namespaces: TEXTS,
  namespaceSelector: LABEL_SELECTOR,
  topologyKey: TEXT,
  matchLabelKeys: TEXTS,
  mismatchLabelKeys: TEXTS,
});

const POD_AFFINITY = map({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(POD_TERM),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(map({ weight: WHOLE, podAffinityTerm: POD_TERM })),
});

const AFFINITY = map({
  nodeAffinity: map({
    requiredDuringSchedulingIgnoredDuringExecution: NODE_SELECTOR,
    preferredDuringSchedulingIgnoredDuringExecution: listOf(map({ weight: WHOLE, preference: NODE_TERM })),
  }),
  podAffinity: POD_AFFINITY,
  podAntiAffinity: POD_AFFINITY,
});

const RESOURCES = map({ requests: QUANTITIES, limits: QUANTITIES });

const CONTAINER = map({
  name: TEXT,
  image: TEXT,
  restartPolicy: TEXT,
  resources: RESOURCES,
  ports: listOf(map({ containerPort: WHOLE, hostPort: WHOLE, hostIP: TEXT, protocol: oneOf('TCP', 'UDP', 'SCTP') })),
});

/** `spec` of a claim for a volume. */
export const CLAIM_SPEC = map({
  accessModes: TEXTS,
  resources: map({ requests: QUANTITIES }),
  selector: LABEL_SELECTOR,
  storageClassName: TEXT,
  volumeMode: TEXT,
  volumeName: TEXT,
});

/** `spec` of a pod. */
export const POD_SPEC: Field = map({
  activeDeadlineSeconds: WHOLE,
  affinity: AFFINITY,
  containers: listOf(CONTAINER),
  hostNetwork: FLAG,
  initContainers: listOf(CONTAINER),
  nodeName: TEXT,
  nodeSelector: LABELS,
  overhead: QUANTITIES,
  preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
  priority: NUMBER,
  priorityClassName: TEXT,
  resources: RESOURCES,
  schedulerName: TEXT,
  schedulingGates: listOf(map({ name: TEXT })),
  tolerations: listOf(
    map({
      ...{ key: TEXT, operator: oneOf('Exists', 'Equal', ''), value: TEXT, effect: EFFECT },
      tolerationSeconds: NUMBER,
    }),
  ),
  topologySpreadConstraints: listOf(
    map({
      labelSelector: LABEL_SELECTOR,
      matchLabelKeys: TEXTS,
      maxSkew: WHOLE,
      minDomains: WHOLE,
      nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
      nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
      topologyKey: TEXT,
      whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
    }),
  ),
  volumes: listOf(
    map({
      name: TEXT,
      persistentVolumeClaim: map({ claimName: TEXT }),
      ephemeral: map({ volumeClaimTemplate: map({ spec: CLAIM_SPEC }) }),
    }),
  ),
});

/** `template` of what makes pods. */
export const POD_TEMPLATE: Field = map({ metadata: map({ labels: LABELS }), spec: POD_SPEC });

/** A taint of a node. */
export const TAINT: Field = map({ key: TEXT, value: TEXT, effect: EFFECT });
