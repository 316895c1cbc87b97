/** Whole runs in which nodes come and go by themselves. */
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { GROWTH_PARTS } from '../../../../scenarios/compile/life/growth-timeline.ts';
import { planOfText } from '../small-worlds.ts';
import { recordedRun } from './recorded-run.ts';

const WORLD = `
wavetank: 1
title: A test
question: Does it?
duration: 900s
cluster:
  nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: 4, name: web, cpu: 1, memory: 512Mi, replicas: 4 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  services: [{ name: web, requests: [{ cpu: { exponential: { mean: 20ms } } }] }]
  sources: [{ name: users, to: web, timeout: 2s, rate: { steps: [{ at: 0s, rate: 20 }, { at: 100s, rate: 220 }, { at: 300s, rate: 20 }] } }]
workloads: { web: { cpuLimit: 1, start: 5s, readinessProbe: { period: 1s } } }
autoscalers: [{ target: web, min: 4, max: 14, cpu: 60%, downWindow: 30s }]
nodeAutoscaler:
  groups: [{ nodes: node, min: 2, max: 6, boot: { constant: 40s } }]
  unneeded: 60s
  delayAfterAdd: 60s
`;

async function run(text: string) {
  const { result, trace: reader } = await recordedRun(text);
  const marks = (await reader.marksFrom(0)).map((mark) => {
    const { name, payload } = reader.catalog.marks[mark.kind]!;
    const words = payload.map((field, at) => ('text' in field ? reader.text(mark.payload[at]!) : '')).join('');
    return { name, row: mark.row, seconds: mark.timeNs / 1e9, words };
  });
  return { metrics: result.metrics, marks };
}

