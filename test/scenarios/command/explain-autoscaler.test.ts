/** `explain --autoscaler`: what an autoscaler of the manifests would do, from the pods and samples beside it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { verb } from '../../../scenarios/command/explain.ts';
import { invoke } from '../../../scenarios/command/invocation.ts';
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
