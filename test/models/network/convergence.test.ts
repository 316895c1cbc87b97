import { describe, expect, it } from 'vitest';
import {
  birdHoldExpiry,
  carrierWithdrawal,
  neighbourExpiry,
  routedLinkDown,
  routedLinkUp,
} from '../../../models/network/convergence.ts';
import { nsToSeconds } from '../../../sim/engine/sim-time.ts';
import { type Stream, StreamSource } from '../../../sim/random/stream.ts';

/** [min, median, max] in seconds of many draws. */
function spread(draw: (stream: Stream) => number): [number, number, number] {
  const stream = new StreamSource('1').stream('test', 'convergence');
  const values = Array.from({ length: 5001 }, () => nsToSeconds(draw(stream))).sort((a, b) => a - b);
  return [values[0]!, values[2500]!, values[5000]!];
}

function between(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

// `events-02` (five repeats): leaf 0.0747 to 0.108 s, median 0.0758; last change 0.1284, 0.1292, 0.6527, 0.7198, 0.863 s.
describe('routedLinkDown', () => {
  it("has the leaf act as soon as the recorded one's kernel did", () => {
    const { leafNs } = routedLinkDown(new StreamSource('1').stream('test', 'leaf'));
    between(nsToSeconds(leafNs), 0.0747, 0.08);
  });

  it('spans what was recorded at the other leaves', () => {
    const [least, median, most] = spread((stream) => routedLinkDown(stream).othersNs);
    between(least, 0.126, 0.13);
    between(median, 0.6527 * 0.7, 0.6527 * 1.3);
    between(most, 1.1, 1.13);
  });

  it('has the other leaves act one batch of 50.7 ms after the spine', () => {
    // The two repeats in which the spine heard at once: spine 0.0774 and 0.0782 s, last leaf 0.1284 and 0.1292 s.
    const nothingToWait = { uniform: () => 0 } as Stream;
    const { leafNs, othersNs } = routedLinkDown(nothingToWait);
    expect(othersNs - leafNs).toBe(50_700_000);
    between(nsToSeconds(othersNs), 0.1284, 0.1292);
  });
});

// `events-02`, `events-36`: last change 1.333 to 2.366 s after a repair.
describe('routedLinkUp', () => {
  it('spans what was recorded, the same on both sides', () => {
    const [least, , most] = spread((stream) => routedLinkUp(stream).othersNs);
    between(least, 1.3, 1.333);
    between(most, 2.366, 2.5);
    const { leafNs, othersNs } = routedLinkUp(new StreamSource('1').stream('test', 'up'));
    expect(othersNs).toBe(leafNs);
  });
});

describe('carrierWithdrawal', () => {
  it('is the leaf, and two batches to the leaves behind the spine', () => {
    expect(carrierWithdrawal()).toBe(78_000_000 + 2 * 50_700_000);
  });
});

describe('birdHoldExpiry', () => {
  it('is 0.75 to 1 hold time of 240 s after a last message that is up to 80 s old', () => {
    const [least, median, most] = spread(birdHoldExpiry);
    between(least, 100, 110);
    between(median, 168, 172);
    between(most, 230, 240);
  });

  it('meets the recorded node, which had spoken 3.6 s before it fell silent: given up after 183 to 232 s', () => {
    const givenUpAfter = (jitter: number): number => {
      const draws = [jitter, 3.6 / 80];
      return nsToSeconds(birdHoldExpiry({ uniform: () => draws.shift()! } as Stream));
    };
    expect(givenUpAfter(0)).toBeLessThan(183.5);
    expect(givenUpAfter(1)).toBeGreaterThan(232.2);
  });
});

describe('neighbourExpiry', () => {
  it('is 15 to 45 s reachable, 5 s of delay and three probes', () => {
    const [least, median, most] = spread(neighbourExpiry);
    between(least, 23, 23.1);
    between(median, 37, 39);
    between(most, 52.9, 53);
  });
});
