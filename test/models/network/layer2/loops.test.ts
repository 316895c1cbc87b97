import { describe, expect, it } from 'vitest';
import { loopProblem, loopsOf, type Trunk } from '../../../../models/network/layer2/loops.ts';

const all = { trunk: 'all' } as const;
const trunk = (a: number, b: number, vlansA: Trunk['vlansA'] = all, vlansB = vlansA): Trunk => ({
  a,
  b,
  vlansA,
  vlansB,
});

describe('loops of links', () => {
  it('a tree has none', () => {
    expect(loopsOf([trunk(0, 1), trunk(0, 2), trunk(2, 3)])).toEqual([]);
  });

  it('a triangle is one, and two links between the same bridges are', () => {
    expect(loopsOf([trunk(0, 1), trunk(1, 2), trunk(2, 0)])).toEqual([{ vlan: 1, bridges: [2, 1, 0] }]);
    expect(loopsOf([trunk(0, 1), trunk(1, 0)])).toEqual([{ vlan: 1, bridges: [1, 0] }]);
    expect(loopsOf([trunk(4, 4)])).toEqual([{ vlan: 1, bridges: [4] }]);
  });

  it('links that carry different VLANs close no loop, and the shared one does', () => {
    expect(loopsOf([trunk(0, 1, { trunk: [10] }), trunk(1, 0, { trunk: [20] })])).toEqual([]);
    const shared = loopsOf([trunk(0, 1, { trunk: [10, 30] }), trunk(1, 0, { trunk: [20, 30] })]);
    expect(shared).toEqual([{ vlan: 30, bridges: [1, 0] }]);
  });

  it('access ports with different ids join two VLANs', () => {
    const mixed = trunk(0, 1, { access: 10 }, { access: 20 });
    expect(loopsOf([mixed, trunk(0, 1, { trunk: [10] })])).toEqual([]);
    expect(loopsOf([mixed, mixed])).toEqual([{ vlan: 10, bridges: [0, 1] }]);
  });

  it('is told with the way round', () => {
    const [loop] = loopsOf([trunk(0, 1), trunk(1, 2), trunk(2, 0)]);
    expect(loopProblem(loop!, (bridge) => `leaf-${bridge}`)).toBe(
      'Links run in a circle in VLAN 1: leaf-2 - leaf-1 - leaf-0 - leaf-2. A broadcast would never end: remove one of them.',
    );
  });
});
