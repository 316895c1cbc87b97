import { describe, expect, it } from 'vitest';
import { type PoolOptions, runTasks, ThreadPool } from '../../../sim/node/pool.ts';

interface Work {
  readonly deed: string;
  readonly value: number;
  readonly news?: number;
}

const WORKER = new URL('./fixtures/worker.mjs', import.meta.url);

const doubles: readonly Work[] = [5, 3, 8, 1, 9].map((value) => ({ deed: 'double', value }));

function pooled(tasks: readonly Work[], more: Partial<PoolOptions<Work, number, string>> = {}) {
  return runTasks<Work, number, string>({
    tasks,
    workers: 2,
    workerFile: WORKER,
    describe: (task) => `${task.deed} of ${task.value}`,
    ...more,
  });
}

const inThisThread = {
  workers: 0,
  inProcess: ({ deed, value, news = 0 }: Work, tell: (news: string) => void): number => {
    for (let i = 0; i < news; i++) tell(`${value}:${i}`);
    if (deed === 'fail') throw new Error(`no ${value} today`);
    return value * 2;
  },
};

describe.each([0, 1, 2, 4])('a pool of %i workers', (workers) => {
  const mode = workers === 0 ? inThisThread : { workers };

  it('gives results in the order of the tasks', async () => {
    const seen: number[] = [];
    const outcome = await pooled(doubles, {
      ...mode,
      onResult: (result, index) => {
        seen[index] = result;
      },
    });
    expect(outcome).toEqual({ results: [10, 6, 16, 2, 18], failures: [], interrupted: false });
    expect(seen).toEqual([10, 6, 16, 2, 18]);
  });

  it('goes on with the tasks that follow from the first ones', async () => {
    const rounds = [[doubles[0]!], [doubles[1]!, doubles[2]!]];
    const seen: number[] = [];
    const more = () => rounds.shift() ?? [];
    const onResult = (result: number, index: number) => (seen[index] = result);
    const outcome = await pooled([doubles[4]!], { ...mode, more, onResult });
    expect(outcome).toEqual({ results: [18, 10, 6, 16], failures: [], interrupted: false });
    expect(seen).toEqual([18, 10, 6, 16]);
  });

  it('gives every task what all of them share', async () => {
    const shared = { factor: 3 };
    const task = { deed: 'times-shared', value: 5 };
    const outcome = await runTasks<Work, number, string, { factor: number }>({
      tasks: [task, task, task],
      shared,
      workers,
      workerFile: WORKER,
      inProcess: ({ value }, _, { factor }) => value * factor,
      describe: () => 'times',
    });
    expect(outcome.results).toEqual([15, 15, 15]);
  });

  it('tells all progress of a task before its result', async () => {
    const told: string[] = [];
    await pooled(
      [
        { deed: 'double', value: 1, news: 3 },
        { deed: 'double', value: 2, news: 2 },
      ],
      {
        ...mode,
        onProgress: (news, index) => told.push(`${index} ${news}`),
        onResult: (_, index) => told.push(`${index} end`),
      },
    );
    const of = (index: number): string[] => told.filter((line) => line.startsWith(`${index} `));
    expect(of(0)).toEqual(['0 1:0', '0 1:1', '0 1:2', '0 end']);
    expect(of(1)).toEqual(['1 2:0', '1 2:1', '1 end']);
  });

  it('fails only the task that throws, and names it', async () => {
    const outcome = await pooled([doubles[0], { deed: 'fail', value: 4 }, doubles[1]], mode);
    expect(outcome.results).toEqual([10, undefined, 6]);
    expect(outcome.failures.map((failure) => failure.message)).toEqual(['fail of 4 failed: no 4 today']);
    expect(outcome.interrupted).toBe(false);
  });

  it('does nothing for no tasks, and nothing after an interruption that came first', async () => {
    expect(await pooled([], mode)).toEqual({ results: [], failures: [], interrupted: false });
    const outcome = await pooled(doubles, { ...mode, signal: AbortSignal.abort() });
    expect(outcome.results).toEqual(new Array(5).fill(undefined));
    expect(outcome.interrupted).toBe(true);
  });

  it('keeps what is finished when it is interrupted', async () => {
    const controller = new AbortController();
    const outcome = await pooled(doubles, {
      ...mode,
      signal: controller.signal,
      onResult: () => controller.abort(),
    });
    expect(outcome.interrupted).toBe(workers < doubles.length);
    expect(outcome.results[0]).toBe(10);
    expect(outcome.results[4]).toBeUndefined();
    expect(outcome.failures).toEqual([]);
  });

  it('passes on what onResult throws', async () => {
    const full = pooled(doubles, {
      ...mode,
      onResult: () => {
        throw new Error('disk full');
      },
    });
    await expect(full).rejects.toThrow('disk full');
  });
});

