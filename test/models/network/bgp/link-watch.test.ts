/** A kernel's link watch: urgent events at once, others at most once a second. */
import { describe, expect, it } from 'vitest';
import { LinkWatch } from '../../../../models/network/bgp/link-watch.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Stream } from '../../../../sim/random/stream.ts';

const watchOf = (busyShare: number, seed = 'a') =>
  new LinkWatch({ busyShare }, new Stream(seed, 'kernel', 'link watch'));
const AT = 100 * NS_PER_SECOND;

describe('the link watch', () => {
  it('tells the first loss at once, and the next a second after it unless it is urgent', () => {
    const watch = watchOf(0);
    expect(watch.toldNs(AT, false)).toBe(AT);
    expect(watch.toldNs(AT + 5 * NS_PER_MS, false)).toBe(AT + NS_PER_SECOND);
    expect(watch.toldNs(AT + 6 * NS_PER_MS, true)).toBe(AT + 6 * NS_PER_MS);
    expect(watch.toldNs(AT + 3 * NS_PER_SECOND, false)).toBe(AT + 3 * NS_PER_SECOND);
  });

  it('an urgent run that is due takes the second, too', () => {
    const watch = watchOf(0);
    expect(watch.toldNs(AT, true)).toBe(AT);
    expect(watch.toldNs(AT + 5 * NS_PER_MS, false)).toBe(AT + NS_PER_SECOND);
  });

  it('waits for what others did within a second before', () => {
    const waits = Array.from({ length: 400 }, (_, seed) => watchOf(0.5, `${seed}`).toldNs(AT, false) - AT);
    const waiting = waits.filter((wait) => wait > 0);
    expect(waiting.length / waits.length).toBeGreaterThan(0.43);
    expect(waiting.length / waits.length).toBeLessThan(0.57);
    expect(Math.max(...waits)).toBeGreaterThan(0.9 * NS_PER_SECOND);
    expect(Math.max(...waits)).toBeLessThanOrEqual(NS_PER_SECOND);
  });
});
