/** Volumes and claims for tests: every field has a plain default, and a test names only what it is about. */
import type { PersistentVolume } from '../../../models/storage/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../models/storage/persistent-volume-claim.ts';
import type { StorageClass } from '../../../models/storage/storage-class.ts';

const COMMON = { accessModes: ['ReadWriteOnce'], storageClass: '', volumeMode: 'Filesystem' } as const;

export function volumeWith(wish: Partial<PersistentVolume> & { name: string }): PersistentVolume {
  const rest = { reclaimPolicy: 'Retain', labels: {}, nodeAffinity: null, claimRef: null } as const;
  return { ...COMMON, ...rest, capacityBytes: 100, ...wish };
}

export function claimWith(wish: Partial<PersistentVolumeClaim> & { name: string }): PersistentVolumeClaim {
  return { ...COMMON, namespace: 'default', requestBytes: 50, selector: null, volumeName: '', ...wish };
}

export function classWith(wish: Partial<StorageClass> & { name: string }): StorageClass {
  const rest = { provisioner: 'disk.example.com', bindingMode: 'Immediate', allowedTopologies: [] } as const;
  return { ...rest, ...wish };
}

/** Affinity to the nodes with that name label. */
export function onHost(...values: readonly string[]): PersistentVolume['nodeAffinity'] {
  return [{ expressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }];
}
