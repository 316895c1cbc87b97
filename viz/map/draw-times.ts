/** How long the last draws took on the main thread: a ring of measurements, read by tests and benchmarks. */

const KEPT = 600;

export class DrawTimes {
  readonly #raster = new Float64Array(KEPT);
  readonly #overlay = new Float64Array(KEPT);
  #count = 0;

  /** Milliseconds for the raster and for the overlay of one draw. */
  add(rasterMs: number, overlayMs: number): void {
    this.#raster[this.#count % KEPT] = rasterMs;
    this.#overlay[this.#count % KEPT] = overlayMs;
    this.#count++;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Median, 95th percentile and maximum of the whole draw and of its parts, in milliseconds. */
  summary() {
    const kept = Math.min(KEPT, this.#count);
    const raster = this.#raster.slice(0, kept);
    const overlay = this.#overlay.slice(0, kept);
    const whole = raster.map((value, at) => value + overlay[at]);
    return { draws: this.#count, whole: spread(whole), raster: spread(raster), overlay: spread(overlay) };
  }
}

function spread(values: Float64Array): { p50: number; p95: number; max: number } {
  const sorted = values.slice().sort();
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100;
  return { p50: at(0.5), p95: at(0.95), max: at(0.9999) };
}
