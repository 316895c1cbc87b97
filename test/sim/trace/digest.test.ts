import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../sim/trace/digest.ts';
import { Recorder } from '../../../sim/trace/recorder.ts';
import { type Call, calls, catalogs, EVERY_TYPE, HEADER, play, record, recording } from './recordings.ts';

describe('Digest', () => {
  it('is MurmurHash3 x86 128', () => {
    expect(new Digest().hex()).toBe('00000000000000000000000000000000');
    const digest = new Digest();
    const words = new Int32Array(new TextEncoder().encode('The quick brown fox jumps over t').buffer);
    digest.add(words[0], words[1], words[2], words[3]);
    digest.add(words[4], words[5], words[6], words[7]);
    expect(digest.hex()).toBe('7fc78aad2d537202102e762c393ef0c1');
    expect(digest.hex()).toBe(digest.hex());
  });

  it('takes every NaN for the same and -0 for 0', () => {
    const of = (value: number): string => {
      const digest = new Digest();
      digest.addNumber(1, 2, value);
      return digest.hex();
    };
    const odd = new Float64Array(new Uint32Array([1, 0xfff80123]).buffer)[0];
    expect(of(odd)).toBe(of(Number.NaN));
    expect(of(-0)).toBe(of(0));
    expect(of(1)).not.toBe(of(2));
  });

  it('tells texts apart by every letter and their length', () => {
    const of = (text: string): string => {
      const digest = new Digest();
      digest.blocks.addText(1, text);
      return digest.hex();
    };
    const texts = ['', 'a', 'b', 'aa', 'abcdefgh', 'abcdefghi', 'abcdefgi', 'a\0', '\0'];
    expect(new Set(texts.map(of)).size).toBe(texts.length);
  });
});

describe('the digest of a run', () => {
  it('does not depend on what is written', () => {
    const property = fc.property(catalogs, calls, (of, list) => {
      const { digest } = record(of, list).summary;
      for (const level of ['off', 'summary', 'packets'] as const) {
        expect(record(of, list, { level }).summary.digest).toBe(digest);
      }
      expect(record(of, list, { window: { fromNs: 500, toNs: 2e9 } }).summary.digest).toBe(digest);
      const { recorder, clock } = recording({ catalog: of });
      const clockOfSilent = { nowNs: 0, cause: -1 };
      const silent = new Recorder({ catalog: of, header: HEADER, clock: clockOfSilent });
      play(recorder, clock, of, list, () => recorder.flush());
      play(silent, clockOfSilent, of, list);
      expect([recorder.finish().digest, silent.finish().digest]).toEqual([digest, digest]);
    });
    fc.assert(property, { seed: 3, numRuns: 60 });
  });

  it('changes when any call changes', () => {
    const base: Call[] = [
      { call: 'born', table: 0, name: 'a', parent: -1 },
      { call: 'born', table: 0, name: 'b', parent: -1 },
      { call: 'wait', ns: 5 },
      { call: 'text', text: 'word' },
      { call: 'set', column: 0, row: 0, value: 1 },
      { call: 'set', column: 5, row: 0, value: 1.5 },
      { call: 'mark', kind: 1, row: 1, p: [1, 2, 3, 4] },
      { call: 'wait', ns: 2 ** 33 },
      { call: 'died', table: 0, row: 0 },
      { call: 'wait', ns: 3 },
      { call: 'set', column: 0, row: 0, value: 9 },
    ];
    const others: [number, Call][] = [
      [0, { call: 'born', table: 0, name: 'A', parent: -1 }],
      [1, { call: 'born', table: 0, name: 'b', parent: 0 }],
      [2, { call: 'wait', ns: 6 }],
      [3, { call: 'text', text: 'world' }],
      [4, { call: 'set', column: 0, row: 1, value: 1 }],
      [4, { call: 'set', column: 1, row: 0, value: 1 }],
      [4, { call: 'set', column: 0, row: 0, value: 2 }],
      [5, { call: 'set', column: 5, row: 0, value: 1.5000000000000002 }],
      [6, { call: 'mark', kind: 0, row: 1, p: [1, 2, 3, 4] }],
      [6, { call: 'mark', kind: 1, row: 2, p: [1, 2, 3, 4] }],
      [6, { call: 'mark', kind: 1, row: 1, p: [1, 2, 3, 5] }],
      [7, { call: 'wait', ns: 2 ** 34 }],
      [8, { call: 'died', table: 0, row: 1 }],
      [8, { call: 'wait', ns: 0 }],
      [9, { call: 'wait', ns: 4 }],
    ];
    const digestOf = (list: Call[]): string => record(EVERY_TYPE, list).summary.digest;
    const digests = others.map(([at, other]) => digestOf(base.map((each, i) => (i === at ? other : each))));
    const swapped = [...base];
    [swapped[4], swapped[5]] = [base[5], base[4]];
    expect(new Set([digestOf(base), digestOf(swapped), ...digests]).size).toBe(others.length + 2);
  });

  it('does not depend on the version of the program', () => {
    const { recorder } = recording();
    const other = recording({ header: { ...HEADER, wavetank: '9.9.9' } });
    recorder.born(0, 0, 'a');
    other.recorder.born(0, 0, 'a');
    expect(other.recorder.finish().digest).toBe(recorder.finish().digest);
  });
});
