/**
 * Persistent volume claims: how much storage a pod asks for, and of which kind.
 *
 * Source: Kubernetes 1.34 API, `core/v1` PersistentVolumeClaim. Leaves out: data sources, resizing, the phase `Lost`.
 */
import type { LabelSelector } from '../cluster/label-selector.ts';
import type { AccessMode, ClaimReference, VolumeMode } from './persistent-volume.ts';

/** One claim, as someone made it. */
export interface PersistentVolumeClaim {
  readonly namespace: string;
  /** Unique in its namespace. */
  readonly name: string;
  readonly requestBytes: number;
  /** All of them are needed. */
  readonly accessModes: readonly AccessMode[];
  /** Empty: only volumes of no class. */
  readonly storageClass: string;
  readonly volumeMode: VolumeMode;
  /** Labels of the volume; null: any. */
  readonly selector: LabelSelector | null;
  /** The only volume that will do; empty: any. */
  readonly volumeName: string;
}

/** Something that the controller says about a claim. */
export interface ClaimEvent {
  /** One word: `FailedBinding`. */
  readonly reason: string;
  /** In upstream's words. */
  readonly message: string;
}

/** Key of a claim among those of all namespaces. */
export function claimKey({ namespace, name }: ClaimReference): string {
  return `${namespace}/${name}`;
}
