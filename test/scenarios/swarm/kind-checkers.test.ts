/** Checkers of StatefulSets, DaemonSets, Jobs and memory: silent about what is well, and not about what is not. */
import { describe, expect, it } from 'vitest';
import { HEALTH, PHASE } from '../../../models/world/catalog.ts';
import { daemons } from '../../../scenarios/swarm/checkers/daemons.ts';
import { jobs } from '../../../scenarios/swarm/checkers/jobs.ts';
import { memory } from '../../../scenarios/swarm/checkers/memory.ts';
import { ordinals } from '../../../scenarios/swarm/checkers/ordinals.ts';
import { rollouts } from '../../../scenarios/swarm/checkers/rollouts.ts';
import { settled } from '../../../scenarios/swarm/checkers/settled.ts';
import { documentOf, StagedRun } from './staged-run.ts';

const seenIn = (findings: readonly { readonly seen: string }[]): string[] => findings.map(({ seen }) => seen);

/** Two nodes. */
function empty(more: string): StagedRun {
  return new StagedRun(documentOf(more)).node(0).node(1);
}

/** A second group of pods that works and ends. */
function batch(fields: string): StagedRun {
  const group = ', { count: 2, name: job, cpu: 1, memory: 1Gi, replicas: 2 }';
  return new StagedRun(documentOf(`workloads: { job: { ${fields} } }`, group));
}

describe('ordinals', () => {
  const SET = 'workloads: { web: { kind: StatefulSet } }';
  const both = (run = empty(SET)) => {
    run.at(1).serve(run.named('web-0'), 0);
    run.at(2).serve(run.named('web-1'), 1);
    return run;
  };

  it('come one after another, and once', async () => {
    expect(await both().saidBy(ordinals)).toEqual([]);
    const again = both().at(50).end(1).at(51).died('pods', 1).at(52);
    again.named('web-1');
    expect(await again.saidBy(ordinals)).toEqual([]);
    const twice = both().at(50).end(1).at(52);
    twice.named('web-1');
    expect(seenIn(await twice.saidBy(ordinals))).toEqual(['2']);
  });

  it('wait for those below them where they are ordered', async () => {
    const early = (more: string) => {
      const run = empty(more);
      run.at(1).named('web-0');
      run.at(2).named('web-1');
      return run.saidBy(ordinals);
    };
    expect(seenIn(await early(SET))).toEqual(['0']);
    expect(await early('workloads: { web: { kind: StatefulSet, podManagement: Parallel } }')).toEqual([]);
  });

  it('go no further than the replicas', async () => {
    const run = both().at(50);
    run.named('web-2');
    expect(seenIn(await run.saidBy(ordinals))).toEqual(['web-2']);
  });

  it('lose one Ready pod at a time to an update', async () => {
    const rolling = () => both().mark('rollout', 0, 'complete').at(50).mark('rollout', 0, 'begins');
    expect(await rolling().at(60).end(1).saidBy(rollouts)).toEqual([]);
    expect(seenIn(await rolling().at(60).end(1).at(70).end(0).saidBy(rollouts))).toEqual(['0']);
  });

  it('may stay behind a version that never answers, and else may not', async () => {
    const rolled = (changes: string) =>
      both(empty(`${SET}\nchanges: [${changes}]`))
        .mark('rollout', 0, 'begins')
        .at(60)
        .end(1)
        .at(61)
        .died('pods', 1)
        .saidBy(settled);
    expect(await rolled('{ at: 50s, roll: web, broken: true }, { at: 90s, roll: web }')).toEqual([]);
    expect(seenIn(await rolled('{ at: 50s, roll: web }'))).toContain('1 too few');
  });
});

describe('daemons', () => {
  const SET = 'workloads: { web: { kind: DaemonSet } }';
  const each = () => {
    const run = empty(SET);
    run.at(1).serve(run.pod(), 0);
    return run.serve(run.pod(), 1);
  };

  it('have one pod on each node, and no more', async () => {
    expect(await each().saidBy(daemons)).toEqual([]);
    const second = each().at(50);
    second.serve(second.pod(), 0, 2);
    expect(seenIn(await second.saidBy(daemons))).toEqual(['2']);
    expect(seenIn(await each().at(50).died('pods', 1).saidBy(daemons))).toEqual(['it has none']);
    expect(
      await each().at(50).died('pods', 1).set('nodes', 1, { healthBelieved: HEALTH.dead }).saidBy(daemons),
    ).toEqual([]);
  });

  it('stay where their node is lost', async () => {
    const seen = seenIn(await each().at(50).mark('evicted', 0).end(0).saidBy(daemons));
    expect(seen).toContain('it is given up');
  });
});

