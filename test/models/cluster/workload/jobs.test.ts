import { describe, expect, it } from 'vitest';
import {
  CRON_JOB_DEFAULTS,
  CronJob,
  type CronJobSpec,
  MISSED_MAX,
} from '../../../../models/cluster/workload/cron-job.ts';
import { JOB_DEFAULTS, Job, type JobSpec } from '../../../../models/cluster/workload/job.ts';
import { SECOND, SmallCluster, type SmallClusterOptions } from './small-cluster.ts';

const ONCE = { restart: 'Never' } as const;

function job(spec: Partial<JobSpec>, options: SmallClusterOptions = {}) {
  const cluster = new SmallCluster({
    runtimes: [ONCE],
    application: { runNs: () => 10 * SECOND, endsWell: () => true, ...options.application },
  });
  const ends: [number, string][] = [];
  const made = cluster.manager.add(
    (object) =>
      new Job(cluster.manager, object, { ...JOB_DEFAULTS, name: 'job', template: 0, ...spec }, (_, reason) =>
        ends.push([Math.round(cluster.seconds), reason]),
      ),
  );
  return { cluster, job: made, ends };
}

describe('a Job', () => {
  it('runs as many pods at a time as it may, until enough have ended well', () => {
    const { cluster, job: made, ends } = job({ completions: 5, parallelism: 2 });
    cluster.run(100);
    expect(ends).toEqual([[30, 'Complete']]);
    expect(made.succeeded).toBe(5);
    expect(cluster.pods.rows).toBe(5);
  });

  it('fills each index once, again after a failure', () => {
    const tried: number[] = [];
    const { cluster, ends } = job(
      { completions: 3, parallelism: 3, indexed: true },
      {
        application: {
          // The one that fails is the last to end: a later success would make the pause forgotten.
          runNs: (pod): number => (10 + cluster.pods.ordinal[pod]!) * SECOND,
          endsWell: (pod): boolean => {
            const index = cluster.pods.ordinal[pod]!;
            tried.push(index);
            return index !== 2 || tried.filter((each) => each === 2).length > 1;
          },
        },
      },
    );
    cluster.run(200);
    expect(tried).toEqual([0, 1, 2, 2]);
    expect(ends).toEqual([[34, 'Complete']]);
  });

  it('waits 10 s, 20 s, 40 s ... after failures, and fails after the seventh', () => {
    const starts: number[] = [];
    const {
      cluster,
      job: made,
      ends,
    } = job(
      {},
      {
        application: {
          runNs: (): number => {
            starts.push(Math.round(cluster.seconds));
            return 0;
          },
          endsWell: () => false,
        },
      },
    );
    cluster.run(5000);
    expect(starts).toEqual([0, 10, 30, 70, 150, 310, 630]);
    expect(made.failed).toBe(7);
    expect(ends[0]![1]).toBe('BackoffLimitExceeded');
  });

  it('is ended by its deadline, and its pods with it', () => {
    const { cluster, ends } = job({ completions: 100, parallelism: 1, activeDeadlineNs: 35 * SECOND });
    cluster.run(40);
    expect(ends).toEqual([[35, 'DeadlineExceeded']]);
    expect(cluster.all().filter((pod) => cluster.pods.isActive(pod))).toEqual([]);
  });
});

