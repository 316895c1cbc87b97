/** Faults of a division: where, what was expected; and what real systems accept. */
import { describe, expect, it } from 'vitest';
import { type DividedCluster, faultsOfDivision } from '../../../models/federation/division-faults.ts';
import { PROFILES } from '../../../models/federation/profiles/index.ts';
import { request, view } from './views.ts';

const cluster = (name: string, differs: Partial<DividedCluster> = {}): DividedCluster => ({
  name,
  weight: 1,
  min: 0,
  max: Number.POSITIVE_INFINITY,
  nodes: 3,
  ...differs,
});

const faults = (clusters: readonly DividedCluster[], profile?: string): [string, string][] =>
  faultsOfDivision({ clusters, ...(profile === undefined ? {} : { profile: PROFILES[profile]!() }) }).map(
    ({ path, expected }) => [path.join('.'), expected],
  );

describe('faults of a division', () => {
  it('are none where all is well', () => {
    expect(faults([cluster('a'), cluster('b', { weight: 0, min: 1, max: 4, nodes: 0 })])).toEqual([]);
  });

  it('tell where and what was expected, all at once', () => {
    expect(faults([])).toEqual([['clusters', 'at least one cluster']]);
    expect(
      faults([cluster('a', { weight: -1 }), cluster('a', { min: 3, max: 2 }), cluster('c', { min: 0.5 })]),
    ).toEqual([
      ['clusters.0.weight', 'a whole number from 0 on'],
      ['clusters.1.name', 'a name of its own'],
      ['clusters.1.max', 'at least the minimum, 3'],
      ['clusters.2.min', 'a whole number from 0 on'],
    ]);
    expect(faults([cluster('a', { max: Number.NaN })])).toEqual([
      ['clusters.0.max', 'a whole number from 0 on, or none'],
    ]);
    expect(faults([cluster('a', { nodes: 0 }), cluster('b', { nodes: 0 })])).toEqual([
      ['clusters', 'a cluster that has nodes'],
    ]);
  });

  it('limits that a system does not know are a fault under it', () => {
    const limited = [cluster('a', { min: 1 }), cluster('b', { max: 4 })];
    expect(faults(limited, 'kubefed')).toEqual([]);
    expect(faults(limited, 'karmadaFrom16Static')).toEqual([
      ['clusters.0.min', 'no minimum'],
      ['clusters.1.max', 'no maximum'],
    ]);
  });
});

describe('weights of 0 for all', () => {
  const idle = [cluster('a', { weight: 0 }), cluster('b', { weight: 0 })];

  it('are a fault without a profile', () => {
    expect(faults(idle)).toEqual([['clusters', 'a weight above 0']]);
  });

  it.each([
    ['kubefed', [0, 0]],
    ['karmadaFrom16Static', [2, 2]],
    ['clusternetStatic', [0, 0]],
  ] as const)('%s accepts them and assigns %o', (name, expected) => {
    expect(faults(idle, name)).toEqual([]);
    const views = [view('a', { weight: 0 }), view('b', { weight: 0 })];
    expect(PROFILES[name]!().planner().plan(request(4, views)).replicas).toEqual(expected);
  });
});

it('minimums above the total are accepted: the heaviest get theirs first', () => {
  const clusters = [cluster('a', { min: 5 }), cluster('b', { min: 5, weight: 2 })];
  expect(faults(clusters, 'kubefed')).toEqual([]);
  const views = clusters.map(({ name, weight, min }) => view(name, { weight, min }));
  expect(PROFILES['kubefed']!().planner().plan(request(6, views)).replicas).toEqual([1, 5]);
});
