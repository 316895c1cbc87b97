import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import type { RunResult } from '../../../../scenarios/compile/scenario-run.ts';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import { planOfText } from '../small-worlds.ts';

interface Wish {
  readonly uplink?: string;
  readonly rate?: number;
  readonly answer?: string;
  readonly scheme?: string;
  readonly load?: string;
}

/** A web service in one rack asks a store in another for something large. */
const world = ({
  uplink = '10Gbps',
  rate = 20,
  answer = '20MB',
  scheme = 'calico-bgp',
  load = 'flowsFrom: 1MB',
}: Wish): string => `
wavetank: 1
title: A test
question: Does it?
duration: 40s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods:
    - { count: 2, name: web, cpu: 3, memory: 512Mi, replicas: 2 }
    - { count: 2, name: store, cpu: 3, memory: 512Mi, replicas: 2 }
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: ${uplink} }
machine: { offload: true }
environment: machine-room-bgp
scheme: ${scheme}
load:
  start: 10s
  ${load}
  services:
    - { name: web, requests: [{ wait: { constant: 1ms }, calls: [{ to: store }] }] }
    - { name: store, requests: [{ wait: { constant: 1ms }, answer: ${answer} }] }
  sources: [{ name: visitors, to: web, rate: ${rate} }]
`;

function run(wish: Wish): RunResult {
  const plan = planOfText(world(wish));
  return startRun(plan, plan.alternatives[0]!.name, 'payloads/0').finish();
}

const figure = (wish: Wish, key: string): number => run(wish).metrics[key]!;

describe('payloads of a living run', () => {
  it('take longer over half the uplink, and longer the more of them there are', () => {
    const whole = figure({}, 'latencyP99');
    expect(figure({ uplink: '2Gbps' }, 'latencyP99')).toBeGreaterThan(1.8 * figure({ uplink: '4Gbps' }, 'latencyP99'));
    expect(figure({ rate: 45 }, 'latencyP99')).toBeGreaterThan(1.2 * whole);
    // Nobody shares without flows, whatever the rate.
    const alone = { load: '' };
    expect(figure({ ...alone, rate: 45 }, 'latencyP50')).toBe(figure(alone, 'latencyP50'));
    expect(figure({ ...alone, uplink: '2Gbps' }, 'latencyP50')).toBeGreaterThan(figure(alone, 'latencyP50'));
  });

  it('take as long as on an idle network where they are alone on it', () => {
    const rare = { rate: 0.2 };
    const idle = figure({ ...rare, load: '' }, 'latencyP50');
    expect(Math.abs(figure(rare, 'latencyP50') / idle - 1)).toBeLessThan(0.001);
  });

  it('load links by their bytes: what is answered is what links carry', () => {
    const { metrics } = run({ rate: 10 });
    // Only answers from a store in the other rack cross: at most all of them, over the two uplinks and two downlinks there are.
    const bitsPerSec = metrics['requestsAnswered']! * 20e6 * 8;
    expect(metrics['uplinkLoadMean']! * 4 * 10e9).toBeLessThan(2 * 1.06 * bitsPerSec * 1.1);
    expect(metrics['uplinkLoadPeak']!).toBeGreaterThan(metrics['uplinkLoadMean']!);
    expect(run({ rate: 10, load: '' }).metrics['uplinkLoadMean']).toBeUndefined();
  });

  it('cost processor time: twice the payload twice as much, and more where packets are wrapped', () => {
    const once = figure({}, 'packetCores');
    const twice = figure({ answer: '40MB', rate: 20 }, 'packetCores');
    expect(once).toBeGreaterThan(0.1);
    expect(Math.abs(twice / once - 2)).toBeLessThan(0.02);
    const small = { load: '', answer: '2KB', rate: 200 };
    const underlay = figure(small, 'packetCores');
    expect(figure({ ...small, scheme: 'flannel-vxlan' }, 'packetCores')).toBeGreaterThan(1.1 * underlay);
    expect(figure({ ...small, rate: 400 }, 'packetCores') / underlay).toBeCloseTo(2, 0);
  });

  it('never take more than the nodes have, however much was begun', () => {
    const cores = figure({ answer: '10TB', uplink: '100Gbps' }, 'packetCores');
    expect(cores).toBeGreaterThan(0.1);
    expect(cores).toBeLessThan(16);
  });

  it('are the same in slices, and a slider moves twice', () => {
    const plan = planOfText(world({}));
    const { name } = plan.alternatives[0]!;
    const whole = startRun(plan, name, 'same/0').finish();
    const sliced = startRun(plan, name, 'same/0');
    for (let untilNs = 7e9; !sliced.advance(untilNs); untilNs += 7e9);
    expect(sliced.finish()).toEqual(whole);
    for (const load of ['flowsFrom: 1MB', '']) {
      const moved = planOfText(world({ load }));
      const live = startRun(moved, moved.alternatives[0]!.name, 'same/0');
      live.advance(12e9);
      live.set('uplink', 0.5);
      live.advance(14e9);
      live.set('uplink', 0.25);
      expect(live.finish().metrics['latencyP99']!).toBeGreaterThan(whole.metrics['latencyP50']!);
    }
  });

  it.each([
    ['by windows', 'flowsFrom: 1MB\n  thin: {}', 'load.flowsFrom', 'requests by windows send no payloads'],
    ['of nothing', 'flowsFrom: 0B', 'load.flowsFrom', 'too small'],
  ])('are refused %s', (_, load, path, message) => {
    expect(() => loadScenario(world({ load }), 'test.yaml', bundledLibrary)).toThrow(new RegExp(`${path}.*${message}`));
  });
});
