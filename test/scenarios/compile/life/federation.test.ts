/** Many clusters in one run: who gets how many, and what the ways between them do to requests. */
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../../sim/trace/reader.ts';
import { planOfText } from '../small-worlds.ts';

const FEDERATION = `
wavetank: 1
title: A test
question: Does it?
duration: 60s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods:
    - { count: 9, name: web, cpu: 500m, memory: 512Mi, replicas: 9 }
    - { count: 6, name: store, cpu: 500m, memory: 512Mi, replicas: 6 }
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  start: 10s
  endpointLag: 100ms
  services:
    - name: web
      workers: 20
      requests: [{ cpu: { constant: 2ms }, calls: [{ to: store }] }]
    - name: store
      workers: 20
      requests: [{ wait: { constant: 10ms } }]
  sources: [{ name: visitors, to: web, rate: 100, near: west }]
federation:
  clusters:
    - { name: east, weight: 2 }
    - { name: west, weight: 1, nodes: 3 }
  lines: [{ between: [east, west], kind: vxlan, rtt: 40ms }]
`;

function runOf(text: string, sink?: MemorySource) {
  const plan = planOfText(text);
  const options = sink === undefined ? {} : { sink, level: 'state' as const };
  return startRun(plan, plan.alternatives[0]!.name, 'test/0', options).finish();
}

/** Wanted replicas of every workload, at the end. */
async function wantedOf(text: string): Promise<Record<string, number>> {
  const memory = new MemorySource();
  runOf(text, memory);
  const reader = await openTrace(memory);
  const workloads = (await reader.stateAt(reader.endNs)).table('workloads');
  const wanted = workloads.column('wanted');
  return Object.fromEntries(Array.from({ length: workloads.count }, (_, row) => [workloads.name(row), wanted[row]!]));
}

const p50Ms = (text: string): number => runOf(text).metrics['latencyP50']! / 1e6;

describe('a federation of clusters', () => {
  it('divides the pods of every workload by the rule, and is the same run again', async () => {
    expect(await wantedOf(FEDERATION)).toEqual({ 'east-web': 6, 'east-store': 4, 'west-web': 3, 'west-store': 2 });
    const { metrics, digest } = runOf(FEDERATION);
    expect(metrics['requestErrors']).toBe(0);
    expect(metrics['replicasMean']).toBeCloseTo(15, 1);
    expect(runOf(FEDERATION).digest).toBe(digest);
    expect(runOf(FEDERATION.replace('rtt: 40ms', 'rtt: 41ms')).digest).toBe(digest);
  });

  it('serves callers in the nearest cluster that has somebody, and the way there costs its round trip', () => {
    const near = p50Ms(FEDERATION);
    // 2 ms of work, 10 ms at the store, 0.1 ms to the zone and back, and ways of some tens of microseconds.
    expect(near).toBeGreaterThan(12.1);
    expect(near).toBeLessThan(12.8);
    const alone = FEDERATION.replace('weight: 1, nodes: 3', 'weight: 0');
    // Callers reach the other region over the providers' way, 70 ms, and not over the line of the clusters.
    expect(p50Ms(alone) - near).toBeCloseTo(69.9, 1);
  });
});
