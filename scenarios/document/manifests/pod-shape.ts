/**
 * A Kubernetes pod as the scheduler sees it.
 *
 * Source: Kubernetes 1.34 API `core/v1` PodSpec with the defaults of the API server; the scheduler's reading of ports and
 * images. `spec.nodeName` is where a pod *is* and so no part of its shape: see {@link boundNodeOf}.
 * Pure and tolerant: what has the wrong type reads as absent.
 */
import type { HostPort, PodShape } from '../../../models/cluster/pod.ts';
import {
  NO_POD_AFFINITY,
  type PodAffinity,
  type PodAffinityTerm,
  type TopologySpreadConstraint,
} from '../../../models/cluster/pod-relations.ts';
import type { Toleration } from '../../../models/cluster/toleration.ts';
import { at, type JsonObject, labelsAt, listAt, mapAt, numberAt, textAt, textsAt } from './json.ts';
import { labelSelectorOf, nodeAffinityOf, withLabelKeys } from './label-selector.ts';
import { isSidecar, podRequestsOf } from './pod-requests.ts';
import { type PriorityClass, priorityOf } from './priority-class.ts';

/** What a pod takes from other objects of its cluster. */
export interface PodDefaults {
  readonly priorityClasses?: readonly PriorityClass[];
}

const ALWAYS_IGNORED = 'IgnoredDuringExecution';

/** The shape of a Pod object, or of `{ name, namespace, labels, spec }`. */
export function podShapeOf(body: JsonObject, defaults: PodDefaults = {}): PodShape {
  const spec = mapAt(body, 'spec');
  const labels = labelsAt(body, 'metadata', 'labels');
  const own = Object.keys(labels).length > 0 ? labels : labelsAt(body, 'labels');
  const name = textAt(body, 'metadata', 'name') || textAt(body, 'name');
  const { extended, ...requests } = podRequestsOf(spec);
  return {
    name,
    ...requests,
    ...{ gpus: 0, gpuMilli: 0, gpuModels: [] },
    tolerations: tolerationsOf(spec),
    nodeSelector: labelsAt(spec, 'nodeSelector'),
    nodeAffinity: nodeAffinityOf(at(spec, 'affinity', 'nodeAffinity')),
    namespace: namespaceOf(body),
    ...priorityOf(spec, defaults.priorityClasses ?? []),
    ...present('labels', own),
    ...present('extended', extended),
    ...present('images', imagesOf(spec)),
    ...present('hostPorts', hostPortsOf(spec)),
    ...relationsOf(spec, own),
    ...present('schedulingGates', namesOf(spec, 'schedulingGates')),
    ...(textAt(spec, 'schedulerName') === '' ? {} : { schedulerName: textAt(spec, 'schedulerName') }),
    ...present('claims', claimsOf(spec, name)),
  };
}

/** The node that a pod is bound to; undefined: it is still to be scheduled. */
export function boundNodeOf(body: JsonObject): string | undefined {
  return textAt(body, 'spec', 'nodeName') || undefined;
}

/** Namespace of an object; `default` if it names none. */
export function namespaceOf(body: JsonObject): string {
  return textAt(body, 'metadata', 'namespace') || textAt(body, 'namespace') || 'default';
}

