/**
 * What is written about each end of a session: its router, how its daemon behaves, its timers; and its chance.
 *
 * Source: configuration.ts, profile.ts. Left out: what changes while a network runs.
 */
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { NeighborConfiguration, SpeakerConfiguration } from './configuration.ts';
import { PROFILES, type Profile } from './profile.ts';
import type { SessionEnds } from './session-ends.ts';

/** Of all ends. */
export class EndFacts {
  readonly profiles: readonly Profile[];
  readonly #streams: StreamSource;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #ends: SessionEnds;

  constructor(streams: StreamSource, speakers: readonly SpeakerConfiguration[], ends: SessionEnds) {
    this.profiles = speakers.map(({ daemon }) => PROFILES[daemon]);
    this.#streams = streams;
    this.#speakers = speakers;
    this.#ends = ends;
  }

  /** The router of an end. */
  speaker(end: number): SpeakerConfiguration {
    return this.#speakers[this.#ends.speakerOf[end]!]!;
  }

  /** How the daemon of an end behaves. */
  profile(end: number): Profile {
    return this.profiles[this.#ends.speakerOf[end]!]!;
  }

  /** What is written of the peer of an end. */
  neighbor(end: number): NeighborConfiguration {
    return this.#ends.neighborOf[end]!;
  }

  /** The hold time that an end proposes. */
  holdSeconds(end: number): number {
    return this.neighbor(end).timers.holdSeconds;
  }

  /** Draws of the sessions of an end's router. */
  stream(end: number): Stream {
    return this.streamOf(this.#ends.speakerOf[end]!);
  }

  /** Draws of the sessions of a router. */
  streamOf(speaker: number): Stream {
    return this.#streams.stream(`bgp/${this.#speakers[speaker]!.name}`, 'sessions');
  }
}
