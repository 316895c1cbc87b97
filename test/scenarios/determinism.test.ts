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
/** Two environments, so that runs are shared between them, and one refusal is among them. */
const CHANGES = [
  'vary.environment=["machine-room-bgp","machine-room-no-bgp"]',
  'vary.scheme=["flannel-vxlan","calico-bgp","custom-static"]',
];
/** Its run is shared with the first environment's. */
const SHARED = 'machine-room-no-bgp/flannel-vxlan';
const REFUSED = 'machine-room-no-bgp/calico-bgp';
const WORKERS = [0, 1, 2, 4];
const REPLICATIONS = 2;
/** Room for the JSON of a comparison on standard output. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What a comparison prints, with the number of workers taken out of the command that it repeats. */
async function printed(workers: number): Promise<string> {
  const changes = CHANGES.flatMap((change) => ['--set', change]);
  const counts = ['--replications', String(REPLICATIONS), '--workers', String(workers)];
  const words = [PROGRAM, 'compare', 'network-schemes', ...changes, ...counts, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: OUTPUT_BYTES_MAX });
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

  it('has a digest for every replication of every alternative that may run', () => {
    const { alternatives, replications } = resultOf(0);
    expect(replications).toBe(REPLICATIONS);
    expect(alternatives.length).toBe(6);
    for (const { name, digests } of alternatives) {
      expect({ name, runs: new Set(digests).size }).toEqual({ name, runs: name === REFUSED ? 0 : REPLICATIONS });
    }
  });

  it('runs what a single run of the same seed runs, though runs and placements are shared', () => {
    const { alternatives, seed } = resultOf(2);
    const { digests } = alternatives.find((one) => one.name === SHARED)!;
    const run = startRun(planOf('network-schemes', ...CHANGES), SHARED, `${seed}/0`, {});
    expect(run.finish().digest).toBe(digests[0]);
  }, 60_000);
});
