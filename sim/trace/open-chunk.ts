/**
 * The records of the chunk that is being filled, already in the columns in which they stand in a file.
 *
 * Hot: every record passes here once, and packing a full chunk is then only a matter of byte planes.
 */
import { packPlanes } from './byte-planes.ts';
import { LONG_STEP, packLongSteps } from './chunk-codec.ts';
import { CHUNK_RECORDS_MAX } from './format.ts';
import { ValuePacker } from './value-columns.ts';

/** Births, deaths and sets of one chunk in their order. */
export class OpenChunk {
  /** Records that are in. */
  n = 0;
  /** By kind of record: how many. */
  readonly counts: Uint32Array;
  /** Time of the last record; see the note on typed arrays in `Digest`. */
  private readonly last = new Float64Array(1);
  private readonly kinds = new Uint16Array(CHUNK_RECORDS_MAX);
  private readonly rows = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly steps = new Uint32Array(CHUNK_RECORDS_MAX);
  private readonly long: number[] = [];
  private readonly values = new ValuePacker(CHUNK_RECORDS_MAX);

  /** @param kinds Number of kinds of records. */
  constructor(kinds: number) {
    this.counts = new Uint32Array(kinds);
  }

  /** Time of the last record. */
  get lastNs(): number {
    return this.last[0];
  }

  /** Begins a chunk at `fromNs`. */
  begin(fromNs: number): void {
    this.n = 0;
    this.last[0] = fromNs;
    this.long.length = 0;
    this.counts.fill(0);
    this.values.clear();
  }

  /** Appends a birth or a death. */
  add(timeNs: number, kind: number, row: number): void {
    const n = this.n;
    const step = timeNs - this.last[0];
    this.last[0] = timeNs;
    if (step >= LONG_STEP) this.long.push(step);
    this.steps[n] = step < LONG_STEP ? step : LONG_STEP;
    this.kinds[n] = kind;
    this.rows[n] = row;
    this.counts[kind]++;
    this.n = n + 1;
  }

  /** Appends a set of a column that is stored as `store`. */
  addSet(timeNs: number, kind: number, row: number, store: number, value: number): void {
    this.add(timeNs, kind, row);
    this.values.add(store, value);
  }

  /** The records as a map for the file. */
  pack(): object {
    const { n } = this;
    return {
      kind: packPlanes(this.kinds, n, 2),
      dt: packPlanes(this.steps, n, 4),
      long: packLongSteps(this.long),
      row: packPlanes(this.rows, n, 4),
      ...this.values.finish(),
    };
  }
}
