/**
 * The control planes that network schemes use, each with its figures and where they come from.
 *
 * Sources: kubernetes/kubernetes mutating_work_estimator.go (a write is charged 0.5 ms of a seat for each watcher; a seat is no
 * core) and #65954 (5,000 nodes: after a restart answers take more than 10 s); client-go tools/cache/reflector.go (pauses 0.8 to
 * 30 s, jitter 1); etcd-io/etcd #5318 (10,000 watchers told in 36 ms) and #17562 (one watcher: 0.1 ms at most in 99 of 100);
 * gRPC connection back-off (1 s, factor 1.6, at most 120 s, jitter 0.2); Calico's documentation of Typha (one for 200 nodes, three
 * at least); openshift/cluster-network-operator #1990 (northd rests 300 ms) and #1526 (a pass takes seconds in large clusters);
 * Open vSwitch lib/reconnect (1 to 8 s) and ovs-vswitchd.conf.db(5) (standalone after three inactivity probes of 5 s);
 * flannel-io/flannel #1240 (lease of 24 h, renewed after 23); kube-proxy's minSyncPeriod of 1 s, and our recording of iptables (2,000
 * services with 10 endpoints each are rewritten in 3.2 to 3.9 s). Figures that none of them gives are listed in `assumed`.
 * Leaves out: versions that differ, what makes a large object dearer to copy than a small one.
 */
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from '../../../sim/engine/sim-time.ts';
import type { AssumedFigure, ControlPlaneProfile } from './profile.ts';

const HOUR_NS = 3600 * NS_PER_SECOND;

const COMMIT: AssumedFigure = {
  member: 'commitNs',
  because: 'etcd wants 99 of 100 disk writes done in 10 ms',
};
const COPY: AssumedFigure = {
  member: 'copyNs',
  because: 'a tenth of what Kubernetes charges, which is no processor time',
};
const WORKERS: AssumedFigure = { member: 'workers', because: 'a server of eight cores' };
const LIST: AssumedFigure = { member: 'listObjectNs', because: 'encoding about a kilobyte' };
const BYTES: AssumedFigure = { member: 'objectBytes', because: 'a small object with its names and labels' };
const COMPARE: AssumedFigure = { member: 'compareNs', because: 'decoding about a kilobyte' };
const BATCH: AssumedFigure = { member: 'batchNs', because: 'one turn of an agent' };
const ENTRY: AssumedFigure = { member: 'entryNs', because: 'a few netlink writes' };

const CLIENT_GO = { firstNs: 800 * NS_PER_MS, factor: 2, longestNs: 30 * NS_PER_SECOND, jitter: 1 } as const;
const GRPC = { firstNs: NS_PER_SECOND, factor: 1.6, longestNs: 120 * NS_PER_SECOND, jitter: 0.2 } as const;
const OVS_RECONNECT = { firstNs: NS_PER_SECOND, factor: 2, longestNs: 8 * NS_PER_SECOND, jitter: 0 } as const;

/** Agents watch the Kubernetes API: Flannel's kube subnet manager, Cilium, Antrea, OpenShift SDN. */
const KUBERNETES: ControlPlaneProfile = {
  title: 'the Kubernetes API',
  commitNs: 5 * NS_PER_MS,
  workers: 8,
  copyNs: 50 * NS_PER_US,
  listObjectNs: 20 * NS_PER_US,
  objectBytes: 1000,
  batchNs: NS_PER_MS,
  entryNs: 300 * NS_PER_US,
  compareNs: 5 * NS_PER_US,
  restNs: 0,
  reconnect: CLIENT_GO,
  source: 'Kubernetes mutating_work_estimator.go and client-go reflector.go',
  assumed: [COMMIT, WORKERS, COPY, LIST, BYTES, BATCH, ENTRY, COMPARE],
};

const ETCD: ControlPlaneProfile = {
  ...KUBERNETES,
  title: 'etcd',
  workers: 1,
  copyNs: 3600,
  reconnect: GRPC,
  source: 'etcd-io/etcd #5318 and #17562, gRPC connection back-off',
  assumed: [COMMIT, LIST, BYTES, BATCH, ENTRY, COMPARE],
};

