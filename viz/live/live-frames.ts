/**
 * Frames out of a run that is computed while it is watched. The run records itself into memory, and frames are read
 * from that recording, so a live screen can step back and shows exactly what a replay would.
 *
 * Asking for a time beyond the edge moves the simulation on, for as long as one frame may take; the frame then says how
 * far it came.
 */
import type { Knob, Run } from '../../scenarios/compile/index.ts';
import type { MemorySource } from '../../sim/trace/memory-source.ts';
import { type MarkRecord, openTrace, type TraceCursor, type TraceReader } from '../../sim/trace/reader.ts';
import type { Frame, FrameRequest, FrameSource, MarkBatch, RunInfo } from '../frame-source/frame.ts';
import { copyTables, drawnColumns, namesOf, packMarks, rowDetail, runInfo } from '../frame-source/trace-frames.ts';

/** Wall time that the simulation may take for one frame. */
const BUDGET_MS = 20;
/** The budget is looked at this often on the way to the asked time. */
const SLICES = 8;

export class LiveFrames implements FrameSource {
  readonly #run: Run;
  readonly #memory: MemorySource;
  readonly #alternatives: readonly string[];
  readonly #caveat: string | undefined;
  readonly #drawn: ReadonlyMap<string, readonly string[]>;
  readonly #reader: TraceReader;
  readonly #cursor: TraceCursor;
  /** Stays at the edge, for names of rows that have just been born. */
  readonly #edgeCursor: TraceCursor;
  readonly #marks: MarkRecord[] = [];
  #chunksRead = 0;
  #finished = false;
  /** Until when everything has happened. The clock of the run itself stays at its last event when none is left. */
  #edgeNs = 0;

  private constructor(
    run: Run,
    memory: MemorySource,
    reader: TraceReader,
    alternatives: readonly string[],
    caveat: string | undefined,
  ) {
    this.#alternatives = alternatives;
    this.#caveat = caveat;
    this.#run = run;
    this.#memory = memory;
    this.#reader = reader;
    this.#drawn = drawnColumns(reader.catalog);
    this.#cursor = reader.cursor();
    this.#edgeCursor = reader.cursor();
  }

  /** Starts from a run that writes into `memory` and has not been advanced yet. */
  static async start(
    run: Run,
    memory: MemorySource,
    alternatives: readonly string[],
    caveat?: string,
  ): Promise<LiveFrames> {
    run.advance(0);
    run.flush();
    const frames = new LiveFrames(run, memory, await openTrace(memory), alternatives, caveat);
    await frames.#takeIn();
    return frames;
  }

  /** How far the simulation has come. */
  get edgeNs(): number {
    return this.#edgeNs;
  }

  async open(): Promise<RunInfo> {
    return {
      ...runInfo(this.#reader, true),
      endNs: this.#run.endNs,
      recovered: false,
      alternatives: this.#alternatives,
      ...(this.#caveat === undefined ? {} : { caveat: this.#caveat }),
    };
  }

  async frame(request: FrameRequest): Promise<Frame> {
    const wanted = Math.max(0, Math.min(this.#run.endNs, Math.round(request.timeNs)));
    if (wanted > this.edgeNs || (wanted === this.#run.endNs && !this.#finished)) await this.#advance(wanted);
    const timeNs = Math.min(wanted, this.edgeNs);
    const state = await this.#cursor.seek(timeNs);
    return {
      timeNs,
      edgeNs: this.edgeNs,
      digest: this.#reader.digest,
      markCount: this.#marks.length,
      tables: copyTables(state, this.#drawn),
      row: request.row ? rowDetail(state, this.#reader, request.row.table, request.row.row) : null,
      stateDigest: request.check ? state.digest() : null,
    };
  }

  async marks(from: number): Promise<MarkBatch> {
    return packMarks(this.#marks.slice(from), this.#reader);
  }

  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array> {
    return this.#reader.density(bins, fromNs, toNs);
  }

  async names(table: string, from: number): Promise<readonly string[]> {
    return namesOf((await this.#edgeCursor.seek(this.edgeNs)).table(table), from);
  }

  async tune(knob: string, factor: number): Promise<void> {
    if (this.#finished) throw new Error('The run has reached its end. Restart it to turn this knob.');
    this.#run.set(knob as Knob, factor);
    await this.#takeIn();
  }

  close(): void {
    this.#marks.length = 0;
  }

  async #advance(wantedNs: number): Promise<void> {
    const startedMs = performance.now();
    const slice = Math.max(1, Math.ceil((wantedNs - this.edgeNs) / SLICES));
    while (this.edgeNs < wantedNs && performance.now() - startedMs < BUDGET_MS) {
      const untilNs = Math.min(wantedNs, this.edgeNs + slice);
      this.#run.advance(untilNs);
      this.#edgeNs = untilNs;
    }
    if (this.edgeNs >= this.#run.endNs && !this.#finished) {
      this.#finished = true;
      this.#run.finish();
    }
    await this.#takeIn();
  }

  /** Makes what was recorded visible, and reads only that. */
  async #takeIn(): Promise<void> {
    if (!this.#finished) this.#run.flush();
    if (this.#memory.size > 0) await this.#reader.refresh();
    const marks = await this.#reader.marksFrom(this.#chunksRead);
    this.#chunksRead = this.#reader.chunks.length;
    for (const mark of marks) this.#marks.push(mark);
  }
}
