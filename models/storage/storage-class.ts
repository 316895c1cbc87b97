/**
 * Storage classes: where volumes that do not exist yet come from, and when claims are bound.
 *
 * Source: Kubernetes 1.34 API, `storage/v1` StorageClass. Leaves out: parameters, mount options, expansion, free capacity of
 * the storage behind it (CSIStorageCapacity).
 */

/** The provisioner of classes whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** One class. */
export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  /** `WaitForFirstConsumer`: only when the scheduler chose a node for a pod that uses the claim. */
  readonly bindingMode: 'Immediate' | 'WaitForFirstConsumer';
  /** Where volumes may be made: one must hold, and of it each key with one of the values; empty: everywhere. */
  readonly allowedTopologies: readonly TopologyTerm[];
  /** Policy of the volumes that are made; `Delete` if absent. */
  readonly reclaimPolicy?: 'Retain' | 'Delete';
  /** Node labels that tell who can reach a volume that is made: its nodes have the values of the chosen one. None if absent. */
  readonly topologyKeys?: readonly string[];
}

/** Label conditions that must all hold. */
export type TopologyTerm = readonly { readonly key: string; readonly values: readonly string[] }[];

/** Whether volumes of the class may be made for a node with these labels. */
export function allowsNode({ allowedTopologies }: StorageClass, labels: Readonly<Record<string, string>>): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some((term) =>
    term.every(({ key, values }) => Object.hasOwn(labels, key) && values.includes(labels[key])),
  );
}
