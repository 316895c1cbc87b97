/**
 * What the scheduler asks about volumes. It knows no claims and no volumes: `models/storage` answers.
 *
 * Source: Kubernetes 1.34 `plugins/volumebinding`, `SchedulerVolumeBinder`. Leaves out: the time that binding takes.
 */
import type { ClusterNode } from '../cluster/node.ts';
import type { PodShape } from '../cluster/pod.ts';

/** Why a node cannot hold a pod's volumes; bits, in the order in which reasons are told. */
export const VOLUME_CONFLICTS = [
  'node(s) had volume node affinity conflict',
  "node(s) didn't find available persistent volumes to bind",
  'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
] as const;

/** Whether the pods of a shape mount any claim: the plugins of volumes have nothing to say of others. */
export function mountsClaims({ claims }: PodShape): boolean {
  return claims !== undefined && claims.length > 0;
}

/** What is known of one pod's volumes before any node is looked at. Right until a volume or a claim changes. */
export interface PodVolumes {
  /** First claim that does not exist, as upstream tells it. */
  readonly missing?: string;
  /** Why no node will do; undefined: nodes decide. */
  readonly refusal?: string;
  /** Claims that one pod alone may use (`ReadWriteOncePod`), by key. */
  readonly exclusive: readonly string[];
  /** Bits of {@link VOLUME_CONFLICTS}; 0: none. */
  conflicts(node: ClusterNode): number;
  /** Whether a bound volume is labelled as of another zone or region. */
  isElsewhere(node: ClusterNode): boolean;
}

/** A volume that a driver attaches to a node. */
export interface Attachment {
  readonly driver: string;
  /** Unique among those of the driver. */
  readonly handle: string;
}

/** Who knows the volumes. */
export interface VolumeBinder {
  /** Looks at the claims of pods of a shape, which has some. */
  volumesOf(shape: PodShape): PodVolumes;
  /** What a pod of the shape has attached, or would have. */
  attachmentsOf(shape: PodShape): readonly Attachment[];
  /** How many volumes of the driver the node can have attached; undefined: no limit is known. */
  attachmentsMax(node: ClusterNode, driver: string): number | undefined;
  /** Keys of the claims of a shape. */
  claimKeysOf(shape: PodShape): readonly string[];
  /** A pod of the shape was given the node: takes the volumes that it needs there, so that no other pod does. */
  reserve(shape: PodShape, node: ClusterNode): void;
  /** Gives back what {@link reserve} took for the shape, if it is not bound yet. */
  unreserve(shape: PodShape): void;
  /** Binds what was reserved for the shape (upstream: PreBind). */
  bind(shape: PodShape): void;
}
