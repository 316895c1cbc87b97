/** How long the recorder watched, and how the kernel's lock was held on its machine. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KernelLock } from '../../../../models/network/bgp/kernel-lock.ts';
import { type NetCase, netCaseOf, type RecordedEvent } from '../../../../scenarios/reality/net/recorded.ts';
import { busyOf, kernelLockOf, watchedSeconds } from '../../../../scenarios/reality/net/watch.ts';
import type { JsonObject } from '../../../../scenarios/reality/suite.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const FOLDER = new URL('../../../oracles/net/', import.meta.url);
const caseOf = (file: string): NetCase =>
  netCaseOf(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as JsonObject);

const PLAIN = caseOf('events-12-clos2x3-blackhole-hold180.json');
const PACED = caseOf('events-34-clos2x4-mrai5-prefix.json');

/** An event of a case in which nothing was seen but what is said. */
function event(netCase: NetCase, description: string, json: JsonObject = {}, messages: readonly JsonObject[] = []) {
  const base = netCase.events[0]!;
  return {
    ...base,
    name: 'event',
    description,
    json,
    messages,
    isWhole: true,
    counts: new Map(),
    ageSeconds: new Map(),
  } as RecordedEvent;
}

const KILL = 'SIGKILL to bgpd on l1';
const PORT = "'ip link set to-s1 down' on l1";
const lengthOf = ({ low, high }: { readonly low: number; readonly high: number }): readonly number[] => [
  Number(((low + high) / 2).toFixed(6)),
  Number((high - low).toFixed(6)),
];

describe('the length of a watch', () => {
  it('is known to 0.08 s where a daemon was killed: three seconds, and packets of probes that are stopped', () => {
    expect(lengthOf(watchedSeconds(event(PLAIN, KILL), PLAIN))).toEqual([3, 0.08]);
    expect(lengthOf(watchedSeconds(event(PLAIN, KILL, { probe: {} }), PLAIN))).toEqual([4.26, 0.08]);
  });

  it('is three seconds after the last thing that happened, to a second, where nothing tells more', () => {
    expect(lengthOf(watchedSeconds(event(PLAIN, PORT, { last_update_s: 1.25 }), PLAIN))).toEqual([4.25, 1]);
  });

  it('is an interval longer where there is a minimum advertisement interval', () => {
    expect(lengthOf(watchedSeconds(event(PACED, PORT, { last_update_s: 1.25 }), PACED))).toEqual([9.25, 1]);
  });

  it('is known to a quarter of a second where keepalives were written down, and never shorter than they are seen', () => {
    const keepalive = (t: number): JsonObject => ({ t, from: 'l1', to: 's1', type: 'KEEPALIVE' });
    const told = (t: number) => watchedSeconds(event(PLAIN, PORT, { last_update_s: 1.25 }, [keepalive(t)]), PLAIN);
    expect(lengthOf(told(1))).toEqual([4.33, 0.25]);
    expect(told(4.4).low).toBe(4.4);
    expect(told(9)).toEqual({ low: 9, high: 9 });
  });
});

describe("the kernel's lock on the recorder's machine", () => {
  const start = PLAIN.starts[0]!;

  it('is free on a quiet machine, and held half of the time at most', () => {
    expect(busyOf({ ...start, spanSeconds: 0.4 }, 5)).toBe(0);
    expect(busyOf({ ...start, spanSeconds: 0.9 }, 5)).toBeCloseTo(1, 9);
    expect(kernelLockOf(0, 10)).toBeUndefined();
    const [some, much] = [kernelLockOf(2, 10)!, kernelLockOf(80, 10)!];
    expect(some.gapMeanNs / NS_PER_MS).toBeCloseTo(375, 6);
    expect(much.gapMeanNs / NS_PER_MS).toBeCloseTo(125, 6);
  });

  it('is held less once the cold start is over', () => {
    const rule = kernelLockOf(80, 100)!;
    expect(rule.later?.fromNs).toBe(100 * NS_PER_SECOND);
    const lock = new KernelLock(rule, new StreamSource('later').stream('kernel', 'lock'));
    const shareOf = (from: number): number => {
      const asked = Array.from({ length: 9_000 }, (_, i) => from * NS_PER_SECOND + i * 10 * NS_PER_MS);
      return asked.filter((atNs) => lock.freeNs(atNs) > atNs).length / asked.length;
    };
    const [early, late] = [shareOf(5), shareOf(105)];
    expect(early).toBeGreaterThan(0.42);
    expect(early).toBeLessThan(0.58);
    expect(late).toBeGreaterThan(0.14);
    expect(late).toBeLessThan(0.26);
  });
});
