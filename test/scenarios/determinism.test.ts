/**
 * One scenario and one seed give one answer: in the same process again, and with any number of workers.
 *
 * Shown on the large scenario itself, because small ones do not meet every path. The comparison is the built program's.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startRun } from '../../scenarios/compile/index.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { planOf } from './compile/small-worlds.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ONE_ROOM = 'vary.environment=["machine-room-bgp"]';
const WORKERS = [0, 1, 2, 4];
const REPLICATIONS = 2;
/** Room for the JSON of a comparison on standard output. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What a comparison prints, with the number of workers taken out of the command that it repeats. */
async function printed(workers: number): Promise<string> {
  const words = ['compare', 'network-schemes', '--replications', String(REPLICATIONS), '--set', ONE_ROOM, '--json'];
  const count = ['--workers', String(workers)];
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words, ...count], {
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return stdout.replace(`--workers ${workers}`, '--workers N');
}

describe('network-schemes', () => {
  it('gives one digest and one set of figures when it is run twice', () => {
    const plan = planOf('network-schemes');
    const run = () => startRun(plan, 'machine-room-bgp/contiv-vlan', 'twice/0', {}).finish();
    const first = run();
    expect(first.events).toBeGreaterThan(10_000);
    expect(run()).toEqual(first);
  }, 60_000);

  it('gives another digest under another seed', () => {
    const plan = planOf('network-schemes', 'vary.environment=["machine-room-bgp"]', 'vary.scheme=["custom-static"]');
    const digest = (seed: string) => startRun(plan, plan.alternatives[0]!.name, seed, {}).finish().digest;
    expect(digest('twice/0')).not.toBe(digest('twice/1'));
  }, 60_000);
});

describe('compare network-schemes', () => {
  const texts = new Map<number, string>();

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error('dist/cli.js is missing: run "npm run build" first');
    for (const workers of WORKERS) texts.set(workers, await printed(workers));
  }, 180_000);

  const resultOf = (workers: number) => JSON.parse(texts.get(workers)!) as ComparisonResult;

  it.each(WORKERS.slice(1))('prints with %d workers, byte for byte, what it prints without any', (workers) => {
    expect(texts.get(workers)).toBe(texts.get(0));
  });

  it('has a digest for every alternative and replication', () => {
    const { alternatives, replications } = resultOf(0);
    expect(replications).toBe(REPLICATIONS);
    expect(alternatives.length).toBe(5);
    for (const { digests } of alternatives) expect(new Set(digests).size).toBe(REPLICATIONS);
  });

  it('runs what a single run of the same seed runs, though placements are shared', () => {
    const { alternatives, seed } = resultOf(2);
    const { name, digests } = alternatives.at(-1)!;
    const run = startRun(planOf('network-schemes', ONE_ROOM), name, `${seed}/0`, {});
    expect(run.finish().digest).toBe(digests[0]);
  }, 60_000);
});
