import { expect, it } from 'vitest';
import { waitForAnswerNs } from '../../../models/traffic/patience.ts';

it('sends packets after 0, 1, 3, 7, 15 and 31 s, and none at or after the timeout', () => {
  const sent = (timeoutSeconds: number): number[] => {
    const patience = { connectTimeoutNs: timeoutSeconds * 1e9, attemptsMax: 1 };
    const times = [0];
    while (times[times.length - 1]! < patience.connectTimeoutNs) {
      const soFarNs = times[times.length - 1]!;
      times.push(soFarNs + waitForAnswerNs(soFarNs, patience));
    }
    return times.map((ns) => ns / 1e9);
  };
  expect(sent(60)).toEqual([0, 1, 3, 7, 15, 31, 60]);
  expect(sent(3)).toEqual([0, 1, 3]);
  expect(sent(0.5)).toEqual([0, 0.5]);
});
