import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAGIC, TRACE_VERSION } from '../../../sim/trace/format.ts';
import { encodeFrame } from '../../../sim/trace/frame.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { decodeMessage } from '../../../sim/trace/message.ts';
import { openTrace, TraceProblem, type TraceReader } from '../../../sim/trace/reader.ts';
import { joinFrames, splitFrames } from './frame-surgery.ts';
import { type Call, calls, EVERY_TYPE, HEADER, play, recording } from './recordings.ts';

/** A file of several chunks and keyframes, the sizes after each whole frame, and the digests of the states. */
function sample(): { bytes: Uint8Array; ends: { size: number; timeNs: number }[]; digest: string } {
  const { recorder, clock, file } = recording();
  const list = fc.sample(calls, { seed: 7, numRuns: 40 }).flat();
  const ends = [{ size: file.size, timeNs: -1 }];
  let lastNs = 0;
  play(recorder, clock, EVERY_TYPE, list, (timeNs) => {
    recorder.flush();
    if (file.size > ends[ends.length - 1].size) ends.push({ size: file.size, timeNs });
    lastNs = timeNs;
  });
  expect(lastNs).toBeGreaterThan(0);
  const { digest } = recorder.finish();
  return { bytes: file.bytes(), ends, digest };
}

const SAMPLE = sample();

function open(bytes: Uint8Array): Promise<TraceReader> {
  return openTrace(MemorySource.of(bytes));
}

/** Uses everything that a reader offers; nothing but a TraceProblem may come of it. */
async function useAll(reader: TraceReader): Promise<void> {
  const cursor = reader.cursor();
  const tasks = [
    async () => (await cursor.seek(reader.endNs)).digest(),
    async () => (await cursor.seek(reader.endNs / 2)).digest(),
    async () => (await reader.stateAt(reader.endNs / 3)).table('table-0').name(0),
    () => reader.marks(),
    () => reader.density(50, 0, reader.endNs),
    () => reader.changes('table-0', 1),
  ];
  for (const task of tasks) await task().catch(expectProblem);
}

function expectProblem(error: unknown): void {
  if (!(error instanceof TraceProblem)) throw error;
  expect(error.message).toMatch(/^[A-Z].*[a-z].*: .*\.$/s);
}

async function openHostile(bytes: Uint8Array): Promise<'refused' | 'opened'> {
  try {
    await useAll(await open(bytes));
    return 'opened';
  } catch (error) {
    expectProblem(error);
    return 'refused';
  }
}

describe('a cut file', () => {
  it('is recovered to its last whole chunk, wherever it was cut', async () => {
    const { bytes, ends, digest } = SAMPLE;
    const whole = await open(bytes);
    const headEnd = ends[0].size;
    for (let cut = 0; cut < bytes.length; cut += cut < headEnd ? 97 : 61) {
      if (cut < headEnd) {
        await expect(open(bytes.subarray(0, cut))).rejects.toThrow(TraceProblem);
        continue;
      }
      const reader = await open(bytes.subarray(0, cut));
      const last = ends.filter((end) => end.size <= cut).length - 1;
      if (reader.digest === null) {
        expect([cut, reader.chunks.length, reader.recovered]).toEqual([cut, last, true]);
        expect(reader.endNs).toBe(whole.chunks[last - 1]?.toNs ?? 0);
        if (cut % 5 === 0) {
          const state = await reader.stateAt(reader.endNs);
          if (last > 0) expect(state.digest()).toBe((await whole.stateAt(reader.endNs)).digest());
        }
      } else {
        // Only the trailer is missing.
        expect([cut > bytes.length - 13, reader.digest]).toEqual([true, digest]);
      }
    }
  });

  it('whose last chunk was not written whole loses that chunk', async () => {
    const { bytes, ends } = SAMPLE;
    const last = ends[ends.length - 1].size;
    const torn = bytes.slice(0, last);
    torn.fill(0, last - 20);
    const reader = await open(torn);
    expect([reader.recovered, reader.chunks.length]).toEqual([true, ends.length - 2]);
    await reader.stateAt(reader.endNs);
  });

  it('with a damaged footer is read by its chunks', async () => {
    const { bytes, ends, digest } = SAMPLE;
    const broken = bytes.slice();
    broken[ends[ends.length - 1].size + 300] ^= 1;
    const reader = await open(broken);
    expect([reader.recovered, reader.chunks.length]).toEqual([true, ends.length - 1]);
    const whole = await open(bytes);
    expect(whole.digest).toBe(digest);
    const endNs = reader.endNs;
    expect((await reader.stateAt(endNs)).digest()).toBe((await whole.stateAt(endNs)).digest());
  });

  it('with a damaged chunk in the middle still shows the times before it', async () => {
    const { bytes, ends } = SAMPLE;
    const broken = bytes.slice();
    broken[ends[3].size - 5] ^= 1;
    const reader = await open(broken);
    await expect(reader.stateAt(ends[3].timeNs)).rejects.toThrow(/checksum .* is wrong.*record it again/);
    const cursor = reader.cursor();
    // A whole chunk lies between this time and the damaged one: the failed seek has moved the state.
    const before = reader.chunks[1].fromNs - 1;
    const good = (await cursor.seek(before)).digest();
    await expect(cursor.seek(ends[3].timeNs)).rejects.toThrow(TraceProblem);
    expect((await cursor.seek(before)).digest()).toBe(good);
  });
});