describe('nodes that come and go in a living run', () => {
  it('come when pods have no room, and go when nobody needs them; pods land on them', async () => {
    const { metrics, marks } = await run(WORLD);
    expect(metrics['nodesAdded']).toBeGreaterThan(0);
    expect(metrics['nodesRemoved']).toBe(metrics['nodesAdded']);
    expect(metrics['nodesPeak']).toBe(2 + metrics['nodesAdded']!);
    expect(metrics['nodesMean']).toBeGreaterThan(2);
    // Prices are 1 an hour.
    expect(metrics['machineCost']).toBeCloseTo(metrics['nodesMean']! * 0.25, 9);
    const times = (name: string): number[] => marks.flatMap((mark) => (mark.name === name ? [mark.seconds] : []));
    expect(times('machine-asked')).toHaveLength(metrics['nodesAdded']!);
    times('node-joined').forEach((at, i) => {
      expect(at - times('machine-asked')[i]!).toBeCloseTo(40, 3);
    });
    const why = marks.filter(({ name }) => name === 'node-stays').map(({ words }) => words);
    expect(why).toEqual(
      expect.arrayContaining(['stays: enough of it is requested', 'stays: its group is at its minimum', 'goes']),
    );
    // A node that goes takes no new pods first.
    expect(marks.some(({ name, words }) => name === 'drain' && words === 'takes no new pods')).toBe(true);
  });

  it('come beside nodes of manifests, which are there from the start and stay', async () => {
    const node = `{ apiVersion: v1, kind: Node, metadata: { name: mine }, status: { allocatable: { cpu: 2, memory: 8Gi, pods: 110 } } }`;
    const { metrics, marks } = await run(
      WORLD.replace('fabric:', `  manifests: [${node}]\nfabric:`).concat('faults: [{ at: 700s, node: mine }]\n'),
    );
    expect(metrics['nodesAdded']).toBeGreaterThan(0);
    expect(metrics['nodesRemoved']).toBe(metrics['nodesAdded']);
    expect(metrics['nodesPeak']).toBe(3 + metrics['nodesAdded']!);
    // The third node of the start, whatever machines may stand before it in the lists.
    expect(marks.filter(({ name }) => name === 'node-down').map(({ row }) => row)).toEqual([2]);
  });

  it('tell the way from load to the first byte, whose parts add up to it', async () => {
    const { metrics, marks } = await run(WORLD);
    const parts = Object.entries(metrics).flatMap(([key, value]) => (key.startsWith('growth') ? [value] : []));
    expect(parts).toHaveLength(GROWTH_PARTS.length);
    expect(parts.reduce((sum, each) => sum + each, 0)).toBe(metrics['loadToFirstByte']);
    expect(metrics['growthJoined']! / 1e9).toBeGreaterThan(20);
    expect(metrics['growthJoined']! / 1e9).toBeLessThanOrEqual(40);
    expect(metrics['growthReady']! / 1e9).toBeGreaterThanOrEqual(5);
    expect(metrics['growthOffered']! / 1e9).toBeCloseTo(1, 3);
    expect(metrics['growthAnswered']).toBeGreaterThan(0);
    // Each mark tells the share of each part, and the shares add up to the whole.
    const told = marks.filter(({ name }) => name === 'first-answer');
    expect(told.length).toBeGreaterThan(0);
    for (const { words } of told) {
      const shares = [...words.matchAll(/\(([\d.]+) %\)/g)].map(([, share]) => Number(share));
      expect(shares).toHaveLength(GROWTH_PARTS.length);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 6);
    }
  });

  it('do not come beyond what the provider has, and are given back when they are late', async () => {
    const late = WORLD.replace('boot: { constant: 40s }', 'boot: { constant: 40s }, stock: 2').replace(
      'unneeded: 60s',
      'unneeded: 60s\n  provisionTime: 60s',
    );
    const { metrics, marks } = await run(late);
    expect(metrics['nodesPeak']).toBe(2);
    expect(marks.some(({ words }) => words.includes('has not come in time'))).toBe(true);
  });

  it('change nothing for whom they are not written: the same digest with a group that never moves', () => {
    const still = WORLD.replace('max: 6', 'max: 2').replace('rate: 220', 'rate: 20');
    const without = still.slice(0, still.indexOf('nodeAutoscaler'));
    const metricsOf = (text: string) => {
      const plan = planOfText(text);
      return startRun(plan, plan.alternatives[0]!.name, 'test/0', {}).finish().metrics;
    };
    const { nodesMean, nodesPeak, nodesAdded, nodesRemoved, ...others } = metricsOf(still);
    const { machineCost, machineCostPerHour, podsMoved, ...rest } = others;
    expect([nodesMean, nodesPeak, nodesAdded, nodesRemoved, podsMoved]).toEqual([2, 2, 0, 0, 0]);
    expect([machineCost, machineCostPerHour]).toEqual([0.5, 2]);
    expect(rest).toEqual(metricsOf(without));
  });
});

describe('machines that come while something is out', () => {
  const short = WORLD.replace('duration: 900s', 'duration: 350s');

  it('are well under the number of one that was cut off and has left', async () => {
    const shrinks = short
      .replace('min: 2, max: 6', 'min: 1, max: 6')
      .replace('count: 4', 'count: 2')
      .replace('replicas: 4', 'replicas: 2')
      .replace('min: 4', 'min: 2');
    const { metrics, marks } = await run(`${shrinks}faults: [{ at: 80s, for: 700s, node: node-0, cut: true }]\n`);
    const rows = (name: string) => marks.filter((mark) => mark.name === name).map(({ row, words }) => `${row}${words}`);
    expect(rows('node-cut-off')).toEqual(['0']);
    expect(rows('node-left')[0]).toBe('0');
    expect(marks.find(({ name }) => name === 'machine-asked')!.words).toBe('node-0');
    const { metrics: unharmed } = await run(shrinks);
    expect(metrics['requestErrors']).toBe(unharmed['requestErrors']);
  });

  it('join from a place that is cut off when that is over, or are given up before', async () => {
    const dark = `${short.replace('nodesPerRack: 2', 'nodesPerRack: 6')}faults: [{ at: 200s, for: 100s, rack: 0, cut: true }]\n`;
    const joinedAt = ({ marks }: Awaited<ReturnType<typeof run>>) =>
      marks.flatMap(({ name, seconds }) => (name === 'node-joined' ? [seconds] : []));
    expect(joinedAt(await run(dark))).toEqual([300]);
    expect(joinedAt(await run(dark.replace('unneeded: 60s', 'unneeded: 60s\n  provisionTime: 60s')))).toEqual([]);
  });
});

