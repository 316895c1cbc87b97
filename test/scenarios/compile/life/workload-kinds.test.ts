/** Kinds of workloads beside Deployments, in whole runs, seen from outside. */
import { describe, expect, it } from 'vitest';
import { watched } from './watched-life.ts';

interface World {
  readonly nodes?: string;
  readonly count?: number;
  readonly kind: string;
  readonly more?: string;
  readonly duration?: string;
}

/** A service that is asked, and a second group of pods of the kind. */
function world({ nodes = '3', count = 3, kind, more = '', duration = '300s' }: World): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: ${duration}
cluster:
  nodes: [{ count: ${nodes}, name: node, cpu: 4, memory: 16Gi }]
  pods:
    - { count: 1, name: front, cpu: 1, memory: 512Mi, replicas: 1 }
    - { count: ${count}, name: db, cpu: 1, memory: 512Mi, replicas: ${count} }
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
workloads: { db: { ${kind} } }
load:
  services: [{ name: front, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: front, rate: 5 }]
${more}
`;
}

describe('a StatefulSet', () => {
  const kind = 'kind: StatefulSet, start: 10s, readinessProbe: { period: 1s }';

  it('comes up one after another, each when the one before is Ready', async () => {
    const life = await watched(world({ kind }));
    const pods = life.of('db');
    expect(pods.map(({ name }) => name)).toEqual(['db-0', 'db-1', 'db-2']);
    for (const place of [1, 2]) expect(pods[place]!.bornS).toBeGreaterThan(pods[place - 1]!.readyS);
    expect(life.row('db', 15)).toEqual([3, 2, 1]);
    expect(life.row('db', 290)).toEqual([3, 3, 3]);
  });

  it('comes up at once where it is told to', async () => {
    const life = await watched(world({ kind: `${kind}, podManagement: Parallel` }));
    for (const { bornS } of life.of('db')) expect(bornS).toBeLessThan(1);
  });

  it('has its version at once where it has no pods, and so has one that is rolled when it has none', async () => {
    const none = await watched(
      world({ kind, more: 'changes: [{ at: 20s, scale: db, to: 0 }, { at: 100s, roll: db }]', duration: '130s' }),
    );
    const rollouts = none.marks.filter(({ kind: mark, words }) => mark === 'rollout' && words !== '');
    expect(rollouts.map(({ atS, words }) => [Math.round(atS), words])).toEqual(
      expect.arrayContaining([
        [20, 'complete'],
        [100, 'begins'],
        [100, 'complete'],
      ]),
    );
    expect(none.metrics['rolloutTime']! / 1e9).toBeLessThan(1);
  });

  it('rolls from the highest down, and each pod has the name of the one before', async () => {
    const life = await watched(world({ kind, more: 'changes: [{ at: 100s, roll: db }]' }));
    const fresh = life.of('db').filter(({ bornS }) => bornS > 100);
    expect(fresh.map(({ name }) => name)).toEqual(['db-2', 'db-1', 'db-0']);
    for (const pod of fresh) {
      const before = life.of('db').find(({ name, bornS }) => name === pod.name && bornS < 100)!;
      expect(pod.bornS).toBeGreaterThanOrEqual(before.diedS);
    }
    // Three times ten seconds of start, one after another.
    expect(life.metrics['rolloutTime']! / 1e9).toBeGreaterThan(30);
    expect(life.metrics['rolloutTime']! / 1e9).toBeLessThan(60);
  });

  it('has names of its own in each member of a federation', async () => {
    const more = 'federation: { clusters: [{ name: east }, { name: west }], division: { rule: webster } }';
    const life = await watched(world({ kind, count: 4, more }));
    const there = life.at('db', 290);
    expect(there.map(({ name, node }) => `${node.split('-')[0]} ${name}`).sort()).toEqual([
      'east db-0',
      'east db-1',
      'west db-0',
      'west db-1',
    ]);
  });

  it('gives up the highest first when it shrinks', async () => {
    const life = await watched(world({ kind, more: 'changes: [{ at: 100s, scale: db, to: 1 }]' }));
    expect(life.at('db', 290).map(({ name }) => name)).toEqual(['db-0']);
    const [, one, two] = life.of('db');
    expect(two!.diedS).toBeLessThan(one!.diedS);
  });

  // The pod of the service leaves room on each node for one more pod: the lost one could go elsewhere.
  const fault = 'faults: [{ node: NODE, at: 100s }]';
  async function lost(more: string, duration = '900s') {
    const first = await watched(world({ kind, duration: '100s' }));
    const { name, node } = first.of('db')[1]!;
    const text = world({ kind, duration, more: `${fault}\n${more}`.replaceAll('NODE', node) });
    return { name, life: await watched(text) };
  }

  it('has no second pod of a name while nobody knows that the node is off', async () => {
    const { name, life } = await lost('');
    expect(life.of('db').filter((pod) => pod.name === name)).toHaveLength(1);
    // A Deployment has made others by then.
    expect(life.row('db', 890)).toEqual([3, 2, 2]);
  });

  it('has it again elsewhere when somebody vouches that the node is off', async () => {
    const { name, life } = await lost('changes: [{ at: 500s, outOfService: NODE }]');
    const [before, after] = life.of('db').filter((pod) => pod.name === name);
    expect(after!.bornS).toBeGreaterThan(500);
    expect(after!.bornS).toBeLessThan(545);
    expect(after!.node).not.toBe(before!.node);
    expect(life.row('db', 890)).toEqual([3, 3, 3]);
  });
});

describe('a DaemonSet', () => {
  const kind = 'kind: DaemonSet';

  it('has one pod on each node, whatever the count of its group', async () => {
    const life = await watched(world({ kind, count: 1 }));
    const on = life.at('db', 290).map(({ node }) => node);
    expect([...on].sort()).toEqual(['node-0', 'node-1', 'node-2']);
    expect(life.row('db', 290)).toEqual([3, 3, 3]);
  });

  it('has one on a small node too, where no scheduler would put a pod by its own choice', async () => {
    const nodes = '1, name: large, cpu: 64, memory: 256Gi }, { count: 2';
    const life = await watched(world({ nodes, kind }));
    const on = life.at('db', 290).map(({ node }) => node);
    expect(on.sort()).toEqual(['large-0', 'node-0', 'node-1']);
  });

  it('has none where its pods may not run', async () => {
    const nodes = '2, name: far, cpu: 4, memory: 16Gi, taints: [{ key: a, effect: NoSchedule }] }, { count: 2';
    const life = await watched(world({ nodes, kind }));
    expect(
      life
        .at('db', 290)
        .map(({ node }) => node)
        .sort(),
    ).toEqual(['node-0', 'node-1']);
  });

  it('has one on a machine that a node autoscaler adds, asks for none, and keeps none', async () => {
    const more = `
