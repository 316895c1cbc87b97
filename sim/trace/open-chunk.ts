/**
 * The chunk that is being filled, already in the columns in which it stands in a file.
 *
 * Hot: every record passes `take` once, and packing a full chunk is then only a matter of byte planes.
 */
import { packPlanes, zigzag } from './byte-planes.ts';
import type { CatalogLayout } from './catalog-layout.ts';
import { LONG_STEP } from './chunk-codec.ts';
import { Density } from './density.ts';
import { CHUNK_RECORDS_MAX, PAYLOAD_MAX } from './format.ts';
import type { MarkLineage } from './mark-lineage.ts';
import { Pyramid } from './pyramid.ts';
import { hasPyramid } from './pyramid-query.ts';
import { BLOCK, type RecordBlocks, textBlocks } from './record-blocks.ts';
import { ValuePacker } from './value-columns.ts';

/** Places in `OpenChunk.instants`. */
const FROM = 0;
const NOW = 1;
const LAST = 2;

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
  readonly pyramid = new Pyramid();
  private readonly layout: CatalogLayout;
  private readonly lineage: MarkLineage;
  /** By kind of record, then by kind of mark: 1 when it is written. */
  private readonly isWritten: Uint8Array;
  /** By column: 1 when it has a pyramid. */
  private readonly isDrawn: Uint8Array;
  private readonly payloads: Uint8Array;
  /**
   * Where the chunk begins, now, and the time of the last record. In a typed array: an object's field that first holds a
   * small whole number and then a large one makes engines throw away the code that they compiled.
   */
  private readonly instants = new Float64Array(3);
  /** Records at the instant of the last one: counted into the density when time goes on. */
  private dense = 0;
  private readonly kinds = new Uint16Array(CHUNK_RECORDS_MAX);
  private readonly rows = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly steps = new TimeSteps();
  private readonly values = new ValuePacker(CHUNK_RECORDS_MAX);
  private readonly markKinds = new Uint16Array(CHUNK_RECORDS_MAX);
  private readonly markRows = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly markSteps = new TimeSteps();
  private readonly indexSteps = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly causes = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly payload = new Int32Array(2 * PAYLOAD_MAX * CHUNK_RECORDS_MAX);
  private payloadNumbers = 0;
  private lastIndex = 0;

  /** @param isWritten By kind of record, then by kind of mark: 1 when it is written. */
  constructor(layout: CatalogLayout, lineage: MarkLineage, isWritten: Uint8Array) {
    this.layout = layout;
    this.lineage = lineage;
    this.isWritten = isWritten;
    this.counts = new Uint32Array(isWritten.length);
    this.isDrawn = Uint8Array.from(layout.columns, (column) => (hasPyramid(column.type) ? 1 : 0));
    this.payloads = Uint8Array.from(layout.catalog.marks, (mark) => mark.payload.length);
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
    const { n } = this;
    const now = this.instants[NOW];
    if (now !== this.instants[LAST] || n + this.marks === 0) this.moveTime(now);
    this.dense++;
    this.steps.put(n, now);
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
    const n = this.marks;
    const now = this.instants[NOW];
    if (now !== this.instants[LAST] || n + this.n === 0) this.moveTime(now);
    this.dense++;
    this.markSteps.put(n, now);
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
      this.steps.begin(now);
      this.markSteps.begin(now);
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
      ...this.steps.pack(n),
      row: packPlanes(this.rows, n, 4),
      ...this.values.finish(),
    };
  }

  /** The marks as a map for the file. */
  packMarks(): object {
    const n = this.marks;
    return {
      kind: packPlanes(this.markKinds, n, 2),
      ...this.markSteps.pack(n),
      row: packPlanes(this.markRows, n, 4),
      index: packPlanes(this.indexSteps, n, 4),
      cause: packPlanes(this.causes, n, 4),
      payload: packPlanes(this.payload, this.payloadNumbers, 8),
    };
  }
}

/** Times as steps from the one before. */
class TimeSteps {
  private readonly last = new Float64Array(1);
  private readonly steps = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly long: number[] = [];

  /** The first step is from `fromNs`. */
  begin(fromNs: number): void {
    this.last[0] = fromNs;
    this.long.length = 0;
  }

  /** Time number `n`. Hot. */
  put(n: number, timeNs: number): void {
    const step = timeNs - this.last[0];
    this.last[0] = timeNs;
    if (step >= LONG_STEP) this.long.push(step);
    this.steps[n] = step < LONG_STEP ? step : LONG_STEP;
  }

  pack(n: number): { readonly dt: Uint8Array; readonly long: Uint8Array } {
    return { dt: packPlanes(this.steps, n, 4), long: packPlanes(Float64Array.from(this.long), this.long.length, 8) };
  }
}
