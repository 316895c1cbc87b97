/** What bridges make of frames for one station, by hand; station-network.test.ts holds it against frames that are carried. */
import { describe, expect, it } from 'vitest';
import { bridgeOfRack, CORE, SegmentCounts } from '../../../../models/network/layer2/segment-counts.ts';

describe('a frame for one whom bridges do not know', () => {
  /** Stations 0 and 1 in rack 0, 2 in rack 1; nobody has said anything. */
  const quiet = () => {
    const strays: (readonly number[])[] = [];
    const counts = new SegmentCounts(undefined, (...stray) => strays.push(stray));
    for (const rack of [0, 0, 1]) counts.plugIn(0, rack);
    return { counts, strays };
  };

  it('is flooded by each of them, and teaches all where its sender is, one without a station among them', () => {
    const { counts, strays } = quiet();
    counts.pass(0, 2, 1);
    expect(strays).toEqual([
      [0, 2, 0],
      [0, 2, -1],
      [0, 2, 1],
    ]);
    // A rack whose first station is yet to come has heard it as well.
    expect([CORE, bridgeOfRack(0), bridgeOfRack(1), bridgeOfRack(7)].map((at) => counts.learned(at, 0, 2))).toEqual([
      1, 1, 1, 1,
    ]);
    expect([0, 1, 2].map((station) => counts.straysTo(station))).toEqual([0, 1, 1]);
  });

  it('is flooded no more once that one has answered', () => {
    const { counts, strays } = quiet();
    counts.pass(0, 2, 1);
    counts.pass(2, 0, 2);
    counts.pass(0, 2, 3);
    counts.pass(1, 2, 4);
    expect(strays).toHaveLength(3);
  });

  it('counts for stations while they are there', () => {
    const { counts } = quiet();
    counts.pass(0, 2, 1);
    counts.plugIn(0, 0);
    counts.unplug(1);
    counts.unplug(2);
    // The core has not heard of 2 either.
    counts.pass(0, 2, 2);
    expect([0, 1, 2, 3].map((station) => counts.straysTo(station))).toEqual([0, 1, 1, 1]);
  });
});
