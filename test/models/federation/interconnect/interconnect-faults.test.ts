/** Plans of an interconnect that cannot be built are refused with every fault. */
import { expect, it } from 'vitest';
import type { InterconnectPlan } from '../../../../models/federation/interconnect/interconnect.ts';
import { faultsOfInterconnect } from '../../../../models/federation/interconnect/interconnect-faults.ts';

const places = ['a', 'b', 'c'].map((region) => ({ provider: 'p', region, zone: 'z' }));
const told = (pairs: InterconnectPlan['pairs']): string[] =>
  faultsOfInterconnect({ places, ...(pairs === undefined ? {} : { pairs }) }).map(({ path }) => path.join('.'));

it('accepts lines as they are usual', () => {
  expect(told(undefined)).toEqual([]);
  expect(told([{ between: [0, 2], lines: [{ kind: 'dedicated', uses: ['storage'] }, { kind: 'vxlan' }] }])).toEqual([]);
});

it('tells all faults at once', () => {
  const bad = { kind: 'vxlan', rttNs: 0.5, lossShare: 1.5, bitsPerSec: 0, mtu: 80, usdPerHour: -1 } as const;
  expect(
    told([
      { between: [0, 3], lines: [bad] },
      { between: [1, 1], lines: [{ kind: 'public' }] },
      { between: [0, 1], lines: [{ kind: 'public', uses: ['service', 'storage'] }] },
      { between: [1, 0], lines: [] },
    ]),
  ).toEqual([
    'pairs.0.lines.0.rttNs',
    'pairs.0.lines.0.lossShare',
    'pairs.0.lines.0.bitsPerSec',
    'pairs.0.lines.0.mtu',
    'pairs.0.lines.0.usdPerHour',
    'pairs.0.between',
    'pairs.1.between',
    'pairs.2.lines',
    'pairs.3.between',
    'pairs.3.lines',
  ]);
});
