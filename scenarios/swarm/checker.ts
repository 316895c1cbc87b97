/** What a checker is: one statement about every run, held against what an onlooker sees. */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { Onlooker } from './onlooker.ts';
import type { Instant } from './playback.ts';

/** Something that must not be. */
export interface Finding {
  readonly checker: string;
  readonly timeNs: TimeNs;
  readonly expected: string;
  readonly seen: string;
}

/** What a checker may look at. */
export interface Scene {
  readonly document: ScenarioDocument;
  readonly onlooker: Onlooker;
  readonly endNs: TimeNs;
  /** Figures of the run, as `run --json` prints them. */
  readonly metrics: Readonly<Record<string, number>>;
  report(timeNs: TimeNs, expected: string, seen: string): void;
}

/** Follows one run. */
export interface Watch {
  /** Everything of one instant has happened, and the onlooker has seen it. */
  instant?(now: Instant): void;
  /** The run is over. */
  end?(): void;
}

/** One statement. */
export interface Checker {
  readonly name: string;
  /** What is always so, in one sentence. */
  readonly statement: string;
  watch(scene: Scene): Watch;
}
