/**
 * What the manifests tell of an autoscaler's situation: itself, its target's pods, and their samples. Plain data; what comes
 * of it is decided when somebody asks.
 *
 * Source: Kubernetes 1.34 `autoscaling`, and `metrics.k8s.io/v1beta1` PodMetrics as `kubectl get podmetrics -A -o json`
 * prints them, with the values of the custom and external metrics APIs where `kubectl get --raw` has fetched them. Leaves out:
 * the namespace for which an external value was asked (the value does not say it).
 */
import { selects } from '../../../models/cluster/label-selector.ts';
import { at, type JsonObject, labelsAt, numberAt, textAt } from './json.ts';
import { labelSelectorOf } from './label-selector.ts';
import type { ManifestStore } from './manifest.ts';
import type { Owners } from './owners.ts';

/** An autoscaler and all that it would look at. */
export interface AutoscalerSnapshot {
  readonly namespace: string;
  readonly name: string;
  /** The object itself. */
  readonly body: JsonObject;
  /** `Deployment/web`. */
  readonly target: string;
  /** Replicas that the target's object asks for; undefined: it is not among the manifests. */
  readonly replicas?: number;
  /** Pods of the target. */
  readonly pods: readonly JsonObject[];
  /** PodMetrics of these pods. */
  readonly samples: readonly JsonObject[];
  /** MetricValues of the namespace, of pods and of other objects. */
  readonly values: readonly JsonObject[];
  /** ExternalMetricValues; they belong to no namespace. */
  readonly external: readonly JsonObject[];
}

/** Every autoscaler of the manifests. */
export function autoscalerSnapshotsOf(store: ManifestStore, owners: Owners): AutoscalerSnapshot[] {
  return store.all('HorizontalPodAutoscaler').map(({ namespace, name, body }) => {
    const kind = textAt(body, 'spec', 'scaleTargetRef', 'kind');
    const targetName = textAt(body, 'spec', 'scaleTargetRef', 'name');
    const target = store.find(kind, namespace, targetName)?.body;
    const selector = labelSelectorOf(at(target, 'spec', 'selector'));
    // As the controller: by labels, where the target tells them.
    const pods = store.all('Pod').filter((pod) => {
      if (pod.namespace !== namespace) return false;
      if (selector !== null) return selects(selector, labelsAt(pod.body, 'metadata', 'labels'));
      const top = owners.topOf(pod);
      return top.kind === kind && top.name === targetName;
    });
    const replicas = target === undefined ? undefined : (numberAt(target, 'spec', 'replicas') ?? 1);
    return {
      ...{ namespace, name, body, target: `${kind}/${targetName}` },
      ...(replicas === undefined ? {} : { replicas }),
      pods: pods.map((pod) => pod.body),
      samples: pods.flatMap((pod): JsonObject[] => {
        const sample = store.find('PodMetrics', pod.namespace, pod.name);
        return sample === undefined ? [] : [sample.body];
      }),
      values: store
        .all('MetricValue')
        .map((value) => value.body)
        .filter((value) => (textAt(value, 'describedObject', 'namespace') || namespace) === namespace),
      external: store.all('ExternalMetricValue').map((value) => value.body),
    };
  });
}
