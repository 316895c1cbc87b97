import { describe, expect, it } from 'vitest';
import { ariaShortcuts, bindingOf, KEYS, shownKeys } from '../../viz/keys.ts';

const plain = { ctrlKey: false, altKey: false, metaKey: false };

describe('the table of keys', () => {
  it('gives no key twice', () => {
    const keys = KEYS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gives no action twice', () => {
    const actions = KEYS.map((binding) => binding.action);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it.each(KEYS)('finds $action by each of its keys and shows them', ({ action, keys, label }) => {
    for (const key of keys) expect(bindingOf({ key, ...plain })?.action).toBe(action);
    expect(label.length).toBeGreaterThan(3);
    expect(ariaShortcuts(action).split(' ')).toEqual([...shownKeys(action)]);
    expect(ariaShortcuts(action)).not.toMatch(/^\s|\s\s|\s$/);
  });

  it('leaves the keys of the browser alone', () => {
    for (const held of ['ctrlKey', 'altKey', 'metaKey'] as const) {
      expect(bindingOf({ key: 'f', ...plain, [held]: true })).toBeUndefined();
    }
  });
});