describe('nodes that are made just in time', () => {
  const JUST_IN_TIME = `${WORLD.slice(0, WORLD.indexOf('nodeAutoscaler')).replace(
    'nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }]',
    'nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }, { count: 1, name: small, cpu: 2, memory: 8Gi }]',
  )}nodeAutoscaler:
  groups:
    - { nodes: node, max: 6, boot: { constant: 40s }, price: 2 }
    - { nodes: small, max: 4, boot: { constant: 40s }, price: 1.2 }
  justInTime: { budget: 100% }
`;

  it('come a second after the pods, and go when others hold their pods', async () => {
    const { metrics, marks } = await run(JUST_IN_TIME);
    expect(metrics['nodesAdded']).toBeGreaterThan(0);
    expect(metrics['nodesRemoved']).toBeGreaterThan(0);
    // From the refusal to the request: the second in which nothing came, ten at most.
    expect(metrics['growthAsked']! / 1e9).toBeLessThanOrEqual(10);
    const asked = marks.filter(({ name }) => name === 'machine-asked');
    const joined = marks.filter(({ name }) => name === 'node-joined');
    expect(joined[0]!.seconds - asked[0]!.seconds).toBeCloseTo(40, 3);
    const decided = marks.filter(({ name }) => name === 'nodes-decided').map(({ words }) => words);
    expect(decided.some((words) => /^\d of (node|small) for \d+ pods$/.test(words))).toBe(true);
    expect(
      decided.some((words) => / go(es)?: (nothing stands on it|its pods find room elsewhere|one of)/.test(words)),
    ).toBe(true);
    const why = new Set(marks.filter(({ name }) => name === 'node-stays').map(({ words }) => words));
    expect([...why]).toEqual(
      expect.arrayContaining(['stays: nothing cheaper holds its pods', 'may go, and is looked at again']),
    );
    expect(metrics['machineCostPerHour']).toBeCloseTo(metrics['machineCost']! * 4, 9);
    expect(metrics['podsMoved']).toBeGreaterThan(0);
  });

  it('stay where nothing is consolidated', async () => {
    const { metrics } = await run(JUST_IN_TIME.replace('budget: 100%', 'consolidation: never'));
    expect([metrics['nodesRemoved'], metrics['podsMoved']]).toEqual([0, 0]);
  });
});

describe('a reserve of pause pods', () => {
  const reserve = (words: string): string => `${WORLD.replace('max: 6', 'max: 12')}  reserve: { ${words} }\n`;

  it('gives way at once to pods that need its room', async () => {
    const [without, kept] = [await run(WORLD), await run(reserve('largestPods: 8'))];
    expect(kept.metrics['nodesPeak']).toBeGreaterThan(without.metrics['nodesPeak']!);
    expect(kept.metrics['growthJoined']).toBe(0);
    expect(kept.metrics['loadToFirstByte']! / without.metrics['loadToFirstByte']!).toBeLessThan(0.8);
    // Pause pods are no replicas.
    expect(kept.metrics['replicasPeak']).toBe(without.metrics['replicasPeak']);
  });

  it('grows with what is measured: requests of the workloads, or what the nodes offer', async () => {
    const rising = (text: string): string =>
      text
        .replace(', { at: 300s, rate: 20 }', '')
        .replace('rate: 220', 'rate: 60')
        .replace('duration: 900s', 'duration: 160s');
    const pauses = async (words: string) => {
      const { marks } = await run(rising(reserve(words)));
      return marks.length;
    };
    expect(await pauses('requests: 50%, cpu: 250m')).toBeGreaterThan(await pauses('requests: 10%, cpu: 250m'));
    expect(await pauses('capacity: 30%, cpu: 250m')).toBeGreaterThan(await pauses('capacity: 10%, cpu: 250m'));
  });
});
