import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, setJournalAside } from '../../../sim/node/journal.ts';
import { JOURNAL_VERSION, journalLine } from '../../../sim/node/journal-lines.ts';

const PROGRAM = '1.0 build a';
let folder: string;
let told: string[];
const path = (): string => join(folder, 'runs.journal');
const lines = (): string[] => readFileSync(path(), 'utf8').split('\n');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavetank-journal-'));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(more: Partial<ConstructorParameters<typeof Journal>[1]> = {}): Journal {
  return new Journal(path(), { program: PROGRAM, tell: (sentence) => told.push(sentence), ...more });
}

/** A journal with three entries, closed. */
function written(): Buffer {
  const journal = open();
  for (const key of ['a', 'b', 'c']) journal.add(key, { of: key, x: 0.1 });
  journal.close();
  return readFileSync(path());
}

function known(): string[] {
  const journal = open();
  const keys = ['a', 'b', 'c', 'd'].filter((key) => journal.get(key) !== undefined);
  journal.close();
  return keys;
}

describe('a journal', () => {
  it('gives back what was kept, to the bit, and keeps every key once', () => {
    written();
    const journal = open();
    expect([journal.size, journal.get('b'), journal.get('x')]).toEqual([3, { of: 'b', x: 0.1 }, undefined]);
    journal.add('b', 'something else');
    journal.add('d', 4);
    journal.close();
    expect(known()).toEqual(['a', 'b', 'c', 'd']);
    expect(lines()).toHaveLength(6);
    expect(told).toEqual([]);
  });

  it('has every entry in the file before the next one is made: a kill loses none', () => {
    const journal = open();
    journal.add('a', 1);
    expect(known()).toEqual(['a']);
    journal.close();
  });

  it('is read up to the last whole line, wherever it was cut, and goes on from there', () => {
    const whole = written();
    const header = whole.indexOf('\n') + 1;
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path(), whole.subarray(0, length));
      const entries = Math.max(0, whole.subarray(0, length).toString().split('\n').length - 2);
      const journal = open();
      expect({ length, size: journal.size }).toEqual({ length, size: length < header ? 0 : entries });
      for (const key of ['a', 'b', 'c']) journal.add(key, { of: key, x: 0.1 });
      journal.close();
      expect(readFileSync(path()).equals(whole)).toBe(true);
    }
    expect(told).toEqual([]);
  });

  it('skips a line that was damaged in the middle, says so, and keeps the others', () => {
    const whole = written();
    const at = lines();
    const second = at[0]!.length + 1 + at[1]!.length + 1;
    const damaged = Buffer.from(whole);
    damaged[second + 20] ^= 1;
    writeFileSync(path(), damaged);
    expect(known()).toEqual(['a', 'c']);
    expect(told).toEqual([`Line 3 of ${path()} is damaged and is skipped: its run is done again.`]);
  });

  it('never gives back anything that was not written, whatever byte is changed', () => {
    const whole = written();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at] ^= change;
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), 'wavetank-journal-'));
        writeFileSync(path(), damaged);
        const journal = open();
        for (const key of ['a', 'b', 'c']) expect([undefined, { of: key, x: 0.1 }]).toContainEqual(journal.get(key));
        journal.close();
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('of another program is set aside, never mixed and never deleted', () => {
    const whole = written();
    const other = open({ program: '1.0 build b' });
    expect(other.size).toBe(0);
    other.add('d', 4);
    other.close();
    expect(told[0]).toMatch(
      /another version of Wavetank \(1\.0 build a; this is 1\.0 build b\)\. It was set aside as runs\.journal\.1\.0-build-a;/,
    );
    expect(readFileSync(join(folder, 'runs.journal.1.0-build-a')).equals(whole)).toBe(true);
    expect(known()).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([
      'runs.journal',
      'runs.journal.1.0-build-a',
      'runs.journal.1.0-build-b',
    ]);
  });

  it('of another layout, or with a first line that is no header, is set aside', () => {
    writeFileSync(path(), journalLine({ journal: JOURNAL_VERSION + 1, program: PROGRAM }));
    expect(known()).toEqual([]);
    expect(told[0]).toMatch(/has version 2 of the layout, and this program writes 1\. It was set aside/);
    writeFileSync(path(), 'notes of mine\n');
    expect(known()).toEqual([]);
    expect(told[1]).toMatch(
      /is damaged in its first line, or is no journal\. It was set aside as runs\.journal\.damaged/,
    );
    expect(readFileSync(join(folder, 'runs.journal.damaged'), 'utf8')).toBe('notes of mine\n');
  });

  it('finds a free name for what is set aside', () => {
    for (let i = 0; i < 3; i++) {
      writeFileSync(path(), `${i}`);
      setJournalAside(path(), 'old');
    }
    expect(readdirSync(folder).sort()).toEqual(['runs.journal.old', 'runs.journal.old.2', 'runs.journal.old.3']);
  });
});

describe('a disk that is full', () => {
  /** Takes so many bytes, then no more. */
  function disk(room: number) {
    return (file: number, bytes: Uint8Array, offset: number): number => {
      const length = Math.min(room, bytes.length - offset);
      if (length === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      room -= length;
      return writeSync(file, bytes, offset, length);
    };
  }

  it('keeps what was finished, leaves no half of a line, and is named', () => {
    const whole = written();
    for (let room = whole.indexOf('\n') + 1; room < whole.length; room += 7) {
      rmSync(path());
      const journal = open({ write: disk(room) });
      const full: string[] = [];
      for (const key of ['a', 'b', 'c']) {
        try {
          journal.add(key, { of: key, x: 0.1 });
        } catch (error) {
          full.push((error as Error).message);
        }
      }
      journal.close();
      expect(full[0]).toMatch(/runs\.journal cannot be written: the disk is full\. Make room/);
      const kept = readFileSync(path());
      expect(kept.equals(whole.subarray(0, whole.subarray(0, room).lastIndexOf('\n') + 1))).toBe(true);
    }
  });
});

describe('what stands in the way', () => {
  it('is refused with words', () => {
    rmSync(folder, { recursive: true });
    expect(() => open()).toThrow(/runs\.journal cannot be written: it does not exist/);
    folder = mkdtempSync(join(tmpdir(), 'wavetank-journal-'));
    if (existsSync('/dev/zero')) {
      expect(() => new Journal('/dev/zero', { program: PROGRAM, tell: () => undefined })).toThrow(/pipe or a device/);
    }
    appendFileSync(path(), '');
    expect(known()).toEqual([]);
  });
});
