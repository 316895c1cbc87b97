/** Nodes that join while a control plane works, or while its server is away. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PLACE } from '../../../../models/network/control-plane/change-log.ts';
import { bench, KINDS, MS, S } from './bench.ts';

const LATE = 3;

describe('a node that joins', () => {
  it('has nothing programmed until its first full list is, which takes a list of the server and the work of its agent', () => {
    const profile = { listObjectNs: MS, compareNs: 2 * MS, batchNs: 5 * MS, entryNs: 10 * MS };
    const { sim, plane, at } = bench(profile, 4, 7 * MS);
    plane.begin([0, 1, 2], [LATE]);
    at(S, () => plane.nodeJoins(LATE));
    sim.run(S - 1);
    expect(plane.programmed(0)).toBe(2);
    const wholeNs = 3 * MS + 7 * MS + 3 * 2 * MS + 5 * MS + 3 * 10 * MS;
    sim.run(S + wholeNs - 1);
    expect(plane.programmed(LATE)).toBe(0);
    expect(plane.believed(LATE, 0)).toBe(NO_PLACE);
    sim.run(S + wholeNs);
    expect(plane.programmed(LATE)).toBe(3);
    expect(plane.joinNs()).toEqual([wholeNs]);
    expect(plane.load()).toMatchObject({ lists: 1, serverCopies: 0 });
  });

  it('hears of what comes after its list like everybody else, and changes from before it do not wait for it', () => {
    const { sim, plane, at } = bench({ listObjectNs: S }, 4);
    plane.begin([0], [LATE]);
    at(S, () => plane.announce(1, 1));
    at(2 * S, () => plane.nodeJoins(LATE));
    at(3 * S, () => plane.announce(2, 2));
    sim.run(10 * S);
    expect([...plane.toldNs()]).toEqual([0, expect.closeTo(S, -6)]);
    expect([0, 1, 2].map((entry) => plane.reaches(LATE, entry))).toEqual([true, true, true]);
  });

  it('gets nothing while the server is away, though all that were there go on forwarding', () => {
    const { sim, plane, at } = bench({}, 4);
    plane.begin([0, 1], [LATE]);
    at(S, () => plane.goAway());
    at(2 * S, () => plane.nodeJoins(LATE));
    at(60.5 * S, () => plane.comeBackNow());
    sim.run(60 * S);
    expect([0, 1, 2].map((node) => plane.reaches(node, 0) && plane.reaches(node, 1))).toEqual([true, true, true]);
    expect(plane.programmed(LATE)).toBe(0);
    expect(plane.joinNs()).toEqual([58 * S]);
    sim.run(62 * S);
    expect(plane.programmed(LATE)).toBe(2);
    // It tried every second from its joining on, so half a second after the server's return.
    expect(plane.joinNs()).toEqual([59 * S]);
  });

  it('gets of its relay what that has, though the server is away, and nothing newer', () => {
    const { sim, plane, at } = bench({ nodesPerRelay: 4, relayCopyNs: MS }, 4);
    plane.begin([0, 1], [LATE]);
    at(S, () => plane.goAway());
    at(2 * S, () => plane.announce(2, 2));
    at(3 * S, () => plane.nodeJoins(LATE));
    at(60 * S, () => plane.comeBackNow());
    sim.run(4 * S);
    expect([0, 1, 2].map((entry) => plane.reaches(LATE, entry))).toEqual([true, true, false]);
    expect(plane.joinNs()).toEqual([2 * MS]);
    sim.run(70 * S);
    expect(plane.reaches(LATE, 2)).toBe(true);
  });

  it('may be one that had died', () => {
    const { sim, plane, at } = bench({}, 4);
    plane.begin([0, 1]);
    at(S, () => plane.nodeDied(2));
    at(2 * S, () => plane.announce(3, 0));
    at(3 * S, () => plane.nodeJoins(2));
    sim.run(4 * S);
    expect(plane.programmed(2)).toBe(3);
    expect([...plane.toldNs()]).toEqual([0]);
  });
});

describe.each(KINDS)('joining %s', (_, profile) => {
  it('ends with all nodes that are there knowing everything, whatever comes between', () => {
    const step = fc.record({
      do: fc.constantFrom('join', 'die', 'away', 'back', 'announce', 'announce'),
      node: fc.integer({ min: 0, max: 7 }),
      entry: fc.integer({ min: 0, max: 11 }),
      waitMs: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { sim, plane, at } = bench(profile, 8, 100_000);
        plane.begin([0, 1, 2], [5, 6, 7]);
        const gone = new Set([5, 6, 7]);
        let timeNs = 0;
        for (const { do: what, node, entry, waitMs } of steps) {
          timeNs += waitMs * MS + 1;
          at(timeNs, () => {
            if (what === 'join' && gone.delete(node)) plane.nodeJoins(node);
            else if (what === 'die' && !gone.has(node)) {
              gone.add(node);
              plane.nodeDied(node);
            } else if (what === 'away') plane.goAway();
            else if (what === 'back') plane.comeBackNow();
            else if (what === 'announce') plane.announce(entry, node);
          });
        }
        at(timeNs + S, () => plane.comeBackNow());
        sim.run(timeNs + 600 * S);
        for (let node = 0; node < 8; node++) {
          if (gone.has(node)) continue;
          for (let entry = 0; entry < 12; entry++) {
            const isSomewhere = entry < 3 || steps.some((each) => each.do === 'announce' && each.entry === entry);
            expect(plane.reaches(node, entry), `node ${node}, entry ${entry}`).toBe(isSomewhere);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
