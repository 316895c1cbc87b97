import { describe, expect, it } from 'vitest';
import { effectiveTolerations, type Toleration, tolerates } from '../../../models/cluster/toleration.ts';

const toleration = (wish: Partial<Toleration>): Toleration => ({
  key: 'a',
  operator: 'Equal',
  value: 'x',
  effect: '',
  ...wish,
});

describe('tolerates', () => {
  const taint = { key: 'a', value: 'x', effect: 'NoSchedule' } as const;

  it.each([
    [toleration({}), true],
    [toleration({ value: 'y' }), false],
    [toleration({ value: 'y', operator: 'Exists' }), true],
    [toleration({ key: 'b' }), false],
    [toleration({ key: '', operator: 'Exists' }), true],
    [toleration({ effect: 'NoSchedule' }), true],
    [toleration({ effect: 'NoExecute' }), false],
  ])('%j: %s', (one, expected) => {
    expect(tolerates(one, taint)).toBe(expected);
  });
});

describe('effectiveTolerations', () => {
  const keys = (own: readonly Toleration[]) => effectiveTolerations(own).map(({ key }) => key);

  it('adds the two of the API server, 300 s', () => {
    expect(keys([])).toEqual(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);
    expect(effectiveTolerations([])[0]).toMatchObject({ effect: 'NoExecute', tolerationSeconds: 300 });
  });

  it('leaves keys alone that the pod tolerates itself', () => {
    const own = toleration({ key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 5 });
    expect(keys([own])).toEqual(['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready']);
    expect(keys([toleration({ key: '', operator: 'Exists' })])).toEqual(['']);
  });
});