describe('a worker that dies', () => {
  it('fails its own task and no other one', async () => {
    const tasks = [doubles[0], { deed: 'crash', value: 7 }, doubles[1], { deed: 'blow', value: 8 }, doubles[2]];
    const outcome = await pooled(tasks);
    expect(outcome.results).toEqual([10, undefined, 6, undefined, 16]);
    expect(outcome.failures.map((failure) => failure.message)).toEqual([
      'crash of 7 failed: worker exited with code: 7',
      'blow of 8 failed: blown up',
    ]);
  });

  it('fails every task, and does not hang, when its file cannot be loaded', async () => {
    const outcome = await pooled(doubles, { workerFile: new URL('./fixtures/broken-worker.mjs', import.meta.url) });
    expect(outcome.results).toEqual(new Array(5).fill(undefined));
    expect(outcome.failures).toHaveLength(5);
    expect(outcome.failures[0].message).toMatch(/double of 5 failed: .*no-such-file/);
  });
});

describe('an interruption', () => {
  it.each(['hang', 'spin'])(
    'ends a task that would not end (%s), after a short while, and calls it no failure',
    async (deed) => {
      const controller = new AbortController();
      const outcome = await pooled([doubles[0], { deed, value: 1, news: 1 }, doubles[1], doubles[2]], {
        signal: controller.signal,
        graceMs: 50,
        onProgress: () => controller.abort(),
      });
      expect(outcome.interrupted).toBe(true);
      expect(outcome.failures).toEqual([]);
      expect(outcome.results[1]).toBeUndefined();
    },
  );
});

it('refuses numbers of workers that mean nothing', async () => {
  for (const workers of [-1, 1.5, 1000]) await expect(pooled(doubles, { workers })).rejects.toThrow(/a pool of/);
  await expect(pooled(doubles, { workers: 0 })).rejects.toThrow(/needs the task function/);
});

describe('threads that outlive a list', () => {
  const shared = (factor: number) => ({
    tasks: [2, 5].map((value) => ({ deed: 'times-shared', value })),
    shared: { factor },
  });

  it('serve list after list, each with what it shares and with places of its own', async () => {
    const threads = new ThreadPool(WORKER, 2);
    try {
      const news: string[] = [];
      const onProgress = (item: string, index: number) => news.push(`${index}=${item}`);
      const used = new Set<number | undefined>();
      for (const factor of [3, 7]) {
        const { results } = await runTasks<Work, number, never, { factor: number }>({
          ...shared(factor),
          workers: 2,
          threads,
          describe: () => 'times',
        });
        expect(results).toEqual([2 * factor, 5 * factor]);
        await pooled([{ deed: 'double', value: factor, news: 1 }], { threads, onProgress });
        const who = await pooled(
          [1, 2, 3, 4].map((value) => ({ deed: 'thread', value })),
          { threads },
        );
        for (const thread of who.results) used.add(thread);
      }
      expect(news).toEqual(['0=3:0', '0=7:0']);
      expect(used.size).toBeLessThanOrEqual(2);
    } finally {
      await threads.close();
    }
  });

  it('are ended by an interruption, and started anew for the list after it', async () => {
    const threads = new ThreadPool(WORKER, 1);
    try {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      const cut = await pooled([{ deed: 'spin', value: 1 }], { threads, signal: stop.signal, graceMs: 50 });
      expect(cut).toEqual({ results: [undefined], failures: [], interrupted: true });
      expect((await pooled(doubles, { threads })).results).toEqual([10, 6, 16, 2, 18]);
    } finally {
      await threads.close();
    }
  });
});
