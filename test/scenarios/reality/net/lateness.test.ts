/** What a recording machine does to figures: routes that are written late, losses of its own, and one UPDATE more in a direction. */
import { describe, expect, it } from 'vitest';
import { countQuantities } from '../../../../scenarios/reality/net/counts.ts';
import { flowsWithOutage } from '../../../../scenarios/reality/net/probe.ts';
import type { MessageCounts, RecordedWindow } from '../../../../scenarios/reality/net/recorded.ts';
import type { SimMessage, SimWindow } from '../../../../scenarios/reality/net/run.ts';
import { timeQuantity } from '../../../../scenarios/reality/net/times.ts';

describe('a kernel route that others delayed', () => {
  const rule = { tolerance: () => 0.1, isConditioned: true, width: 1 };
  const judge = (observed: number, late: number): boolean => {
    const told = { case: 'case', repeats: [observed], pool: 'time', apart: 0, late };
    return timeQuantity('last_fib_change_s', observed, [9, 9, 9], rule, told).agree;
  };

  it('may come later than ours by what the lock was held, and never earlier', () => {
    expect(judge(9.55, 0.5)).toBe(true);
    expect(judge(9.65, 0.5)).toBe(false);
    expect(judge(8.85, 0.5)).toBe(false);
  });

  it('has the target of the notes where nothing excuses it', () => {
    expect(judge(9.55, 0)).toBe(false);
    expect(judge(9.05, 0)).toBe(true);
  });
});

describe('flows that lost packets', () => {
  const flow = (first: number, longest: number) => ({ first_loss_s: first, longest_outage_s: longest });
  const probe = { per_flow: [flow(0.02, 9.5), flow(0.02, 0.04), flow(9.8, 0.081)] };

  it('do not count where the loss began after the last route of the event had changed', () => {
    expect(flowsWithOutage({ json: { probe, last_fib_change_s: 9.6 } })).toBe(1);
    expect(flowsWithOutage({ json: { probe, last_fib_change_s: 9.9 } })).toBe(2);
  });

  it('count where no route changed at all', () => {
    expect(flowsWithOutage({ json: { probe, last_fib_change_s: null } })).toBe(2);
  });
});

describe('bytes of a direction', () => {
  const BYTES = 55;
  const update = (bytes: number): SimMessage => ({
    seconds: 1,
    from: 'a',
    to: 'b',
    kind: 'update',
    withdrawn: [],
    announced: ['10.0.0.0/24'],
    asPath: [1],
    endOfRib: false,
    code: undefined,
    bytes,
  });
  const before = new Map();
  const ours: SimWindow = {
    messages: [update(BYTES), update(BYTES), update(BYTES), update(64)],
    changes: [],
    sessions: [],
    ports: [],
    before,
  };
  const counts = (updates: number, bytes: number): MessageCounts => ({
    OPEN: 0,
    UPDATE_routes: updates,
    UPDATE_eor: 0,
    KEEPALIVE: 0,
    NOTIFICATION: 0,
    nlri_announced: updates,
    nlri_withdrawn: 0,
    bytes,
  });
  const wrong = (updates: number, bytes: number, directionRoom: number): readonly string[] => {
    const all = counts(updates, bytes);
    const recorded: RecordedWindow = {
      json: {},
      counts: new Map([['a>b', all]]),
      total: all,
      messages: [],
      isWhole: false,
    };
    const rule = {
      room: 0.1,
      directionRoom,
      allowsExceptions: false,
      hasLastWords: false,
      case: 'case',
      pool: 'cold start',
    };
    const quantities = countQuantities('start', { recorded, repeats: [recorded] }, [ours, ours], rule, () => 0);
    return quantities.filter(({ name, agree }) => name.includes('by direction') && !agree).map(({ name }) => name);
  };
  const OURS = 3 * BYTES + 64;
  const NAME = 'start: bytes of UPDATEs by direction, those outside our range';

  it('may be those of one UPDATE more where one UPDATE more may be, and no more', () => {
    expect(wrong(5, OURS + 64, 0.1)).toEqual([]);
    expect(wrong(5, OURS + 66, 0.1)).toEqual([NAME]);
    expect(wrong(6, OURS + 2 * BYTES, 0.1)).toContain(NAME);
  });

  it('are exact where counts are', () => {
    expect(wrong(4, OURS, 0)).toEqual([]);
    expect(wrong(4, OURS + 1, 0)).toEqual([NAME]);
  });
});
