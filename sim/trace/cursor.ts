/**
 * Moves through a recording: forward by applying what is new, back from the nearest keyframe.
 *
 * At most one keyframe and the few chunks after it are read for any seek. Beside the keyframes of the file a cursor
 * keeps warm ones, copies of its state at boundaries of chunks where it has been.
 */
import { ByteCache } from './byte-cache.ts';
import type { ChunkStore } from './chunk-store.ts';
import { unpackState } from './keyframe-codec.ts';
import { TraceState } from './state.ts';
import { readFrame, type TraceContents } from './trace-contents.ts';
import type { KeyframeInfo } from './trace-index.ts';
import { damaged } from './trace-problem.ts';

/** Bytes of warm keyframes a cursor keeps. */
export const WARM_BYTES = 50_331_648;

/** One position in time in a recording. */
export class TraceCursor {
  private readonly contents: TraceContents;
  private readonly store: ChunkStore;
  private readonly warm: ByteCache<TraceState>;
  private readonly warmBytes: number;
  private state: TraceState;
  /** The chunk in which the state stands, and the first of its records that is not applied. */
  private chunk = 0;
  private next = 0;
  /** Whether the state can be moved on from; not before the first seek and after one that failed. */
  private isWhole = false;
  private queue: Promise<unknown> = Promise.resolve();

  /** Use `TraceReader.cursor()`. */
  constructor(contents: TraceContents, store: ChunkStore, warmBytes: number) {
    this.contents = contents;
    this.store = store;
    this.warmBytes = warmBytes;
    this.warm = new ByteCache(warmBytes);
    this.state = new TraceState(contents.layout, contents.directory);
  }

  /**
   * The state at `timeNs`: everything that happened up to and at it. It is the cursor's own and changes with the next
   * seek. Seeks are done one after the other in the order of the calls.
   *
   * @throws {TraceProblem} when what has to be read is damaged; other times may still work.
   */
  seek(timeNs: number): Promise<TraceState> {
    const seek = this.queue.then(() => this.move(timeNs));
    this.queue = seek.catch(() => undefined);
    return seek;
  }

  private async move(timeNs: number): Promise<TraceState> {
    const target = this.lastChunk(timeNs);
    const canGoOn = this.isWhole && timeNs >= this.state.timeNs && !this.isJumpBetter(timeNs, target);
    this.isWhole = false;
    if (!canGoOn) await this.restart(timeNs, target);
    await this.play(timeNs, target);
    this.state.timeNs = timeNs;
    this.isWhole = true;
    return this.state;
  }

  /** The last chunk that has begun by `timeNs`, -1 if none has. */
  private lastChunk(timeNs: number): number {
    const { chunks } = this.contents;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (chunks[middle].fromNs <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private nearestKeyframe(timeNs: number, target: number): KeyframeInfo | undefined {
    const { keyframes } = this.contents;
    for (let i = keyframes.length - 1; i >= 0; i--) {
      if (keyframes[i].chunk <= Math.max(0, target) && keyframes[i].timeNs <= timeNs) return keyframes[i];
    }
    return undefined;
  }

  /** Whether a keyframe ahead saves chunks; the one a window starts with is the only way to the state before it. */
  private isJumpBetter(timeNs: number, target: number): boolean {
    const keyframe = this.nearestKeyframe(timeNs, target);
    if (keyframe === undefined) return false;
    if (keyframe.chunk === 0) return this.state.timeNs < keyframe.timeNs;
    return keyframe.chunk >= this.chunk + 2;
  }

  private async restart(timeNs: number, target: number): Promise<void> {
    const keyframe = this.nearestKeyframe(timeNs, target);
    const warmChunk = this.warm.largestKey(keyframe?.chunk ?? 1, target);
    this.chunk = warmChunk ?? keyframe?.chunk ?? 0;
    this.next = 0;
    if (warmChunk !== undefined) this.state.copyFrom(this.warm.get(warmChunk)!);
    else if (keyframe !== undefined) await this.load(keyframe);
    else this.state.reset();
  }

  private async load(keyframe: KeyframeInfo): Promise<void> {
    const frame = await readFrame(this.contents.source, keyframe.offset, 'a keyframe');
    if (frame.name !== 'keyframe' || frame.length !== keyframe.length || frame.head.raw('chunk') !== keyframe.chunk) {
      throw damaged('the index points beside a keyframe');
    }
    unpackState(frame.part('state'), this.state);
    this.keepWarm();
  }

  private async play(timeNs: number, target: number): Promise<void> {
    while (this.chunk <= target) {
      const info = this.contents.chunks[this.chunk];
      // A chunk that is used up needs no bytes; it stays the current one until there is another.
      if (this.next < info.records) {
        const records = await this.store.records(info);
        this.next = this.state.apply(records, this.next, timeNs);
      }
      if (this.chunk === target) return;
      if (this.next < info.records) throw damaged('times of chunks run backwards');
      this.chunk++;
      this.next = 0;
      this.keepWarm();
    }
  }

  /** Keeps a copy of the state, which now stands before the first record of the current chunk. */
  private keepWarm(): void {
    if (this.warmBytes === 0 || this.warm.get(this.chunk) !== undefined) return;
    // A state that would take half of the room serves only one place: not worth the copy.
    if (2 * this.state.byteLength <= this.warmBytes) this.warm.put(this.chunk, this.state.clone());
  }
}
