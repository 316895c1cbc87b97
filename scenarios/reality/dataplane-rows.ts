/**
 * Which recorded rows of the suite `dataplane` a constant of the models was calibrated on: what agrees there proves less
 * than what agrees elsewhere, and reports count the others by themselves.
 */
import { TCP_ROWS } from '../../models/machine/data-path.ts';
import { DATAGRAM_ROWS } from '../../models/machine/datagram.ts';
import { KERNEL_PATHS } from '../../models/machine/kernel-paths.ts';
import { holdsRow, type RowId } from '../../models/machine/rows.ts';
import { RULE_ROWS, SERVICE_ROWS } from '../../models/machine/rule-cost.ts';
import type { JsonObject } from './suite.ts';

const ROWS: readonly RowId[] = [
  ...new Set([
    ...Object.values(KERNEL_PATHS).flatMap(({ calibratedOn }) => calibratedOn),
    ...DATAGRAM_ROWS,
    ...TCP_ROWS,
    ...RULE_ROWS,
    ...SERVICE_ROWS,
  ]),
];

/** The cases that constants rest on are numbered 1 to 6; another recording's rows set none. */
const LAST_NUMBER = 6;

/** Whether a constant was calibrated on this row of the case, which is known by its number. */
export function setsConstant(json: JsonObject, kind: string, field: string): boolean {
  const { number } = json;
  if (typeof number !== 'number' || number < 1 || number > LAST_NUMBER) return false;
  return holdsRow(ROWS, `dataplane-0${number}/${kind}/${field}`);
}
