import { describe, expect, it } from 'vitest';
import { codeOf, type Source, sources } from './sources.ts';

const all = sources();
const below = (...folders: string[]): Source[] =>
  all.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));

/** Lines of code that a pattern finds, as `path: match`. */
function found(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) => [...codeOf(text).matchAll(pattern)].map((match) => `${path}: ${match[0]}`));
}

/** Rooms whose results must be the same bits everywhere; sim/node is the border to the machine. */
const PURE = below('sim', 'models').filter(({ path }) => !path.startsWith('sim/node/'));

describe('calls that would make a run differ between machines', () => {
  it('no function whose last bit differs between engines', () => {
    const banned =
      /\bMath\.(?:random|log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|cbrt|sinh|cosh|tanh|asinh|acosh|atanh|hypot)\b/g;
    expect(found(PURE, banned)).toEqual([]);
    // A literal power of two is a constant of the source; every other power goes through sim/random.
    const powers = found(PURE, /[\w)\]]+\s*\*\*\s*-?[\w(]+/g).filter((use) => !/: 2 \*\* -?\d+$/.test(use));
    expect(powers).toEqual([]);
  });

  it('no clock of the wall, no chance of its own, no process', () => {
    expect(
      found(PURE, /\bDate\b|\bperformance\b|\bsetTimeout\b|\bsetInterval\b|\bprocess\.|\bcrypto\b|\bfetch\(/g),
    ).toEqual([]);
  });

  it('no order by language', () => {
    expect(found(PURE, /\blocaleCompare\b|\btoLocaleString\b/g)).toEqual([]);
  });

  it('a promise only where bytes are read', () => {
    const hot = PURE.filter(({ path }) => !path.startsWith('sim/trace/'));
    expect(found(hot, /\basync\s*(?:function|\()|\bawait\s+[\w(]|\bPromise\b/g)).toEqual([]);
  });
});

describe('words that hide faults', () => {
  it('no any, no ignored type error', () => {
    const others = all.filter(({ path }) => path !== 'test/tidy/words.test.ts');
    expect(found(others, /:\s*any\b|\bas any\b|<any>|\bany\[\]/g)).toEqual([]);
    expect(
      others.filter(({ text }) => /@ts-(?:ignore|nocheck|expect-error)/.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  it('no test that is left out, and no reminder', () => {
    expect(found(below('test'), /\b(?:it|test|describe)\.(?:only|todo)\b/g)).toEqual([]);
    const reminders = new RegExp(
      `\\b(?:${['TO', 'FIX', 'X', 'HA'].map((start, i) => start + ['DO', 'ME', 'XX', 'CK'][i]).join('|')})\\b`,
    );
    expect(all.filter(({ text }) => reminders.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('no default export, no enum, no namespace', () => {
    const files = all.filter(({ path }) => !path.startsWith('test/'));
    expect(found(files, /\bexport default\b|\bexport enum\b|\bnamespace\s+\w+\s*\{/g)).toEqual([]);
  });
});

describe('files that say what they are', () => {
  const heads = below('sim', 'models', 'scenarios', 'viz');

  it('every source opens with a comment', () => {
    const bare = heads
      .filter(({ text }) => !/^\s*\/\*\*/.test(text) && text.split('\n').length > 12)
      .map(({ path }) => path);
    expect(bare).toEqual([]);
  });

  it('every model says what it leaves out', () => {
    const silent = below('models')
      .filter(({ text }) => /\bclass\b|\bfunction\b/.test(codeOf(text)))
      .filter(({ text }) => !/leaves? out|left out/i.test(text))
      .map(({ path }) => path);
    expect(silent.length / below('models').length).toBeLessThan(0.5);
  });

  it('no file has outgrown one noun', () => {
    const long = all
      .filter(({ path }) => !path.startsWith('test/'))
      .filter(({ text }) => text.split('\n').length > 450);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
