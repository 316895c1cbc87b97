/**
 * Why a pod of a living run went where it went, or why it waits: the run is made again up to the last attempt at the pod, and the
 * scheduler is asked there. What sliders changed in a live run is not in it.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { explained, type PodExplanation } from './explaining.ts';
import { LivingRun } from './life/living-run.ts';
import type { PlannedAlternative } from './plan.ts';
import { populationOf } from './population.ts';
import type { RunOptions } from './scenario-run.ts';

/** The attempts at one pod. */
interface Tries {
  attempts: number;
  lastNs: TimeNs;
}

/** A living run whose decisions can be asked about. */
export class LivingDecisions {
  readonly #alternative: PlannedAlternative;
  readonly #seed: string;
  readonly #population;
  readonly #tries = new Map<string, Tries>();

  /** Runs it once, to know its pods. */
  constructor(alternative: PlannedAlternative, seed: string) {
    this.#alternative = alternative;
    this.#seed = seed;
    this.#population = populationOf(alternative.document);
    this.#run({
      onAttempt: ({ name, atNs }) => {
        const tries = this.#tries.get(name) ?? { attempts: 0, lastNs: atNs };
        this.#tries.set(name, { attempts: tries.attempts + 1, lastNs: atNs });
      },
    });
  }

  /** All pods that a scheduler tried, in the order of their first attempts. */
  get names(): readonly string[] {
    return [...this.#tries.keys()];
  }

  /** The last decision about a pod. It must be one of {@link names}. */
  explain(asked: string): PodExplanation {
    const tries = this.#tries.get(asked);
    assert(tries !== undefined, () => `there is no pod ${asked}`);
    let attempt = 0;
    let found: PodExplanation | undefined;
    this.#run({
      untilNs: tries.lastNs,
      onAttempt: ({ name, ...at }) => {
        if (name !== asked || ++attempt < tries.attempts) return;
        found = explained(this.#alternative, this.#population, this.#seed, { name, attempt, bound: -1, ...at });
      },
    });
    assert(found !== undefined, () => `a run that is made again does not try ${asked}`);
    return found;
  }

  #run(options: RunOptions): void {
    const { load } = this.#alternative.document;
    assert(load !== undefined, 'only services with load live');
    const run = new LivingRun(this.#alternative, load, this.#seed, { level: 'off', ...options });
    run.advance(run.endNs);
  }
}
