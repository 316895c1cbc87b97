import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PLACE } from '../../../../models/network/control-plane/change-log.ts';
import type { ControlPlaneProfile } from '../../../../models/network/control-plane/profile.ts';
import { CONTROL_PLANES } from '../../../../models/network/control-plane/profiles.ts';
import { bench, KINDS, MS, S } from './bench.ts';

describe('the time until all know', () => {
  it('is the way there, n copies of one worker and the work of the last agent', () => {
    const profile = { commitNs: 5 * MS, copyNs: 50_000, batchNs: MS, entryNs: 300_000 };
    const { sim, plane, at } = bench(profile, 1000, 70_000);
    plane.begin([]);
    at(S, () => plane.announce(0, 3));
    sim.run(10 * S);
    expect([...plane.toldNs()]).toEqual([5 * MS + 1000 * 50_000 + 70_000 + MS + 300_000]);
  });

  it('falls with the workers that copy at once', () => {
    const told = (workers: number): number => {
      const { sim, plane, at } = bench({ workers, copyNs: 50_000 }, 1000);
      at(0, () => plane.announce(0, 3));
      sim.run(S);
      return plane.toldNs()[0]!;
    };
    expect([told(1), told(2), told(8), told(1000)]).toEqual([50 * MS, 25 * MS, 6.25 * MS, 50_000]);
  });

  it('through relays is the copies of the server to the relays and of one relay to its nodes', () => {
    const profile = { copyNs: 50_000, nodesPerRelay: 200, relaysMin: 3, relayCopyNs: 20_000 };
    const { sim, plane, at } = bench(profile, 1000, 70_000);
    at(0, () => plane.announce(0, 3));
    sim.run(S);
    expect(plane.toldNs()[0]).toBe(5 * 50_000 + 70_000 + 200 * 20_000 + 70_000);
    expect(plane.load()).toMatchObject({ serverCopies: 5, relayCopies: 1000 });
  });

  it('waits for the pass of a controller, and for its rest', () => {
    const compile = { baseNs: 10 * MS, nodeNs: MS, restNs: 300 * MS };
    const { sim, plane, at } = bench({ compile }, 40);
    at(0, () => plane.announce(0, 3));
    // During the first pass: told by the second, which begins after the rest.
    at(20 * MS, () => plane.announce(1, 4));
    at(340 * MS, () => plane.announce(2, 4));
    sim.run(S);
    expect([...plane.toldNs()]).toEqual([50 * MS, 400 * MS - 20 * MS, 400 * MS - 340 * MS]);
  });

  it('counts changes that an agent finds waiting as one batch', () => {
    const { sim, plane, at } = bench({ batchNs: 100 * MS, entryNs: MS, restNs: 50 * MS }, 1);
    for (const [entry, timeNs] of [0, 10 * MS, 20 * MS].entries()) at(timeNs, () => plane.announce(entry, 0));
    sim.run(S);
    expect([...plane.toldNs()]).toEqual([101 * MS, 253 * MS - 10 * MS, 253 * MS - 20 * MS]);
  });
});

describe('what nodes know', () => {
  it('follows the truth by the delay, and the own node knows at once', () => {
    const { sim, plane, at } = bench({ commitNs: 10 * MS }, 3);
    plane.begin([0]);
    const seen: unknown[] = [];
    const look = (): void => {
      seen.push([0, 1, 2].map((node) => plane.believed(node, 0)));
    };
    at(0, () => plane.announce(0, 2));
    at(1 * MS, look);
    at(11 * MS, look);
    at(20 * MS, () => plane.announce(0, NO_PLACE));
    at(21 * MS, look);
    at(31 * MS, look);
    sim.run(S);
    expect(seen).toEqual([
      [0, 0, 2],
      [2, 2, 2],
      [2, 2, 2],
      [NO_PLACE, NO_PLACE, NO_PLACE],
    ]);
  });

  it('counts entries of others', () => {
    const { sim, plane, at } = bench({}, 4);
    plane.begin([0, 1, 1, NO_PLACE]);
    at(1, () => plane.announce(3, 2));
    at(2, () => plane.announce(1, 2));
    sim.run(3);
    expect([0, 1, 2, 3].map((node) => plane.programmed(node))).toEqual([3, 3, 2, 4]);
  });

  it('a dead node holds nobody up', () => {
    const { sim, plane, at } = bench({ copyNs: MS }, 10);
    at(0, () => plane.nodeDied(4));
    at(1, () => plane.announce(0, 2));
    sim.run(S);
    expect(plane.toldNs()[0]).toBeLessThanOrEqual(10 * MS);
    expect(plane.reaches(4, 0)).toBe(false);
  });
});

