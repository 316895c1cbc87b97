/** The results of the hold model as lines of text. */

import type { HoldPeer } from './hold-peers.ts';
import { type Measured, median } from './rounds.ts';

/** One system at one number of pending events. */
export interface HoldCell {
  readonly pending: number;
  readonly measured: Measured;
}

/** What we want to be: so many times as fast as a peer at so many pending events. */
export interface Bar {
  /** How the peer's name begins. */
  readonly peer: string;
  readonly pending: number;
  readonly bar: number;
  readonly stretch: number;
}

/** They come from measurements on a machine that others used too, at load averages of 5 to 25. */
export const BARS: readonly Bar[] = [
  { peer: 'ns-3, MapScheduler', pending: 1e3, bar: 2.5, stretch: 3 },
  { peer: 'ns-3, MapScheduler', pending: 1e5, bar: 13, stretch: 20 },
  { peer: 'ns-3, MapScheduler', pending: 1e6, bar: 18, stretch: 27 },
  { peer: 'SimPy', pending: 1e3, bar: 25, stretch: 28 },
  { peer: 'SimPy', pending: 1e5, bar: 43, stretch: 68 },
];

/** True for a peer that a bar is set for. */
export function hasBar(name: string): boolean {
  return BARS.some(({ peer }) => name.startsWith(peer));
}

const NAME_WIDTH = 40;

/** Nanoseconds an event, of each round. */
export function nsPerEvent(measured: Measured): number[] {
  return measured.measurements.map(({ cpuSeconds, events }) => (cpuSeconds * 1e9) / events);
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)}..${Math.max(...values).toFixed(0)}`;
}

const row = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => (i === 0 ? cell.padEnd(NAME_WIDTH) : cell.padStart(i === 2 ? 14 : 11)))
    .join('')
    .trimEnd();

/** Each system at each size: median, range of the rounds, ratio to ours, and whether the order of events was ours. */
export function peerLines(cells: readonly HoldCell[], peers: readonly HoldPeer[], ours: string): string {
  const lines: string[] = [];
  for (const pending of new Set(cells.map((cell) => cell.pending))) {
    const here = cells.filter((cell) => cell.pending === pending);
    const own = here.find(({ measured }) => measured.name === ours)?.measured;
    lines.push('', row([`${pending.toLocaleString('en')} pending`, 'ns/event', 'min..max', 'ratio', 'order']));
    for (const { measured } of here) lines.push(...cellLines(measured, own));
    for (const { name, limit, pendingMax } of peers) if (pending > pendingMax) lines.push(`${name}: not run: ${limit}`);
  }
  return lines.slice(1).join('\n');
}

function cellLines(measured: Measured, own: Measured | undefined): string[] {
  const values = nsPerEvent(measured);
  const lines: string[] = [];
  if (values.length > 0) {
    const ratio = own === undefined ? Number.NaN : median(values) / median(nsPerEvent(own));
    const ownHash = own?.measurements[0]?.hash;
    // Systems that measured fewer events stopped at another hash, whatever their order was.
    const comparable = own?.measurements[0]?.events === measured.measurements[0].events;
    const order = comparable ? (ownHash === measured.measurements[0].hash ? 'same' : 'other') : '';
    lines.push(row([measured.name, median(values).toFixed(0), range(values), ratio.toFixed(1), order]));
  }
  if (measured.failure !== undefined) lines.push(`${measured.name}: ${measured.failure}`);
  return lines;
}

/** Growth of resident memory for each pending event, at the largest number of each system. */
export function memoryLines(cells: readonly HoldCell[]): string {
  const lines = ['Memory for each pending event (growth of the resident memory):'];
  for (const name of new Set(cells.map(({ measured }) => measured.name))) {
    const last = cells.filter(({ measured }) => measured.name === name && measured.measurements.length > 0).at(-1);
    if (last === undefined) continue;
    const bytes = median(last.measured.measurements.map((each) => each.bytes)) / last.pending;
    lines.push(
      `${name.padEnd(NAME_WIDTH)}${bytes.toFixed(0).padStart(9)} bytes, at ${last.pending.toLocaleString('en')} pending`,
    );
  }
  return lines.join('\n');
}

/** The bars, met or not. */
export function barLines(cells: readonly HoldCell[], ours: string): string {
  const lines = ['Bars:'];
  for (const { peer, pending, bar, stretch } of BARS) {
    const ratio = medianNs(cells, peer, pending) / medianNs(cells, ours, pending);
    const verdict = verdictOf(ratio, bar, stretch);
    const times = Number.isNaN(ratio) ? '-' : `${ratio.toFixed(1)}x`;
    const name = `${peer} at ${pending.toLocaleString('en')}`;
    lines.push(`${name.padEnd(NAME_WIDTH)}${times.padStart(9)}  bar ${bar}x, stretch ${stretch}x: ${verdict}`);
  }
  return lines.join('\n');
}

/** Nanoseconds an event of the system whose name begins so, the median of the rounds; NaN if it was not measured. */
export function medianNs(cells: readonly HoldCell[], name: string, pending: number): number {
  const cell = cells.find((each) => each.pending === pending && each.measured.name.startsWith(name));
  return cell === undefined ? Number.NaN : median(nsPerEvent(cell.measured));
}

/** Says in words whether a ratio meets its bar. */
export function verdictOf(ratio: number, bar: number, stretch: number): string {
  if (Number.isNaN(ratio)) return 'not measured';
  if (ratio < bar) return 'not met';
  return ratio < stretch ? 'met' : 'met, and the stretch';
}

/** Our ladder and the plain heap, for each shape of delays. */
export function shapeLines(
  shapes: readonly { name: string; measured: readonly Measured[] }[],
  pending: number,
): string {
  const lines = [row([`${pending.toLocaleString('en')} pending, by shape`, 'ns/event', 'min..max', 'plain heap'])];
  for (const { name, measured } of shapes) {
    const [ladder, heap] = measured.map(nsPerEvent);
    const failure = measured.find((each) => each.failure !== undefined);
    if (failure !== undefined) lines.push(`${name}: ${failure.name} ${failure.failure}`);
    else lines.push(row([name, median(ladder).toFixed(0), range(ladder), median(heap).toFixed(0)]));
  }
  lines.push('Ladder and heap ran the events of every shape in the same order.');
  return lines.join('\n');
}
