/** `explain --autoscaler`: what an autoscaler of the manifests would do, from the pods and samples beside it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { verb } from '../../../scenarios/command/explain.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
import { kubectlImporter } from '../../../scenarios/import/kubectl.ts';
import { recordedIo } from './recorded-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-autoscaler-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = `
wavetank: 1
title: Autoscaler
question: Does it move?
duration: 10s
cluster:
  nodes: [{ count: 2, name: node, cpu: 8, memory: 32Gi }]
  manifests: [cluster.json]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic: { start: 1s, talkers: [{ name: requests, rate: 1, size: { constant: 1KiB }, measures: latency }] }
environment: machine-room-bgp
scheme: calico-bgp
`;

/** Three pods of a Deployment that request half a core, each using so much. */
function snapshot(usage: readonly (string | undefined)[]): string {
  const owner = (kind: string, name: string) => [{ apiVersion: 'apps/v1', kind, name, uid: name, controller: true }];
  const pods = usage.map((_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${i}`,
      namespace: 'shop',
      labels: { app: 'web' },
      ownerReferences: owner('ReplicaSet', 'web-1'),
    },
    spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'web', resources: { requests: { cpu: '500m' } } }] },
    status: {
      phase: 'Running',
      startTime: '2026-11-25T10:00:00Z',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-25T10:00:10Z' }],
    },
  }));
  const samples = usage.flatMap((cpu, i) =>
    cpu === undefined
      ? []
      : [
          {
            ...{
              apiVersion: 'metrics.k8s.io/v1beta1',
              kind: 'PodMetrics',
              metadata: { name: `web-${i}`, namespace: 'shop' },
            },
            ...{
              timestamp: '2026-11-25T12:00:00Z',
              window: '15.0s',
              containers: [{ name: 'c', usage: { cpu, memory: '1Mi' } }],
            },
          },
        ],
  );
  const template = { metadata: { labels: { app: 'web' } }, spec: pods[0]!.spec };
  const selector = { matchLabels: { app: 'web' } };
  const more = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 3, selector, template },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
      metadata: { name: 'web-1', namespace: 'shop', ownerReferences: owner('Deployment', 'web') },
      spec: { replicas: 3, selector, template },
    },
    {
      ...{
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: 'shop' },
      },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        ...{ minReplicas: 2, maxReplicas: 10 },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
      },
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...pods, ...samples, ...more] });
}

/** Calls with other objects than those of {@link snapshot}; one list for each file. */
async function callWith(lists: readonly unknown[], ...words: string[]) {
  const files = lists.map((_, i) => `list-${i}.json`);
  lists.forEach((list, i) => {
    writeFileSync(join(folder, files[i]!), JSON.stringify(list));
  });
  writeFileSync(join(folder, 'lists.yaml'), SCENARIO.replace('cluster.json', files.join(', ')));
  const io = recordedIo({ cwd: folder });
  const entry = { name: 'explain', summary: '', load: async () => verb };
  const status = await invoke(['explain', 'lists.yaml', ...words], io, [entry]);
  return { status, ...io.said };
}

/** A pod that no autoscaler means. */
const LONE = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'lone' },
  spec: { containers: [{ name: 'c', image: 'c' }] },
};

function autoscaler(metrics: readonly unknown[], namespace = 'shop') {
  return {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'other', namespace } },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 20, metrics },
  };
}

async function call(usage: readonly (string | undefined)[], ...words: string[]) {
  writeFileSync(join(folder, 'scenario.yaml'), SCENARIO);
  writeFileSync(join(folder, 'cluster.json'), snapshot(usage));
  const io = recordedIo({ cwd: folder });
  const entry = { name: 'explain', summary: '', load: async () => verb };
  const status = await invoke(['explain', 'scenario.yaml', ...words], io, [entry]);
  return { status, ...io.said };
}

it.each([
  // 90 % of 500m against 50 %: 3 x 1.8, rounded up.
  [['450m', '450m', '450m'], 6, 'shop/web takes Deployment/web from 3 to 6 replicas.'],
  // Within a tenth of the target.
  [['260m', '260m', '250m'], 3, 'shop/web leaves Deployment/web at 3 replicas.'],
  // Half as much would do with two, but the window of the way down has just begun.
  [['100m', '100m', '100m'], 3, 'shop/web leaves Deployment/web at 3 replicas.'],
])('%j', async (usage, desired, answer) => {
  const { status, out } = await call(usage, '--autoscaler', 'web');
  expect(status).toBe(0);
  expect(out).toContain(answer);
  expect(out).toContain('It sees 3 pods; 3 of them have a sample.');
  const json = JSON.parse((await call(usage, '--autoscaler', 'shop/web', '--json')).out);
  expect(json).toMatchObject({ currentReplicas: 3, desiredReplicas: desired, decided: true });
  expect(json.sentences.length).toBeGreaterThan(0);
});

it('tells at which mean it would move, and what holds it', async () => {
  const { out } = await call(['260m', '260m', '250m'], '--autoscaler', 'web');
  // 55 / 50 is the tolerance of a tenth; 3 x 33 / 50 is the first demand of 2 pods.
  expect(out).toContain(
    'it would add a pod at a mean of more than 55 %, and do with fewer at less than 34 %; now it is 51 %.',
  );
  expect(out).toContain('Pods go only after 300 s in which it never asked for as many as there are.');
  const { changes, currentMetrics } = JSON.parse(
    (await call(['260m', '260m', '250m'], '--autoscaler', 'web', '--json')).out,
  );
  expect(changes).toHaveLength(2);
  expect(currentMetrics).toEqual([{ type: 'Resource', resource: 'cpu', averageUtilization: 51, averageValue: '256m' }]);
  // Idle pods cannot be multiplied.
  expect((await call(['0', '0', '0'], '--autoscaler', 'web')).out).toContain(
    'of more than 55 %, and do with fewer at less than 34 %; now it is 0 %.',
  );
});

it('says that no metric could be computed where there are no samples', async () => {
  const { status, out } = await call([undefined, undefined], '--autoscaler', 'web');
  expect(status).toBe(1);
  expect(out).toContain('no metric could be computed');
  expect(out).toMatch(/ScalingActive=False/);
});

it('names the autoscalers that there are', async () => {
  const { status, err } = await call(['1m'], '--autoscaler', 'wep');
  expect([status, err.includes('Did you mean web?')]).toEqual([2, true]);
});

it('reads values of pods, objects and from outside as the metrics APIs list them', async () => {
  const average = (averageValue: string) => ({ type: 'AverageValue', averageValue });
  const service = { apiVersion: 'v1', kind: 'Service', name: 'front' };
  const metrics = [
    { type: 'Pods', pods: { metric: { name: 'requests' }, target: average('100') } },
    {
      type: 'Object',
      object: { metric: { name: 'hits' }, describedObject: service, target: { type: 'Value', value: '10' } },
    },
    {
      type: 'External',
      external: { metric: { name: 'queue', selector: { matchLabels: { queue: 'jobs' } } }, target: average('10') },
    },
  ];
  const value = (kind: string, name: string, metric: string, amount: string) => ({
    ...{ describedObject: { kind, namespace: 'shop', name, apiVersion: '/v1' }, metric: { name: metric } },
    ...{ timestamp: '2026-11-25T12:00:00Z', value: amount },
  });
  const queue = (name: string, amount: string) => ({
    metricName: 'queue',
    metricLabels: { queue: name },
    value: amount,
  });
  const lists = [
    JSON.parse(snapshot(['200m', '200m', '200m'])),
    { apiVersion: 'v1', kind: 'List', items: [autoscaler(metrics)] },
    {
      ...{ kind: 'MetricValueList', apiVersion: 'custom.metrics.k8s.io/v1beta2' },
      items: [
        ...[0, 1, 2].map((pod) => value('Pod', `web-${pod}`, 'requests', '150')),
        value('Service', 'front', 'hits', '12500m'),
      ],
    },
    {
      ...{ kind: 'ExternalMetricValueList', apiVersion: 'external.metrics.k8s.io/v1beta1' },
      items: [queue('jobs', '70'), queue('mail', '900')],
    },
  ];
  const { status, out, err } = await callWith(lists, '--autoscaler', 'other', '--json');
  expect([status, err]).toEqual([0, '']);
  // 1.5 times 3 pods; 1.25 times 3; 70 shared in tens.
  expect(JSON.parse(out)).toMatchObject({
    desiredReplicas: 6,
    currentMetrics: [
      { type: 'Pods', averageValue: '150' },
      { type: 'Object', value: '12500m' },
      { type: 'External', averageValue: '23334m' },
    ],
  });
  const words = (await callWith(lists, '--autoscaler', 'other')).out;
  expect(words).toContain('By pods metric requests it would add a pod at a mean of more than 110');
  expect(words).toContain('By Service metric hits it would add a pod at a value of more than 11');
  expect(words).toContain('takes pods away only when all of its metrics ask for fewer');
});

it('tells metrics that are not there as Kubernetes does', async () => {
  const metric = {
    type: 'Pods',
    pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '1' } },
  };
  const lists = [JSON.parse(snapshot(['1m'])), { kind: 'List', items: [autoscaler([metric])] }];
  const { status, out } = await callWith(lists, '--autoscaler', 'other');
  expect(status).toBe(1);
  expect(out).toContain(
    'ScalingActive=False FailedGetPodsMetric: the HPA was unable to compute the replica count: unable to get metric requests: no metrics returned from custom metrics API',
  );
});

it('says that a target is not there', async () => {
  const { status, out } = await callWith([{ kind: 'List', items: [LONE, autoscaler([])] }], '--autoscaler', 'other');
  expect(status).toBe(1);
  expect(out).toContain('shop/other cannot decide: its target Deployment/web is not there.');
  expect(out).toContain('AbleToScale=False FailedGetScale');
  expect(out).toContain('deployments.apps "web" not found');
});

it('asks for the namespace of a name that stands in two', async () => {
  const lists = [{ kind: 'List', items: [LONE, autoscaler([]), autoscaler([], 'bank')] }];
  const { status, err } = await callWith(lists, '--autoscaler', 'other');
  expect([status, err]).toEqual([
    2,
    expect.stringContaining('"other" is in 2 namespaces; write shop/other or bank/other.'),
  ]);
  expect((await callWith(lists, '--autoscaler', 'bank/other')).status).toBe(1);
  expect((await callWith(lists, '--autoscaler', 'bank/other', '--pod', 'web-0')).status).toBe(2);
});

it('keeps samples when a cluster is imported', () => {
  const text = snapshot(['200m', '200m']);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-0' }, status: { allocatable: { cpu: '4' } } };
  const raw = { kind: 'ExternalMetricValueList', items: [{ metricName: 'queue', value: '3' }] };
  const files = [text, JSON.stringify({ kind: 'List', items: [node] }), JSON.stringify(raw)];
  const { files: written } = kubectlImporter.convert(files.map((one, i) => ({ name: `${i}.json`, text: one })));
  const { items } = JSON.parse(written![0]!.text);
  const kinds = items.map((one: { apiVersion: string; kind: string }) => `${one.apiVersion} ${one.kind}`);
  expect(kinds.filter((one: string) => one === 'metrics.k8s.io/v1beta1 PodMetrics')).toHaveLength(2);
  expect(kinds).toContain('external.metrics.k8s.io/v1beta1 ExternalMetricValue');
});

it('finds pods by the selector of the target, where what owns them is not in the snapshot', async () => {
  const list = JSON.parse(snapshot(['450m', '450m', '450m'])) as { items: { kind: string }[] };
  const items = list.items.filter(({ kind }) => kind !== 'ReplicaSet');
  const { out } = await callWith([{ ...list, items: [LONE, ...items] }], '--autoscaler', 'web');
  expect(out).toContain('from 3 to 6 replicas.\n\nIt sees 3 pods; 3 of them have a sample.');
});
