/** The claims that lessons carry themselves: quoted from their text, evaluated on runs of their scenario. */
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  type ClaimFacts,
  ClaimProblem,
  claimsOf,
  evaluateClaim,
  textWithoutClaims,
} from '../../scenarios/answers/claim.ts';
import { type Plan, place, populationOf, type RunResult, startRun } from '../../scenarios/compile/index.ts';
import { tunnelBytes, walkFigure } from '../../scenarios/compile/walk-figures.ts';
import { planOf } from '../scenarios/compile/small-worlds.ts';
import { LESSONS } from './documents.ts';

/** Where pods stand for walks. */
const WALK_SEED = 'lesson/0';
/** Runs of each alternative that a claim names. */
const RUNS_MAX = 3;

/** Lessons whose claims are evaluated by lessons.test.ts, from before claims were expressions. */
const EARLIER = ['first-steps', 'affinity-and-the-fabric', 'network-schemes'];

/** The runs of one scenario with some changes, made when a claim first asks for them. */
class Runs implements ClaimFacts {
  readonly #plan: Plan;
  readonly #results = new Map<string, readonly RunResult[]>();

  constructor(scenario: string, changes: readonly string[]) {
    this.#plan = planOf(scenario, ...changes);
  }

  figure(metric: string, alternative: string): number {
    const bare = metric === 'tunnelBytes' ? tunnelBytes(alternative) : undefined;
    if (bare !== undefined) return bare;
    const walked = walkFigure(this.#planned(alternative), WALK_SEED, metric);
    if (walked !== undefined) return walked;
    const values = this.#of(alternative).map(({ metrics }) => metrics[metric] ?? Number.NaN);
    if (values.some(Number.isNaN)) throw new ClaimProblem(`${alternative} has no figure ${metric}`);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  verdict(alternative: string): { readonly verdict: string; readonly rules: readonly string[] } {
    const { judgement } = this.#planned(alternative);
    return { verdict: judgement.verdict, rules: judgement.because.map(({ rule }) => rule) };
  }

  #planned(name: string): Plan['alternatives'][number] {
    const found = this.#plan.alternatives.find((one) => one.name === name);
    if (found === undefined) throw new ClaimProblem(`no alternative is named ${name}`);
    return found;
  }

  #of(name: string): readonly RunResult[] {
    const known = this.#results.get(name);
    if (known !== undefined) return known;
    const alternative = this.#planned(name);
    const population = populationOf(alternative.document);
    const runs = Array.from({ length: Math.min(RUNS_MAX, this.#plan.document.replications) }, (_, i) => {
      const seed = `lesson/${i}`;
      const placement = place(alternative, population, seed);
      return startRun(this.#plan, name, seed, { placement, population }).finish();
    });
    this.#results.set(name, runs);
    return runs;
  }
}

const runsByChanges = new Map<string, Runs>();

function runsFor(scenario: string, { changes }: Claim): Runs {
  const key = [scenario, ...changes].join('\n');
  const runs = runsByChanges.get(key) ?? new Runs(scenario, changes);
  runsByChanges.set(key, runs);
  return runs;
}

/** A text with its line breaks and marks of emphasis taken out, so that a quote may run over them. */
function plain(text: string): string {
  return text.replace(/[*`]/g, '').replace(/\s+/g, ' ');
}

describe.each(LESSONS.map(({ path, text }) => ({ name: path.replace(/^.*\/|\.md$/g, ''), text })))(
  'the lesson $name',
  ({ name, text }) => {
    const claims = claimsOf(text);

    it('carries claims, and quotes its own words', () => {
      if (!EARLIER.includes(name)) expect(claims.length).toBeGreaterThan(4);
      for (const { quote } of claims) expect(plain(textWithoutClaims(text))).toContain(plain(quote));
    });

    it.each(claims)(
      '$quote: $expression $changes',
      (claim) => {
        const { holds, found } = evaluateClaim(claim.expression, runsFor(name, claim));
        expect(holds, `found ${found}`).toBe(true);
      },
      120_000,
    );
  },
);
