/** Living clusters whose control plane, or a part of it, is away for a while. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import type { ScenarioProblems } from '../../../../scenarios/document/problems.ts';
import { LivingBench } from './living-bench.ts';
import { type WatchedLife, watched } from './watched-life.ts';

/** Four nodes, a service of four pods whose load trebles at 100 s, and an autoscaler. */
const world = (faults: string, more = ''): string => `
wavetank: 1
title: A test
question: Does it?
duration: 320s
cluster:
  nodes: [{ count: 4, name: node, cpu: 2, memory: 16Gi }]
  pods: [{ count: 4, name: web, cpu: 500m, memory: 512Mi, replicas: 4 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  start: 5s
  endpointLag: 100ms
  services: [{ name: web, workers: 2000, requests: [{ cpu: { constant: 10ms }, answer: 2KB }] }]
  sources:
    - name: visitors
      to: web
      rate: { steps: [{ at: 0s, rate: 25 }, { at: 100s, rate: 160 }] }
      timeout: 1s
workloads: { web: { cpuLimit: 1 } }
autoscalers: [{ target: web, min: 4, max: 10, cpu: 60% }]
faults: ${faults}
${more}
`;

const timesOf = ({ marks }: WatchedLife, kind: string, words = /./): number[] =>
  marks.flatMap((mark) => (mark.kind === kind && (words.test(mark.words) || mark.words === '') ? [mark.atS] : []));

describe('an API server that is away', () => {
  it('harms no pod and no node; nobody scales until it is back and the controllers have their lease', async () => {
    const seen = await watched(world('[{ at: 80s, for: 150s, controlPlane: away }]'));
    const acts = timesOf(seen, 'part-acts');
    expect(acts).toHaveLength(2);
    for (const atS of acts) {
      expect(atS).toBeGreaterThan(245);
      expect(atS).toBeLessThan(254);
    }
    expect(seen.told('part-away')).toEqual(['API server']);
    expect(timesOf(seen, 'node-not-ready')).toEqual([]);
    expect(seen.metrics['podsEvicted']).toBe(0);
    expect(seen.metrics['requestErrors']).toBeLessThan(0.001);
    const scaled = timesOf(seen, 'scaled');
    expect(scaled[0]).toBeGreaterThan(acts[1]!);
    expect(scaled[0]).toBeLessThan(acts[1]! + 16);
    // With all there, the autoscaler is done two minutes before.
    expect(timesOf(await watched(world('[]')), 'scaled')[0]).toBeLessThan(160);
  });

  it('for less than a lease lasts changes nothing', async () => {
    const { podsEvicted, ...metrics } = (await watched(world('[{ at: 80s, for: 5s, controlPlane: away }]'))).metrics;
    expect(podsEvicted).toBe(0);
    expect(metrics).toEqual((await watched(world('[]'))).metrics);
  });

  it('lets nobody notice that a node has died, and then takes the whole grace of a controller that is started anew', async () => {
    const faults = '[{ at: 80s, for: 150s, controlPlane: away }, { at: 90s, node: node-0 }]';
    const seen = await watched(world(faults, 'lifecycle: { notReadyAfter: 20s }'));
    const [manager] = timesOf(seen, 'part-acts', /controller/);
    const lost = timesOf(seen, 'node-not-ready');
    expect(lost).toHaveLength(1);
    expect(lost[0]).toBeGreaterThan(manager! + 20);
    expect(lost[0]).toBeLessThan(manager! + 32);
    // A quarter of the requests from its death on.
    const { requestErrors: errors, requestsOffered: offered } = seen.metrics;
    const missed = 0.25 * (25 * 10 + 160 * (lost[0]! - 100));
    expect(Math.abs((errors! * offered! * 315) / missed - 1)).toBeLessThan(0.1);
  });

  it('keeps people waiting too', async () => {
    const text = world(
      '[{ at: 80s, for: 50s, controlPlane: away }]',
      'changes: [{ at: 90s, scale: web, to: 6 }]',
    ).replace('autoscalers: [{ target: web, min: 4, max: 10, cpu: 60% }]', '');
    const seen = await watched(text);
    expect(timesOf(seen, 'scaled')).toEqual([130]);
    const [manager] = timesOf(seen, 'part-acts', /controller/);
    expect(seen.at('web', manager!)).toHaveLength(4);
    expect(seen.at('web', manager! + 1)).toHaveLength(6);
  });
});

describe('a scheduler that is away', () => {
  it('leaves what the autoscaler wants without a node', async () => {
    const seen = await watched(world('[{ at: 80s, for: 150s, controlPlane: scheduler }]'));
    const [acts] = timesOf(seen, 'part-acts');
    expect(timesOf(seen, 'scaled')[0]).toBeLessThan(160);
    const late = seen.of('web').slice(4);
    expect(late.length).toBeGreaterThan(0);
    expect(late[0]!.bornS).toBeLessThan(160);
    expect(late[0]!.readyS).toBeGreaterThan(acts!);
    expect(late[0]!.readyS).toBeLessThan(acts! + 3);
  });
});

