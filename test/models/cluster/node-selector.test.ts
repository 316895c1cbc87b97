import { describe, expect, it } from 'vitest';
import { matchesSelector, matchesTerm, type NodeSelectorRequirement } from '../../../models/cluster/node-selector.ts';

const labels = { disk: 'ssd', cores: '16' };

describe('matchesTerm', () => {
  const requirement = (key: string, operator: NodeSelectorRequirement['operator'], ...values: string[]) => ({
    key,
    operator,
    values,
  });

  it.each([
    [requirement('disk', 'In', 'hdd', 'ssd'), true],
    [requirement('zone', 'In', 'a'), false],
    [requirement('disk', 'NotIn', 'ssd'), false],
    [requirement('zone', 'NotIn', 'a'), true],
    [requirement('disk', 'Exists'), true],
    [requirement('zone', 'Exists'), false],
    [requirement('zone', 'DoesNotExist'), true],
    [requirement('disk', 'DoesNotExist'), false],
    [requirement('cores', 'Gt', '8'), true],
    [requirement('cores', 'Lt', '16'), false],
    [requirement('disk', 'Gt', '8'), false],
    [requirement('constructor', 'Exists'), false],
  ])('%j: %s', (one, expected) => {
    expect(matchesTerm({ expressions: [one] }, labels)).toBe(expected);
  });

  it('needs all conditions, and at least one', () => {
    const [yes, no] = [requirement('disk', 'Exists'), requirement('zone', 'Exists')];
    expect(matchesTerm({ expressions: [yes, no] }, labels)).toBe(false);
    expect(matchesTerm({ expressions: [] }, labels)).toBe(false);
  });
});

describe('matchesSelector', () => {
  it('wants every label with its value', () => {
    expect(matchesSelector({}, labels)).toBe(true);
    expect(matchesSelector({ disk: 'ssd', cores: '16' }, labels)).toBe(true);
    expect(matchesSelector({ disk: 'ssd', cores: '8' }, labels)).toBe(false);
  });
});