const OPENFLOW: ControlPlaneProfile = {
  ...KUBERNETES,
  title: 'an OpenFlow controller',
  commitNs: NS_PER_MS,
  workers: 1,
  reconnect: OVS_RECONNECT,
  source: 'ovs-vswitchd.conf.db(5), Open vSwitch lib/reconnect',
  assumed: [
    { member: 'commitNs', because: 'kept in memory' },
    { member: 'workers', because: 'one loop of events' },
    COPY,
    LIST,
    BYTES,
    BATCH,
    ENTRY,
    COMPARE,
  ],
};

/** The kinds of control planes that are modelled here. */
export const CONTROL_PLANES = {
  kubernetes: KUBERNETES,
  /** Felix behind Typha. */
  typha: {
    ...KUBERNETES,
    title: 'the Kubernetes API through Typha',
    nodesPerRelay: 200,
    relaysMin: 3,
    relayCopyNs: 20 * NS_PER_US,
    batchNs: 20 * NS_PER_MS,
    source: 'Calico documentation of Typha, client-go reflector.go',
    assumed: [
      ...KUBERNETES.assumed.filter(({ member }) => member !== 'batchNs'),
      { member: 'relayCopyNs', because: 'encoded once for all' },
      { member: 'batchNs', because: 'Felix applies a whole batch at once' },
    ],
  },
  etcd: ETCD,
  /** Flannel with etcd: subnets are leases. */
  'flannel-etcd': {
    ...ETCD,
    title: 'etcd with leases',
    lease: { ttlNs: 24 * HOUR_NS, renewalNs: 23 * HOUR_NS },
    source: 'etcd-io/etcd #5318 and #17562, flannel-io/flannel #1240',
  },
  /** netmaster and its agents: the store, then a call to each agent. */
  contiv: {
    ...ETCD,
    title: "Contiv's netmaster",
    copyNs: 100 * NS_PER_US,
    source: 'Contiv documentation, gRPC connection back-off',
    assumed: [...ETCD.assumed, { member: 'copyNs', because: 'a call to each agent in turn' }],
  },
  /** Northbound and southbound database, northd between them, ovn-controller on each node. */
  ovn: {
    ...KUBERNETES,
    title: "OVN's central databases",
    compile: { baseNs: 10 * NS_PER_MS, nodeNs: 5 * NS_PER_MS, restNs: 300 * NS_PER_MS },
    workers: 1,
    copyNs: 20 * NS_PER_US,
    batchNs: 10 * NS_PER_MS,
    entryNs: NS_PER_MS,
    reconnect: OVS_RECONNECT,
    source: 'openshift/cluster-network-operator #1990 and #1526, Open vSwitch lib/reconnect',
    assumed: [
      { member: 'compile', because: 'seconds for a pass at 500 nodes' },
      COMMIT,
      { member: 'copyNs', because: 'one thread of ovsdb-server' },
      LIST,
      BYTES,
      { member: 'batchNs', because: 'one turn of ovn-controller' },
      { member: 'entryNs', because: 'some tens of OpenFlow flows' },
      COMPARE,
    ],
  },
  /** Switches keep their flows without their controller (fail mode secure). */
  'openflow-secure': OPENFLOW,
  /** Switches become learning ones without their controller (fail mode standalone). */
  'openflow-standalone': { ...OPENFLOW, forgetAfterNs: 15 * NS_PER_SECOND },
  /** Services' endpoints, on every node. */
  'kube-proxy': {
    ...KUBERNETES,
    title: 'kube-proxy',
    restNs: NS_PER_SECOND,
    entryNs: 180 * NS_PER_US,
    source: 'minSyncPeriod of kube-proxy, recorded rewriting of iptables, Kubernetes mutating_work_estimator.go',
    assumed: KUBERNETES.assumed.filter(({ member }) => member !== 'entryNs'),
  },
} as const satisfies Readonly<Record<string, ControlPlaneProfile>>;

/** Whether a kind of control plane has a server that is modelled here. */
export function isServed(kind: string): kind is ControlPlaneKind {
  return kind in CONTROL_PLANES;
}

/** Name of a control plane that is modelled here. */
export type ControlPlaneKind = keyof typeof CONTROL_PLANES;

/** All these names. */
export const CONTROL_PLANE_KINDS = Object.keys(CONTROL_PLANES) as [ControlPlaneKind, ...ControlPlaneKind[]];
