import { expect, it } from 'vitest';
import type { Frame } from '../../../viz/frame-source/frame.ts';
import { SeekPump } from '../../../viz/frame-source/seek-pump.ts';

function frameAt(timeNs: number): Frame {
  return { timeNs, edgeNs: 100, digest: null, markCount: 0, tables: {}, row: null, stateDigest: null };
}

it('has one seek on its way and keeps only the newest target', async () => {
  const asked: number[] = [];
  const shown: number[] = [];
  let flying = 0;
  const pump = new SeekPump(
    async ({ timeNs }) => {
      expect(++flying).toBe(1);
      asked.push(timeNs);
      await Promise.resolve();
      flying--;
      return frameAt(timeNs);
    },
    (frame) => shown.push(frame.timeNs),
    () => expect.unreachable(),
  );
  for (const timeNs of [1, 2, 3, 4, 5]) pump.request({ timeNs });
  await pump.idle();
  expect(asked).toEqual([1, 5]);
  expect(shown).toEqual([1, 5]);
});

it('goes on after a seek that failed', async () => {
  const failures: unknown[] = [];
  const shown: number[] = [];
  const pump = new SeekPump(
    ({ timeNs }) => (timeNs === 1 ? Promise.reject(new Error('damaged')) : Promise.resolve(frameAt(timeNs))),
    (frame) => shown.push(frame.timeNs),
    (error) => failures.push(error),
  );
  pump.request({ timeNs: 1 });
  await pump.idle();
  pump.request({ timeNs: 2 });
  await pump.idle();
  expect(shown).toEqual([2]);
  expect(failures).toHaveLength(1);
});
