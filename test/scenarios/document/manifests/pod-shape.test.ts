/** Kubernetes pods as the scheduler sees them. */
import { describe, expect, it } from 'vitest';
import { normalImage, podShapeOf } from '../../../../scenarios/document/manifests/pod-shape.ts';

const container = (requests: object, more: object = {}) => ({
  name: 'c',
  image: 'i',
  resources: { requests },
  ...more,
});
const pod = (spec: object, labels: object = {}) => podShapeOf({ metadata: { name: 'p', labels }, spec: { ...spec } });
const amounts = (spec: object) => {
  const { cpuMilli, memoryMib, scoredCpuMilli, scoredMemoryMib, extended } = pod(spec);
  return { cpuMilli, memoryMib, scoredCpuMilli, scoredMemoryMib, ...(extended === undefined ? {} : { extended }) };
};

describe('requests', () => {
  it('are the sum of the containers; scores count 100m and 200Mi for each that names none', () => {
    const containers = [container({ cpu: '250m', memory: '64Mi' }), container({ cpu: '0' }), container({})];
    expect(amounts({ containers })).toEqual({
      ...{ cpuMilli: 250, memoryMib: 64, scoredCpuMilli: 350, scoredMemoryMib: 464 },
    });
  });

  it('round up once, over the sum', () => {
    const containers = [container({ cpu: '0.5m', memory: '0.5' }), container({ cpu: '0.5m', memory: '0.6' })];
    expect(amounts({ containers })).toMatchObject({ cpuMilli: 1, memoryMib: 2 / 2 ** 20 });
  });

  it('are those of the largest init container with the sidecars started before it, if that is more', () => {
    const sidecar = container({ cpu: '100m' }, { restartPolicy: 'Always' });
    const late = container({ cpu: '1' }, { restartPolicy: 'Always' });
    const start = container({ cpu: '2', memory: '1Gi' });
    const containers = [container({ cpu: '500m' })];
    expect(amounts({ initContainers: [sidecar, start], containers })).toMatchObject({
      cpuMilli: 2100,
      memoryMib: 1024,
    });
    expect(amounts({ initContainers: [sidecar, start, late], containers })).toMatchObject({ cpuMilli: 2100 });
    expect(amounts({ initContainers: [sidecar, late], containers })).toMatchObject({ cpuMilli: 1600 });
  });

  it('take a limit for a missing request, and add the overhead', () => {
    const limited = { name: 'c', resources: { limits: { cpu: '2', 'nvidia.com/gpu': 1 }, requests: { cpu: '1' } } };
    expect(amounts({ containers: [limited], overhead: { cpu: '250m' } })).toMatchObject({
      ...{ cpuMilli: 1250, extended: { 'nvidia.com/gpu': 1 } },
    });
  });

  it('of the whole pod stand above those of its containers', () => {
    const containers = [container({ cpu: '1', 'example.com/fpga': '2' })];
    const resources = { requests: { cpu: '3' }, limits: { memory: '1Gi' } };
    expect(amounts({ containers, resources })).toMatchObject({
      ...{ cpuMilli: 3000, memoryMib: 1024, extended: { 'example.com/fpga': 2 } },
    });
  });
});

describe('a pod', () => {
  it('has the defaults of the API server', () => {
    const shape = pod({ containers: [{ name: 'c', image: 'img.example:5000/a' }] });
    expect(shape).toEqual({
      ...{ name: 'p', namespace: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority' },
      ...{ cpuMilli: 0, memoryMib: 0, scoredCpuMilli: 100, scoredMemoryMib: 200 },
      ...{ gpus: 0, gpuMilli: 0, gpuModels: [], tolerations: [], nodeSelector: {} },
      nodeAffinity: { required: [], preferred: [] },
      images: ['img.example:5000/a:latest'],
    });
  });

  it('carries ports of containers and sidecars, and all its ports in the network of the host', () => {
    const ports = [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }];
    const spec = { containers: [{ ports }], initContainers: [{ ports: [{ hostPort: 1 }] }] };
    expect(pod(spec).hostPorts).toEqual([{ protocol: 'TCP', hostIp: '0.0.0.0', port: 8080 }]);
    expect(pod({ ...spec, hostNetwork: true }).hostPorts?.map(({ port }) => port)).toEqual([8080, 81]);
    const sidecar = { initContainers: [{ restartPolicy: 'Always', ports: [{ hostPort: 1, protocol: 'UDP' }] }] };
    expect(pod(sidecar).hostPorts).toEqual([{ protocol: 'UDP', hostIp: '0.0.0.0', port: 1 }]);
  });

  it('merges label keys into its selectors, as the API server does', () => {
    const labelSelector = { matchLabels: { app: 'a' } };
    const term = { labelSelector, topologyKey: 'zone', matchLabelKeys: ['rev', 'none'], mismatchLabelKeys: ['team'] };
    const spec = {
      topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', labelSelector, matchLabelKeys: ['rev'] }],
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const shape = pod(spec, { rev: '1', team: 'x' });
    const rev = { key: 'rev', operator: 'In', values: ['1'] };
    expect(shape.topologySpread).toEqual([
      {
        ...{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 1 },
        selector: { matchLabels: { app: 'a' }, matchExpressions: [rev] },
        ...{ nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' },
      },
    ]);
    expect(shape.podAntiAffinity?.required[0]?.selector?.matchExpressions).toEqual([
      rev,
      { key: 'team', operator: 'NotIn', values: ['x'] },
    ]);
  });

  it('gets its priority from its number, its class, the class of the cluster, or has 0', () => {
    const value = (spec: object, globalDefault = false) =>
      podShapeOf(
        { name: 'p', spec: { ...spec } },
        { priorityClasses: [{ name: 'gold', value: 10, globalDefault, preemptionPolicy: 'Never' }] },
      );
    expect(value({ priority: 7, priorityClassName: 'gold' })).toMatchObject({ priority: 7 });
    expect(value({ priorityClassName: 'gold' })).toMatchObject({ priority: 10, preemptionPolicy: 'Never' });
    expect(value({ priorityClassName: 'system-node-critical' })).toMatchObject({ priority: 2_000_001_000 });
    expect(value({})).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    expect(value({}, true)).toMatchObject({ priority: 10, preemptionPolicy: 'Never' });
  });

  it('names nodes by matchFields', () => {
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n1'] }];
    const required = { nodeSelectorTerms: [{ matchFields }] };
    const shape = pod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } });
    expect(shape.nodeAffinity.required).toEqual([{ expressions: [], fields: [{ operator: 'In', values: ['n1'] }] }]);
  });

  it('mounts claims by name; a volume of its own is a claim named after it', () => {
    const volumes = [
      { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'b', ephemeral: {} },
      { name: 'c', emptyDir: {} },
    ];
    expect(pod({ volumes }).claims).toEqual(['data', 'p-b']);
  });

  it('reads what has the wrong type as absent', () => {
    const spec = {
      containers: 'none',
      tolerations: {},
      nodeSelector: ['a'],
      affinity: 3,
      priority: '7',
      volumes: null,
    };
    expect(pod(spec)).toMatchObject({ cpuMilli: 0, tolerations: [], nodeSelector: {}, priority: 0 });
    expect(podShapeOf({})).toMatchObject({ name: '', namespace: 'default' });
  });

  it('names an image with its tag', () => {
    expect(normalImage('a')).toBe('a:latest');
    expect(normalImage('host:5000/a')).toBe('host:5000/a:latest');
    expect(normalImage('a@sha256:0')).toBe('a@sha256:0');
  });
});
