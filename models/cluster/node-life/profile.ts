/**
 * The settings by which the control plane gives nodes up, by the version of Kubernetes.
 *
 * Source: Kubernetes 1.34 `kube-controller-manager` defaults (`--node-monitor-period`, `--node-monitor-grace-period`,
 * `--node-startup-grace-period`, `--node-eviction-rate`, `--secondary-node-eviction-rate`, `--unhealthy-zone-threshold`,
 * `--large-cluster-size-threshold`); the grace was 40 s up to 1.31 (pull request 126287). Up to 1.33 a node that fell silent was put in
 * the queue for NoExecute one look later than it was found Unknown (issue 120815, pull request 120816); in 1.34 it was recorded to be
 * put there in the same look. Times of single writes were recorded with 1.34.9 on one machine.
 * Leaves out: the 4 % by which kubelets spread their renewals, and that their status and their lease are two messages.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** How patient a control plane is with its nodes. */
export interface NodeLifeProfile {
  /** How often a kubelet renews its lease. */
  readonly heartbeatPeriodNs: TimeNs;
  /** How often the node lifecycle controller looks at its nodes. */
  readonly monitorPeriodNs: TimeNs;
  /** What one look takes; the next begins a period after its end. */
  readonly lookNs: TimeNs;
  /** Silence after which a node is Unknown. */
  readonly graceNs: TimeNs;
  /** The same for a node that has never posted a status. */
  readonly startupGraceNs: TimeNs;
  /** Whether a node that was found silent is put in the queue for NoExecute only at the next look. */
  readonly queuesLate: boolean;
  /** Pause between two NoExecute taintings of a zone: one divided by the eviction rate. */
  readonly evictionGapNs: TimeNs;
  /** The same for a large zone that is partly down. */
  readonly secondaryGapNs: TimeNs;
  /** Share of nodes of a zone that are not ready from which on it is partly down. */
  readonly unhealthyShare: number;
  /** Zones of more nodes are large; in others that are partly down nothing is evicted. */
  readonly largeZoneNodes: number;
  /** How often the queues for NoExecute are looked at. */
  readonly taintingPeriodNs: TimeNs;
  /** From a change of an object until a controller acts on it. */
  readonly hearNs: TimeNs;
  /** One write after another of the same controller. */
  readonly writeNs: TimeNs;
}

/** The first minor version of which it is known. */
const OLDEST_MINOR = 24;
/** From this minor version on the grace is 50 s. */
const LONG_GRACE_MINOR = 32;
/** From this minor version on a silent node is put in the queue at once. */
const PROMPT_MINOR = 34;

/** The defaults of Kubernetes 1.`minor`. */
export function nodeLifeProfile(minor: number): NodeLifeProfile {
  assert(Number.isInteger(minor) && minor >= OLDEST_MINOR, () => `Kubernetes 1.${minor} is not known`);
  return {
    heartbeatPeriodNs: 10 * NS_PER_SECOND,
    monitorPeriodNs: 5 * NS_PER_SECOND,
    lookNs: 3 * NS_PER_MS,
    graceNs: (minor >= LONG_GRACE_MINOR ? 50 : 40) * NS_PER_SECOND,
    startupGraceNs: 60 * NS_PER_SECOND,
    queuesLate: minor < PROMPT_MINOR,
    evictionGapNs: 10 * NS_PER_SECOND,
    secondaryGapNs: 100 * NS_PER_SECOND,
    unhealthyShare: 0.55,
    largeZoneNodes: 50,
    taintingPeriodNs: 100 * NS_PER_MS,
    hearNs: 20 * NS_PER_MS,
    writeNs: 10 * NS_PER_MS,
  };
}