describe('while the server is away', () => {
  const awayAt = (profile: Partial<ControlPlaneProfile>, nodes: number, fromNs: number, untilNs: number) => {
    const built = bench(profile, nodes);
    built.at(fromNs, () => built.plane.goAway());
    built.at(untilNs, () => built.plane.comeBackNow());
    return built;
  };

  it('nothing new is told, and what was told stays', () => {
    const { sim, plane, at } = awayAt({}, 4, S, 60 * S);
    plane.begin([0]);
    at(2 * S, () => plane.announce(1, 3));
    sim.run(59 * S);
    expect([1, 2, 3].map((node) => plane.reaches(node, 0))).toEqual([true, true, true]);
    expect([0, 1, 2, 3].map((node) => plane.reaches(node, 1))).toEqual([false, false, false, true]);
    sim.run(100 * S);
    expect([0, 1, 2, 3].map((node) => plane.reaches(node, 1))).toEqual([true, true, true, true]);
  });

  it('copies that have not left never arrive, and a list makes up for them', () => {
    const { sim, plane, at } = awayAt({ copyNs: MS }, 10, 105 * MS, 5 * S);
    at(100 * MS, () => plane.announce(0, 0));
    sim.run(4 * S);
    const know = (): number => [...Array(10).keys()].filter((node) => plane.believed(node, 0) === 0).length;
    // Five copies have left; the own node may be among them.
    expect(know()).toBeGreaterThanOrEqual(5);
    expect(know()).toBeLessThanOrEqual(6);
    expect(plane.load().serverCopies).toBe(5);
    sim.run(10 * S);
    expect(know()).toBe(10);
    expect(plane.load()).toMatchObject({ lists: 10, serverCopies: 5, serverBytes: 15_000 });
  });

  it('the storm of lists takes nodes times objects of the one worker', () => {
    const { sim, plane } = awayAt({ listObjectNs: 10_000, compareNs: 0 }, 500, S, 1.5 * S);
    plane.begin(Array.from({ length: 500 }, (_, entry) => entry));
    sim.run(2 * S);
    // Tries after 1 s, so half a second after the return: all at once, and the last one is done 2.5 s later.
    sim.run(100 * S);
    expect(plane.load().serverCpuNs).toBe(500 * 500 * 10_000);
    const late = bench({ listObjectNs: 10_000 }, 500);
    late.plane.begin(Array.from({ length: 500 }, (_, entry) => entry));
    late.at(S, () => late.plane.goAway());
    late.at(1.5 * S, () => late.plane.comeBackNow());
    late.at(1.5 * S, () => late.plane.announce(0, 7));
    late.sim.run(100 * S);
    expect(late.plane.toldNs()[0]).toBe(0.5 * S + 2.5 * S);
  });

  it('relays keep their nodes, and only they come back', () => {
    const { sim, plane, at } = awayAt({ nodesPerRelay: 10, copyNs: MS, relayCopyNs: MS }, 40, S, 5 * S);
    at(S - 1, () => plane.announce(0, 0));
    at(6 * S, () => plane.announce(1, 0));
    sim.run(10 * S);
    expect(plane.load()).toMatchObject({ lists: 4, relayCopies: 80 });
    expect([...Array(40).keys()].every((node) => plane.believed(node, 0) === 0 && plane.believed(node, 1) === 0)).toBe(
      true,
    );
  });

  it('what has not left for a relay never arrives there', () => {
    const { sim, plane, at } = awayAt({ nodesPerRelay: 10, copyNs: MS, relayCopyNs: MS }, 40, S + 1.5 * MS, 5 * S);
    at(S, () => plane.announce(0, 0));
    sim.run(4 * S);
    // One of four relays had it, and its ten nodes; the own node may be another.
    const know = [...Array(40).keys()].filter((node) => plane.believed(node, 0) === 0).length;
    expect(know === 10 || know === 11).toBe(true);
    expect(plane.load()).toMatchObject({ serverCopies: 1, relayCopies: 10 });
  });

  it('leases that nobody could renew are lost and taken anew', () => {
    const lease = { ttlNs: 24 * S, renewalNs: 23 * S };
    const short = awayAt({ lease }, 3, 10 * S, 10.5 * S);
    short.plane.begin([0, 1, 2]);
    short.sim.run(100 * S);
    expect(short.plane.load().writes).toBe(0);
    const long = awayAt({ lease, commitNs: S }, 3, 10 * S, 60 * S);
    long.plane.begin([0, 1, 2]);
    long.sim.run(59 * S);
    expect(long.plane.reaches(0, 1)).toBe(true);
    long.sim.run(60.5 * S);
    // A list has told node 0 that the keys are gone.
    expect(long.plane.load().writes).toBe(0);
    long.sim.run(100 * S);
    expect(long.plane.load().writes).toBe(3);
    expect(long.plane.reaches(0, 1)).toBe(true);
  });

  it('switches that fall back forget, after three probes and until they are told again', () => {
    const { forgetAfterNs } = CONTROL_PLANES['openflow-standalone'];
    const { sim, plane } = awayAt({ forgetAfterNs }, 3, S, 60 * S);
    plane.begin([0, 1, 2]);
    sim.run(15 * S);
    expect([plane.reaches(0, 1), plane.programmed(0)]).toEqual([true, 2]);
    sim.run(16 * S);
    expect([plane.reaches(0, 1), plane.reaches(1, 1), plane.programmed(0)]).toEqual([false, true, 0]);
    sim.run(70 * S);
    expect([plane.reaches(0, 1), plane.programmed(0)]).toEqual([true, 2]);
  });

  it('twice is twice', () => {
    const { sim, plane, at } = awayAt({ copyNs: MS, nodesPerRelay: 3 }, 9, S, 2.5 * S);
    // The second time before anybody has come back.
    at(2.8 * S, () => plane.goAway());
    at(2.6 * S, () => plane.announce(0, 5));
    at(8 * S, () => plane.comeBackNow());
    sim.run(7 * S);
    expect(plane.reaches(0, 0)).toBe(false);
    sim.run(20 * S);
    expect([...Array(9).keys()].every((node) => plane.reaches(node, 0))).toBe(true);
  });
});

