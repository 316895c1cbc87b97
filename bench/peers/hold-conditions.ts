/**
 * The hold model under two conditions, as lines of text: as the machine is, and beside busy neighbours.
 *
 * A peer that follows pointers through memory loses more to neighbours than a queue that reads in streams, so a ratio says
 * nothing without its condition. The bars come from measurements on a machine that others used too.
 */

import { BARS, type HoldCell, medianNs, nsPerEvent, verdictOf } from './hold-report.ts';

/** All cells of one condition. */
export interface Condition {
  /** Busy neighbours that were started. */
  readonly neighbours: number;
  readonly cells: readonly HoldCell[];
  /** Load average of the last minute, before and after. */
  readonly loads: readonly [number, number];
}

/** Beyond this load average two cores are not idle but for us: what was measured then does not count as quiet. */
const QUIET_LOAD = 2;

const NAME_WIDTH = 40;
const WIDTHS = [12, 14, 9, 14, 14, 9];

const row = (name: string, cells: readonly string[]): string =>
  (name.padEnd(NAME_WIDTH) + cells.map((cell, i) => cell.padStart(WIDTHS[i])).join('')).trimEnd();

const shown = (value: number, digits = 0): string => (Number.isNaN(value) ? '-' : value.toFixed(digits));

/** Figures of both conditions side by side, and each ratio against its bar. */
export function conditionLines(alone: Condition, beside: Condition, ours: string): string {
  return [
    `A: without neighbours of ours. ${loadWords(alone)}${quietWords(alone)}`,
    `B: beside ${beside.neighbours} neighbours of ours that stream through memory. ${loadWords(beside)}`,
    'All figures are processor time; waiting for a core does not count.',
    ...tableLines(alone, beside, ours),
    '',
    ...barLines(alone, beside, ours),
  ].join('\n');
}

function loadWords({ loads }: Condition): string {
  return `Load average ${shown(loads[0], 1)} before, ${shown(loads[1], 1)} after.`;
}

function quietWords({ loads }: Condition): string {
  if (Math.max(...loads) <= QUIET_LOAD) return ' The machine was quiet.';
  return ' The machine was not quiet: others used it, so these figures lie between the two conditions.';
}

function tableLines(alone: Condition, beside: Condition, ours: string): string[] {
  const lines: string[] = [];
  for (const pending of new Set(alone.cells.map((cell) => cell.pending))) {
    const heads = ['A: ns/event', 'min..max', 'ratio', 'B: ns/event', 'min..max', 'ratio'];
    lines.push('', row(`${pending.toLocaleString('en')} pending`, heads));
    for (const { measured } of alone.cells.filter((cell) => cell.pending === pending))
      lines.push(
        row(
          measured.name,
          [alone, beside].flatMap((each) => figures(each, measured.name, pending, ours)),
        ),
      );
  }
  for (const { cells, neighbours } of [alone, beside])
    for (const { pending, measured } of cells)
      if (measured.failure !== undefined)
        lines.push(
          `${measured.name} at ${pending.toLocaleString('en')}, ${neighbours} neighbours: ${measured.failure}`,
        );
  return lines;
}

function figures({ cells }: Condition, name: string, pending: number, ours: string): string[] {
  const cell = cells.find((each) => each.pending === pending && each.measured.name === name);
  const values = cell === undefined ? [] : nsPerEvent(cell.measured);
  const range = values.length === 0 ? '-' : `${shown(Math.min(...values))}..${shown(Math.max(...values))}`;
  const ns = medianNs(cells, name, pending);
  return [shown(ns), range, shown(ns / medianNs(cells, ours, pending), 1)];
}

function barLines(alone: Condition, beside: Condition, ours: string): string[] {
  const lines = [
    'Bars. They come from measurements beside busy neighbours (load averages of 5 to 25), so their condition is B;',
    'A is told beside it, and says what holds on a machine that has nothing else to do.',
  ];
  for (const { peer, pending, bar, stretch } of BARS) {
    const verdicts = [alone, beside].map(({ cells }, i) => {
      const ratio = medianNs(cells, peer, pending) / medianNs(cells, ours, pending);
      return `${'AB'[i]} ${shown(ratio, 1)}x: ${verdictOf(ratio, bar, stretch)}`;
    });
    lines.push(
      `${peer} at ${pending.toLocaleString('en')}, bar ${bar}x, stretch ${stretch}x.  ${verdicts.join('.  ')}.`,
    );
  }
  return lines;
}
