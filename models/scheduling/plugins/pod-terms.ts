/**
 * Whom a term of pod affinity means.
 *
 * Source: Kubernetes 1.34 `framework.AffinityTerm`: the namespaces that the term names or selects, or that of the pod
 * which carries it if it does neither; in them the pods that the selector selects.
 * Leaves out: nothing.
 */
import type { ClusterObjects } from '../../cluster/cluster-objects.ts';
import { selects } from '../../cluster/label-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import type { PodAffinityTerm } from '../../cluster/pod-relations.ts';

/** Whether the term that `carrier` has means pods like `other`. */
export function means(term: PodAffinityTerm, carrier: PodShape, other: PodShape, objects: ClusterObjects): boolean {
  return meansNamespace(term, carrier, other, objects) && selects(term.selector, other.labels ?? {});
}

function meansNamespace(
  { namespaces, namespaceSelector }: PodAffinityTerm,
  carrier: PodShape,
  other: PodShape,
  objects: ClusterObjects,
): boolean {
  const { namespace = 'default' } = other;
  if (namespaces.length === 0 && namespaceSelector === null) return namespace === (carrier.namespace ?? 'default');
  return namespaces.includes(namespace) || selects(namespaceSelector, labelsOf(namespace, objects));
}

/** The API server gives every namespace the label of its name. */
function labelsOf(namespace: string, { namespaces }: ClusterObjects): Readonly<Record<string, string>> {
  return namespaces.get(namespace) ?? { 'kubernetes.io/metadata.name': namespace };
}
