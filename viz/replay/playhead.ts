/**
 * The playhead: the time that the reader asks for, the time that is shown, and the speed between them.
 * Labels always show the presented time, never the requested one.
 */

export const SPEED_MIN = 1e-5;
export const SPEED_MAX = 7200;
/** When the picture lags behind by more than this much of wall time, the playhead waits for it. */
const LAG_SECONDS_MAX = 0.25;
/** A tab that slept does not jump by more than this. */
const STEP_SECONDS_MAX = 0.1;

/** No clock of its own: `advance` is called with the time that has passed. */
export class Playhead {
  endNs: number;
  requestedNs = 0;
  presentedNs = 0;
  playing = false;
  #speed: number;

  constructor(endNs: number) {
    this.endNs = endNs;
    this.#speed = comfortableSpeed(endNs);
  }

  /** Simulated seconds per second. */
  get speed(): number {
    return this.#speed;
  }

  set speed(value: number) {
    this.#speed = Math.max(SPEED_MIN, Math.min(SPEED_MAX, value));
  }

  get atEnd(): boolean {
    return this.requestedNs >= this.endNs;
  }

  /** Goes to a time inside the run. */
  seek(timeNs: number): void {
    this.requestedNs = Math.max(0, Math.min(this.endNs, Math.round(timeNs)));
  }

  /** Starts or stops; from the end it starts again at the beginning. */
  toggle(): void {
    this.playing = !this.playing;
    if (this.playing && this.atEnd) this.seek(0);
  }

  /** Moves on while playing; stops at the end. Returns whether the requested time changed. */
  advance(wallSeconds: number): boolean {
    if (!this.playing) return false;
    const before = this.requestedNs;
    const step = Math.min(STEP_SECONDS_MAX, wallSeconds) * this.#speed * 1e9;
    const furthest = this.presentedNs + LAG_SECONDS_MAX * this.#speed * 1e9;
    this.seek(Math.max(before, Math.min(before + step, furthest)));
    if (this.atEnd) this.playing = false;
    return this.requestedNs !== before;
  }
}

/** A speed at which the whole run takes about twenty seconds, as 1, 2 or 5 times a power of ten. */
export function comfortableSpeed(endNs: number): number {
  const wanted = Math.max(SPEED_MIN, endNs / 1e9 / 20);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const lead = wanted / power;
  const round = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
  return Number((round * power).toPrecision(3));
}
