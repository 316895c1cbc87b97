import { describe, expect, it } from 'vitest';
import { LivingBench } from './living-bench.ts';

describe('a cordoned node', () => {
  it('is told of as unschedulable, keeps its pods, and takes new ones when it is uncordoned', () => {
    const bench = new LivingBench({ nodes: 2, cpuMilli: 1500 });
    bench.deploy(1);
    bench.run(10);
    const [mine] = [0, 1].filter((node) => bench.on(node).length > 0);
    const other = 1 - mine!;
    bench.roster.cordon(other);
    bench.deploy(1);
    bench.run(20);
    expect(bench.diary.at(-1)!.what).toBe(
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. ' +
        'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    );
    expect(bench.roster.isReady(other)).toBe(true);
    bench.roster.uncordon(other);
    bench.run(25);
    expect(bench.on(other)).toHaveLength(1);
    expect(bench.at('pod 1 ready')).toBeGreaterThan(20);
    expect(bench.at('pod 1 ready')).toBeLessThan(23);
  });
});

describe('numbers that are reserved', () => {
  it('are no nodes until they join: messages count those that exist, and pods that wait are tried again', () => {
    const bench = new LivingBench({ nodes: 4, reservedFrom: 1, cpuMilli: 1500 });
    bench.deploy(2);
    bench.run(10);
    expect(bench.roster.count).toBe(1);
    expect(bench.at(/^0\/1 nodes are available: 1 Insufficient cpu\. preemption: 0\/1 nodes/)).toBeLessThan(1);
    bench.roster.join(2);
    bench.run(15);
    expect(bench.on(2)).toHaveLength(1);
    expect(bench.at(/ bound to 2$/)).toBeLessThan(13);
    expect(bench.roster.count).toBe(2);
    expect([1, 3].map((node) => bench.roster.exists(node))).toEqual([false, false]);
  });

  it('wait for a node that joins and is not ready yet', () => {
    const bench = new LivingBench({ nodes: 2, reservedFrom: 1, cpuMilli: 1500 });
    bench.deploy(2);
    bench.run(10);
    bench.roster.join(1, false);
    bench.run(30);
    expect(
      bench.at(/2 nodes are available: 1 Insufficient cpu, 1 node\(s\) had untolerated taint\(s\)/),
    ).toBeGreaterThan(9);
    expect(bench.on(1)).toEqual([]);
    bench.roster.report(1, true);
    bench.run(40);
    expect(bench.on(1)).toHaveLength(1);
  });
});

describe('a node that dies', () => {
  it('stops its pods at once, is believed lost after the grace, and loses them after their toleration', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    const before = bench.on(0);
    expect(before).toHaveLength(2);
    bench.roster.die(0);
    expect(before.map((pod) => bench.cluster.kubelets.answers(bench.cluster.rowOf(pod)!))).toEqual([false, false]);
    bench.run(700);
    // 50 s after the last renewal was seen, and looks every 5 s.
    const lostAfter = bench.at('node 0 believed lost') - 100;
    expect(lostAfter).toBeGreaterThan(40);
    expect(lostAfter).toBeLessThan(60);
    expect(bench.at(`pod ${before[0]} unready`) - 100 - lostAfter).toBeCloseTo(0, 0);
    const evictedAfter = bench.at(`pod ${before[0]} evicted`) - 100 - lostAfter;
    expect(evictedAfter).toBeGreaterThanOrEqual(300);
    expect(evictedAfter).toBeLessThan(301);
    // Others take their place at once; the pods themselves stay until their node is heard or gone.
    expect(bench.at('pod 6 ready')).toBeLessThan(100 + lostAfter + 305);
    expect(bench.on(0)).toEqual(before);
    expect(bench.count(/gone$/)).toBe(0);
    bench.roster.recover(0);
    bench.run(800);
    expect(bench.on(0)).toEqual([]);
    expect(bench.count(/gone$/)).toBe(2);
    // No pod comes back by itself.
    expect(bench.count(/ bound to 0$/)).toBe(2);
    expect(bench.roster.isReady(0)).toBe(true);
  });

  it('was given 40 s up to Kubernetes 1.31', () => {
    const bench = new LivingBench({ minor: 31 });
    bench.run(100);
    bench.roster.die(0);
    bench.run(200);
    expect(bench.at('node 0 believed lost')).toBeLessThan(151);
    expect(bench.at('node 0 believed lost')).toBeGreaterThan(130);
  });

  it('starts its own pods again when it is back soon, and nobody is evicted', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    const before = bench.on(0);
    bench.roster.die(0);
    bench.run(120);
    bench.roster.recover(0);
    bench.run(700);
    expect(bench.on(0)).toEqual(before);
    expect(bench.count(/evicted$/)).toBe(0);
    expect(bench.at('node 0 believed lost')).toBeNaN();
    expect(
      bench.diary.filter(({ what }) => what === `pod ${before[0]} started`).map(({ seconds }) => seconds > 100),
    ).toEqual([false, true]);
    expect(bench.cluster.pods.ready[bench.cluster.rowOf(before[0]!)!]).toBe(1);
  });

  it('gets new pods until it is found lost, and none of them ever starts', () => {
    const bench = new LivingBench({ nodes: 2, cpuMilli: 1500 });
    bench.roster.cordon(1);
    bench.run(10);
    bench.roster.die(0);
    bench.deploy(1);
    bench.run(400);
    expect(bench.at('pod 0 bound to 0')).toBeLessThan(11);
    expect(bench.at('pod 0 started')).toBeNaN();
    expect(bench.at('pod 0 evicted')).toBeGreaterThan(350);
  });

  it('lets its pods go when somebody vouches that it is off', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    bench.roster.die(0);
    bench.run(200);
    expect(bench.on(0)).toHaveLength(2);
    bench.roster.setOutOfService(0, true);
    bench.run(245);
    // Nobody tolerates that taint: told to end at once, and taken away by the next rounds of the collector.
    expect(bench.at(/evicted$/)).toBeLessThan(201);
    expect(bench.on(0)).toEqual([]);
  });
});

