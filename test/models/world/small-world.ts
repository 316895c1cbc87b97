/** A world without a scenario: a clock, chance by a seed, and a recording in memory. */
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';
import { Publication } from '../../../models/world/publication.ts';
import type { World } from '../../../models/world/world.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../sim/trace/reader.ts';
import { Recorder, traceHeader } from '../../../sim/trace/recorder.ts';

const HEADER = traceHeader({ wavetank: 'test', scenario: '', title: '', seed: '', alternative: '', parameters: {} });

/** A world that can be read back. */
export interface SmallWorld extends World {
  /** Ends the recording and opens it. */
  reopen(): Promise<TraceReader>;
}

/** A fresh world under a seed. */
export function smallWorld(seed = 'seed'): SmallWorld {
  const sim = new Simulation();
  const sink = new MemorySource();
  const recorder = new Recorder({ catalog: CLOUD_CATALOG, header: HEADER, clock: sim, sink });
  const publish = new Publication(recorder);
  const reopen = (): Promise<TraceReader> => {
    recorder.finish();
    return openTrace(sink);
  };
  return { sim, streams: new StreamSource(seed), publish, reopen };
}

/** Marks of a recording as [name, row, payload]. */
export async function marksOf(trace: TraceReader): Promise<[string, number, number[]][]> {
  const marks = await trace.marks();
  return marks.map(({ kind, row, payload }) => [trace.catalog.marks[kind]!.name, row, payload]);
}
