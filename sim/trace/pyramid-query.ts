/**
 * A column over time for charts: out of the pyramid of the file, or of the records where it has none.
 */
import { assert } from '../engine/assert.ts';
import { readAll, readSome } from './byte-source.ts';
import type { ChunkStore } from './chunk-store.ts';
import { STORE } from './column-type.ts';
import { FRAME_PREFIX_BYTES } from './format.ts';
import { decodePrefix, Frame } from './frame.ts';
import { Buckets, levelFor, levelKey, Pyramid, type PyramidPlace, type PyramidSlice, sliceOf } from './pyramid.ts';
import type { TraceContents } from './trace-contents.ts';
import { damaged } from './trace-problem.ts';

/** Answers for one file. */
export class PyramidQuery {
  private readonly contents: TraceContents;
  private readonly store: ChunkStore;
  private head: Promise<Frame> | undefined;

  constructor(contents: TraceContents, store: ChunkStore) {
    this.contents = contents;
    this.store = store;
  }

  /** See `TraceReader.pyramid`. */
  async slice(
    table: string,
    column: string,
    fromNs: number,
    toNs: number,
    maxBuckets: number,
  ): Promise<PyramidSlice | undefined> {
    const { layout, pyramid } = this.contents;
    const id = layout.columnIndex(layout.tableIndex(table), column);
    assert(id >= 0, () => `no column ${column} in a table ${table}`);
    const isSane = Number.isInteger(maxBuckets) && maxBuckets >= 1 && fromNs >= 0 && fromNs <= toNs;
    assert(isSane, () => `cannot show ${fromNs} to ${toNs} in ${maxBuckets} buckets`);
    if (!hasPyramid(layout.columns[id].type)) return undefined;
    if (pyramid === undefined) return this.fromRecords(id, fromNs, toNs, maxBuckets);
    const frame = await this.frameHead(pyramid);
    let levels = 0;
    while (frame.has(levelKey(id, levels))) levels++;
    if (levels === 0) return undefined;
    const level = levelFor(pyramid.widthNs, levels, [fromNs, toNs], maxBuckets);
    const { from, end } = frame.placeOf(levelKey(id, level));
    const bytes = await readAll(this.contents.source, pyramid.offset + from, end - from);
    return sliceOf(Buckets.unpack(frame.partOf(levelKey(id, level), bytes)), level, pyramid.widthNs, fromNs, toNs);
  }

  /** The head of the frame says where each level stands; it is read once. */
  private frameHead(place: PyramidPlace): Promise<Frame> {
    this.head ??= this.readHead(place);
    return this.head;
  }

  private async readHead({ offset, length }: PyramidPlace): Promise<Frame> {
    const { source } = this.contents;
    const prefix = decodePrefix(await readSome(source, offset, FRAME_PREFIX_BYTES));
    if (prefix === undefined || prefix.name !== 'pyramid' || prefix.length !== length)
      throw damaged('the index points beside the pyramid');
    return new Frame(await readAll(source, offset, FRAME_PREFIX_BYTES + prefix.headLength), 'the pyramid');
  }

  /** Every chunk that sets the column has to be opened. */
  private async fromRecords(
    column: number,
    fromNs: number,
    toNs: number,
    maxBuckets: number,
  ): Promise<PyramidSlice | undefined> {
    const kind = this.contents.layout.setBase + column;
    const pyramid = new Pyramid(this.contents.layout.columnCount);
    for (const chunk of this.contents.chunks) {
      if (chunk.counts[kind] === 0) continue;
      const { n, kinds, times, values } = await this.store.records(chunk);
      for (let i = 0; i < n; i++) {
        if (kinds[i] !== kind) continue;
        pyramid.at(times[i]);
        pyramid.add(column, values[i]);
      }
    }
    const levels = pyramid.levels(column);
    if (levels.length === 0) return undefined;
    const level = levelFor(pyramid.widthNs, levels.length, [fromNs, toNs], maxBuckets);
    return sliceOf(levels[level], level, pyramid.widthNs, fromNs, toNs);
  }
}

/** Whether a type of column is one of numbers, and not of names for something. */
export function hasPyramid(type: string): boolean {
  return Object.hasOwn(STORE, type);
}
