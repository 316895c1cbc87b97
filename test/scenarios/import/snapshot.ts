/** A cluster as `kubectl get nodes,pods,deployments,… -A -o json` prints it, made up: with all that real ones are full of. */
export interface SnapshotSize {
  readonly nodes: number;
  /** Pods of Deployments; each node carries two of DaemonSets besides. */
  readonly pods: number;
  /** How many of them have no node yet. */
  readonly pending: number;
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
/** What must never be kept. */
export const SECRET = 'hunter2-never-kept';

/** The objects of the snapshot, one by one. */
export function* snapshotItems({ nodes, pods, pending }: SnapshotSize): Generator<object> {
  for (let i = 0; i < nodes; i++) yield node(i);
  const deployments = Math.ceil(pods / 20);
  for (let i = 0; i < deployments; i++) {
    const replicas = Math.min(20, pods - i * 20);
    const set = owner('ReplicaSet', 'apps/v1', `app-${i}-5d9c7b4f8d`);
    yield workload('Deployment', `app-${i}`, replicas, i, []);
    yield workload('ReplicaSet', `app-${i}-5d9c7b4f8d`, replicas, i, owner('Deployment', 'apps/v1', `app-${i}`));
    for (let p = 0; p < replicas; p++) {
      const number = i * 20 + p;
      const on = number < pods - pending ? `node-${number % nodes}` : undefined;
      yield pod(`app-${i}-5d9c7b4f8d-${p}`, `team-${i % 5}`, { app: `app-${i}` }, on, set);
    }
  }
  for (const agent of ['kube-proxy', 'calico-node']) {
    yield workload('DaemonSet', agent, undefined, 0, []);
    const owners = owner('DaemonSet', 'apps/v1', agent);
    for (let i = 0; i < nodes; i++)
      yield pod(`${agent}-${i}`, 'kube-system', { app: agent }, `node-${i}`, owners, true);
  }
  const metadata = meta('tls', 'team-0', {});
  yield { apiVersion: 'v1', kind: 'Secret', metadata, data: { key: SECRET } };
}

/** The whole text, as kubectl lays it out. */
export function snapshotText(size: SnapshotSize): string {
  return JSON.stringify({ apiVersion: 'v1', items: [...snapshotItems(size)], kind: 'List', metadata: {} }, null, 4);
}

function meta(name: string, namespace: string | undefined, labels: object, ownerReferences: readonly object[] = []) {
  return {
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"token":"${SECRET}"}` },
    ...{ creationTimestamp: '2026-01-01T00:00:00Z', labels, name, namespace, ownerReferences },
    ...{ resourceVersion: '12345', uid: `00000000-0000-4000-8000-${name.length}` },
    managedFields: [{ manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { 'f:spec': { 'f:x': {} } } }],
  };
}

function owner(kind: string, apiVersion: string, name: string): object[] {
  return [{ apiVersion, blockOwnerDeletion: true, controller: true, kind, name, uid: 'x' }];
}

function node(i: number): object {
  const name = `node-${i}`;
  const zone = ZONES[i % ZONES.length]!;
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone, 'kubernetes.io/os': 'linux' };
  const amounts = { cpu: '8', 'ephemeral-storage': '100Gi', memory: '32Gi', pods: '110' };
  return {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: meta(name, undefined, labels) },
    spec: { podCIDR: `10.0.${i}.0/24`, providerID: `cloud:///${name}` },
    status: {
      ...{ addresses: [{ address: `172.16.0.${i}`, type: 'InternalIP' }], nodeInfo: { kubeletVersion: 'v1.34.1' } },
      allocatable: { ...amounts, cpu: '7910m', memory: '30Gi' },
      capacity: amounts,
      conditions: [{ type: 'Ready', status: 'True' }],
      images: [{ names: ['img.example/app:1'], sizeBytes: 123_456_789 }],
    },
  };
}

function podSpec(request: string): object {
  const resources = { limits: { memory: '256Mi' }, requests: { cpu: request, memory: '256Mi' } };
  const env = [{ name: 'PASSWORD', value: SECRET }];
  const probes = {
    livenessProbe: { httpGet: { path: '/', port: 80 } },
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
  };
  return {
    containers: [{ name: 'main', image: 'img.example/app:1', env, resources, ...probes }],
    ...{ dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', serviceAccountName: 'default' },
    volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  };
}

function workload(
  kind: string,
  name: string,
  replicas: number | undefined,
  i: number,
  owners: readonly object[],
): object {
  const labels = { app: replicas === undefined ? name : `app-${i}` };
  const namespace = replicas === undefined ? 'kube-system' : `team-${i % 5}`;
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: meta(name, namespace, labels, owners) },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec('100m') },
    },
    status: { observedGeneration: 1 },
  };
}

function pod(
  name: string,
  namespace: string,
  labels: object,
  on: string | undefined,
  owners: readonly object[],
  hostNetwork = false,
): object {
  const spec = {
    ...podSpec('100m'),
    ...(on === undefined ? {} : { nodeName: on }),
    ...(hostNetwork ? { hostNetwork } : {}),
  };
  const conditions = [{ type: 'PodScheduled', status: on === undefined ? 'False' : 'True' }];
  const status = { phase: on === undefined ? 'Pending' : 'Running', conditions, startTime: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'Pod', metadata: meta(name, namespace, labels, owners), spec, status };
}
