/**
 * A little recording before the first real one of a process, which nobody sees.
 *
 * Engines compile the loops of a recorder for what they have met so far. Each kind of value, each mark, each long pause
 * that comes up later makes them throw the code away and compile it again, which costs more than the records do. Here
 * everything comes up once, and a few times over, because an engine takes notes only of what it has seen more than once.
 */
import type { Catalog, ColumnSpec } from './catalog.ts';
import { CatalogLayout } from './catalog-layout.ts';
import { crc32 } from './crc32.ts';
import { MarkLineage } from './mark-lineage.ts';
import { OpenChunk } from './open-chunk.ts';
import { BLOCK, RecordBlocks } from './record-blocks.ts';

const TYPES = ['u8', 'u16', 'u32', 'i32', 'f32', 'f64', 'enum'] as const;
const ABOUT = { label: '', help: '' };
const TABLE = { ...ABOUT, level: 'state' } as const;
const MARK = { ...ABOUT, table: 'seen', tone: 'info', level: 'state', payload: [{ name: 'p', label: '' }] } as const;

const CATALOG: Catalog = {
  tables: [
    { ...TABLE, name: 'seen', columns: TYPES.map((type): ColumnSpec => ({ ...ABOUT, name: type, type })) },
    { ...TABLE, name: 'unseen', columns: [{ ...ABOUT, name: 'u8', type: 'u8' }] },
  ],
  marks: [
    { ...MARK, name: 'seen' },
    { ...MARK, name: 'unseen' },
  ],
  metrics: [],
  observers: [],
};
const TIMES = 16;
const CAPACITY = 64;

let isDone = false;

/** Does it, unless this process did it before. */
export function rehearse(): void {
  if (isDone) return;
  isDone = true;
  const layout = new CatalogLayout(CATALOG);
  const lineage = new MarkLineage();
  const tables = layout.catalog.tables.map((table) => (table.name === 'seen' ? 1 : 0));
  const isWritten = Uint8Array.of(1, 1, 0, 0, ...Array.from(layout.tableOf, (table) => tables[table]), 1, 0);
  const open = new OpenChunk(layout, lineage, isWritten, CAPACITY);
  const blocks = new RecordBlocks();
  const bytes = Uint8Array.from({ length: 61 }, (_, i) => 5 * i);
  for (let i = 0; i < TIMES; i++) {
    play(blocks, layout, lineage, i);
    open.take(blocks);
    blocks.clear();
    crc32(bytes.subarray(i));
    if (i % 2 === 1) open.clear();
  }
}

function play(blocks: RecordBlocks, layout: CatalogLayout, lineage: MarkLineage, turn: number): void {
  blocks.addText(BLOCK.text, 'text');
  // A pause that is short most times, and within some chunks longer than 32 bits of nanoseconds.
  blocks.addNumber(BLOCK.time, 0, turn * 1e6 + Math.floor((turn + 1) / 4) * 5e9);
  for (const kind of [0, 1, 2]) blocks.add(kind, turn, -1, 0);
  blocks.addText(BLOCK.name, 'name');
  for (let column = 0; column < layout.columnCount; column++) {
    const values = column < 4 ? [turn, 200 - turn] : [turn / 2, -turn, 1e300, Number.NaN, Number.POSITIVE_INFINITY];
    if (column === 3) values.push(-turn);
    for (const value of values) blocks.addNumber(layout.setBase + column, turn, value);
  }
  for (const kind of [0, 1]) {
    const cause = turn % 4 > 0 ? 2 * turn - 2 : -1;
    blocks.add(layout.kindCount + kind, -1, cause, lineage.add(cause, kind === 0));
    blocks.addNumber(BLOCK.payload, 0, turn / 3);
  }
}