describe('a CronJob', () => {
  function cron(spec: Partial<CronJobSpec>, runSeconds: number) {
    const cluster = new SmallCluster({ runtimes: [ONCE], application: { runNs: () => runSeconds * SECOND } });
    const ends: number[] = [];
    const warnings: [number, number][] = [];
    const made = cluster.manager.add(
      (object) =>
        new CronJob(
          cluster.manager,
          object,
          {
            ...CRON_JOB_DEFAULTS,
            name: 'nightly',
            nextAfter: (atNs) => (Math.floor(atNs / (60 * SECOND)) + 1) * 60 * SECOND,
            job: { ...JOB_DEFAULTS, template: 0 },
            ...spec,
          },
          {
            jobEnded: () => ends.push(Math.round(cluster.seconds)),
            tooManyMissed: (count) => warnings.push([Math.round(cluster.seconds), count]),
          },
        ),
    );
    return { cluster, cron: made, ends, warnings };
  }

  it('starts a Job at each instant of its schedule', () => {
    const { cluster, cron: made, ends } = cron({}, 5);
    cluster.run(250);
    expect(made.started).toBe(4);
    expect(ends).toEqual([65, 125, 185, 245]);
  });

  it('lets them run beside each other, waits for the one before, or puts an end to it', () => {
    const allowed = cron({ concurrency: 'Allow' }, 90);
    allowed.cluster.run(200);
    expect(allowed.ends).toEqual([150]);
    expect(allowed.cron.started).toBe(3);
    const forbidden = cron({ concurrency: 'Forbid' }, 90);
    forbidden.cluster.run(400);
    expect(forbidden.ends.slice(0, 3)).toEqual([150, 240, 330]);
    const replaced = cron({ concurrency: 'Replace' }, 90);
    replaced.cluster.run(400);
    expect(replaced.ends).toEqual([]);
    expect(replaced.cron.started).toBe(6);
    expect(replaced.cluster.pods.count).toBe(1);
  });

  it('misses a run that would be too late', () => {
    const { cluster, cron: made, ends } = cron({ concurrency: 'Forbid', startingDeadlineNs: 10 * SECOND }, 90);
    cluster.run(400);
    // When one ends, the instant that came meanwhile lies half a minute back.
    expect(ends).toEqual([150, 270, 390]);
    expect(made.started).toBe(3);
    expect(made.missed).toBe(3);
  });

  it('counts as missed what will have no run, and not what still waits', () => {
    const { cluster, cron: made } = cron({ concurrency: 'Forbid' }, 150);
    cluster.run(130);
    // The second minute waits for the first run.
    expect([made.started, made.missed]).toEqual([1, 0]);
    cluster.run(60);
    // The third has taken its place.
    expect([made.started, made.missed]).toEqual([1, 1]);
    cluster.run(30);
    expect([made.started, made.missed]).toEqual([2, 1]);
  });

  it('keeps the last three Jobs that were completed, and the last that failed', () => {
    const { cluster, cron: made } = cron({ successfulHistory: 2 }, 5);
    cluster.run(400);
    expect(made.started).toBe(6);
    expect(made.jobs.map(({ name }) => name)).toEqual(['nightly-5', 'nightly-6']);
    expect(cluster.pods.count).toBe(2);
    const byDefault = cron({}, 5);
    byDefault.cluster.run(400);
    expect(byDefault.cron.jobs.map(({ name }) => name)).toEqual(['nightly-4', 'nightly-5', 'nightly-6']);
    const failing = cron({ job: { ...JOB_DEFAULTS, template: 0, activeDeadlineNs: 2 * SECOND } }, 5);
    failing.cluster.run(400);
    expect(failing.cron.jobs.map(({ name, state }) => `${name} ${state}`)).toEqual(['nightly-6 failed']);
  });

  it('tells of more than a hundred missed runs and begins the latest all the same', () => {
    const seconds = (MISSED_MAX + 1) * 60;
    const late = cron({ concurrency: 'Forbid' }, seconds);
    late.cluster.run(60 + seconds + 70);
    expect(late.warnings).toEqual([[60 + seconds, MISSED_MAX + 1]]);
    expect(late.cron.started).toBe(2);
    const one = cron({ concurrency: 'Forbid' }, seconds - 60);
    one.cluster.run(60 + seconds + 70);
    expect(one.warnings).toEqual([]);
    // A deadline bounds how far it looks back.
    const bounded = cron({ concurrency: 'Forbid', startingDeadlineNs: 200 * SECOND }, seconds);
    bounded.cluster.run(60 + seconds + 70);
    expect(bounded.warnings).toEqual([]);
    expect(bounded.cron.started).toBe(2);
  });
});

describe('a Job that has ended', () => {
  it('stays with its pods, or is deleted with them after its time', () => {
    const kept = job({ completions: 2, parallelism: 2 });
    kept.cluster.run(100);
    expect(kept.cluster.pods.count).toBe(2);
    expect(kept.cluster.manager.get(kept.job.object)).toBe(kept.job);
    const short = job({ completions: 2, parallelism: 2, ttlNs: 30 * SECOND });
    short.cluster.run(39);
    expect(short.job.state).toBe('complete');
    expect(short.cluster.pods.count).toBe(2);
    short.cluster.run(2);
    expect(short.cluster.pods.count).toBe(0);
    expect(short.cluster.manager.get(short.job.object)).toBeUndefined();
    const none = job({ ttlNs: 0 });
    none.cluster.run(11);
    expect(none.cluster.pods.count).toBe(0);
  });
});
