/** Many clusters in one run: who gets how many, and what the ways between them do to requests. */
import { describe, expect, it } from 'vitest';
import { HEALTH } from '../../../../models/world/catalog.ts';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { planOfText } from '../small-worlds.ts';
import { recordedRun, runOf } from './recorded-run.ts';

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

const OUTAGE = FEDERATION.replace('duration: 60s', 'duration: 300s')
  .replace('count: 9, name: web', 'count: 8, name: web')
  .replace('count: 6, name: store', 'count: 4, name: store')
  .replace('weight: 2', 'weight: 1')
  .replace('nodes: 3', 'nodes: 4')
  .replace('rate: 100, near: west', 'rate: 20, near: east, timeout: 2s')
  .concat(`  detection: { profile: kubefed-documented, actAfter: 20s, returnAfter: 20s }
  discovery: { ttl: 30s }
  faults: [{ at: 100s, cluster: east }]
workloads: { web: { start: 5s, readinessProbe: { period: 1s } }, store: { start: 5s, readinessProbe: { period: 1s } } }
`);

/** Wanted replicas of every workload, at the end. */
async function wantedOf(text: string): Promise<Record<string, number>> {
  const reader = (await recordedRun(text)).trace;
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

  it('names racks by their cluster', async () => {
    const reader = (await recordedRun(FEDERATION)).trace;
    const racks = (await reader.stateAt(reader.endNs)).table('racks');
    const names = Array.from({ length: racks.count }, (_, row) => racks.name(row));
    expect(names).toEqual(['east-rack-0', 'east-rack-1', 'west-rack-0', 'west-rack-1']);
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

  it('finds a dead member, plans its replicas elsewhere and sends callers there, each step as long as its rule says', () => {
    const text = OUTAGE.replace('at: 100s', 'at: 100s, for: 200s');
    const { metrics } = runOf(text);
    const seconds = (key: string): number => metrics[key]! / 1e9;
    // Three probes in a row that wait 3 s each, 10 s after the last, begun within 10 s of the loss: 29 to 39 s.
    expect(seconds('timeToDetect')).toBeGreaterThan(29);
    expect(seconds('timeToDetect')).toBeLessThan(39.1);
    expect(seconds('timeToDecide')).toBeCloseTo(20, 6);
    expect(seconds('timeToPlace')).toBeLessThan(2);
    // Containers take 5 s, and their probes up to 1 s more.
    expect(seconds('timeToServe')).toBeGreaterThan(4.9);
    expect(seconds('timeToServe')).toBeLessThan(8);
    const sum = ['timeToDetect', 'timeToDecide', 'timeToPlace', 'timeToServe'].reduce(
      (all, key) => all + seconds(key),
      0,
    );
    expect(seconds('outageTime')).toBeCloseTo(sum, 6);
    // Callers in the east ask in vain until the record is gone and their resolver has forgotten it.
    expect(metrics['requestsLost']!).toBeGreaterThan(20 * (29 + 1));
    expect(metrics['requestsLost']!).toBeLessThan(20 * (39 + 30 + 2));
  });

  it('loses requests for as long as resolvers keep what they know', () => {
    const lost = (resolver: string): number =>
      runOf(OUTAGE.replace('ttl: 30s', `ttl: 30s, resolver: ${resolver}`)).metrics['requestErrors']!;
    expect(lost('none')).toBeLessThan(lost('honest'));
    expect(lost('forever')).toBeGreaterThan(2 * lost('honest'));
  });

  it('does not see that a member is cut off from itself: callers in its zone are served on', () => {
    const cut = OUTAGE.replace('cluster: east', 'isolate: east');
    const { metrics } = runOf(cut);
    expect(metrics['requestErrors']!).toBeLessThan(0.001);
    expect(metrics['timeToDetect']).toBeUndefined();
  });

  it('shows what a member is when faults overlap: dead before cut off before up', async () => {
    const both = OUTAGE.replace(
      '{ at: 100s, cluster: east }',
      '{ at: 50s, for: 200s, isolate: east }, { at: 100s, for: 50s, cluster: east }',
    );
    const reader = (await recordedRun(both)).trace;
    const healthAt = async (seconds: number) =>
      (await reader.stateAt(seconds * 1e9)).table('clusters').column('health')[0];
    expect(await Promise.all([40, 60, 120, 160, 260].map(healthAt))).toEqual([0, 1, 2, 1, 0]);
  });

  it('takes the machines of a member that dies, and gives them back', async () => {
    const reader = (await recordedRun(OUTAGE.replace('at: 100s', 'at: 100s, for: 100s'))).trace;
    const deadAt = async (seconds: number) => {
      const nodes = (await reader.stateAt(seconds * 1e9)).table('nodes');
      const health = nodes.column('health');
      return Array.from({ length: nodes.count }, (_, row) => row).flatMap((row) =>
        health[row] === HEALTH.dead ? [nodes.name(row)] : [],
      );
    };
    expect(await deadAt(99)).toEqual([]);
    expect(await deadAt(101)).toEqual([0, 1, 2, 3].map((node) => `east-node-${node}`));
    expect(await deadAt(280)).toEqual([]);
  });

  it('refuses callers at once where the name stands for nothing', () => {
    const none = OUTAGE.replace(
      '{ at: 100s, cluster: east }',
      '{ at: 100s, cluster: east }, { at: 100s, cluster: west }',
    );
    const quick = none
      .replace('profile: kubefed-documented', 'profile: kubefed-documented, period: 1s, timeout: 1s, failures: 1')
      .replace('ttl: 30s', 'ttl: 1s');
    const plan = planOfText(quick);
    const run = startRun(plan, plan.alternatives[0]!.name, 'test/0');
    run.advance(101.5e9);
    // Known addresses that do not answer: callers wait out 2 s.
    expect(run.callsUnderWay).toBeGreaterThan(10);
    // Pods still count as Ready, for another half minute; nobody is sent to them any more.
    run.advance(115e9);
    expect(run.callsUnderWay).toBe(0);
  });

  it('divides as a real federation does where one is named, and moves back or not as that does', async () => {
    const back = OUTAGE.replace('at: 100s', 'at: 100s, for: 100s').replace('duration: 300s', 'duration: 500s');
    const named = (profile: string): string => back.replace('  detection:', `  profile: ${profile}\n  detection:`);
    expect(await wantedOf(named('karmadaFrom16Static'))).toEqual({
      'east-web': 0,
      'east-store': 0,
      'west-web': 8,
      'west-store': 4,
    });
    expect(await wantedOf(named('kubefedRebalance'))).toEqual({
      'east-web': 4,
      'east-store': 2,
      'west-web': 4,
      'west-store': 2,
    });
  });

  it('is divided anew when somebody scales it', async () => {
    const scaled = `${FEDERATION}changes: [{ at: 20s, scale: web, to: 12 }]\n`;
    expect(await wantedOf(scaled)).toEqual({ 'east-web': 8, 'east-store': 4, 'west-web': 4, 'west-store': 2 });
  });

  it('is counted by windows with the same outage', () => {
    const whole = runOf(OUTAGE).metrics;
    const thin = runOf(OUTAGE.replace('load:', 'load:\n  thin: { window: 2s }')).metrics;
    expect(thin['outageTime']! / whole['outageTime']!).toBeCloseTo(1, 1);
    expect(thin['requestsLost']! / whole['requestsLost']!).toBeCloseTo(1, 1);
    expect(thin['requestErrors']! / whole['requestErrors']!).toBeCloseTo(1, 1);
  });
});
