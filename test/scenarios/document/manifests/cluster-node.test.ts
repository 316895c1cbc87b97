/** Kubernetes nodes and other objects as the scheduler sees them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clusterNodeOf } from '../../../../scenarios/document/manifests/cluster-node.ts';
import { clusterObjectsOf } from '../../../../scenarios/document/manifests/objects.ts';
import { boundNodeOf, podShapeOf } from '../../../../scenarios/document/manifests/pod-shape.ts';

describe('a node', () => {
  it('of a real cluster', () => {
    const status = {
      allocatable: { cpu: '3920m', memory: '7164Mi', pods: '58', 'ephemeral-storage': '1Ki', 'hugepages-2Mi': '0' },
      capacity: { cpu: '4', memory: '8Gi' },
      images: [{ names: ['a:1', 'a@sha256:0'], sizeBytes: 5 }],
    };
    const spec = { unschedulable: true, taints: [{ key: 'spot', effect: 'NoSchedule' }] };
    expect(clusterNodeOf({ metadata: { name: 'n', labels: { zone: 'a' } }, spec, status }, 3)).toEqual({
      ...{ name: 'n', rack: 3, labels: { zone: 'a' }, gpuModel: '', podsMax: 58, unschedulable: true },
      taints: [{ key: 'spot', value: '', effect: 'NoSchedule' }],
      capacity: { cpuMilli: 4000, memoryMib: 8192, gpus: 0 },
      allocatable: { cpuMilli: 3920, memoryMib: 7164, gpus: 0 },
      extended: { 'ephemeral-storage': 1024, 'hugepages-2Mi': 0 },
      images: [{ names: ['a:1', 'a@sha256:0'], sizeBytes: 5 }],
    });
  });

  it('without allocatable offers its capacity', () => {
    expect(clusterNodeOf({ name: 'n', capacity: { cpu: 1 } })).toMatchObject({
      ...{ allocatable: { cpuMilli: 1000, memoryMib: 0 }, podsMax: 110 },
    });
  });
});

describe('other objects', () => {
  it('of a real cluster and of a recorded case', () => {
    const spec = { selector: { matchLabels: { app: 'a' } } };
    const selector = { matchLabels: { app: 'a' }, matchExpressions: [] };
    const objects = clusterObjectsOf({
      namespaces: [{ metadata: { name: 'other', labels: { team: 'x' } } }],
      services: [{ metadata: { name: 'web', namespace: 'other' }, spec: { selector: { app: 'a' } } }],
      disruptionBudgets: [
        { metadata: { name: 'one' }, spec, status: { disruptionsAllowed: 2 } },
        { name: 'two', selector: { app: 'a' }, disruptionsAllowed: 1 },
        { metadata: { name: 'none' }, spec: {} },
      ],
    });
    expect([...objects.namespaces]).toEqual([
      ['default', { 'kubernetes.io/metadata.name': 'default' }],
      ['other', { team: 'x', 'kubernetes.io/metadata.name': 'other' }],
    ]);
    expect(objects.services).toEqual([{ namespace: 'other', name: 'web', selector: { app: 'a' } }]);
    expect(objects.disruptionBudgets).toEqual([
      { namespace: 'default', name: 'one', selector, disruptionsAllowed: 2 },
      { namespace: 'default', name: 'two', selector, disruptionsAllowed: 1 },
      { namespace: 'default', name: 'none', selector: null, disruptionsAllowed: 0 },
    ]);
  });
});

interface RecordedInput {
  readonly nodes: readonly Record<string, unknown>[];
  readonly existingPods?: readonly Record<string, unknown>[];
  readonly pendingPods: readonly Record<string, unknown>[];
}

describe('recorded clusters', () => {
  const file = new URL('../../../oracles/k8s/scheduler.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly { input: RecordedInput }[] };

  it('bound pods lie on nodes of the case, and every pod has its name', () => {
    expect(cases.length).toBeGreaterThan(10);
    for (const { input } of cases) {
      const nodes = input.nodes.map((body) => clusterNodeOf(body));
      expect(nodes.every(({ allocatable }) => allocatable.cpuMilli > 0 && allocatable.memoryMib > 0)).toBe(true);
      const names = new Set(nodes.map(({ name }) => name));
      for (const body of input.existingPods ?? []) expect(names.has(boundNodeOf(body)!)).toBe(true);
      for (const body of input.pendingPods) expect(podShapeOf(body).name).not.toBe('');
    }
  });
});
