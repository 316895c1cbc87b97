/**
 * Tipping points: how far each named assumption must move before the recommendation of an environment flips.
 *
 * Every trial runs the alternatives that may win under the same seeds as the comparison (common random numbers) and asks the
 * same rule of recommendation.ts. Trials of all environments and assumptions go out in rounds, so that a pool of workers is
 * kept busy and a value that two environments want is run once.
 * Left out: two assumptions that move at once; alternatives that are refused today.
 */
import type { Recommendation, TippingPoint, TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { compile, type Plan, type RunResult } from '../compile/index.ts';
import { groupsOf } from './choice-group.ts';
import { comparisonOf, type RunsOf } from './comparison.ts';
import { FARTHEST, type Flip, type Outcome, searchFlip } from './flip-search.ts';
import { assuming, NAMED_ASSUMPTIONS, type NamedAssumption } from './named-assumption.ts';
import { candidatesOf, recommendationsOf } from './recommendation.ts';
import { skippedWords, tippingWords } from './tipping-words.ts';

/** Runs that are wanted: every alternative of the plan under each seed. */
export interface TippingTrial {
  readonly plan: Plan;
}

/** Runs trials; resolves to null when it was interrupted. Lists of runs are in seed order. */
export type RunTrials = (trials: readonly TippingTrial[]) => Promise<readonly RunsOf[] | null>;

/** What the search starts from. */
export interface TippingBase {
  readonly plan: Plan;
  readonly runs: RunsOf;
  readonly result: ComparisonResult;
  /** Runs of each alternative at each value. */
  readonly replications: number;
}

interface Case {
  readonly group: string;
  readonly environment: string;
  readonly winner: string;
  readonly names: readonly string[];
  readonly today: Outcome;
}

interface Search {
  readonly of: Case;
  readonly assumption: NamedAssumption;
  readonly direction: 'up' | 'down';
  readonly steps: Generator<number, Flip | null, Outcome>;
  wanted: number;
  found: Flip | null | undefined;
  playsPart: boolean;
}

/** Seeks all tipping points; null when it was interrupted before its end. */
export async function tippingOf(base: TippingBase, run: RunTrials): Promise<TippingSearch | null> {
  const { cases, skipped } = casesOf(base);
  const trials = new Trials(base, run);
  const searches = cases.flatMap((one) => NAMED_ASSUMPTIONS.flatMap((assumption) => searchesOf(one, assumption)));
  // The ends of the ladder first: an assumption that changes nothing there is not climbed.
  const ends = [FARTHEST, 1 / FARTHEST];
  const all = searches.flatMap(({ of, assumption }) => ends.map((factor) => ({ of, assumption, factor })));
  if (!(await trials.fetch(all))) return null;
  for (const search of searches) {
    search.playsPart = ends.some((factor) => !trials.isAsToday(search.of, search.assumption, factor));
    if (search.playsPart) advance(search, search.steps.next());
    else search.found = null;
  }
  for (;;) {
    const open = searches.filter(({ found }) => found === undefined);
    if (open.length === 0) break;
    if (!(await trials.fetch(open.map(({ of, assumption, wanted }) => ({ of, assumption, factor: wanted })))))
      return null;
    for (const search of open)
      advance(search, search.steps.next(trials.outcome(search.of, search.assumption, search.wanted)));
  }
  const points = searches.map((search) => {
    const flips = searches.some((one) => one.of === search.of && one.assumption === search.assumption && one.found);
    return pointOf(search, flips, base);
  });
  return { replications: base.replications, farthest: FARTHEST, points, skipped };
}

function searchesOf(of: Case, assumption: NamedAssumption): Search[] {
  return (['down', 'up'] as const).map((direction) => ({
    of,
    assumption,
    direction,
    steps: searchFlip(of.today, direction),
    wanted: 1,
    found: undefined,
    playsPart: true,
  }));
}

function advance(search: Search, step: IteratorResult<number, Flip | null>): void {
  if (step.done === true) search.found = step.value;
  else search.wanted = step.value;
}

/** Environments with a winner that the smaller number of runs shows too, and the others with the reason. */
function casesOf({ plan, runs, result, replications }: TippingBase): {
  cases: Case[];
  skipped: { environment: string; words: string }[];
} {
  const cases: Case[] = [];
  const skipped: { environment: string; words: string }[] = [];
  for (const { key, environment, members } of groupsOf(result)) {
    const found = (result.recommendations ?? []).find((one) => one.group === key);
    if (found === undefined) continue;
    const names = candidatesOf(members).map(({ name }) => name);
    const today = found.alternative;
    const again = today === null ? null : judged(plan, names, runs, replications, result.decide, key);
    if (today !== null && names.length > 1 && again?.alternative === today)
      cases.push({ group: key, environment, winner: today, names, today: outcomeOf(again) });
    else skipped.push({ environment: key, words: skippedWords(found, names.length, replications) });
  }
  return { cases, skipped };
}

/** The rule on the first runs of some alternatives. */
function judged(
  plan: Plan,
  names: readonly string[],
  runs: RunsOf,
  replications: number,
  decide: readonly string[] | undefined,
  group: string,
): Recommendation | undefined {
  const few = onlyNamed(plan, new Set(names));
  const chosen = new Map(names.map((name) => [name, (runs.get(name) ?? []).slice(0, replications)]));
  const context = { name: '', seed: '', replications, interrupted: false, command: '', traceOf: () => undefined };
  return recommendationsOf(comparisonOf(few, chosen, context), decide).find((one) => one.group === group);
}

function outcomeOf(found: Recommendation | undefined): Outcome {
  return JSON.stringify([found?.alternative ?? null, found?.level ?? []]);
}

interface Wanted {
  readonly of: Case;
  readonly assumption: NamedAssumption;
  readonly factor: number;
}

interface Done {
  readonly plan: Plan;
  readonly runs: Map<string, readonly (RunResult | undefined)[]>;
}

/** Trials that were run: each alternative once at each value, for all environments that want it. */
class Trials {
  readonly #base: TippingBase;
  readonly #run: RunTrials;
  readonly #done = new Map<string, Done>();

  constructor(base: TippingBase, run: RunTrials) {
    this.#base = base;
    this.#run = run;
  }

  /** Runs what is missing; false when it was interrupted. */
  async fetch(wanted: readonly Wanted[]): Promise<boolean> {
    const missing = new Map<Done, Set<string>>();
    for (const { of, assumption, factor } of wanted) {
      const done = this.#at(assumption, factor);
      const names = missing.get(done) ?? new Set();
      for (const name of of.names) if (!done.runs.has(name)) names.add(name);
      if (names.size > 0) missing.set(done, names);
    }
    if (missing.size === 0) return true;
    const trials = [...missing].map(([{ plan }, names]) => ({ plan: onlyNamed(plan, names) }));
    const all = await this.#run(trials);
    if (all === null) return false;
    for (const [i, { runs }] of [...missing.keys()].entries())
      for (const [name, found] of all[i]!) runs.set(name, found);
    return true;
  }

  /** The altered scenario with what was run of it. */
  #at(assumption: NamedAssumption, factor: number): Done {
    const key = `${assumption.name} ${factor}`;
    const plan = () => compile(assuming(this.#base.plan.document, assumption.name, factor));
    const done = this.#done.get(key) ?? { plan: plan(), runs: new Map() };
    this.#done.set(key, done);
    return done;
  }

  outcome(of: Case, assumption: NamedAssumption, factor: number): Outcome {
    const { plan, runs } = this.#at(assumption, factor);
    const { replications, result } = this.#base;
    return outcomeOf(judged(plan, of.names, runs, replications, result.decide, of.group));
  }

  /** Whether every run there came to the figures of today: then the assumption decides nothing. */
  isAsToday(of: Case, assumption: NamedAssumption, factor: number): boolean {
    const { runs } = this.#at(assumption, factor);
    const { runs: today, replications } = this.#base;
    return of.names.every((name) => {
      const [here, there] = [runs.get(name)!, today.get(name)!];
      return Array.from({ length: replications }, (_, i) => sameFigures(here[i], there[i])).every(Boolean);
    });
  }
}

function onlyNamed(plan: Plan, names: ReadonlySet<string>): Plan {
  return { ...plan, alternatives: plan.alternatives.filter(({ name }) => names.has(name)) };
}

function sameFigures(a: RunResult | undefined, b: RunResult | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.digest === b.digest || JSON.stringify(a.metrics) === JSON.stringify(b.metrics);
}

function pointOf(search: Search, flips: boolean, { plan, result }: TippingBase): TippingPoint {
  const { of, assumption, direction, found, playsPart } = search;
  const [flipsTo, level] =
    found === null || found === undefined ? [null, []] : (JSON.parse(found.outcome) as [string | null, string[]]);
  const baseValue = assumption.valueOf(plan.document);
  const factor = found?.factor ?? null;
  const point = {
    environment: of.group,
    assumption: assumption.name,
    baseValue,
    unit: assumption.unit,
    direction,
    factor,
    value: factor === null ? null : baseValue * factor,
    flipsTo,
    level,
    playsPart,
  };
  return { ...point, words: tippingWords(point, assumption, of.winner, result, flips) };
}
