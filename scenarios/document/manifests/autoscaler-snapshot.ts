/**
 * What the manifests tell of an autoscaler's situation: itself, its target's pods, and their samples. Plain data; what comes
 * of it is decided when somebody asks.
 *
 * Source: Kubernetes 1.34 `autoscaling`, and `metrics.k8s.io/v1beta1` PodMetrics as `kubectl get podmetrics -A -o json`
 * prints them. Leaves out: samples of the custom and external metrics APIs, which kubectl does not list.
 */
import { type JsonObject, numberAt, textAt } from './json.ts';
import type { Manifest, ManifestStore } from './manifest.ts';
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
}

/** Every autoscaler of the manifests. */
export function autoscalerSnapshotsOf(
  store: ManifestStore,
  owners: Owners,
  living: readonly Manifest[],
): AutoscalerSnapshot[] {
  return store.all('HorizontalPodAutoscaler').map(({ namespace, name, body }) => {
    const kind = textAt(body, 'spec', 'scaleTargetRef', 'kind');
    const targetName = textAt(body, 'spec', 'scaleTargetRef', 'name');
    const pods = living.filter((pod) => {
      const top = owners.topOf(pod);
      return pod.namespace === namespace && top.kind === kind && top.name === targetName;
    });
    const target = store.find(kind, namespace, targetName)?.body;
    const replicas = target === undefined ? undefined : (numberAt(target, 'spec', 'replicas') ?? 1);
    return {
      ...{ namespace, name, body, target: `${kind}/${targetName}` },
      ...(replicas === undefined ? {} : { replicas }),
      pods: pods.map((pod) => pod.body),
      samples: pods.flatMap((pod): JsonObject[] => {
        const sample = store.find('PodMetrics', pod.namespace, pod.name);
        return sample === undefined ? [] : [sample.body];
      }),
    };
  });
}
