import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datagramCost } from '../../../models/machine/datagram.ts';
import { type DataPathKind, KERNEL_PATHS } from '../../../models/machine/kernel-paths.ts';
import type { PolicyChains } from '../../../models/machine/rule-cost.ts';
import { costsAtEachEnd } from '../../../models/machine/way-parts.ts';

const PATHS = Object.keys(KERNEL_PATHS) as DataPathKind[];

describe('the parts of a way', () => {
  it('add up to what runs charge for a datagram, and to its round trip', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PATHS),
        fc.integer({ min: 1, max: 9000 }),
        fc.constantFrom<PolicyChains>('none', 'iptables'),
        fc.constantFrom(0.5, 1, 2),
        (path, payload, chains, processorSpeed) => {
          const setting = { offload: true, podMtu: 1450, chains, processorSpeed };
          const parts = [...costsAtEachEnd(path, setting, payload).values()];
          const sum = (of: 'processorNs' | 'timeNs') => parts.reduce((total, part) => total + part[of], 0);
          const { cpuNsPerByte, roundTripNs } = datagramCost(path, setting, payload);
          expect(2 * sum('processorNs')).toBeCloseTo(cpuNsPerByte * payload, 3);
          expect(4 * sum('timeNs')).toBeCloseTo(roundTripNs, 3);
        },
      ),
    );
  });

  it('are never negative, and a tunnel costs about the same over bridges as over routes', () => {
    for (const path of PATHS) {
      const parts = costsAtEachEnd(path, { offload: true, podMtu: 1500 }, 1400);
      for (const [name, { processorNs, timeNs }] of parts) {
        expect([path, name, processorNs >= 0, timeNs >= 0]).toEqual([path, name, true, true]);
      }
    }
    const tunnel = (path: DataPathKind) =>
      costsAtEachEnd(path, { offload: true, podMtu: 1500 }, 1400).get('tunnel')!.processorNs;
    expect(tunnel('vxlan-bridge') / tunnel('vxlan-routed')).toBeCloseTo(1.15, 1);
  });
});
