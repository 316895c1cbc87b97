import { describe, expect, it } from 'vitest';
import type { BgpConfiguration } from '../../../../models/network/bgp/configuration.ts';
import type { KernelLockRule } from '../../../../models/network/bgp/kernel-lock.ts';
import { KernelRoutes } from '../../../../models/network/bgp/kernel-routes.ts';
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const PREFIX = 7;
const DELAY_NS = 11 * NS_PER_MS;

/** The lock is held nearly all the time, for seconds on end. */
const HELD: KernelLockRule = { gapMeanNs: 1, holdMaxNs: 4 * NS_PER_SECOND };

/** What one router's daemon wanted at which time, ms, and what the kernel then had when. */
function written(
  wants: readonly { readonly ms: number; readonly hops: readonly number[] }[],
  kernelLock?: KernelLockRule,
  seed = '1',
): readonly { readonly atNs: TimeNs; readonly hops: readonly number[] | undefined }[] {
  const sim = new Simulation();
  const changes: { atNs: TimeNs; hops: readonly number[] | undefined }[] = [];
  const configuration = { speakers: [{}], ...(kernelLock === undefined ? {} : { kernelLock }) };
  const routes: KernelRoutes = new KernelRoutes(
    { sim, streams: new StreamSource(seed) },
    configuration as unknown as BgpConfiguration,
    (speaker, prefix) => changes.push({ atNs: sim.nowNs, hops: routes.get(speaker, prefix) }),
  );
  const kind = sim.kind('want', (i) => routes.want(0, [PREFIX], () => wants[i]!.hops, DELAY_NS));
  for (const [i, { ms }] of wants.entries()) sim.at(ms * NS_PER_MS, kind, i);
  sim.run(60 * NS_PER_SECOND);
  return changes;
}

const PATHS_HUNTED = [
  { ms: 50, hops: [1] },
  { ms: 100, hops: [2] },
  { ms: 150, hops: [] },
];

describe('kernel routes', () => {
  it('follow each decision where nobody holds the lock', () => {
    expect(written(PATHS_HUNTED).map(({ hops }) => hops)).toEqual([[1], [2], undefined]);
  });

  it('that were changed and taken back while others held the lock were never there', () => {
    const lock = { ...HELD, gapMeanNs: 200 * NS_PER_MS };
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const changes = written([{ ms: 50, hops: [1] }, ...PATHS_HUNTED.slice(1)], lock, `${seed}`);
      // Whatever was skipped, the kernel ends as the daemon wanted it.
      expect(changes.at(-1)?.hops).toBeUndefined();
      seen.add(JSON.stringify(changes.map(({ hops }) => hops ?? null)));
    }
    expect(seen).toContain('[[1],[2],null]');
    expect(seen).toContain('[[1],null]');
    expect(seen).toContain('[]');
  });

  it('are not written where they have become what they were', () => {
    const lock = { ...HELD, gapMeanNs: 200 * NS_PER_MS };
    const wants = [
      { ms: 50, hops: [1] },
      { ms: 400, hops: [2] },
      { ms: 410, hops: [1] },
    ];
    const all = Array.from({ length: 60 }, (_, seed) => written(wants, lock, `${seed}`).map(({ hops }) => hops![0]!));
    for (const hops of all) expect(hops.some((each, i) => i > 0 && each === hops[i - 1])).toBe(false);
    expect(all).toContainEqual([1, 2, 1]);
    expect(all).toContainEqual([1]);
  });

  it('wait together for the end of a hold, and are written once', () => {
    const changes = written(
      [
        { ms: 20, hops: [1] },
        { ms: 30, hops: [1, 2] },
      ],
      HELD,
    );
    expect(changes.map(({ hops }) => hops)).toEqual([[1, 2]]);
    expect(changes[0]!.atNs).toBeGreaterThan(30 * NS_PER_MS + DELAY_NS);
  });

  it('are written in the order of the decisions, also where one comes late', () => {
    for (let seed = 0; seed < 3_000; seed++) {
      const changes = written(
        [
          { ms: 10, hops: [1] },
          { ms: 12, hops: [2] },
        ],
        undefined,
        `${seed}`,
      );
      expect(changes.at(-1)?.hops).toEqual([2]);
    }
  });
});
