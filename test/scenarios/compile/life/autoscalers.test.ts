/** What autoscalers of a document see and do: requests as Prometheus tells them, processors, a provider's alarms. */
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { planOfText } from '../small-worlds.ts';

/** 40 requests a second of 10 ms on pods of half a core. */
const world = (autoscaler: string, thin = false, minutes = 15): string => `
wavetank: 1
title: A test
question: Does it?
duration: ${minutes}m
cluster:
  nodes: [{ count: 4, name: node, cpu: 8, memory: 16Gi }]
  pods: [{ count: 2, name: web, cpu: 500m, memory: 64Mi, replicas: 2 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { web: { start: 1s } }
load:
  start: 10s
  warmUp: 1m
  ${thin ? 'thin: { window: 5s }' : ''}
  services: [{ name: web, workers: 50, requests: [{ cpu: { constant: 10ms } }] }]
  sources: [{ name: visitors, to: web, rate: 40 }]
autoscalers: [{ target: web, min: 1, max: 30, ${autoscaler} }]
`;

function resultOf(text: string) {
  const plan = planOfText(text);
  return startRun(plan, plan.alternatives[0]!.name, 'test/0').finish();
}

const peak = (text: string): number => resultOf(text).metrics['replicasPeak']!;

describe('autoscalers of a document', () => {
  it('bring as many pods as requests ask for, one by one and by windows', () => {
    // 40 a second at 5 for each pod; within its tolerance of a tenth the autoscaler leaves things as they are.
    for (const thin of [false, true]) {
      const pods = peak(world('requests: 5', thin));
      expect(pods).toBeGreaterThanOrEqual(8);
      expect(pods).toBeLessThanOrEqual(9);
    }
  });

  it('take the larger of two proposals, and 80 % of the processors where nothing is written', () => {
    const byDefault = resultOf(world(''));
    expect(resultOf(world('cpu: 80%')).digest).toBe(byDefault.digest);
    // 0.4 cores at 5 % of half a core each are 16 pods, and 40 requests at 20 are 2.
    expect(peak(world('cpu: 5%, requests: 20'))).toBeGreaterThanOrEqual(14);
    expect(peak(world('cpu: 80%, requests: 4'))).toBeGreaterThanOrEqual(9);
    expect(peak(world('requests: 20'))).toBe(2);
  });

  it('see nothing of requests while the range of rate() has fewer than two values', () => {
    const slow = 'requests: 5, scrape: { interval: 5m, range: 10m }';
    expect(peak(world(slow, false, 4))).toBe(2);
    expect(peak(world('requests: 5', false, 4))).toBeGreaterThan(2);
  });

  it.each(['cpu', 'requests'])('may be alarms on %s: steps of a fixed size with a pause between', (on) => {
    // 0.4 cores are 40 % of two pods, and 20 requests a second each.
    const above = on === 'cpu' ? '10%' : '5';
    const below = on === 'cpu' ? '1%' : '1';
    const alarm = `alarm: { ${on}: { above: ${above}, below: ${below} }, periods: 2, add: 3, cooldown: 4m }`;
    const { metrics } = resultOf(world(alarm, false, 16));
    // 2, 5 and 8 pods: eight are at 10 % and at 5 a second, by chance a little above or below.
    expect(metrics['replicasPeak']).toBeGreaterThanOrEqual(8);
    expect(metrics['replicasPeak']).toBeLessThanOrEqual(11);
    expect(metrics['turns']).toBe(0);
    const { metrics: calm } = resultOf(world(alarm.replace('cooldown: 4m', 'cooldown: 1h'), false, 16));
    expect(calm['replicasPeak']).toBe(5);
    const short = resultOf(world(alarm, false, 2)).metrics;
    expect(short['replicasPeak']).toBe(2);
  });

  it('are alarms of their own for each of two workloads', () => {
    const alarm = (target: string, more: string): string =>
      `{ target: ${target}, min: 1, max: 9, alarm: { requests: { above: 5, below: 1 }, periods: 1, ${more} } }`;
    const both = world('', false, 6)
      .replace('pods: [', 'pods: [{ count: 2, name: shop, cpu: 500m, memory: 64Mi, replicas: 2 }, ')
      .replace('web: { start: 1s }', 'web: { start: 1s }, shop: { start: 1s }')
      .replace('services: [', 'services: [{ name: shop, workers: 50, requests: [{ cpu: { constant: 10ms } }] }, ')
      .replace('to: web, rate: 40 }', 'to: web, rate: 40 }, { name: buyers, to: shop, rate: 40 }')
      .replace(/autoscalers: .*/, `autoscalers: [${alarm('web', 'add: 3')}, ${alarm('shop', 'add: 5')}]`);
    // One step each within the pause, of a size of its own.
    expect(peak(both)).toBe(2 + 3 + 2 + 5);
  });

  it.each([
    ['requests: 5, scrape: { interval: 1m, range: 90s }', 'scrape: rate() never has two values'],
    ['scrape: { interval: 30s }', 'scrape: nobody asks for it'],
    ['cpu: 50%, alarm: { cpu: { above: 50%, below: 20% } }', 'cpu: alarms do not heed it'],
    ['downWindow: 1m, alarm: { cpu: { above: 50%, below: 20% } }', 'downWindow: alarms do not heed it'],
    ['alarm: { cpu: { above: 20%, below: 50% } }', 'alarm.cpu.below: both alarms would be on at once'],
    ['alarm: { cpu: { above: 70, below: 30% } }', 'alarm.cpu.above'],
    ['alarm: { requests: { above: 20%, below: 4 } }', 'alarm.requests.above'],
    ['alarm: { cpu: { above: 9%, below: 3% }, requests: { above: 9, below: 3 } }', 'alarm'],
    ['alarm: { memory: { above: 20%, below: 10% } }', 'alarm'],
    ['requests: 0', 'requests'],
  ])('with %s are refused, with the place', (autoscaler, words) => {
    expect(() => planOfText(world(autoscaler))).toThrow(`autoscalers.0.${words}`);
  });

  it.each(['requests: 5', 'alarm: { requests: { above: 5, below: 1 } }'])('with %s need somebody who serves', (by) => {
    const text = world(by).replace('count: 2, name: web, cpu', 'count: 2, name: silent, cpu');
    const silent = text.replace('pods: [', 'pods: [{ count: 1, name: web, cpu: 100m, memory: 64Mi, replicas: 1 }, ');
    expect(() => planOfText(silent.replace('target: web', 'target: silent'))).toThrow('nobody exports that metric');
  });
});
