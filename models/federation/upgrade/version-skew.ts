/**
 * Which versions of Kubernetes may run beside each other, and the steps from one to another.
 *
 * Source: Kubernetes version skew policy (1.35): a kubelet is never newer than kube-apiserver and at most three minor versions older, two where
 * the kubelet is older than 1.25; apiservers of one cluster are within one minor version; the control plane goes first, and one minor version at
 * a time. Three became supported with 1.28. Leaves out: patch versions, kube-proxy, kubectl, clients of APIs that a version removes.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { type PlanFault, wrongValue } from '../../traffic/load/plan-fault.ts';

/** Kubelets from this minor version on may be three behind. */
const LONG_SKEW_KUBELET = 25;

/** How many minor versions a kubelet may be behind. */
export function kubeletSkewMax(kubeletMinor: number): number {
  return kubeletMinor < LONG_SKEW_KUBELET ? 2 : 3;
}

/** Whether a kubelet may register with a control plane. */
export function fitsControlPlane(kubeletMinor: number, controlPlaneMinor: number): boolean {
  return kubeletMinor <= controlPlaneMinor && controlPlaneMinor - kubeletMinor <= kubeletSkewMax(kubeletMinor);
}

/** One step of an upgrade: the whole control plane, or all kubelets, are then at 1.`minor`. */
export interface UpgradeStep {
  readonly part: 'control-plane' | 'kubelets';
  readonly minor: number;
}

/** Versions of a cluster, as 1.`minor`, and where it shall go. */
export interface UpgradePath {
  readonly controlPlane: number;
  readonly kubelets: number;
  readonly to: number;
}

/** The shortest allowed steps: kubelets are touched only where the control plane could not go on without it, and in the end. */
export function upgradeSteps({ controlPlane, kubelets, to }: UpgradePath): UpgradeStep[] {
  assert(faultsOfPath({ controlPlane, kubelets, to }).length === 0, () => `no way from ${controlPlane} to ${to}`);
  const steps: UpgradeStep[] = [];
  let kubelet = kubelets;
  for (let minor = controlPlane + 1; minor <= to; minor++) {
    if (!fitsControlPlane(kubelet, minor)) {
      kubelet = minor - 1;
      steps.push({ part: 'kubelets', minor: kubelet });
    }
    steps.push({ part: 'control-plane', minor });
  }
  if (kubelet < to) steps.push({ part: 'kubelets', minor: to });
  return steps;
}

/** What is wrong with an upgrade; empty when there is a way. */
export function faultsOfPath({ controlPlane, kubelets, to }: UpgradePath): PlanFault[] {
  const wrong: PlanFault[] = [];
  for (const [key, minor] of Object.entries({ controlPlane, kubelets, to }))
    if (!(Number.isInteger(minor) && minor >= 1)) wrong.push(wrongValue([key], 'a minor version such as 34', minor));
  if (wrong.length > 0) return wrong;
  if (!fitsControlPlane(kubelets, controlPlane))
    wrong.push(
      wrongValue(
        ['kubelets'],
        `from ${controlPlane - kubeletSkewMax(kubelets)} to ${controlPlane}, beside a control plane of 1.${controlPlane}`,
        kubelets,
        'upgrade the kubelets first',
      ),
    );
  if (to < controlPlane)
    wrong.push(
      wrongValue(['to'], `1.${controlPlane} or later`, to, 'a control plane cannot go back to an older version'),
    );
  return wrong;
}
