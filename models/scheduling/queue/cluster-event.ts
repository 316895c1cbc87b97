/**
 * What happens in a cluster that may let a refused pod in, and which plugin cares about what.
 *
 * Source: Kubernetes 1.34, `EventsToRegister` of the default plugins. Leaves out: events of resource claims and of
 * custom resources.
 */

/** Kinds of events, as upstream groups them. */
export type ClusterEventKind =
  | 'NodeAdd'
  | 'NodeUpdateAllocatable'
  | 'NodeUpdateLabel'
  | 'NodeUpdateTaint'
  | 'AssignedPodAdd'
  | 'AssignedPodUpdateLabel'
  | 'AssignedPodUpdateScaleDown'
  | 'AssignedPodDelete'
  | 'PodUpdateLabel'
  | 'PodUpdateScaleDown'
  | 'PodUpdateTolerations'
  | 'PodUpdateGates'
  | 'VolumeChange'
  | 'ForceActivate';

/** One event. */
export interface ClusterEvent {
  readonly kind: ClusterEventKind;
  /** Node that was added or changed; -1: none. */
  readonly node: number;
  /** Pod that came, changed or went; -1: none. */
  readonly pod: number;
}

const NODE_LABELS: readonly ClusterEventKind[] = ['NodeAdd', 'NodeUpdateLabel'];

/** Events by plugin. A plugin that is not listed, and an extension, cares about all. */
export const EVENTS_OF: Readonly<Record<string, readonly ClusterEventKind[]>> = {
  SchedulingGates: ['PodUpdateGates'],
  NodeUnschedulable: ['NodeAdd', 'NodeUpdateTaint', 'PodUpdateTolerations'],
  // Waits for the node itself, so that a node that was late to come is noticed.
  NodeName: ['NodeAdd'],
  TaintToleration: ['NodeAdd', 'NodeUpdateTaint', 'PodUpdateTolerations'],
  NodeAffinity: NODE_LABELS,
  NodePorts: ['AssignedPodDelete', 'NodeAdd'],
  NodeResourcesFit: [
    'AssignedPodDelete',
    'AssignedPodUpdateScaleDown',
    'PodUpdateScaleDown',
    'NodeAdd',
    'NodeUpdateAllocatable',
  ],
  GpuDevices: ['AssignedPodDelete', 'NodeAdd'],
  VolumeRestrictions: ['AssignedPodDelete', 'NodeAdd', 'VolumeChange'],
  NodeVolumeLimits: ['AssignedPodDelete', 'NodeAdd', 'VolumeChange'],
  VolumeBinding: ['NodeAdd', 'NodeUpdateLabel', 'VolumeChange'],
  VolumeZone: ['NodeAdd', 'NodeUpdateLabel', 'VolumeChange'],
  PodTopologySpread: [
    'AssignedPodAdd',
    'AssignedPodDelete',
    'AssignedPodUpdateLabel',
    'PodUpdateLabel',
    'NodeAdd',
    'NodeUpdateLabel',
    'NodeUpdateTaint',
  ],
  InterPodAffinity: [
    'AssignedPodAdd',
    'AssignedPodDelete',
    'AssignedPodUpdateLabel',
    'PodUpdateLabel',
    'NodeAdd',
    'NodeUpdateLabel',
  ],
};

/** Whether a plugin that refused a pod wants it tried again after an event of this kind. */
export function caresAbout(plugin: string, kind: ClusterEventKind): boolean {
  if (kind === 'ForceActivate') return true;
  return EVENTS_OF[plugin]?.includes(kind) ?? true;
}