changes: [{ at: 60s, scale: front, to: 6 }, { at: 300s, scale: front, to: 1 }]
nodeAutoscaler: { groups: [{ nodes: node, min: 2, max: 4, boot: { constant: 30s } }], unneeded: 60s, delayAfterAdd: 60s }`;
    const life = await watched(world({ nodes: '2', kind, more, duration: '900s' }));
    expect(life.metrics['nodesPeak']).toBeGreaterThan(2);
    const nodes = new Set(life.at('front', 250).map(({ node }) => node));
    expect(new Set(life.at('db', 250).map(({ node }) => node))).toEqual(nodes);
    expect(life.at('db', 899)).toHaveLength(2);
    expect(life.row('db', 899)).toEqual([2, 2, 2]);
  });

  it('leaves its pods on a node that is drained, and rolls one node after another', async () => {
    const more = 'changes: [{ at: 50s, drain: node-1 }, { at: 100s, roll: db }]';
    const life = await watched(world({ kind: `${kind}, start: 10s, readinessProbe: { period: 1s }`, more }));
    expect(life.at('db', 90).map(({ node }) => node)).toContain('node-1');
    expect(life.told('drain')).toContain('empty');
    const fresh = life.of('db').filter(({ bornS }) => bornS > 100);
    // The one that takes no pods takes this one.
    expect(fresh.map(({ node }) => node).sort()).toEqual(['node-0', 'node-1', 'node-2']);
    for (const place of [1, 2]) expect(fresh[place]!.bornS).toBeGreaterThan(fresh[place - 1]!.readyS);
  });

  it('does not want a pod on a node that is lost, and has it back with the node', async () => {
    const more = 'faults: [{ node: node-1, at: 100s, for: 500s }]';
    const life = await watched(world({ kind, more, duration: '900s' }));
    expect(life.row('db', 550)).toEqual([2, 3, 2]);
    expect(life.row('db', 890)).toEqual([3, 3, 3]);
    expect(life.of('db')).toHaveLength(3);
  });
});

describe('a DaemonSet on a node that dies', () => {
  // Not the node of the service, which is missed until its pod is elsewhere.
  async function wholeAgainS(fault: string): Promise<number> {
    const kind = 'kind: DaemonSet';
    const { node } = (await watched(world({ kind, duration: '50s' }))).of('front')[0]!;
    const other = node === 'node-1' ? 'node-2' : 'node-1';
    const more = `faults: [{ node: ${other}, at: 100s${fault} }]\n`;
    return (await watched(world({ kind, more, duration: '900s' }))).metrics['wholeAgain']! / 1e9;
  }

  it('is not missed there from the time on when the node is believed dead', async () => {
    const afterS = await wholeAgainS('');
    expect(afterS).toBeGreaterThan(40);
    expect(afterS).toBeLessThan(60);
  });

  it('is not missed when the node comes back', async () => {
    expect(await wholeAgainS(', for: 500s')).toBeLessThan(60);
  });
});

describe('a Job', () => {
  it('runs as many pods as are to end well, so many at a time, and no more', async () => {
    const life = await watched(world({ kind: 'kind: Job, run: 20s, completions: 5, parallelism: 2' }));
    expect(life.of('db')).toHaveLength(5);
    expect(life.told('job-ended')).toEqual(['db: Complete, 5 of 5 pods ended well']);
    expect(life.marks.filter(({ kind }) => kind === 'pod-succeeded')).toHaveLength(5);
    for (let second = 0; second < 300; second++) expect(life.at('db', second).length).toBeLessThanOrEqual(2);
    expect(life.row('db', 10)).toEqual([2, 2, 2]);
    expect(life.row('db', 290)).toEqual([0, 0, 0]);
    // Three rounds of twenty seconds, and what it takes to begin.
    const endedS = life.marks.find(({ kind }) => kind === 'job-ended')!.atS;
    expect(endedS).toBeGreaterThan(60);
    expect(endedS).toBeLessThan(70);
    expect(life.metrics['podRestarts']).toBe(0);
  });

  it('leaves room for others as soon as a pod has ended', async () => {
    // One node of four processors: the pods of the Job fill it, one after another.
    const text = world({ nodes: '1', kind: 'kind: Job, run: 5s, completions: 12, parallelism: 12' });
    const life = await watched(text.replace('name: db, cpu: 1', 'name: db, cpu: 2'));
    expect(life.told('job-ended')).toEqual(['db: Complete, 12 of 12 pods ended well']);
  });

  it('is given up after more failures than its limit, with pauses that double', async () => {
    const life = await watched(world({ kind: 'kind: Job, run: 1s, failing: 1, backoffLimit: 2', count: 1 }));
    expect(life.told('job-ended')).toEqual(['db: BackoffLimitExceeded, 0 of 1 pods ended well']);
    const born = life.of('db').map(({ bornS }) => bornS);
    expect(born).toHaveLength(3);
    expect(born[1]! - born[0]!).toBeGreaterThan(10);
    expect(born[2]! - born[1]!).toBeGreaterThan(20);
  });

  it('is ended at its deadline', async () => {
    const life = await watched(world({ kind: 'kind: Job, run: 100s, completions: 5, deadline: 150s' }));
    expect(life.told('job-ended')).toEqual(['db: DeadlineExceeded, 1 of 5 pods ended well']);
    expect(life.at('db', 290)).toEqual([]);
  });
});

describe('a CronJob', () => {
  const kind = 'kind: CronJob, every: 60s, run: 10s, completions: 1';

  it('runs at its times', async () => {
    const life = await watched(world({ kind }));
    const born = life.of('db').map(({ bornS }) => Math.floor(bornS));
    expect(born).toEqual([60, 120, 180, 240]);
    expect(life.told('job-ended')).toHaveLength(4);
    expect(life.row('db', 65)).toEqual([1, 1, 1]);
    expect(life.row('db', 100)).toEqual([0, 0, 0]);
  });

  it('begins when it is told to', async () => {
    const life = await watched(world({ kind: `${kind}, first: 5s` }));
    expect(life.of('db').map(({ bornS }) => Math.floor(bornS))).toEqual([5, 65, 125, 185, 245]);
  });

  it('runs by a schedule in UTC, from the time that it is when the run begins', async () => {
    const scheduled = (schedule: string, more = '') =>
      watched(
        world({ kind: `kind: CronJob, schedule: '${schedule}', run: 10s, completions: 1`, more, duration: '600s' }),
      );
    const born = ({ pods }: { pods: readonly { name: string; bornS: number }[] }) =>
      pods.filter(({ name }) => name.startsWith('db')).map(({ bornS }) => Math.floor(bornS));
    expect(born(await scheduled('*/3 * * * *'))).toEqual([180, 360, 540]);
    // A Saturday, eight minutes before a Sunday: each minute from then on.
    const sunday = await scheduled('* * * * sun', 'begins: 2026-01-10T23:52Z');
    expect(born(sunday)).toEqual([480, 540]);
    expect(sunday.metrics['jobsComplete']).toBe(2);
  });

  it('keeps what has ended as its history says, or until its time is over', async () => {
    const short = 'kind: CronJob, every: 60s, run: 10s, completions: 2, parallelism: 2';
    const peakOf = async (words: string) =>
      (await watched(world({ kind: `${short}${words}`, duration: '500s' }))).metrics['endedPodsPeak'];
    // Three Jobs of two pods, and the one that has just ended.
    expect(await peakOf('')).toBe(8);
    expect(await peakOf(', successfulHistory: 1')).toBe(4);
    expect(await peakOf(', ttlAfterFinished: 5s')).toBe(2);
    // One that failed: each failed pod, and those of the one that failed before.
    expect(await peakOf(', failing: 1, backoffLimit: 0')).toBe(4);
  });

  it('loses what has ended above the threshold at the next look of the collector', async () => {
    const text = world({ kind: 'kind: Job, run: 10s, completions: 24, parallelism: 2', count: 1 });
    expect((await watched(text)).metrics['endedPodsPeak']).toBe(24);
    const bounded = (
      await watched(`${text}lifecycle: { endedPodsMax: 4 }
