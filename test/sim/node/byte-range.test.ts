import { expect, it } from 'vitest';
import { readRange } from '../../../sim/node/byte-range.ts';

it.each([
  [undefined, 10, 'whole'],
  ['bytes=0-0', 10, { first: 0, last: 0 }],
  ['bytes=2-5', 10, { first: 2, last: 5 }],
  ['bytes= 2 - 5', 10, { first: 2, last: 5 }],
  ['bytes=7-', 10, { first: 7, last: 9 }],
  ['bytes=7-99', 10, { first: 7, last: 9 }],
  ['bytes=-3', 10, { first: 7, last: 9 }],
  ['bytes=-99', 10, { first: 0, last: 9 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-0', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=5-2', 10, 'whole'],
  ['bytes=0-1,3-4', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=99999999999999999999-', 10, 'whole'],
  ['lines=0-1', 10, 'whole'],
])('reads the range %s of %i bytes', (header, size, wanted) => {
  expect(readRange(header, size)).toEqual(wanted);
});
