import { expect, it } from 'vitest';
import { readWorkload } from '../../../scenarios/reality/flow.ts';
import { CaseProblem } from '../../../scenarios/reality/suite.ts';

const small = {
  ...{ racks: 4, hostsPerRack: 32, spines: 8, linkBitsPerSec: 1e10, slots: 200, completions: 400 },
  ...{ localPercent: 0, meanBytes: 1e7 },
};

it.each([
  [{ racks: 10_000, hostsPerRack: 10_000 }, /make 200160000 links; at most 2000000 are replayed/],
  [{ racks: 10_000, hostsPerRack: 2, spines: 1000 }, /make 20040000 links/],
  [{ slots: 200_001 }, /"slots" must be a whole number from 1 to 200000/],
  [{ completions: 2_000_001 }, /"completions" must be a whole number from 1 to 2000000/],
])('refuses a workload that would not end: %j', (change, message) => {
  expect(readWorkload(small)).toEqual(small);
  expect(() => readWorkload({ ...small, ...change })).toThrow(message);
  expect(() => readWorkload({ ...small, ...change })).toThrow(CaseProblem);
});
