/** Node life without events for what is regular, held against the plain one, where every renewal and every look is an event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { READY, type Ready, TAINT_OF_BIT } from '../../../../models/cluster/node-life/node-conditions.ts';
import { NodeLife, type NodeLifePhases } from '../../../../models/cluster/node-life/node-life.ts';
import { type NodeLifeProfile, nodeLifeProfile } from '../../../../models/cluster/node-life/profile.ts';
import { NS_PER_SECOND, secondsToNs } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Diary, DiaryPods, tolerating } from './diary.ts';
import { PlainNodeLife } from './plain-node-life.ts';

const STATUS = ['none', 'True', 'False', 'Unknown'] as const;
const TOLERATIONS = [undefined, 0, 20, Number.POSITIVE_INFINITY];

type Step = {
  readonly seconds: number;
  readonly what: 'silence' | 'reachable' | 'start' | 'unready' | 'ready' | 'leave' | 'join' | 'joinSilent' | 'bind';
  readonly node: number;
};

interface Story {
  readonly nodes: number;
  readonly zones: number;
  readonly profile: NodeLifeProfile;
  readonly phases: NodeLifePhases;
  readonly steps: readonly Step[];
  readonly untilSeconds: number;
}

/** What both versions can be told. */
interface Told {
  found(node: number, zone: number): void;
  join(node: number, zone: number, status: number): void;
  leave(node: number): void;
  silence(node: number): void;
  reachable(node: number): void;
  start(node: number): void;
  report(node: number, ready: boolean): void;
  podBound(pod: number, node: number): void;
}

function fast(story: Story, sim: Simulation, pods: DiaryPods, diary: Diary): Told {
  const life: NodeLife = new NodeLife({
    ...story,
    sim,
    pods,
    listener: {
      readyChanged: (node) => diary.write(`node ${node} ready ${STATUS[life.nodes.ready[node]!]}`),
      taintsChanged: (node) => {
        const bits = life.nodes.taints[node]!;
        const words = TAINT_OF_BIT.filter(({ bit }) => (bits & bit) !== 0).map(
          ({ key, effect }) => `${key.split('/')[1]}:${effect}`,
        );
        diary.write(`node ${node} taints ${words.join(',')}`);
      },
    },
  });
  return {
    found: (node, zone) => life.found(node, zone),
    join: (node, zone, status) => life.join(node, zone, status as Ready),
    leave: (node) => life.leave(node),
    silence: (node) => life.silence(node),
    reachable: (node) => life.reachable(node),
    start: (node) => life.start(node),
    report: (node, ready) => life.report(node, ready),
    podBound: (pod, node) => life.podBound(pod, node),
  };
}

function plain(story: Story, sim: Simulation, pods: DiaryPods, diary: Diary): Told {
  const life = new PlainNodeLife(sim, story.profile, story.phases, pods, diary, story.nodes);
  return {
    found: (node, zone) => life.found(node, zone),
    join: (node, zone, status) => life.join(node, zone, STATUS[status]!),
    leave: (node) => life.leave(node),
    silence: (node) => life.silence(node),
    reachable: (node) => life.reachable(node),
    start: (node) => life.start(node, 'True'),
    report: (node, ready) => life.report(node, ready),
    podBound: (pod, node) => life.podBound(pod, node),
  };
}

function told(story: Story, make: typeof fast): { diary: Diary; events: number } {
  const sim = new Simulation();
  const diary = new Diary(sim);
  const pods = new DiaryPods(diary);
  const life = make(story, sim, pods, diary);
  const exists = new Set<number>();
  const leftNs = new Map<number, number>();
  const create = (node: number, go: (zone: number) => void): void => {
    if (exists.has(node) || sim.nowNs - (leftNs.get(node) ?? -1e10) < 1e10) return;
    exists.add(node);
    go(node % story.zones);
  };
  const act: Record<Step['what'], (node: number) => void> = {
    silence: (node) => life.silence(node),
    reachable: (node) => life.reachable(node),
    start: (node) => exists.has(node) && life.start(node),
    unready: (node) => life.report(node, false),
    ready: (node) => life.report(node, true),
    leave: (node) => {
      if (!exists.delete(node)) return;
      leftNs.set(node, sim.nowNs);
      life.leave(node);
    },
    join: (node) => create(node, (zone) => life.join(node, zone, READY.true)),
    joinSilent: (node) => create(node, (zone) => life.join(node, zone, READY.none)),
    bind: (node) => exists.has(node) && life.podBound(pods.add(node, tolerating(undefined)), node),
  };
  for (let node = 0; node < story.nodes - 1; node++) {
    exists.add(node);
    life.found(node, node % story.zones);
    for (const seconds of TOLERATIONS) pods.add(node, tolerating(seconds));
  }
  // Before renewals and looks of the same instant, in both versions.
  for (const [i, { seconds, what, node }] of story.steps.entries())
    sim.at(
      secondsToNs(seconds),
      sim.kind(`step ${i}`, () => act[what](node), 2),
    );
  sim.run(story.untilSeconds * NS_PER_SECOND);
  return { diary, events: sim.dispatched };
}