/** Announcements at drawn instants, with a server that is away for a while. */
const histories = fc.record({
  kind: fc.constantFrom(...KINDS.map(([name]) => name)),
  nodes: fc.integer({ min: 2, max: 60 }),
  moves: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 60_000 }),
      entry: fc.integer({ min: 0, max: 9 }),
      place: fc.integer({ min: -1, max: 1 }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  awayFromMs: fc.integer({ min: 0, max: 60_000 }),
  awayMs: fc.integer({ min: 1, max: 60_000 }),
});
type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

const END_NS = 600 * S;

function play(history: History, look: (nodes: number, reaches: (node: number, entry: number) => boolean) => void) {
  const profile = KINDS.find(([name]) => name === history.kind)![1];
  const { sim, plane, at } = bench(profile, history.nodes, 50_000);
  plane.begin([0, 1, 0, 1]);
  for (const { atMs, entry, place } of history.moves) at(atMs * MS, () => plane.announce(entry, place));
  at(history.awayFromMs * MS, () => plane.goAway());
  at((history.awayFromMs + history.awayMs) * MS, () => {
    look(history.nodes, (node, entry) => plane.reaches(node, entry));
    plane.comeBackNow();
  });
  sim.run(END_NS);
  return plane;
}

describe('whatever happens', () => {
  it('in the end all nodes believe the truth', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const plane = play(history, () => {});
        const inOrder = [...history.moves].sort((a, b) => a.atMs - b.atMs);
        const truth = [0, 1, 0, 1, -1, -1, -1, -1, -1, -1];
        for (const { entry, place } of inOrder) truth[entry] = place;
        for (let node = 0; node < history.nodes; node++)
          expect(truth.map((_, entry) => plane.believed(node, entry))).toEqual(truth);
        expect(plane.toldNs().every((ns) => ns >= 0 && ns < END_NS - 120 * S)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('what was programmed and has not moved keeps forwarding, unless switches forget', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const moved = new Set(history.moves.map(({ entry }) => entry));
        const forgets = KINDS.find(([name]) => name === history.kind)![1].forgetAfterNs;
        if (forgets !== undefined && history.awayMs * MS >= forgets) return;
        play(history, (nodes, reaches) => {
          for (let node = 0; node < nodes; node++)
            for (const entry of [0, 1, 2, 3]) if (!moved.has(entry)) expect(reaches(node, entry)).toBe(true);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('the same history gives the same times', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const times = (): string => [...play(history, () => {}).toldNs()].join();
        expect(times()).toBe(times());
      }),
      { numRuns: 30 },
    );
  });
});

describe('more of it', () => {
  const toldOf = (profile: ControlPlaneProfile, nodes: number, awayNs: number): number[] => {
    // Pauses without jitter, or another draw could be luckier.
    const { sim, plane, at } = bench({ ...profile, reconnect: { ...profile.reconnect, jitter: 0 } }, nodes, 50_000);
    plane.begin(Array.from({ length: 20 }, () => 0));
    for (let entry = 0; entry < 10; entry++) at(S + entry * 7 * MS, () => plane.announce(20 + entry, 1));
    at(S, () => plane.goAway());
    at(S + awayNs, () => plane.comeBackNow());
    for (let entry = 0; entry < 10; entry++) at(500 * S + entry * MS, () => plane.announce(30 + entry, 1));
    sim.run(900 * S);
    return [...plane.toldNs()].sort((a, b) => a - b);
  };

  it.each(KINDS)('nodes is never faster: %s', (_, profile) => {
    const sizes = [50, 100, 400, 1600].map((nodes) => toldOf(profile, nodes, 1).reduce((sum, ns) => sum + ns, 0));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });

  it.each(KINDS)('absence is never told earlier: %s', (_, profile) => {
    const away = [0.1, 2, 20, 200].map((seconds) => Math.max(...toldOf(profile, 60, seconds * S)));
    expect(away).toEqual([...away].sort((a, b) => a - b));
    expect(away[3]).toBeGreaterThan(199 * S);
  });
});

describe('profiles', () => {
  it.each(KINDS)('%s names its source and why it assumes what it assumes', (_, profile) => {
    expect(profile.source.length).toBeGreaterThan(10);
    expect(profile.assumed.every(({ member, because }) => profile[member] !== undefined && because.length > 5)).toBe(
      true,
    );
    expect(new Set(profile.assumed.map(({ member }) => member)).size).toBe(profile.assumed.length);
  });

  it('tells 5,000 nodes of 1,000 changes in the time of one worker after the other', () => {
    const { sim, plane, at } = bench(CONTROL_PLANES.kubernetes, 5000, 50_000);
    plane.begin(Array.from({ length: 5000 }, (_, node) => node));
    for (let entry = 0; entry < 1000; entry++) at(S + entry * 10 * MS, () => plane.announce(5000 + entry, entry));
    sim.run(100 * S);
    const told = plane.toldNs();
    // 5,000 / 8 copies of 50 us are 31.25 ms: three times what comes every 10 ms, so a queue grows.
    expect(Math.max(...told)).toBeGreaterThan(1000 * 31.25 * MS - 1000 * 10 * MS);
    expect(plane.load()).toMatchObject({ writes: 1000, serverCopies: 5_000_000 });
  });
});
