/**
 * What every model of one run shares: the clock, the chance and the memory.
 */
import type { Simulation } from '../../sim/engine/simulation.ts';
import type { StreamSource } from '../../sim/random/stream.ts';
import type { Publication } from './publication.ts';

/** One run's surroundings; models keep it and add nothing to it. */
export interface World {
  /** The clock and the events. */
  readonly sim: Simulation;
  /** All chance of the run, by name. */
  readonly streams: StreamSource;
  /** Where models tell what happens, for the recording and the digest. */
  readonly publish: Publication;
}
