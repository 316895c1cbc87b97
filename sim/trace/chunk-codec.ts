/**
 * The records and the marks of one chunk as parts of a frame, and back.
 *
 * Times are steps from the record before (the first from the start of the chunk) in 32 bits; a longer step is written as
 * {@link LONG_STEP} and stands in a column of doubles. Values stand in one column for each storage, in the order of
 * the records that need it. What comes out of a file is checked here, so that a state can be built from it.
 */
import { TIME_NS_MAX } from '../engine/sim-time.ts';
import { unpackF64, unpackU16, unpackU32, unzigzag } from './byte-planes.ts';
import type { CatalogLayout } from './catalog-layout.ts';
import { PAYLOAD_MAX } from './format.ts';
import type { Fields } from './message.ts';
import { MarkColumns, RecordColumns } from './record-columns.ts';
import { damaged } from './trace-problem.ts';
import { ValueUnpacker } from './value-columns.ts';

/** The step that means: look into the column of long steps (4.3 seconds and more). */
export const LONG_STEP = 0xffffffff;

/** What a chunk promises about its contents. */
export interface ChunkBounds {
  /** Births, deaths and sets. */
  readonly records: number;
  /** Number of marks. */
  readonly marks: number;
  /** Time of the first record or mark. */
  readonly fromNs: number;
  /** Time of the last record or mark. */
  readonly toNs: number;
}

/** Unpacks what `OpenChunk.packRecords` gave. @throws {TraceProblem} when it is not what `bounds` promises. */
export function unpackRecords(layout: CatalogLayout, fields: Fields, bounds: ChunkBounds): RecordColumns {
  const n = bounds.records;
  const kinds = unpackU16(fields.bytes('kind'), n, 'kind');
  const rows = unpackU32(fields.bytes('row'), n, 'row');
  const times = unpackTimes(fields, n, bounds);
  const counts = new Int32Array(6);
  for (let i = 0; i < n; i++) {
    if (kinds[i] >= layout.kindCount) throw damaged(`there is no kind ${kinds[i]} of records`);
    if (kinds[i] >= layout.setBase) counts[layout.stores[kinds[i] - layout.setBase]]++;
  }
  const unpacker = new ValueUnpacker(fields, counts);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (kinds[i] >= layout.setBase) values[i] = unpacker.next(layout.stores[kinds[i] - layout.setBase]);
  }
  return new RecordColumns({ n, times, kinds, rows, values });
}

/** Unpacks what `OpenChunk.packMarks` gave. @throws {TraceProblem} when it is not what `bounds` promises. */
export function unpackMarks(layout: CatalogLayout, fields: Fields, bounds: ChunkBounds): MarkColumns {
  const n = bounds.marks;
  const kinds = unpackU16(fields.bytes('kind'), n, 'kind of marks');
  const rows = Int32Array.from(unpackU32(fields.bytes('row'), n, 'row of marks'), unzigzag);
  const indices = unpackU32(fields.bytes('index'), n, 'index of marks');
  const back = unpackU32(fields.bytes('cause'), n, 'cause of marks');
  const causes = new Int32Array(n);
  let index = 0;
  for (let i = 0; i < n; i++) {
    index += indices[i];
    if (kinds[i] >= layout.catalog.marks.length) throw damaged(`there is no kind ${kinds[i]} of marks`);
    if (index > 2_147_483_648 - 1 || back[i] > index) throw damaged('a mark with a number or a cause out of range');
    indices[i] = index;
    causes[i] = back[i] === 0 ? -1 : index - back[i];
  }
  const times = unpackTimes(fields, n, bounds);
  const payload = unpackPayload(layout, fields.bytes('payload'), kinds);
  return new MarkColumns({ n, times, kinds, rows, indices, causes, payload });
}

function unpackPayload(layout: CatalogLayout, packed: Uint8Array, kinds: Uint16Array): Float64Array {
  const lengths = layout.catalog.marks.map((mark) => mark.payload.length);
  let count = 0;
  for (const kind of kinds) count += lengths[kind];
  const numbers = unpackF64(packed, count, 'payload');
  const payload = new Float64Array(PAYLOAD_MAX * kinds.length);
  let from = 0;
  for (let i = 0; i < kinds.length; i++) {
    for (let p = 0; p < lengths[kinds[i]]; p++) payload[PAYLOAD_MAX * i + p] = numbers[from++];
  }
  return payload;
}

function unpackTimes(fields: Fields, n: number, bounds: ChunkBounds): Float64Array {
  const steps = unpackU32(fields.bytes('dt'), n, 'dt');
  let longCount = 0;
  for (const step of steps) if (step === LONG_STEP) longCount++;
  const long = unpackF64(fields.bytes('long'), longCount, 'long');
  const times = new Float64Array(n);
  let now = bounds.fromNs;
  let nextLong = 0;
  for (let i = 0; i < n; i++) {
    const step = steps[i] === LONG_STEP ? long[nextLong++] : steps[i];
    now += step;
    // Written so that a step of NaN fails as well.
    if (!(step >= 0 && now <= bounds.toNs && now <= TIME_NS_MAX)) throw damaged('a time outside of its chunk');
    times[i] = now;
  }
  return times;
}
