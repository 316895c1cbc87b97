import { expect, it } from 'vitest';
import { interruption } from '../../../scenarios/command/interruption.ts';

it('stops at the first press and leaves at the second', () => {
  let said = '';
  const left: number[] = [];
  let nowMs = 5000;
  const { signal, press } = interruption(
    { write: (text) => (said += text) },
    (status) => left.push(status),
    () => nowMs,
  );
  expect(signal.aborted).toBe(false);
  press();
  expect([signal.aborted, left]).toEqual([true, []]);
  expect(said).toMatch(/what is finished is kept.*again to leave at once/);
  // npm passes the same press on a moment later.
  nowMs += 20;
  press();
  expect(left).toEqual([]);
  nowMs += 1000;
  press();
  expect(left).toEqual([130]);
});
