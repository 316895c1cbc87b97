/** Deletion with copies: blocked by whoever cannot be reached. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CascadingDeletion } from '../../../models/federation/cascading-deletion.ts';

function world(clusters: number) {
  const reachable = Array.from({ length: clusters }, () => true);
  const removed: string[] = [];
  const gone: [number, number][] = [];
  const deletion = new CascadingDeletion(
    {
      isReachable: (cluster) => reachable[cluster]!,
      remove: (object, cluster) => removed.push(`${object}@${cluster}`),
    },
    (object, tookNs) => gone.push([object, tookNs]),
  );
  return { reachable, removed, gone, deletion };
}

describe('cascading deletion', () => {
  it('is over when every cluster has confirmed', () => {
    const { deletion, removed, gone } = world(3);
    deletion.request(7, [0, 2], false, 100);
    deletion.request(7, [0, 1, 2], false, 110);
    expect(removed).toEqual(['7@0', '7@2']);
    deletion.confirmed(7, 2, 130);
    expect([deletion.waitsFor(7), gone]).toEqual([[0], []]);
    deletion.confirmed(7, 0, 150);
    expect(gone).toEqual([[7, 50]]);
  });

  it('a cluster that cannot be reached blocks it, and is asked when it is back', () => {
    const { deletion, reachable, removed, gone } = world(2);
    reachable[1] = false;
    deletion.request(0, [0, 1], false, 0);
    deletion.confirmed(0, 0, 10);
    deletion.changed();
    expect([deletion.waitsFor(0), removed, gone]).toEqual([[1], ['0@0'], []]);
    reachable[1] = true;
    deletion.changed();
    deletion.changed();
    deletion.confirmed(0, 1, 5000);
    expect([removed, gone]).toEqual([['0@0', '0@1'], [[0, 5000]]]);
  });

  it('a confirmation that nobody can hear has to come again', () => {
    const { deletion, reachable, removed, gone } = world(1);
    deletion.request(0, [0], false, 0);
    reachable[0] = false;
    deletion.confirmed(0, 0, 10);
    expect(gone).toEqual([]);
    reachable[0] = true;
    deletion.changed();
    deletion.confirmed(0, 0, 20);
    expect([removed, gone]).toEqual([['0@0', '0@0'], [[0, 20]]]);
  });

  it('orphans stay, and so does what is left when somebody takes the finalizer away', () => {
    const { deletion, reachable, removed, gone } = world(2);
    deletion.request(1, [0, 1], true, 5);
    reachable[1] = false;
    deletion.request(2, [0, 1], false, 5);
    deletion.confirmed(2, 0, 6);
    expect(deletion.abandon(2, 9)).toEqual([1]);
    expect([removed, gone]).toEqual([
      ['2@0'],
      [
        [1, 0],
        [2, 4],
      ],
    ]);
    expect(deletion.abandon(2, 10)).toEqual([]);
  });

  it('is over exactly when every cluster was reached once after the request', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 20 }), (turns) => {
        const { deletion, reachable, gone } = world(4);
        const met = new Set<number>();
        reachable.fill(false);
        deletion.request(0, [0, 1, 2, 3], false, 0);
        for (const [cluster, up] of turns) {
          reachable[cluster] = up;
          deletion.changed();
          if (up && !met.has(cluster)) deletion.confirmed(0, cluster, 1);
          if (up) met.add(cluster);
          expect(gone.length).toBe(met.size === 4 ? 1 : 0);
        }
      }),
    );
  });
});
