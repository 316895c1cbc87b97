/** What a run is to those who start it: something that is advanced to any instant, and finished once. */

import type { Scheduler } from '../../models/scheduling/scheduler.ts';
import { CLOUD_CATALOG } from '../../models/world/catalog.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { Simulation } from '../../sim/engine/simulation.ts';
import type { RecordingLevel } from '../../sim/trace/catalog.ts';
import { type TraceSource, traceHeader } from '../../sim/trace/header.ts';
import { type ChunkSink, Recorder } from '../../sim/trace/recorder.ts';
import type { Placement } from './placement.ts';
import type { PlannedAlternative } from './plan.ts';
import type { Population } from './population.ts';
import { WAVETANK_VERSION } from './version.ts';

/** What a run is recorded into, and what it may take over from elsewhere. */
export interface RunOptions {
  readonly sink?: ChunkSink;
  readonly level?: RecordingLevel;
  /** A placement made before, for the same placement key and seed. */
  readonly placement?: Placement;
  readonly population?: Population;
  /** Stops here instead of at the end; what happens before is the same. */
  readonly untilNs?: TimeNs;
  /** The warm-up that was found for a scenario that leaves it to be found; else nothing is cut there. */
  readonly warmUpNs?: TimeNs;
  /** What the run can be made again from, to be kept in its recording. */
  readonly source?: TraceSource;
  /** Hears of each attempt of a scheduler before it decides; only living runs tell. It may ask the scheduler and change nothing. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** A scheduler is about to decide about a pod. */
export interface Attempt {
  /** Name of the pod in recordings. */
  readonly name: string;
  readonly atNs: TimeNs;
  readonly scheduler: Scheduler;
  /** The pod's number at the scheduler. */
  readonly pod: number;
  /** Names in recordings by the number at the scheduler. */
  readonly nameOf: (pod: number) => string;
}

/** What a run came to. */
export interface RunResult {
  readonly digest: string;
  readonly records: number;
  readonly traceBytes: number;
  readonly events: number;
  readonly simulatedNs: TimeNs;
  /** Keys of the catalog's metrics; one that has no sample is absent. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Equal in runs that drew the same arrivals. */
  readonly arrivalsHash: number;
  /** Equal in runs that met the same faults. */
  readonly faultsHash: string;
}

/** What sliders of a live run may scale. */
export type Knob = 'load' | 'uplink';

/** One run: models wired together. */
export interface Run {
  readonly simulation: Simulation;
  /** Calls or requests under way now. */
  readonly callsUnderWay: number;
  /** The instant at which the run ends. */
  readonly endNs: TimeNs;
  /** Runs on to `untilNs` or the end; true when the end is reached. */
  advance(untilNs: TimeNs): boolean;
  /** Ends the run where it is. */
  cutShort(atNs: TimeNs): void;
  /** Writes what was recorded so far, so that a live view sees it; changes the file's bytes and not the digest. */
  flush(): void;
  /** Moves a slider: takes effect now and is marked in the recording. */
  set(knob: Knob, factor: number): void;
  /** Runs to the end and sums up. */
  finish(): RunResult;
}

/** A run is cut into this many slices at first; their length then follows the events. */
const SLICES_AT_FIRST = 1000;
/** Some tens of milliseconds of work: soon enough for Ctrl-C. */
const EVENTS_OF_A_SLICE = 40_000;

/**
 * Runs to the end in slices of some ten thousand events, and lets others breathe in between: a page, or Ctrl-C. When
 * `breathe` resolves to false the run ends where it is. Slices change nothing of what happens.
 */
export async function advanceBreathing(run: Run, breathe: () => Promise<boolean>): Promise<void> {
  let sliceNs = Math.max(1, Math.floor(run.endNs / SLICES_AT_FIRST));
  for (let untilNs = sliceNs; ; untilNs += sliceNs) {
    const before = run.simulation.dispatched;
    if (run.advance(untilNs)) return;
    if (!(await breathe())) {
      run.cutShort(untilNs);
      return;
    }
    const events = run.simulation.dispatched - before;
    if (events > EVENTS_OF_A_SLICE) sliceNs = Math.max(1, Math.floor(sliceNs / 2));
    else if (events < EVENTS_OF_A_SLICE / 4) sliceNs *= 2;
  }
}

/** What a run of an alternative is recorded with. */
export function recorderOf(
  { document, name, axes }: PlannedAlternative,
  seed: string,
  clock: Simulation,
  { source, level, sink }: RunOptions,
): Recorder {
  return new Recorder({
    catalog: CLOUD_CATALOG,
    clock,
    header: traceHeader({
      wavetank: WAVETANK_VERSION,
      scenario: document.file,
      title: document.title,
      seed,
      alternative: name,
      parameters: { ...axes },
      ...(source === undefined ? {} : { source }),
    }),
    ...(level === undefined ? {} : { level }),
    ...(sink === undefined ? {} : { sink }),
  });
}
