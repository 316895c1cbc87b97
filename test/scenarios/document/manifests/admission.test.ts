/** What the API server does with new pods: defaults and bounds of LimitRanges, quotas with upstream's words, priority classes. */
import { describe, expect, it } from 'vitest';
import { ManifestStore } from '../../../../scenarios/document/manifests/manifest.ts';
import { type ManifestCluster, manifestClusterOf } from '../../../../scenarios/document/manifests/manifest-cluster.ts';
import { quantityText } from '../../../../scenarios/document/manifests/quantity.ts';
import { readManifestFile } from '../../../../scenarios/document/manifests/reading.ts';
import { ReportWriter } from '../../../../scenarios/document/manifests/report.ts';

function clusterOf(...items: readonly object[]): ManifestCluster {
  const report = new ReportWriter();
  const store = new ManifestStore(report);
  readManifestFile([JSON.stringify(items)], 'f', report, (manifest) => store.add(manifest));
  const cluster = manifestClusterOf(store, report);
  expect(cluster.report.problems).toEqual([]);
  return cluster;
}

const deployment = (replicas: number, resources: object, more: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
  spec: {
    ...{ replicas, selector: { matchLabels: { app: 'a' } } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', resources }], ...more } },
  },
});
const pod = (name: string, resources: object, status: object, more: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, status },
  spec: { containers: [{ name: 'c', resources }], ...more },
});
const quota = (hard: object, more: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...more } },
});
const range = (...limits: readonly object[]) => ({
  ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } },
});
const count = ({ workloads }: ManifestCluster) => workloads.reduce((sum, { pods }) => sum + pods.length, 0);
const refusal = ({ report }: ManifestCluster) => report.notes.find((note) => note.includes('refused')) ?? '';

describe('quotas', () => {
  it('let in what fits beside the pods that are there, and refuse the rest in upstream words', () => {
    const requests = { requests: { cpu: '1500m', memory: '1Gi' } };
    const cluster = clusterOf(
      pod('old', requests, { phase: 'Running' }),
      pod('ended', requests, { phase: 'Succeeded' }),
      quota({ 'requests.cpu': '5', memory: '100Gi', pods: '10' }),
      deployment(5, requests),
    );
    expect(count(cluster)).toBe(3);
    expect(refusal(cluster)).toMatch(
      /^3 pods of Deployment web were refused: pods "web-\S+" is forbidden: exceeded quota: q, requested: requests\.cpu=1500m, used: requests\.cpu=4500m, limited: requests\.cpu=5$/,
    );
  });

  it('may be used to the last', () => {
    expect(count(clusterOf(quota({ cpu: '3' }), deployment(4, { requests: { cpu: '1' } })))).toBe(3);
  });

  it('refuse containers that do not name what is counted', () => {
    const cluster = clusterOf(
      quota({ 'limits.memory': '1Gi', cpu: '1', 'requests.nvidia.com/gpu': '1' }),
      deployment(1, {}),
    );
    expect(refusal(cluster)).toContain('failed quota: q: must specify cpu for: c; limits.memory for: c');
  });

  it('count devices, and only pods of their scopes', () => {
    const gpu = { limits: { 'nvidia.com/gpu': '2' } };
    expect(refusal(clusterOf(quota({ 'requests.nvidia.com/gpu': '3' }), deployment(2, gpu)))).toContain(
      'requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=2, limited: requests.nvidia.com/gpu=3',
    );
    const none = { pods: '0' };
    expect(count(clusterOf(quota(none, { scopes: ['BestEffort'] }), deployment(1, { requests: { cpu: '1' } })))).toBe(
      1,
    );
    expect(count(clusterOf(quota(none, { scopes: ['BestEffort'] }), deployment(1, {})))).toBe(0);
    expect(count(clusterOf(quota(none, { scopes: ['Terminating'] }), deployment(1, {})))).toBe(1);
    const gold = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'gold' }, value: 5 };
    const matchExpressions = [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }];
    const ofGold = quota(none, { scopeSelector: { matchExpressions } });
    expect(count(clusterOf(gold, ofGold, deployment(1, {}, { priorityClassName: 'gold' })))).toBe(0);
    expect(count(clusterOf(gold, ofGold, deployment(1, {})))).toBe(1);
    expect(count(clusterOf({ ...gold, globalDefault: true }, ofGold, deployment(1, {})))).toBe(0);
  });
});

describe('limit ranges', () => {
  const shape = (cluster: ManifestCluster) => cluster.shapes[0]!;

  it('give requests and limits to containers that name none', () => {
    const given = range({ type: 'Container', default: { cpu: '2', memory: '1Gi' }, defaultRequest: { cpu: '500m' } });
    expect(shape(clusterOf(given, deployment(1, {})))).toMatchObject({ cpuMilli: 500, memoryMib: 1024 });
    const own = { requests: { cpu: '100m' }, limits: { memory: '64Mi' } };
    expect(shape(clusterOf(given, deployment(1, own)))).toMatchObject({ cpuMilli: 100, memoryMib: 64 });
    const most = range({ type: 'Container', max: { cpu: '3' }, min: { cpu: '1' } });
    expect(shape(clusterOf(most, deployment(1, {})))).toMatchObject({ cpuMilli: 3000 });
  });

  it('change nothing of pods that are there', () => {
    const given = range({ type: 'Container', default: { cpu: '2' } });
    expect(shape(clusterOf(given, pod('old', {}, { phase: 'Running' })))).toMatchObject({ cpuMilli: 0 });
  });

  it.each<[object, object, string]>([
    [
      { type: 'Container', min: { cpu: '500m' } },
      { requests: { cpu: '100m' } },
      'is forbidden: minimum cpu usage per Container is 500m, but request is 100m',
    ],
    [
      { type: 'Container', max: { memory: '1Gi' } },
      { limits: { memory: '1536Mi' } },
      '[maximum memory usage per Container is 1Gi, but limit is 1536Mi, maximum cpu usage',
    ],
    [
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '1' }, limits: { cpu: '3' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
    [{ type: 'Pod', max: { cpu: '1' } }, { limits: { cpu: '2' } }, 'maximum cpu usage per Pod is 1, but limit is 2'],
  ])('refuse what is too small or too large: %j', (limit, resources, words) => {
    const second = words.startsWith('[') ? [{ type: 'Pod', max: { cpu: '1' } }] : [];
    expect(refusal(clusterOf(range(limit, ...second), deployment(1, resources)))).toContain(words);
  });
});

it('a class that does not exist refuses the pod; one that does gives its priority', () => {
  const gold = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'gold' }, value: 5 };
  const wanted = deployment(1, {}, { priorityClassName: 'gold' });
  expect(refusal(clusterOf(wanted))).toContain('no PriorityClass with name gold was found');
  expect(clusterOf(gold, wanted).shapes[0]).toMatchObject({ priority: 5 });
});

it.each<[bigint, boolean, string]>([
  [1_500_000_000n, false, '1500m'],
  [2_000_000_000n, true, '2'],
  [1536n * 2n ** 20n * 1_000_000_000n, true, '1536Mi'],
  [2n ** 30n * 1_000_000_000n, true, '1Gi'],
  [3_000_000_000_000n, false, '3k'],
  [1n, false, '1n'],
])('%s nano units are written as upstream does', (nano, binary, text) => {
  expect(quantityText(nano, binary)).toBe(text);
});
