/**
 * The chunk that is being filled, already in the columns in which it stands in a file.
 *
 * Hot: every record passes `take` once, and packing a full chunk is then only a matter of byte planes.
 */
import { packPlanes, zigzag } from './byte-planes.ts';
import type { CatalogLayout } from './catalog-layout.ts';
import { LONG_STEP } from './chunk-codec.ts';
import { Density } from './density.ts';
import { PAYLOAD_MAX } from './format.ts';
import type { MarkLineage } from './mark-lineage.ts';
import { Pyramid } from './pyramid.ts';
import { hasPyramid } from './pyramid-query.ts';
import { BLOCK, type RecordBlocks, textBlocks } from './record-blocks.ts';
import { ValuePacker } from './value-columns.ts';

/** Places in `OpenChunk.instants`. */
const FROM = 0;
const NOW = 1;
const LAST = 2;
const RECORD = 3;
const MARK = 4;

/** Records and marks of one chunk in their order. */
export class OpenChunk {
  /** Births, deaths and sets that are in. */
  n = 0;
  /** Marks that are in. */
  marks = 0;
  /** By kind of record, then by kind of mark: how many. */
  readonly counts: Uint32Array;
  /** Of the whole recording. */
  readonly density = new Density();
  /** Of the whole recording. */
  readonly pyramid: Pyramid;
  private readonly layout: CatalogLayout;
  private readonly lineage: MarkLineage;
  /** By kind of record, then by kind of mark: 1 when it is written. */
  private readonly isWritten: Uint8Array;
  /** By column: 1 when it has a pyramid. */
  private readonly isDrawn: Uint8Array;
  private readonly payloads: Uint8Array;
  /**
   * Where the chunk begins, now, the time of the last of all, the last record and the last mark. In a typed array: an object's field that first holds a
   * small whole number and then a large one makes engines throw away the code that they compiled.
   */
  private readonly instants = new Float64Array(5);
  /** Records at the instant of the last one: counted into the density when time goes on. */
  private dense = 0;
  private readonly kinds: Uint16Array;
  private readonly rows: Uint32Array;
  private readonly steps: Uint32Array;
  private readonly long: LongSteps;
  private readonly values: ValuePacker;
  private readonly markKinds: Uint16Array;
  private readonly markRows: Uint32Array;
  private readonly markSteps: Uint32Array;
  private readonly markLong: LongSteps;
  private readonly indexSteps: Uint32Array;
  private readonly causes: Uint32Array;
  private readonly payload: Int32Array;
  private payloadNumbers = 0;
  private lastIndex = 0;

  /**
   * @param isWritten By kind of record, then by kind of mark: 1 when it is written.
   * @param capacity Records and marks at most.
   */
  constructor(layout: CatalogLayout, lineage: MarkLineage, isWritten: Uint8Array, capacity: number) {
    this.layout = layout;
    this.lineage = lineage;
    this.isWritten = isWritten;
    this.counts = new Uint32Array(isWritten.length);
    this.isDrawn = Uint8Array.from(layout.columns, (column) => (hasPyramid(column.type) ? 1 : 0));
    this.payloads = Uint8Array.from(layout.catalog.marks, (mark) => mark.payload.length);
    this.pyramid = new Pyramid(layout.columnCount);
    this.kinds = new Uint16Array(capacity);
    this.rows = new Uint32Array(capacity);
    this.steps = new Uint32Array(capacity);
    this.long = new LongSteps(capacity);
    this.values = new ValuePacker(capacity);
    this.markKinds = new Uint16Array(capacity);
    this.markRows = new Uint32Array(capacity);
    this.markSteps = new Uint32Array(capacity);
    this.markLong = new LongSteps(capacity);
    this.indexSteps = new Uint32Array(capacity);
    this.causes = new Uint32Array(capacity);
    this.payload = new Int32Array(2 * PAYLOAD_MAX * capacity);
  }

  /** Time of the first record. */
  get fromNs(): number {
    return this.instants[FROM];
  }

  /** Time of the last record. */
  get lastNs(): number {
    return this.instants[LAST];
  }

  /** Begins the next chunk. */
  clear(): void {
    this.n = 0;
    this.marks = 0;
    this.payloadNumbers = 0;
    this.lastIndex = 0;
    this.long.n = 0;
    this.markLong.n = 0;
    this.counts.fill(0);
    this.values.clear();
  }