describe('a controller manager that is away', () => {
  it('leaves Services with their last endpoints: a dead node is called until it is back and has lost its patience', async () => {
    const faults = '[{ at: 80s, for: 150s, controlPlane: controllers }, { at: 90s, node: node-0 }]';
    const seen = await watched(world(faults, 'lifecycle: { notReadyAfter: 20s }'));
    const [manager] = timesOf(seen, 'part-acts');
    const [lost] = timesOf(seen, 'node-not-ready');
    expect(lost).toBeGreaterThan(manager! + 20);
    expect(seen.metrics['requestErrors']! * seen.metrics['requestsOffered']! * 315).toBeGreaterThan(
      0.9 * 0.25 * 160 * (lost! - 100),
    );
  });

  it('takes no endpoint away from Services, not even that of a pod that a drain has ended', async () => {
    const text = world('[{ at: 80s, for: 150s, controlPlane: controllers }]', 'changes: [{ at: 120s, drain: node-0 }]');
    const seen = await watched(text);
    const [manager] = timesOf(seen, 'part-acts');
    const errors = seen.metrics['requestErrors']! * seen.metrics['requestsOffered']! * 315;
    // A quarter of 160 a second are refused until somebody writes endpoints again.
    expect(Math.abs(errors / (0.25 * 160 * (manager! - 120)) - 1)).toBeLessThan(0.1);
  });

  it('has forgotten its clocks: tolerations begin again when it is started anew', () => {
    const evictedAt = (away: boolean): number => {
      const bench = new LivingBench({ nodes: 3 });
      bench.deploy(6);
      bench.run(100);
      bench.roster.die(0);
      bench.run(400);
      if (away) bench.controlPlane.hold('controllers', true);
      bench.run(420);
      if (away) bench.controlPlane.hold('controllers', false);
      bench.run(900);
      return bench.at(/evicted$/);
    };
    expect(evictedAt(false)).toBeLessThan(460);
    expect(evictedAt(true)).toBeGreaterThan(420 + 15 + 300);
    expect(evictedAt(true)).toBeLessThan(420 + 24 + 300 + 12);
  });

  it('is not there to make another pod when one ends', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(3);
    bench.run(50);
    bench.controlPlane.hold('controllers', true);
    bench.cluster.forceDelete(bench.cluster.rowOf(0)!);
    bench.run(200);
    expect(bench.count(/bound/)).toBe(3);
    bench.controlPlane.hold('controllers', false);
    bench.run(230);
    expect(bench.count(/bound/)).toBe(4);
    expect(bench.at(/pod 3 bound/)).toBeGreaterThan(215);
  });
});

describe('kubelets without an API server', () => {
  it('start containers again by themselves, and tell of it when they can', () => {
    const bench = new LivingBench({ nodes: 1 });
    bench.deploy(1);
    bench.run(50);
    bench.controlPlane.hold('server', true);
    const pod = bench.cluster.rowOf(0)!;
    bench.cluster.kubelets.crash(pod);
    bench.run(100);
    expect(bench.count(/started$/)).toBe(2);
    expect(bench.cluster.kubelets.answers(pod)).toBe(true);
    expect(bench.cluster.pods.restarts[pod]).toBe(0);
    bench.controlPlane.hold('server', false);
    bench.run(200);
    expect(bench.cluster.pods.restarts[pod]).toBe(1);
    expect(bench.cluster.pods.ready[pod]).toBe(1);
  });

  it('that begin without it know of no pod until it is back', () => {
    const bench = new LivingBench({ nodes: 1 });
    bench.deploy(1);
    bench.run(50);
    bench.controlPlane.hold('server', true);
    bench.roster.die(0);
    bench.run(60);
    bench.roster.recover(0);
    bench.run(300);
    const pod = bench.cluster.rowOf(0)!;
    expect(bench.cluster.kubelets.answers(pod)).toBe(false);
    bench.controlPlane.hold('server', false);
    bench.run(400);
    expect(bench.cluster.kubelets.answers(pod)).toBe(true);
    expect(bench.count(/believed lost/)).toBe(0);
  });

  it('that come back make no storm: no node is believed lost, however long it was', () => {
    const bench = new LivingBench({ nodes: 12, zoneOf: (node) => `${node % 3}` });
    bench.deploy(24);
    bench.run(100);
    bench.controlPlane.hold('server', true);
    bench.run(700);
    bench.controlPlane.hold('server', false);
    bench.run(1200);
    expect(bench.count(/believed lost|evicted|unready/)).toBe(0);
  });

  it('are not joined by machines that boot meanwhile', () => {
    const bench = new LivingBench({ nodes: 2, reservedFrom: 1 });
    bench.controlPlane.hold('server', true);
    expect(bench.roster.mayJoin(1)).toBe(false);
    bench.roster.whenMayJoin(() => bench.note('may join'));
    bench.run(30);
    bench.controlPlane.hold('server', false);
    expect(bench.at('may join')).toBe(30);
    expect(bench.roster.mayJoin(1)).toBe(true);
  });
});

describe('faults of control planes that are not met', () => {
  const problemsOf = (text: string): string[] => {
    try {
      loadScenario(text, 'test.yaml', bundledLibrary);
      return [];
    } catch (error) {
      return (error as ScenarioProblems).problems.map(({ path, message }) => `${path}: ${message}`);
    }
  };
  const plain = world('[{ at: 1s, controlPlane: scheduler }]').replace(/workloads:.*\n|autoscalers:.*\n/g, '');

  it('are refused where they stand', () => {
    const flows = plain.replace(
      /load:[\s\S]*timeout: 1s\n/,
      'traffic: { talkers: [{ name: calls, rate: 1, size: { constant: 1KB }, measures: latency }] }\n',
    );
    expect(problemsOf(flows)).toEqual(['faults.0.controlPlane: only living services miss it']);
    expect(problemsOf(flows.replace('scheduler', 'away'))).toEqual([]);
    expect(problemsOf(`${plain}federation: { clusters: [{ name: a }, { name: b }] }`)).toContain(
      'faults.0.controlPlane: nobody says whose control plane it is',
    );
    const inTime = 'nodeAutoscaler: { groups: [{ nodes: node, max: 6 }], justInTime: {} }';
    expect(problemsOf(plain + inTime)).toEqual(['faults.0.controlPlane: nodes made just in time do not meet it yet']);
    expect(problemsOf(plain.replace('scheduler', 'etcd'))[0]).toMatch(/^faults.0.controlPlane/);
  });
});
