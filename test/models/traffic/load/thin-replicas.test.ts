/** Replicas that share their sums beside the plain way: each is asked in each window, and is given its share by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinReplicas } from '../../../../models/traffic/load/thin-replicas.ts';

const REPLICAS = 6;

interface Plain {
  readonly cores: number;
  exists: boolean;
  offered: boolean;
  answers: boolean;
  usedNs: number;
}

type Step =
  | { readonly kind: 'offer'; readonly replica: number; readonly on: boolean }
  | { readonly kind: 'answers'; readonly replica: number; readonly on: boolean }
  | { readonly kind: 'end'; readonly replica: number }
  | { readonly kind: 'window'; readonly usedNs: number };

const replica = fc.nat(REPLICAS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('offer' as const), replica, on: fc.boolean() }),
  fc.record({ kind: fc.constant('answers' as const), replica, on: fc.boolean() }),
  fc.record({ kind: fc.constant('end' as const), replica }),
  fc.record({ kind: fc.constant('window' as const), usedNs: fc.nat(1_000_000) }),
);

describe('replicas of a service in the thin mode', () => {
  it('have used, refuse and offer what they do replica by replica', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const plain: Plain[] = Array.from({ length: REPLICAS }, (_, i) => ({
          cores: i + 1,
          exists: true,
          offered: false,
          answers: true,
          usedNs: 0,
        }));
        const replicas = new ThinReplicas(0);
        const made = plain.map(({ cores }, i) => replicas.add(i, 100 + i, cores));
        let [silences, together] = [0, 0];
        for (const one of steps) {
          if (one.kind === 'window') {
            const on = plain.filter(({ offered }) => offered);
            for (const each of on) each.usedNs += one.usedNs / on.length;
            if (on.length > 0) together += one.usedNs;
            replicas.spread(one.usedNs);
            const refuse = on.filter(({ answers }) => !answers).length;
            expect(replicas.refused((pod) => plain[pod - 100]!.answers, silences)).toBe(
              on.length === 0 ? 0 : refuse / on.length,
            );
          } else if (one.kind === 'answers') {
            plain[one.replica]!.answers = one.on;
            // Whoever begins to answer is not told of.
            if (!one.on) silences += 1;
          } else if (one.kind === 'end') {
            Object.assign(plain[one.replica]!, { offered: false, exists: false });
            replicas.end(one.replica, 0);
          } else {
            if (plain[one.replica]!.exists) plain[one.replica]!.offered = one.on;
            replicas.offer(one.replica, one.on, 0);
          }
          expect(replicas.offered).toBe(plain.filter(({ offered }) => offered).length);
          expect(replicas.cores).toBe(plain.find(({ offered }) => offered)?.cores);
        }
        plain.forEach(({ usedNs }, i) => {
          expect(replicas.usedBy(made[i]!)).toBeCloseTo(usedNs, 3);
        });
        expect(replicas.usedNs).toBe(together);
      }),
      { numRuns: 300 },
    );
  });
});
