/**
 * Taints of nodes and the tolerations of pods that answer them.
 *
 * Source: Kubernetes 1.34 API, `core/v1` Taint and Toleration; the two tolerations that the API server adds were
 * recorded from a real control plane (oracle suite `k8s`: without them 102 recorded decisions come out wrong).
 * Leaves out: comparison operators (`Gt`, `Lt`) of newer versions.
 */

/** What a taint does to pods that do not tolerate it. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

/** A mark on a node that keeps pods off. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

/** Permission of a pod to ignore some taints. */
export interface Toleration {
  /** Empty with `Exists`: every key. */
  readonly key: string;
  readonly operator: 'Exists' | 'Equal';
  /** Compared only by `Equal`. */
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: TaintEffect | '';
  /** How long a running pod stays on a node with a tolerated `NoExecute` taint; absent: for ever. */
  readonly tolerationSeconds?: number;
}

/** Key of the taint of a node that reports that it is not ready. */
export const NOT_READY_TAINT_KEY = 'node.kubernetes.io/not-ready';

/** Key of the taint of a node whose heartbeats have stopped. */
export const UNREACHABLE_TAINT_KEY = 'node.kubernetes.io/unreachable';

/** Seconds for which an ordinary pod stays bound to a lost node: the API server's default toleration. */
export const DEFAULT_TOLERATION_SECONDS = 300;

/** Whether one toleration covers the taint. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.key !== '' && toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || toleration.value === taint.value;
}

/** Whether any of the tolerations covers the taint. */
export function toleratesAny(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

/**
 * The tolerations that count for a pod: its own and, for a key that it does not name, the API server's two, which
 * end after so many `seconds` (its flag `--default-unreachable-toleration-seconds`, and that for `not-ready`).
 */
export function effectiveTolerations(
  own: readonly Toleration[],
  seconds: number = DEFAULT_TOLERATION_SECONDS,
): readonly Toleration[] {
  const added = [NOT_READY_TAINT_KEY, UNREACHABLE_TAINT_KEY]
    .map((key): Toleration => ({ key, operator: 'Exists', value: '', effect: 'NoExecute' }))
    .filter((toleration) => !own.some((mine) => coversKey(mine, toleration.key)))
    .map((toleration) => ({ ...toleration, tolerationSeconds: seconds }));
  return [...own, ...added];
}

function coversKey(toleration: Toleration, key: string): boolean {
  const everyOrThis = toleration.key === key || toleration.key === '';
  return everyOrThis && (toleration.effect === '' || toleration.effect === 'NoExecute');
}