  /** Takes what is written of a batch. Hot. */
  take(blocks: RecordBlocks): void {
    const { words, doubles } = blocks;
    const { kindCount, setBase } = this.layout;
    const { isWritten } = this;
    const end = 4 * blocks.n;
    for (let at = 0; at < end; at += 4) {
      const kind = words[at];
      if (kind === BLOCK.time) this.instants[NOW] = doubles[(at >> 1) + 1];
      else if (kind < 0) at += 4 * textBlocks(words[at + 1]);
      else if (kind >= kindCount) {
        if (isWritten[kind] === 1) this.takeMark(kind - kindCount, words, at);
        at += 4 * this.payloads[kind - kindCount];
      } else if (isWritten[kind] === 1) {
        this.takeRecord(kind, words[at + 1]);
        if (kind >= setBase) this.takeValue(kind - setBase, doubles[(at >> 1) + 1]);
      }
    }
  }

  private takeRecord(kind: number, row: number): void {
    const { n, instants } = this;
    const now = instants[NOW];
    if (now !== instants[LAST] || n + this.marks === 0) this.moveTime(now);
    this.dense++;
    const step = now - instants[RECORD];
    instants[RECORD] = now;
    if (step >= LONG_STEP) this.long.add(step);
    this.steps[n] = step < LONG_STEP ? step : LONG_STEP;
    this.kinds[n] = kind;
    this.rows[n] = row;
    this.counts[kind]++;
    this.n = n + 1;
  }

  private takeValue(column: number, value: number): void {
    this.values.add(this.layout.stores[column], value);
    if (this.isDrawn[column] === 1) this.pyramid.add(column, value);
  }

  private takeMark(kind: number, words: Int32Array, at: number): void {
    const { marks: n, instants } = this;
    const now = instants[NOW];
    if (now !== instants[LAST] || n + this.n === 0) this.moveTime(now);
    this.dense++;
    const step = now - instants[MARK];
    instants[MARK] = now;
    if (step >= LONG_STEP) this.markLong.add(step);
    this.markSteps[n] = step < LONG_STEP ? step : LONG_STEP;
    this.markKinds[n] = kind;
    this.markRows[n] = zigzag(words[at + 1]);
    const index = words[at + 3];
    this.indexSteps[n] = index - this.lastIndex;
    this.lastIndex = index;
    // Causes are near: how far back they lie is a small number, and 0 is free for "none".
    const cause = this.lineage.cause(index);
    this.causes[n] = cause < 0 ? 0 : index - cause;
    this.counts[this.layout.kindCount + kind]++;
    this.marks = n + 1;
    for (let i = 1; i <= this.payloads[kind]; i++) {
      const to = 2 * this.payloadNumbers++;
      this.payload[to] = words[at + 4 * i + 2];
      this.payload[to + 1] = words[at + 4 * i + 3];
    }
  }

  private moveTime(now: number): void {
    if (this.n + this.marks === 0) {
      this.instants[FROM] = now;
      this.instants[RECORD] = now;
      this.instants[MARK] = now;
    }
    this.endInstant(now);
  }

  /** Time goes on: what happened at the last instant is counted. */
  endInstant(now: number): void {
    if (this.dense > 0) this.density.add(this.instants[LAST], this.dense);
    this.instants[LAST] = now;
    this.pyramid.at(now);
    this.dense = 0;
  }

  /** The records as a map for the file. */
  packRecords(): object {
    const { n } = this;
    return {
      kind: packPlanes(this.kinds, n, 2),
      dt: packPlanes(this.steps, n, 4),
      long: this.long.pack(),
      row: packPlanes(this.rows, n, 4),
      ...this.values.finish(),
    };
  }

  /** The marks as a map for the file. */
  packMarks(): object {
    const n = this.marks;
    return {
      kind: packPlanes(this.markKinds, n, 2),
      dt: packPlanes(this.markSteps, n, 4),
      long: this.markLong.pack(),
      row: packPlanes(this.markRows, n, 4),
      index: packPlanes(this.indexSteps, n, 4),
      cause: packPlanes(this.causes, n, 4),
      payload: packPlanes(this.payload, this.payloadNumbers, 8),
    };
  }
}

/** Steps of more than 32 bits. */
class LongSteps {
  n = 0;
  // No list of numbers: engines keep several kinds of those, and compile anew for each.
  private readonly steps: Float64Array;

  constructor(capacity: number) {
    this.steps = new Float64Array(capacity);
  }

  add(step: number): void {
    this.steps[this.n++] = step;
  }

  pack(): Uint8Array {
    return packPlanes(this.steps, this.n, 8);
  }
}
