/** Keeps the page's marks and the timeline's density up with a recording that may still grow. */
import type { Frame, FrameSource } from '../frame-source/frame.ts';
import type { MarkIndex } from '../frame-source/mark-index.ts';

export interface MarkFeedEvents {
  /** Marks have been appended. */
  marks(): void;
  /** The density is worth reading again. */
  density(): void;
}

/** The density of a growing run is read again this often, and not with every frame. */
const DENSITY_MS = 400;

export class MarkFeed {
  readonly #source: FrameSource;
  readonly #marks: MarkIndex;
  readonly #events: MarkFeedEvents;
  #loading: Promise<void> | null = null;
  #timer = 0;
  #edgeNs = 0;

  constructor(source: FrameSource, marks: MarkIndex, events: MarkFeedEvents) {
    this.#source = source;
    this.#marks = marks;
    this.#events = events;
  }

  /** Takes in what a frame says that there is more of. */
  follow(frame: Frame): void {
    if (frame.markCount > this.#marks.count) void this.load();
    if (frame.edgeNs === this.#edgeNs || this.#timer !== 0) return;
    this.#edgeNs = frame.edgeNs;
    this.#timer = window.setTimeout(() => this.#readDensity(), DENSITY_MS);
  }

  #readDensity(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#events.density();
  }

  /** Brings all marks that are not here yet. */
  load(): Promise<void> {
    this.#loading ??= this.#take().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async idle(): Promise<void> {
    await this.#loading;
    if (this.#timer !== 0) this.#readDensity();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #take(): Promise<void> {
    const batch = await this.#source.marks(this.#marks.count);
    if (batch.timeNs.length === 0) return;
    this.#marks.append(batch);
    this.#events.marks();
  }
}
