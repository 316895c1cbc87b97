import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Condition, conditionLines } from '../../bench/peers/hold-conditions.ts';
import { Neighbours, neighboursWanted } from '../../bench/peers/neighbours.ts';

const root = process.cwd();

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the number of neighbours', () => {
  it.each([
    [[], 0],
    [['--beside', '1'], 1],
    [['--beside', '32'], 32],
  ])('%j is %i', (args, count) => {
    expect(neighboursWanted(args)).toBe(count);
  });

  it.each([
    [['--beside'], /from 1 to 32; the number is missing/],
    [['--beside', '-1'], /whole number from 1 to 32; got "-1"/],
    [['--beside', 'abc'], /got "abc"/],
    [['--beside', '2.5'], /got "2.5"/],
    [['--beside', '0'], /got "0". Leave the option out/],
    [['--beside', '33'], /got "33"/],
    [['--beside', '3', '4'], /got "4"/],
    [['--besides', '3'], /There is no option "--besides"/],
  ])('%j is refused in words', (args, words) => {
    expect(neighboursWanted(args)).toMatch(words);
  });
});

describe('neighbours', () => {
  it('are busy until they are ended', async () => {
    const neighbours = await Neighbours.start(root, 2);
    const { pids } = neighbours;
    expect(pids.map(isAlive)).toEqual([true, true]);
    await neighbours.end();
    await expect.poll(() => pids.some(isAlive), { timeout: 10_000 }).toBe(false);
  }, 30_000);

  it('that are lost in the middle spoil the measurement, and the others are ended', async () => {
    const neighbours = await Neighbours.start(root, 2);
    const { pids } = neighbours;
    process.kill(pids[0], 'SIGKILL');
    await expect.poll(() => isAlive(pids[0]), { timeout: 10_000 }).toBe(false);
    await expect(neighbours.end()).rejects.toThrow('1 of 2 neighbours ended during the measurement');
    await expect.poll(() => pids.some(isAlive), { timeout: 10_000 }).toBe(false);
  }, 30_000);

  it('end by themselves when whoever started them is gone', async () => {
    const neighbour = spawn(process.execPath, [join(root, 'bench/peers/neighbour.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(neighbour.stdout, 'data');
    // That is all that is left of a killed benchmark: closed pipes.
    neighbour.stdin.destroy();
    expect(await once(neighbour, 'exit')).toEqual([0, null]);
  }, 30_000);
});

describe('the two conditions', () => {
  const condition = (neighbours: number, ours: number, theirs: number, load: number): Condition => ({
    neighbours,
    loads: [load, load],
    cells: [
      ['Wavetank', ours],
      ['ns-3, MapScheduler (its default)', theirs],
    ].map(([name, ns]) => ({
      pending: 1e5,
      measured: {
        name: String(name),
        measurements: [{ events: 1000, cpuSeconds: Number(ns) * 1e-6, hash: 'a', bytes: 0 }],
      },
    })),
  });

  it('each have a ratio of their own, held against a bar whose condition is told', () => {
    const text = conditionLines(condition(0, 50, 350, 0.5), condition(5, 100, 1700, 7), 'Wavetank');
    expect(text).toMatch(
      /A: without neighbours of ours\. Load average 0\.5 before, 0\.5 after\. The machine was quiet\./,
    );
    expect(text).toMatch(/B: beside 5 neighbours .* Load average 7\.0 before/);
    expect(text).toMatch(/MapScheduler \(its default\) +350 +350\.\.350 +7\.0 +1700 +1700\.\.1700 +17\.0/);
    expect(text).toMatch(/at 100,000, bar 13x, stretch 20x\. +A 7\.0x: not met\. +B 17\.0x: met\./);
    expect(text).toContain('SimPy at 1,000, bar 25x, stretch 28x.  A -x: not measured.  B -x: not measured.');
  });

  it('says when the machine was not quiet without neighbours', () => {
    const text = conditionLines(condition(0, 50, 350, 6), condition(5, 100, 1700, 9), 'Wavetank');
    expect(text).toContain('The machine was not quiet');
  });
});
