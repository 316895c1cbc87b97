import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameSource } from '../../../viz/frame-source/frame.ts';
import { RunNames } from '../../../viz/frame-source/run-names.ts';

/** A source whose pods get their names one after another. */
function growing(): { readonly names: string[]; readonly asked: number[]; readonly source: FrameSource } {
  const names: string[] = [];
  const asked: number[] = [];
  const source = {
    names: async (_table: string, from: number) => {
      asked.push(from);
      return names.slice(from);
    },
  } as unknown as FrameSource;
  return { names, asked, source };
}

describe('the names of rows', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('stand in with the word for such a row until they have come', async () => {
    const { names, source } = growing();
    const changed = vi.fn();
    const known = new RunNames(source, changed, (table) => table.replace(/s$/, ''));
    names.push('web-0');
    expect(known.name('pods', 0)).toBe('pod 0');
    expect(known.name('pods', -1)).toBe('none');
    await known.idle();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(known.name('pods', 0)).toBe('web-0');
  });

  it('are asked for again after the rest when one was missed meanwhile', async () => {
    const { names, asked, source } = growing();
    const changed = vi.fn();
    const known = new RunNames(source, changed, (table) => table);
    names.push('web-0');
    known.name('pods', 0);
    await known.idle();
    names.push('web-1');
    expect(known.name('pods', 1)).toBe('pods 1');
    expect(asked).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([0, 1]);
    expect(known.name('pods', 1)).toBe('web-1');
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('are not asked for again when nobody missed one', async () => {
    const { asked, source } = growing();
    const known = new RunNames(source, () => {}, String);
    await known.load('pods');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([0]);
  });
});
