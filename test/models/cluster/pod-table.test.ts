/** What the table counts beside what one counts who looks at each pod. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NONE, POD_PHASE, PodTable } from '../../../models/cluster/pod-table.ts';

const OWNERS = [NONE, 0, 1];

/** One thing that may happen to some pod, if it can. */
function happen(pods: PodTable, what: number, pick: number, owner: number, nowNs: number): void {
  const there = Array.from({ length: pods.rows }, (_, pod) => pod).filter((pod) => pods.exists(pod));
  const pod = there[pick % Math.max(1, there.length)];
  if (what === 0 || pod === undefined) pods.create({ owner, template: 0 }, nowNs);
  else if (what === 1 && pods.node[pod] === NONE) pods.bind(pod, pick % 3);
  else if (what === 2 && !pods.hasEnded(pod)) pods.setPhase(pod, pick % 2 === 0 ? POD_PHASE.running : POD_PHASE.failed);
  else if (what === 3 && !pods.hasEnded(pod)) pods.setReady(pod, pick % 3 > 0, nowNs);
  else if (what === 4) pods.terminate(pod);
  else if (what === 5) pods.remove(pod);
  else if (what === 6) pods.orphan(pod);
}

describe('the table of pods', () => {
  it('counts the pods of each owner as one does who looks at each of them', () => {
    const steps = fc.array(fc.tuple(fc.nat(6), fc.nat(50), fc.constantFrom(...OWNERS)), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (list) => {
        const pods = new PodTable();
        list.forEach(([what, pick, owner], nowNs) => {
          happen(pods, what, pick, owner, nowNs);
          for (const each of OWNERS) {
            const own = pods.podsOf(each);
            const active = own.filter((pod) => pods.isActive(pod));
            expect(pods.activeOf(each)).toEqual({
              pods: active.length,
              bound: active.filter((pod) => pods.node[pod] !== NONE).length,
              ready: active.filter((pod) => pods.ready[pod] === 1).length,
            });
            expect(pods.hasEndedPods(each)).toBe(own.some((pod) => pods.hasEnded(pod)));
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});
