/**
 * Predicts the rows of published tables by the models, and compares every two rows that differ by more than a tenth.
 *
 * A pair counts when neither of its figures is a row that a constant was calibrated on. The speed of a test bed's cores is
 * the one parameter of a table.
 */
import { dataPathCost, streamBitsPerSec, tcpPayloadBytes } from '../../../models/machine/data-path.ts';
import { DATAGRAM_ROWS, datagramCost, UDP_IP_HEADER_BYTES } from '../../../models/machine/datagram.ts';
import { KERNEL_PATHS } from '../../../models/machine/kernel-paths.ts';
import { holdsRow, type RowId } from '../../../models/machine/rows.ts';
import { POLICY_CHAINS } from '../../../models/machine/rule-cost.ts';
import { WIRE_FRAMING_BYTES } from '../../../models/network/frames.ts';
import type { Column, Published, PublishedRow } from './published-tables.ts';

/** Payload of a ping-pong, and of a stream that is long enough for full units. */
const SMALL_BYTES = 1;
const LONG_BYTES = 1 << 30;

/** Two figures differ when the smaller is below this share of the larger. */
const DIFFERENT_BELOW = 0.9;

export interface Pair {
  readonly table: string;
  readonly column: string;
  /** The row that was published with the larger figure, and the other. */
  readonly larger: string;
  readonly smaller: string;
  readonly right: boolean;
}

const CALIBRATED: readonly RowId[] = [
  ...Object.values(KERNEL_PATHS).flatMap(({ calibratedOn }) => calibratedOn),
  ...DATAGRAM_ROWS,
  ...POLICY_CHAINS.calibratedOn,
];

/** Whether a constant of the models, or the table's speed, was calibrated on this figure. */
export function isCalibrated({ table, speedFrom }: Published, row: string, column: string): boolean {
  return holdsRow(CALIBRATED, `${table}/${row}/${column}`) || (speedFrom[0] === row && speedFrom[1] === column);
}

/** What the models give for a row: bit/s, or ns. */
export function predicted(row: PublishedRow, column: Column, table: Published, processorSpeed: number): number {
  const setting = { offload: true, podMtu: row.podMtu, processorSpeed, chains: row.chains };
  if (column === 'rr') return dataPathCost(row.path, setting, SMALL_BYTES).roundTripNs;
  const path = column === 'tcp-same-node' ? row.sameNodePath! : row.path;
  const udp = column === 'udp';
  const core = udp
    ? datagramCost(path, setting, row.podMtu - UDP_IP_HEADER_BYTES).streamBytesPerSec * 8
    : dataPathCost(path, setting, LONG_BYTES).streamBytesPerSec * 8;
  if (column === 'tcp-same-node') return core;
  const payload = udp ? row.podMtu - UDP_IP_HEADER_BYTES : tcpPayloadBytes(row.podMtu);
  return Math.min(core, (table.linkBitsPerSec * payload) / (row.podMtu + row.wrapBytes + WIRE_FRAMING_BYTES));
}

/** What the models give over what was published, for every figure that no constant came from. */
export function errorsOf(table: Published): ReadonlyMap<string, number> {
  const speed = speedOf(table);
  const unit = unitOf(table);
  const errors = new Map<string, number>();
  for (const row of table.rows)
    for (const [column, kind] of Object.entries(table.columns)) {
      const figure = row.figures[column];
      if (figure === undefined || kind === 'rr' || isCalibrated(table, row.row, column)) continue;
      errors.set(`${row.row} ${column}`, predicted(row, kind, table, speed) / (figure * unit));
    }
  return errors;
}

/** What a throughput of the table is in, bit/s. */
export function unitOf({ table }: Published): number {
  return table === 'infrabuilder-2020' ? 1e6 : 1e9;
}

/** The speed of the table's cores that makes its one named row come out. */
export function speedOf(table: Published): number {
  const [name, column] = table.speedFrom;
  const row = table.rows.find((each) => each.row === name)!;
  if (table.columns[column] === 'rr') return 1;
  const core = streamBitsPerSec(row.path, { offload: true, podMtu: row.podMtu, chains: row.chains });
  return (row.figures[column]! * unitOf(table)) / core;
}

/** What gives a figure for a row and a column: bit/s, or ns. */
export type Predictor = (row: PublishedRow, column: Column, table: Published, processorSpeed: number) => number;

/**
 * Every pair of a table that differs by more than a tenth. Without `calibratedToo`, those alone whose rows no constant came
 * from; with it all, of which some are right by construction and some rest on two constants of different origin.
 */
export function pairsOf(table: Published, calibratedToo = false, predict: Predictor = predicted): Pair[] {
  const speed = speedOf(table);
  return Object.entries(table.columns).flatMap(([column, kind]) => {
    const skipped = (row: string) =>
      table.leftOut[`${row} ${column}`] !== undefined || (!calibratedToo && isCalibrated(table, row, column));
    const rows = table.rows.filter(({ row, figures }) => figures[column] !== undefined && !skipped(row));
    return rows.flatMap((one) =>
      rows.flatMap((other) => {
        const [more, less] = [one.figures[column]!, other.figures[column]!];
        if (less >= DIFFERENT_BELOW * more) return [];
        const right = predict(one, kind, table, speed) > predict(other, kind, table, speed);
        return [{ table: table.table, column, larger: one.row, smaller: other.row, right }];
      }),
    );
  });
}