describe('a node that is cut off', () => {
  it('runs its pods on, and they go only when it is heard again', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    const before = bench.on(0);
    bench.roster.cutOff(0);
    bench.run(700);
    expect(bench.count(/evicted$/)).toBe(2);
    expect(bench.count(/stopped$/)).toBe(0);
    expect(before.map((pod) => bench.cluster.kubelets.answers(bench.cluster.rowOf(pod)!))).toEqual([true, true]);
    bench.roster.reachable(0);
    bench.run(750);
    expect(bench.at(/stopped$/)).toBeGreaterThan(699);
    expect(bench.count(/gone$/)).toBe(2);
  });

  it('has pods that are Ready again when it is heard before they were given up', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    const [pod] = bench.on(0);
    bench.roster.cutOff(0);
    bench.run(200);
    bench.roster.reachable(0);
    bench.run(700);
    const said = bench.diary.filter(({ what }) => what.startsWith(`pod ${pod} `) && what.endsWith('ready'));
    expect(said.map(({ what }) => what)).toEqual([`pod ${pod} ready`, `pod ${pod} unready`, `pod ${pod} ready`]);
    expect(bench.count(/evicted$/)).toBe(0);
    expect(bench.count(/lost$/)).toBe(1);
  });

  it('stays cut off when it loses its power and has it again', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    bench.roster.cutOff(0);
    bench.run(110);
    bench.roster.die(0);
    bench.run(130);
    bench.roster.recover(0);
    bench.run(200);
    expect(bench.roster.isReady(0)).toBe(false);
    bench.roster.reachable(0);
    bench.run(220);
    expect(bench.roster.isReady(0)).toBe(true);
  });
});

describe('a node that leaves', () => {
  it('takes its pods along after the quarantine, and others come for them', () => {
    const bench = new LivingBench({ nodes: 3 });
    bench.deploy(6);
    bench.run(100);
    const before = bench.on(0);
    bench.roster.leave(0);
    expect(bench.roster.count).toBe(2);
    bench.run(200);
    expect(bench.on(0)).toEqual([]);
    const goneAfter = bench.at(`pod ${before[0]} gone`) - 100;
    // A pass every 20 s puts it in quarantine for 40 s, and a later pass takes the pods.
    expect(goneAfter).toBeGreaterThan(40);
    expect(goneAfter).toBeLessThan(80);
    expect(bench.cluster.pods.count).toBe(6);
    bench.roster.join(0);
    bench.run(210);
    expect(bench.roster.isReady(0)).toBe(true);
  });
});

describe('zones', () => {
  it('that are down all together lose nothing; a small one that is down for the most part loses only what was tainted before', () => {
    const zoneOf = (node: number): string => (node < 4 ? 'a' : 'b');
    const evictions = (dead: readonly number[]): number => {
      const bench = new LivingBench({ nodes: 8, zoneOf });
      bench.deploy(16);
      bench.run(100);
      for (const node of dead) bench.roster.die(node);
      bench.run(900);
      return bench.count(/evicted$/);
    };
    expect(evictions([0, 1, 2, 3, 4, 5, 6, 7])).toBe(0);
    // Three of four are at least 55 %, and the zone is no large one; the first was found, and tainted, a look before the others.
    expect(evictions([0, 1, 2])).toBe(2);
    // A whole zone goes at the usual rate.
    expect(evictions([0, 1, 2, 3])).toBe(8);
    expect(evictions([0])).toBe(2);
  });
});
