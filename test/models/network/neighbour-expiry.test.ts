import { describe, expect, it } from 'vitest';
import { neighbourExpiry } from '../../../models/network/neighbour-expiry.ts';
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

describe('neighbourExpiry', () => {
  it('is 15 to 45 s reachable, 5 s of delay and three probes', () => {
    const [least, median, most] = spread(neighbourExpiry);
    between(least, 23, 23.1);
    between(median, 37, 39);
    between(most, 52.9, 53);
  });
});
