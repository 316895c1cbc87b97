/**
 * One line that tells how far the work is: runs done, running, time left. On a terminal it is written over; elsewhere
 * (a log) there is one line for each tenth.
 */
import type { Io } from './verb.ts';

/** A terminal is not written to more often than this; a pool may finish thousands of runs in a second. */
const REDRAW_MS = 100;

const BAR_CELLS_MAX = 24;

/** Writes the line to the error stream; the caller tells when runs begin and end. */
export class Progress {
  readonly #io: Io;
  #total: number;
  readonly #now: () => number;
  readonly #startMs: number;
  #done = 0;
  #running = 0;
  #tenths = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #drawnChars = 0;

  /** `now` is a clock in ms, for tests. */
  constructor(io: Io, total: number, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#total = total;
    this.#now = now;
    this.#startMs = now();
  }

  /** More runs than those that were announced will follow. */
  expect(runs: number): void {
    this.#total += runs;
    this.#tenths = this.#tenthsDone();
  }

  /** Runs have begun. */
  started(runs = 1): void {
    this.#running += runs;
    this.#show(false);
  }

  /** Runs that had begun are over, well or not. */
  finished(runs = 1): void {
    this.#done += runs;
    this.#running = Math.max(0, this.#running - runs);
    this.#show(this.#done === this.#total);
  }

  /** Ends the line, so that what follows stands on its own. */
  end(): void {
    if (!this.#io.isTerminal) return;
    this.#draw();
    this.#io.err.write('\n');
    this.#drawnChars = 0;
  }

  /** The line as it would be shown now. */
  line(): string {
    const share = this.#total === 0 ? 1 : this.#done / this.#total;
    const counts = `${this.#done} of ${this.#total} runs done, ${this.#running} running`;
    const left = this.#leftMs();
    const time = this.#done === this.#total ? `took ${duration(this.#now() - this.#startMs)}` : left;
    const text = `${Math.floor(share * 100)} %  ${counts}, ${time}`;
    const cells = Math.min(BAR_CELLS_MAX, this.#io.columns - text.length - 5);
    return this.#io.isTerminal && cells >= 8 ? `[${bar(share, cells)}] ${text}` : text;
  }

  #leftMs(): string {
    if (this.#done === 0) return 'time left not known yet';
    const each = (this.#now() - this.#startMs) / this.#done;
    return `about ${duration(each * (this.#total - this.#done))} left`;
  }

  #show(last: boolean): void {
    if (!this.#io.isTerminal) {
      this.#log();
      return;
    }
    if (last || this.#now() - this.#drawnMs >= REDRAW_MS) this.#draw();
  }

  #draw(): void {
    const line = this.line().slice(0, Math.max(1, this.#io.columns - 1));
    // Spaces wipe what a longer line left behind; no control sequences are needed.
    this.#io.err.write(`\r${line.padEnd(this.#drawnChars)}`);
    this.#drawnChars = line.length;
    this.#drawnMs = this.#now();
  }

  #tenthsDone(): number {
    return this.#total === 0 ? 10 : Math.floor((this.#done * 10) / this.#total);
  }

  #log(): void {
    const tenths = this.#tenthsDone();
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    this.#io.err.write(`${this.line()}\n`);
  }
}

function bar(share: number, cells: number): string {
  const full = Math.floor(share * cells);
  return '#'.repeat(full) + '.'.repeat(cells - full);
}

/** A time span for people: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