describe('jobs', () => {
  const RUN = 'kind: Job, run: 10s, completions: 2, backoffLimit: 0';
  const one = (fields: string) => {
    const run = batch(fields).node(0).node(1).at(1);
    const pod = run.pod('job');
    run.serve(pod, 0);
    return run;
  };

  it('end, with as many pods as are to end well', async () => {
    const done = () => {
      const run = one(RUN).at(12).mark('pod-succeeded', 0).died('pods', 0);
      run.serve(run.pod('job'), 0);
      return run.at(24).mark('pod-succeeded', 1).mark('job-ended', 1, 'Complete').died('pods', 1);
    };
    expect(await done().saidBy(jobs)).toEqual([]);
    const more = done().at(30);
    more.serve(more.pod('job'), 0);
    expect(seenIn(await more.at(41).mark('pod-succeeded', 2).saidBy(jobs))).toEqual(['it makes one', '3']);
  });

  it('do not stop in the middle', async () => {
    expect(seenIn(await one(RUN).at(12).mark('pod-succeeded', 0).died('pods', 0).saidBy(jobs))).toEqual([
      '0 pods are there',
    ]);
    expect(seenIn(await one(RUN).saidBy(jobs))).toEqual(['1 pods are there']);
    const short = one(RUN).at(12).mark('pod-succeeded', 0).died('pods', 0);
    short.mark('unschedulable', short.pod('job'), 'Insufficient cpu', 2);
    expect(await short.saidBy(jobs)).toEqual([]);
  });

  it('are over at their deadline, and fail no more often than they may', async () => {
    const short = one(`${RUN}, deadline: 100s`);
    short.mark('unschedulable', short.pod('job'), 'Insufficient cpu', 2);
    expect(seenIn(await short.saidBy(jobs))).toContain('it goes on');
    const failing = one(RUN).at(12).mark('pod-failed', 0).died('pods', 0).mark('job-ended', 1, 'BackoffLimitExceeded');
    expect(await failing.mark('pod-failed', 0).saidBy(jobs)).not.toEqual([]);
  });

  it('have no more pods at work than side by side may be', async () => {
    const run = one(RUN).at(2);
    run.serve(run.pod('job'), 1);
    expect(seenIn(await run.mark('job-ended', 1, 'Complete').saidBy(jobs))).toEqual(['2']);
  });

  it('of a schedule begin at their times', async () => {
    const cron = (at: number) => {
      const run = batch('kind: CronJob, run: 10s, every: 200s').node(0).at(at);
      run.pod('job');
      return run.saidBy(jobs);
    };
    expect(await cron(200.1)).toEqual([]);
    expect(seenIn(await cron(203))).toEqual(['no pod is made']);
  });
});

describe('memory', () => {
  const using = (more: string) => {
    const run = empty(`workloads: { web: { ${more} } }`).at(1);
    run.serve(run.pod(), 0);
    return run.at(50);
  };
  const GREEDY = 'memoryUse: { start: 1Gi, reaches: 4Gi }';
  const MODEST = 'memoryUse: { start: 512Mi, reaches: 1Gi }';

  it('is taken from pods that use more than they requested', async () => {
    expect(await using(GREEDY).mark('memory-evicted', 0, 'why').saidBy(memory)).toEqual([]);
    expect(seenIn(await using(MODEST).mark('memory-evicted', 0, 'why').saidBy(memory))).toEqual([
      'it is evicted for memory',
    ]);
  });

  it('costs a container its life at its limit, or where there is none left', async () => {
    expect(await using(`${GREEDY}, memoryLimit: 2Gi`).mark('oom-killed', 0, 'why').saidBy(memory)).toEqual([]);
    expect(seenIn(await using(`${MODEST}, memoryLimit: 2Gi`).mark('oom-killed', 0, 'why').saidBy(memory))).toEqual([
      'it is killed',
    ]);
  });

  it('that is short keeps new pods off', async () => {
    const onto = (at: number, more: string) => {
      const run = using(more).mark('memory-pressure', 0, 'takes no new pods').at(at);
      run.set('pods', run.pod(), { phase: PHASE.starting, node: 0 });
      return run.saidBy(memory);
    };
    expect(seenIn(await onto(60, GREEDY))).toEqual(['node-0']);
    expect(await onto(50.5, GREEDY)).toEqual([]);
    expect(await onto(60, `${GREEDY}, kind: DaemonSet`)).toEqual([]);
  });
});
