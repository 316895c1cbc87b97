/**
 * Persistent volumes: pieces of storage that outlive pods.
 *
 * Source: Kubernetes 1.34 API, `core/v1` PersistentVolume. Leaves out: where the bytes are (the volume source, but for the
 * driver and handle of CSI), mount options, volume attributes classes.
 */
import type { NodeSelectorTerm } from '../cluster/node-selector.ts';

/** Who may use a volume at once, and how. */
export type AccessMode = 'ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod';

/** As a folder, or as a bare device. */
export type VolumeMode = 'Filesystem' | 'Block';

/** `Available`: free, or reserved for a claim that did not come yet; `Released`: its claim is gone. */
export type VolumePhase = 'Available' | 'Bound' | 'Released';

/** Name of a claim. */
export interface ClaimReference {
  readonly namespace: string;
  readonly name: string;
}

/** One volume, as someone made it. What it is bound to is kept by the controller. */
export interface PersistentVolume {
  /** Unique in the cluster. */
  readonly name: string;
  readonly capacityBytes: number;
  readonly accessModes: readonly AccessMode[];
  /** Empty: of no class. */
  readonly storageClass: string;
  readonly volumeMode: VolumeMode;
  readonly reclaimPolicy: 'Retain' | 'Delete' | 'Recycle';
  readonly labels: Readonly<Record<string, string>>;
  /** Nodes that can reach it: one of the terms must hold; null: all can. */
  readonly nodeAffinity: readonly NodeSelectorTerm[] | null;
  /** Claim that it is reserved for; null: any. */
  readonly claimRef: ClaimReference | null;
  /** For volumes that a CSI driver attaches to nodes. */
  readonly csi?: { readonly driver: string; readonly handle: string };
}
