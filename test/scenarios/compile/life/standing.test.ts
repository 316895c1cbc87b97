/** Pods that stand when a run begins, in whole runs, seen from outside. */
import { describe, expect, it } from 'vitest';
import { PHASE } from '../../../../models/world/catalog.ts';
import { recordedRun, runOf } from './recorded-run.ts';
import { watched } from './watched-life.ts';

interface World {
  readonly nodes?: number;
  readonly replicas?: number;
  readonly standing?: boolean;
  /** What more is said of the workload `web`. */
  readonly workload?: string;
  /** Another group of pods. */
  readonly also?: string;
  readonly more?: string;
}

/** Containers take 20 s until they answer: nobody is served before who does not stand. */
function world({ nodes = 6, replicas = 14, standing = true, workload = '', also = '', more = '' }: World): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: 300s
cluster:
  nodes: [{ count: ${nodes}, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: ${replicas}, name: web, cpu: 1, memory: 1Gi, replicas: ${replicas} }${also}]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { web: { start: 20s, stop: 1s, readinessProbe: { period: 1s }${workload} } }
load:
  standing: ${standing}
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 20, timeout: 1s }]
${more}
`;
}

/** Phases of the pods in the first instant. */
async function phasesAtFirst(text: string): Promise<number[]> {
  const { trace } = await recordedRun(text);
  const pods = (await trace.stateAt(0)).table('pods');
  return [...pods.column('phase')];
}

describe('pods that stand when the run begins', () => {
  it('stand where they would have come to stand, and nobody sees them come', async () => {
    const [stand, start] = [await watched(world({})), await watched(world({ standing: false }))];
    const places = ({ pods }: typeof stand) => pods.map(({ name, node }) => `${name} on ${node}`);
    expect(places(stand)).toHaveLength(14);
    expect(places(stand)).toEqual(places(start));
    for (const kind of ['scheduled', 'pod-ready']) {
      expect(start.told(kind)).toHaveLength(14);
      expect(stand.told(kind)).toEqual([]);
    }
    expect(new Set(await phasesAtFirst(world({})))).toEqual(new Set([PHASE.running]));
  });

  it('answer from the first instant on', () => {
    expect(runOf(world({})).metrics['requestErrors']).toBe(0);
    expect(runOf(world({ standing: false })).metrics['requestErrors']).toBeGreaterThan(0.05);
  });

  it('roll and end as all others do', () => {
    const more = 'changes: [{ at: 100s, roll: web }, { at: 200s, scale: web, to: 3 }]';
    const [stand, start] = [true, false].map((standing) => runOf(world({ standing, more })).metrics);
    expect(stand!['rolloutTime']).toBeGreaterThan(20e9);
    expect(stand!['rolloutTime']).toBe(start!['rolloutTime']);
  });

  it('stand as far as there is room, and the others wait', async () => {
    // Calico takes a quarter of a core of each node, so that three pods fit.
    const text = world({ nodes: 2, replicas: 8 });
    const phases = await phasesAtFirst(text);
    expect(phases.filter((phase) => phase === PHASE.running)).toHaveLength(6);
    expect((await watched(text)).told('unschedulable').length).toBeGreaterThanOrEqual(2);
  });

  it('are those of StatefulSets and DaemonSets too, however long a pod must be Ready, and not those of Jobs', async () => {
    const job = ', { count: 2, name: sums, cpu: 100m, memory: 100Mi, replicas: 2 }';
    const text = (workload: string): string =>
      world({ replicas: 3, nodes: 3, workload, also: job }).replace(
        'workloads: {',
        'workloads: { sums: { kind: Job, run: 5s },',
      );
    for (const workload of [', kind: StatefulSet, minReady: 60s', ', kind: DaemonSet']) {
      const life = await watched(text(workload));
      expect(life.at('web', 0)).toHaveLength(3);
      expect(life.row('web', 2)).toEqual([3, 3, 3]);
      expect(life.of('sums').every(({ bornS }) => bornS > 0)).toBe(true);
      expect(life.of('sums')).toHaveLength(2);
    }
  });

  it('have their images, which nodes without them pull as ever', () => {
    const workload = ', image: { layers: [{ name: base, size: 80MB }] }';
    const images = 'images: { registry: 1Gbps }\n';
    const alone = world({ nodes: 3, replicas: 2, workload, more: images });
    expect(runOf(alone).metrics['imagePulls']).toBeUndefined();
    expect(runOf(`${alone}changes: [{ at: 10s, scale: web, to: 9 }]\n`).metrics['imagePulls']).toBe(1);
  });

  it('are divided among the members of a federation at once', async () => {
    const federation = 'federation: { clusters: [{ name: east, weight: 2 }, { name: west, weight: 1 }] }';
    const { result, trace } = await recordedRun(world({ replicas: 9, more: federation }));
    const clusters = (await trace.stateAt(0)).table('clusters');
    expect([...clusters.column('assigned')]).toEqual([6, 3]);
    expect([...clusters.column('ready')]).toEqual([6, 3]);
    expect(result.metrics['requestErrors']).toBe(0);
  });
});