/** An image's name with its tag or digest; `latest` if it names none. */
export function normalImage(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Tolerations of a pod's `spec`, as written. */
export function tolerationsOf(spec: unknown): Toleration[] {
  return listAt(spec, 'tolerations').map((one) => {
    const seconds = numberAt(one, 'tolerationSeconds');
    return {
      key: textAt(one, 'key'),
      operator: textAt(one, 'operator') === 'Exists' ? 'Exists' : 'Equal',
      value: textAt(one, 'value'),
      effect: textAt(one, 'effect') as Toleration['effect'],
      ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
    };
  });
}

function imagesOf(spec: unknown): string[] {
  const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  return containers.map((container) => normalImage(textAt(container, 'image')));
}

/** Ports of containers and sidecars; in the host's network every port of a container is one of the node. */
function hostPortsOf(spec: unknown): HostPort[] {
  const inHostNetwork = at(spec, 'hostNetwork') === true;
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers').filter(isSidecar)];
  const ports = containers.flatMap((container) => listAt(container, 'ports'));
  return ports.flatMap((port) => {
    const number = numberAt(port, 'hostPort') || (inHostNetwork ? numberAt(port, 'containerPort') : undefined);
    if (number === undefined || number <= 0) return [];
    const protocol = (textAt(port, 'protocol') || 'TCP') as HostPort['protocol'];
    return [{ protocol, hostIp: textAt(port, 'hostIP') || '0.0.0.0', port: number }];
  });
}

function relationsOf(spec: unknown, labels: Labels): Partial<PodShape> {
  const podAffinity = podAffinityOf(at(spec, 'affinity', 'podAffinity'), labels);
  const podAntiAffinity = podAffinityOf(at(spec, 'affinity', 'podAntiAffinity'), labels);
  return {
    ...(podAffinity === NO_POD_AFFINITY ? {} : { podAffinity }),
    ...(podAntiAffinity === NO_POD_AFFINITY ? {} : { podAntiAffinity }),
    ...present(
      'topologySpread',
      listAt(spec, 'topologySpreadConstraints').map((one) => spreadOf(one, labels)),
    ),
  };
}

type Labels = Readonly<Record<string, string>>;

function podAffinityOf(value: unknown, labels: Labels): PodAffinity {
  const required = listAt(value, `requiredDuringScheduling${ALWAYS_IGNORED}`);
  const preferred = listAt(value, `preferredDuringScheduling${ALWAYS_IGNORED}`);
  if (required.length + preferred.length === 0) return NO_POD_AFFINITY;
  return {
    required: required.map((one) => affinityTermOf(one, labels)),
    preferred: preferred.map((one) => ({
      weight: numberAt(one, 'weight') ?? 0,
      ...affinityTermOf(at(one, 'podAffinityTerm'), labels),
    })),
  };
}

function affinityTermOf(value: unknown, labels: Labels): PodAffinityTerm {
  const own = labelSelectorOf(at(value, 'labelSelector'));
  const same = withLabelKeys(own, labels, textsAt(value, 'matchLabelKeys'), 'In');
  return {
    selector: withLabelKeys(same, labels, textsAt(value, 'mismatchLabelKeys'), 'NotIn'),
    namespaces: textsAt(value, 'namespaces'),
    namespaceSelector: labelSelectorOf(at(value, 'namespaceSelector')),
    topologyKey: textAt(value, 'topologyKey'),
  };
}

function spreadOf(value: unknown, labels: Labels): TopologySpreadConstraint {
  const own = labelSelectorOf(at(value, 'labelSelector'));
  return {
    maxSkew: numberAt(value, 'maxSkew') ?? 1,
    topologyKey: textAt(value, 'topologyKey'),
    whenUnsatisfiable: textAt(value, 'whenUnsatisfiable') === 'ScheduleAnyway' ? 'ScheduleAnyway' : 'DoNotSchedule',
    selector: withLabelKeys(own, labels, textsAt(value, 'matchLabelKeys'), 'In'),
    minDomains: numberAt(value, 'minDomains') ?? 1,
    nodeAffinityPolicy: textAt(value, 'nodeAffinityPolicy') === 'Ignore' ? 'Ignore' : 'Honor',
    nodeTaintsPolicy: textAt(value, 'nodeTaintsPolicy') === 'Honor' ? 'Honor' : 'Ignore',
  };
}

function claimsOf(spec: unknown, pod: string): string[] {
  return listAt(spec, 'volumes').flatMap((volume) => {
    const claim = textAt(volume, 'persistentVolumeClaim', 'claimName');
    if (claim !== '') return [claim];
    return at(volume, 'ephemeral') === undefined ? [] : [`${pod}-${textAt(volume, 'name')}`];
  });
}

function namesOf(spec: unknown, key: string): string[] {
  return listAt(spec, key).map((one) => textAt(one, 'name'));
}

/** A member that is left out when it is empty. */
function present<Key extends keyof PodShape>(key: Key, value: NonNullable<PodShape[Key]>): Pick<PodShape, never> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