const step = (nodes: number): fc.Arbitrary<Step> =>
  fc.record({
    seconds: fc.double({ min: 0, max: 300, noNaN: true }),
    what: fc.constantFrom<Step['what']>(
      'silence',
      'silence',
      'silence',
      'silence',
      'reachable',
      'reachable',
      'start',
      'unready',
      'ready',
      'leave',
      'join',
      'joinSilent',
      'bind',
    ),
    node: fc.nat(nodes - 1),
  });

const story: fc.Arbitrary<Story> = fc
  .record({
    nodes: fc.integer({ min: 2, max: 9 }),
    zones: fc.integer({ min: 1, max: 3 }),
    minor: fc.constantFrom(31, 33, 34),
    largeZoneNodes: fc.constantFrom(2, 50),
    phase: fc.tuple(fc.nat(4_999_999_999), fc.nat(99_999_999), fc.nat(9_999_999_999)),
    count: fc.integer({ min: 1, max: 40 }),
  })
  .chain(({ nodes, zones, minor, largeZoneNodes, phase: [monitorNs, taintingNs, heartbeatNs], count }) =>
    fc.array(step(nodes), { minLength: count, maxLength: count }).map((steps) => ({
      nodes,
      zones,
      steps,
      profile: { ...nodeLifeProfile(minor), largeZoneNodes },
      phases: { monitorNs, taintingNs, heartbeatNs: (node: number) => (heartbeatNs + node * 1_234_567_891) % 10e9 },
      untilSeconds: 700,
    })),
  );

describe('node life without events for what is regular', () => {
  it('writes what the plain one writes, at the same nanoseconds', () => {
    fc.assert(
      fc.property(story, (one) => {
        expect(told(one, fast).diary.sorted()).toEqual(told(one, plain).diary.sorted());
      }),
      { seed: 6, numRuns: 300 },
    );
  }, 120_000);

  it('costs nothing while nodes are healthy, however many there are', () => {
    const steps: Step[] = [{ seconds: 3_000, what: 'silence', node: 7 }];
    const phases = { monitorNs: 0, taintingNs: 0, heartbeatNs: () => 0 };
    const one = { nodes: 1000, zones: 3, profile: nodeLifeProfile(34), phases, steps, untilSeconds: 3_600 };
    // The step, two looks with their zones, one tainting, and what the four pods of the node go through.
    expect(told(one, fast).events).toBeLessThan(40);
  });

  it('evicts slowly from a large zone that is partly down, and from a zone that is wholly down as usual', () => {
    const tainted = (nodes: number, down: (node: number) => boolean): number[] => {
      const numbers = Array.from({ length: nodes - 1 }, (_, node) => node);
      const steps = numbers.filter(down).map((node): Step => ({ seconds: 10, what: 'silence', node }));
      const phases = { monitorNs: 0, taintingNs: 0, heartbeatNs: () => 0 };
      const one = { nodes, zones: 2, profile: nodeLifeProfile(34), phases, steps, untilSeconds: 400 };
      const lines = told(one, fast).diary.lines.filter(({ text }) =>
        /node \d+ taints .*unreachable:NoExecute/.test(text),
      );
      const first = new Map(
        lines.map(({ timeNs, text }) => [text.split(' ')[1], timeNs / 1e9]).reverse() as [string, number][],
      );
      return [...first.values()].sort((a, b) => a - b);
    };
    const large = tainted(241, (node) => node % 2 === 0 && node < 180);
    expect(large.length).toBe(4);
    for (let i = 1; i < large.length; i++) expect(Math.abs(large[i]! - large[i - 1]! - 100)).toBeLessThan(0.2);
    const whole = tainted(13, (node) => node % 2 === 0);
    expect(whole.length).toBe(6);
    for (let i = 1; i < whole.length; i++) expect(Math.abs(whole[i]! - whole[i - 1]! - 10)).toBeLessThan(0.2);
    expect(tainted(13, (node) => node % 2 === 0 && node < 8)).toEqual([]);
    expect(tainted(13, () => true)).toEqual([]);
  });

  it('counts silence anew from the end of an outage of everything', () => {
    const steps: Step[] = [
      { seconds: 10, what: 'unready', node: 0 },
      { seconds: 10, what: 'unready', node: 1 },
      { seconds: 12, what: 'silence', node: 0 },
      { seconds: 41, what: 'ready', node: 1 },
    ];
    const phases = { monitorNs: 0, taintingNs: 0, heartbeatNs: () => 0 };
    const one = { nodes: 3, zones: 1, profile: nodeLifeProfile(34), phases, steps, untilSeconds: 400 };
    const { diary } = told(one, fast);
    expect(diary.secondsOf('node 0 ready Unknown')[0]).toBeGreaterThan(95);
    expect(diary.sorted()).toEqual(told(one, plain).diary.sorted());
  });
});
