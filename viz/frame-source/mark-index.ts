/** The marks of a run on the page's side: by time, by row, by cause. */
import type { Catalog, MarkSpec } from '../../sim/trace/catalog.ts';
import { type MarkBatch, PAYLOAD_STRIDE } from './frame.ts';

/** Grows by batches; positions never change, so lists may hold them. */
export class MarkIndex {
  readonly catalog: Catalog;
  count = 0;
  timeNs: Float64Array = new Float64Array(0);
  kind: Uint16Array = new Uint16Array(0);
  row: Int32Array = new Int32Array(0);
  index: Int32Array = new Int32Array(0);
  cause: Int32Array = new Int32Array(0);
  payload: Float64Array = new Float64Array(0);
  readonly #texts = new Map<number, string>();
  readonly #byRow = new Map<string, number[]>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  append(batch: MarkBatch): void {
    const from = this.count;
    this.timeNs = joined(this.timeNs, batch.timeNs, Float64Array);
    this.kind = joined(this.kind, batch.kind, Uint16Array);
    this.row = joined(this.row, batch.row, Int32Array);
    this.index = joined(this.index, batch.index, Int32Array);
    this.cause = joined(this.cause, batch.cause, Int32Array);
    this.payload = joined(this.payload, batch.payload, Float64Array);
    this.count = this.timeNs.length;
    for (const [id, words] of Object.entries(batch.texts)) this.#texts.set(Number(id), words);
    for (let at = from; at < this.count; at++) this.#file(at);
  }

  spec(at: number): MarkSpec {
    return this.catalog.marks[this.kind[at]];
  }

  field(at: number, field: number): number {
    return this.payload[at * PAYLOAD_STRIDE + field];
  }

  text(id: number): string {
    return this.#texts.get(id) ?? '';
  }

  /** Positions of the marks about a row, in the order of time; also those whose payload names it. */
  ofRow(table: string, row: number): readonly number[] {
    return this.#byRow.get(`${table}:${row}`) ?? [];
  }

  /** Whether a mark of that name has happened. */
  has(name: string): boolean {
    return this.kind.includes(this.catalog.marks.findIndex((mark) => mark.name === name));
  }

  /** How many marks happened at or before an instant. */
  countUntil(timeNs: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeNs[middle] <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Position of the mark with an index, -1 when it was not recorded. */
  positionOf(index: number): number {
    if (index < 0) return -1;
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.index[middle] === index) return middle;
      if (this.index[middle] < index) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The mark and its causes, the mark first. A chain is cut at `limit`. */
  chain(at: number, limit = 20): readonly number[] {
    const chain: number[] = [];
    for (let next = at; next >= 0 && chain.length < limit; next = this.positionOf(this.cause[next])) chain.push(next);
    return chain;
  }

  /** The next mark after, or the last before, a position that passes; -1 when there is none. */
  step(from: number, direction: 1 | -1, passes: (at: number) => boolean): number {
    for (let at = from; at >= 0 && at < this.count; at += direction) if (passes(at)) return at;
    return -1;
  }

  #file(at: number): void {
    const spec = this.spec(at);
    this.#add(spec.table, this.row[at], at);
    spec.payload.forEach((field, position) => {
      if (field.table !== undefined) this.#add(field.table, this.field(at, position), at);
    });
  }

  #add(table: string, row: number, at: number): void {
    const key = `${table}:${row}`;
    const list = this.#byRow.get(key);
    if (!list) this.#byRow.set(key, [at]);
    else if (list[list.length - 1] !== at) list.push(at);
  }
}

function joined<T extends Float64Array | Uint16Array | Int32Array>(
  head: T,
  tail: T,
  make: new (length: number) => T,
): T {
  if (head.length === 0) return tail;
  const whole = new make(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
