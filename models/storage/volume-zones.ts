/**
 * Zones of volumes by their labels, as old drivers mark them.
 *
 * Source: Kubernetes 1.34 `plugins/volumezone`: a label may name several zones, joined by `__`; a volume's beta label is also
 * held against a node's stable one; a node without any such label takes every volume. Leaves out: nothing.
 */
import type { LabelledNode } from './matching.ts';
import type { PersistentVolume } from './persistent-volume.ts';

/** Labels that are read, with the stable name of each. */
const ZONE_LABELS: readonly (readonly [string, string])[] = [
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
];

const SEPARATOR = '__';

/** Whether the volume is labelled as of a zone or region that the node is not in. */
export function isElsewhere({ labels }: PersistentVolume, node: LabelledNode): boolean {
  if (!ZONE_LABELS.some(([key]) => Object.hasOwn(node.labels, key))) return false;
  return ZONE_LABELS.some(([key, stable]) => {
    if (!Object.hasOwn(labels, key)) return false;
    const own = Object.hasOwn(node.labels, key) ? node.labels[key] : node.labels[stable];
    return own === undefined || !labels[key].split(SEPARATOR).includes(own);
  });
}
