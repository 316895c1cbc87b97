/**
 * Volumes, claims and storage classes of Kubernetes, as the models know them.
 *
 * Source: Kubernetes 1.34 API with the defaults of the API server (`Filesystem`, `Immediate`; a volume made by hand is kept,
 * what a class makes is deleted). Pure and tolerant: reads API objects, and the flat form `{ name, capacity, … }`.
 */
import type { AccessMode, ClaimReference, PersistentVolume } from '../../../models/storage/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../models/storage/persistent-volume-claim.ts';
import type { StorageClass } from '../../../models/storage/storage-class.ts';
import { at, type JsonObject, labelsAt, listAt, textAt, textsAt } from './json.ts';
import { labelSelectorOf, termOf } from './label-selector.ts';
import { nameOf } from './objects.ts';
import { namespaceOf } from './pod-shape.ts';
import { bytesOf } from './quantity.ts';

/** A PersistentVolume. */
export function persistentVolumeOf(body: JsonObject): PersistentVolume {
  const spec = specOf(body);
  const [driver, handle] = [textAt(spec, 'csi', 'driver'), textAt(spec, 'csi', 'volumeHandle')];
  const capacity = at(spec, 'capacity', 'storage') ?? at(spec, 'capacity');
  const policy = textAt(spec, 'persistentVolumeReclaimPolicy') || textAt(spec, 'reclaimPolicy');
  const affinity = at(spec, 'nodeAffinity', 'required') ?? at(spec, 'nodeAffinity');
  return {
    name: nameOf(body),
    capacityBytes: bytesOf(capacity),
    ...commonOf(spec),
    reclaimPolicy: policy === 'Delete' || policy === 'Recycle' ? policy : 'Retain',
    labels: { ...labelsAt(body, 'labels'), ...labelsAt(body, 'metadata', 'labels') },
    nodeAffinity: affinity === undefined ? null : listAt(affinity, 'nodeSelectorTerms').map(termOf),
    claimRef: claimReferenceOf(at(spec, 'claimRef')),
    ...(driver === '' ? {} : { csi: { driver, handle } }),
  };
}

/** A PersistentVolumeClaim. */
export function persistentVolumeClaimOf(body: JsonObject): PersistentVolumeClaim {
  const spec = specOf(body);
  return {
    namespace: namespaceOf(body),
    name: nameOf(body),
    requestBytes: bytesOf(at(spec, 'resources', 'requests', 'storage') ?? at(spec, 'request')),
    ...commonOf(spec),
    selector: labelSelectorOf(at(spec, 'selector')),
    volumeName: textAt(spec, 'volumeName'),
  };
}

/** A StorageClass. */
export function storageClassOf(body: JsonObject): StorageClass {
  const terms = listAt(body, 'allowedTopologies').map((term) =>
    listAt(term, 'matchLabelExpressions').map((one) => ({ key: textAt(one, 'key'), values: textsAt(one, 'values') })),
  );
  return {
    name: nameOf(body),
    provisioner: textAt(body, 'provisioner'),
    bindingMode: textAt(body, 'volumeBindingMode') === 'WaitForFirstConsumer' ? 'WaitForFirstConsumer' : 'Immediate',
    allowedTopologies: terms,
    reclaimPolicy: textAt(body, 'reclaimPolicy') === 'Retain' ? 'Retain' : 'Delete',
  };
}

function specOf(body: JsonObject): unknown {
  return at(body, 'spec') ?? body;
}

function commonOf(spec: unknown): Pick<PersistentVolume, 'accessModes' | 'storageClass' | 'volumeMode'> {
  return {
    accessModes: textsAt(spec, 'accessModes') as AccessMode[],
    storageClass: textAt(spec, 'storageClassName'),
    volumeMode: textAt(spec, 'volumeMode') === 'Block' ? 'Block' : 'Filesystem',
  };
}

function claimReferenceOf(value: unknown): ClaimReference | null {
  if (textAt(value, 'name') === '') return null;
  return { namespace: textAt(value, 'namespace') || 'default', name: textAt(value, 'name') };
}