describe('a file of version 1', () => {
  it('has the names of its footer in one piece, and is read as well', async () => {
    const { recorder, clock, file } = recording();
    for (let row = 0; row < 30; row++) recorder.born(0, row, `row-${row}`, row - 1);
    clock.nowNs = 5e9;
    recorder.set(recorder.column(0, 'text'), 7, recorder.text('said'));
    recorder.finish();
    const frames = splitFrames(file.bytes());
    const { pieces } = frames[frames.length - 1].parts['names'] as { pieces: Record<string, unknown>[] };
    expect(pieces.length).toBe(1);
    frames[frames.length - 1].parts['names'] = pieces[0];
    const old = joinFrames(file.bytes(), frames);
    old[MAGIC.length] = 1;
    const [before, now] = await Promise.all([open(old), open(file.bytes())]);
    expect([before.digest, (await before.stateAt(5e9)).digest()]).toEqual([
      now.digest,
      (await now.stateAt(5e9)).digest(),
    ]);
    expect((await before.stateAt(5e9)).table('table-0').name(7)).toBe('row-7');
  });
});

describe('a file that is none', () => {
  it('is refused with a sentence', async () => {
    const text = new TextEncoder().encode('{"not": "a recording"}');
    await expect(open(text)).rejects.toThrow(
      'This is not a recording of Wavetank: choose a file that ends in .wtrace.',
    );
    await expect(open(new Uint8Array(0))).rejects.toThrow(/empty/);
    const newer = SAMPLE.bytes.slice();
    newer[8] = 200;
    await expect(open(newer)).rejects.toThrow(/version 200 .* reads up to 2: open it with a newer Wavetank/);
  });

  it('with a catalog that makes no sense is refused', async () => {
    const head = (map: object): Uint8Array => {
      const preamble = Uint8Array.from([...MAGIC, TRACE_VERSION, 0, 0, 0]);
      const frame = encodeFrame('head', map, {});
      return Uint8Array.from([...preamble, ...frame]);
    };
    const good = { header: HEADER, catalog: EVERY_TYPE };
    expect((await open(head(good))).records).toBe(0);
    const twice = { ...EVERY_TYPE, tables: [...EVERY_TYPE.tables, ...EVERY_TYPE.tables] };
    await expect(open(head({ ...good, catalog: twice }))).rejects.toThrow(/two tables are called table-0/);
    await expect(open(head({ ...good, catalog: 5 }))).rejects.toThrow(/catalog/);
    await expect(open(head({ ...good, header: { ...HEADER, seed: 5 } }))).rejects.toThrow(/seed/);
    await expect(open(head({ ...good, header: { ...HEADER, format: 'x' } }))).rejects.toThrow(/choose another file/);
  });
});

describe('hostile bytes', () => {
  it('flipped anywhere never do more than a problem', async () => {
    const { bytes } = SAMPLE;
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.asyncProperty(flips, fc.option(fc.nat(bytes.length)), async (list, cut) => {
      const broken = bytes.slice(0, cut ?? bytes.length);
      for (const [at, by] of list) if (at < broken.length) broken[at] ^= by;
      await openHostile(broken);
    });
    await fc.assert(property, { seed: 5, numRuns: 150 });
  });

  it('with right checksums but wrong contents never do more than a problem', async () => {
    const property = fc.asyncProperty(fc.nat(1e6), fc.anything({ maxDepth: 2 }), async (at, value) => {
      const outcome = await openHostile(withForgedField(at, value));
      expect(['refused', 'opened']).toContain(outcome);
    });
    await fc.assert(property, { seed: 6, numRuns: 150 });
  });

  it('in a MessagePack document are refused before anything is allocated', () => {
    const deep = new Uint8Array(10_000).fill(0x91);
    const wide = Uint8Array.from([0x81, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff]);
    const long = Uint8Array.from([0x81, 0xa1, 0x61, 0xc6, 0x7f, 0xff, 0xff, 0xff, 0x00]);
    const siblings = Uint8Array.from([0x81, 0xa1, 0x61, ...[...Array(50)].flatMap(() => [0xdc, 0xff, 0xff])]);
    const proto = encode({ a: 1 });
    for (const bytes of [deep, wide, long, siblings, new Uint8Array(0), Uint8Array.of(0xc1), proto.subarray(0, 3)]) {
      expect(() => decodeMessage(bytes, 'it')).toThrow(TraceProblem);
    }
    expect(() => decodeMessage(encode([1, 2]), 'it')).toThrow(/not a map/);
    expect(() => decodeMessage(Uint8Array.from([...proto, 0]), 'it')).toThrow(/one whole/);
    expect(
      decodeMessage(encode({ a: [1, 'x', new Uint8Array(300), null, 1.5, { b: -7 }] }), 'it').list('a').length,
    ).toBe(6);
  });
});

/** A file with one field of one head or part replaced, and all checksums made right again. */
function withForgedField(at: number, value: unknown): Uint8Array {
  const list: Call[] = fc.sample(calls, { seed: 9, numRuns: 3 }).flat();
  const { recorder, clock, file } = recording();
  play(recorder, clock, EVERY_TYPE, list, () => recorder.flush());
  recorder.finish();
  return forge(file.bytes(), at, value);
}

function forge(bytes: Uint8Array, at: number, value: unknown): Uint8Array {
  const frames = splitFrames(bytes);
  const spots = frames.flatMap((frame, f) => [
    ...Object.keys(frame.head).map((key) => ({ f, part: undefined, key })),
    ...Object.entries(frame.parts).flatMap(([part, map]) => Object.keys(map).map((key) => ({ f, part, key }))),
  ]);
  const { f, part, key } = spots[at % spots.length];
  const target = part === undefined ? frames[f].head : frames[f].parts[part];
  target[key] = typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol' ? null : value;
  return joinFrames(bytes, frames);
}