`)
    ).metrics['endedPodsPeak']!;
    // Looks each 20 s; two pods end in 11 s.
    expect(bounded).toBeLessThanOrEqual(8);
    expect(bounded).toBeGreaterThan(4);
  });

  it('tells what was missed and how long its Jobs took', async () => {
    const long = 'kind: CronJob, every: 60s, run: 100s, completions: 1, concurrency: Forbid';
    const { metrics } = await watched(world({ kind: long }));
    // Begun at 60, 160 and 260 s; the third goes on. The fourth minute was passed over, and the fifth is the end.
    expect(metrics['jobsComplete']).toBe(2);
    expect(metrics['jobsUnfinished']).toBe(1);
    expect(metrics['cronRunsMissed']).toBe(1);
    expect(metrics['jobTimeLongest']! / 1e9).toBeGreaterThan(100);
    expect(metrics['jobTimeLongest']! / 1e9).toBeLessThan(103);
    // Twice that, and the 40 s that the third had.
    const meanS = (2 * (metrics['jobTimeLongest']! / 1e9) + 40) / 3;
    expect(Math.abs(metrics['jobTimeMean']! / 1e9 - meanS)).toBeLessThan(1);
  });

  it('does what is said with a run that comes while another goes on', async () => {
    const long = 'kind: CronJob, every: 60s, run: 100s, completions: 1, concurrency: ';
    const born = async (how: string) =>
      (await watched(world({ kind: long + how }))).of('db').map(({ bornS }) => Math.floor(bornS / 10) * 10);
    expect(await born('Allow')).toEqual([60, 120, 180, 240]);
    // The second waits for the first, and the fourth for that.
    expect(await born('Forbid')).toEqual([60, 160, 260]);
    expect(await born('Replace')).toEqual([60, 120, 180, 240]);
    const replaced = await watched(world({ kind: `${long}Replace` }));
    expect(replaced.told('job-ended')).toEqual([]);
    expect(replaced.at('db', 280)).toHaveLength(1);
  });
});
