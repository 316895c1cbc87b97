import { describe, expect, it } from 'vitest';
import { combinations, replicationSeeds, SOLE_ALTERNATIVE } from '../../../sim/experiment/design.ts';

describe('the design of an experiment', () => {
  it('combines the axes, the last one fastest', () => {
    const all = combinations([
      { name: 'scheme', values: ['flannel', 'calico'] },
      { name: 'environment', values: ['room', 'vpc', 'other'] },
    ]);
    expect(all.map((one) => one.name)).toEqual([
      'flannel/room',
      'flannel/vpc',
      'flannel/other',
      'calico/room',
      'calico/vpc',
      'calico/other',
    ]);
    expect(all[4].axes).toEqual({ scheme: 'calico', environment: 'vpc' });
  });

  it('has one alternative where nothing is varied, and none where an axis is empty', () => {
    expect(combinations([])).toEqual([{ name: SOLE_ALTERNATIVE, axes: {} }]);
    expect(combinations([{ name: 'scheme', values: [] }])).toEqual([]);
  });

  it('refuses two combinations of one name, and more than anybody means', () => {
    expect(() => combinations([{ name: 'a', values: ['x', 'x'] }])).toThrow(/one name/);
    const wide = { values: Array.from({ length: 200 }, (_, i) => `${i}`) };
    expect(() =>
      combinations([
        { name: 'a', ...wide },
        { name: 'b', ...wide },
      ]),
    ).toThrow(/40000 combinations/);
  });

  it('gives the same first seeds to a longer experiment', () => {
    expect(replicationSeeds('tank', 3)).toEqual(['tank/0', 'tank/1', 'tank/2']);
    expect(replicationSeeds('tank', 10).slice(0, 3)).toEqual(replicationSeeds('tank', 3));
    expect(() => replicationSeeds('tank', 0)).toThrow(/0 replications/);
  });
});
