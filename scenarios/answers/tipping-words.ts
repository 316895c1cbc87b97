/** Tipping points in sentences. */
import type { Recommendation, TippingPoint, TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { ASSUMPTION_TITLES, type AssumptionName } from './assumption-titles.ts';
import { choiceLabel, groupTitle } from './choice-group.ts';
import { FARTHEST } from './flip-search.ts';
import { capitalised, listed } from './label.ts';
import type { NamedAssumption } from './named-assumption.ts';
import { formatQuantity, quantityWords } from './quantity.ts';
import { recommendationsIn } from './recommendation.ts';

/** "Calico BGP stays the recommendation until the mean size of a flow shrinks to a fifth (300 B, from 1,500 B); then macvlan." `flipsAnyway`: in one of the two directions. */
export function tippingWords(
  point: Omit<TippingPoint, 'words'>,
  assumption: NamedAssumption,
  winner: string,
  result: ComparisonResult,
  flipsAnyway = true,
): string {
  const label = labels(result);
  if (!point.playsPart)
    return `${capitalised(assumption.title)} plays no part here: from ${shareWords(1 / FARTHEST)} to ${FARTHEST} times, all figures stay as they are.`;
  if (!flipsAnyway) {
    return `${label(winner)} stays the recommendation while ${assumption.title} lies anywhere from ${rangeWords(point)}.`;
  }
  const verb = assumption.verbs[point.direction];
  const today = quantityWords(point.baseValue, point.unit);
  if (point.factor === null || point.value === null) {
    const end = point.direction === 'up' ? FARTHEST : 1 / FARTHEST;
    const value = quantityWords(point.baseValue * end, point.unit);
    return `${label(winner)} stays the recommendation even if ${assumption.title} ${verb} to ${shareWords(end)} (${value}, from ${today}).`;
  }
  const then =
    point.flipsTo === null ? `then ${listed(point.level.map(label))} are level` : `then ${label(point.flipsTo)}`;
  const value = quantityWords(point.value, point.unit);
  return `${label(winner)} stays the recommendation until ${assumption.title} ${verb} to ${shareWords(point.factor)} (${value}, from ${today}); ${then}.`;
}

/** "39.3 ms to 10.1 s (629 ms today)". */
function rangeWords({ baseValue, unit }: Pick<TippingPoint, 'baseValue' | 'unit'>): string {
  const [least, now, most] = [1 / FARTHEST, 1, FARTHEST].map((factor) => quantityWords(baseValue * factor, unit));
  return `${least} to ${most} (${now} today)`;
}

function labels(result: ComparisonResult): (name: string) => string {
  const byName = new Map(result.alternatives.map((one) => [one.name, choiceLabel(one)]));
  return (name) => byName.get(name) ?? name;
}

const SHARES: Readonly<Record<number, string>> = {
  2: 'half',
  3: 'a third',
  4: 'a quarter',
  5: 'a fifth',
  8: 'an eighth',
  16: 'a sixteenth',
};
/** A share this near to a plain fraction is called by its name. */
const NEAR = 0.03;

/** A factor as people say it: 0.2 is "a fifth", 4 is "4 times as much". */
export function shareWords(factor: number): string {
  if (factor >= 1) return `${formatQuantity(factor, '').value} times as much`;
  const whole = Math.round(1 / factor);
  const name = SHARES[whole];
  if (name !== undefined && Math.abs(1 / factor / whole - 1) < NEAR) return name;
  return `${formatQuantity(100 * factor, '').value} %`;
}

/** Why no tipping point of an environment was sought. */
export function skippedWords(found: Recommendation, candidates: number, replications: number): string {
  if (found.level.length > 0) return 'Nothing is recommended alone here, so nothing can flip.';
  if (found.alternative === null) return 'Nothing passes here, so nothing can flip.';
  if (candidates < 2) return 'Only one alternative passes here, so nothing can flip.';
  return `With ${replications} replications the recommendation does not come out as it does with all; ask for more by tippingReplications.`;
}

/** How tipping points were sought. */
export function tippingNote({ replications, farthest, points, skipped }: TippingSearch): string {
  if (points.length + skipped.length === 0)
    return 'There is no choice between alternatives here, so there is no recommendation that could flip.';
  return `Each assumption was moved alone, down to a ${farthest}th and up to ${farthest} times today's value, with the first ${replications} seeds of this comparison. Told is the first flip on a ladder of factors of 2, narrowed to 9 %; a flip and a flip back between two rungs would not be seen.`;
}

/** The sentences of each place: first of flips, then what never flipped, together, then what plays no part. */
export function tippingByPlace(
  tipping: TippingSearch,
  result: ComparisonResult,
): readonly { readonly title: string; readonly words: readonly string[] }[] {
  const groups = [...new Set([...tipping.points, ...tipping.skipped].map(({ environment }) => environment))];
  return groups.map((group) => {
    const points = tipping.points.filter(({ environment }) => environment === group);
    const flips = (name: string): boolean => points.some((one) => one.assumption === name && one.factor !== null);
    const told = points.filter(({ assumption }) => flips(assumption));
    const idle = points.filter(({ playsPart }) => !playsPart);
    const steady = points.filter((one) => one.playsPart && !flips(one.assumption) && one.direction === 'up');
    const skipped = tipping.skipped.filter(({ environment }) => environment === group);
    const words = [
      ...told.sort((a, b) => Number(a.factor === null) - Number(b.factor === null)).map((one) => one.words),
      ...steadyWords(steady, winnerOf(group, result)),
      ...[...idle, ...skipped].map((one) => one.words),
    ];
    return { title: groupTitle(group), words: [...new Set(words)] };
  });
}

function winnerOf(group: string, result: ComparisonResult): string | undefined {
  const name = recommendationsIn(result).find((one) => one.group === group)?.alternative;
  const winner = result.alternatives.find((one) => one.name === name);
  return winner === undefined ? undefined : choiceLabel(winner);
}

/** One sentence for all assumptions that never flip the recommendation. */
function steadyWords(steady: readonly TippingPoint[], winner: string | undefined): string[] {
  if (steady.length < 2 || winner === undefined) return steady.map(({ words }) => words);
  const title = (name: string): string => ASSUMPTION_TITLES[name as AssumptionName] ?? name;
  const ranges = steady.map((point) => `${title(point.assumption)} from ${rangeWords(point)}`);
  return [`${winner} stays the recommendation while any one of these moves alone: ${ranges.join('; ')}.`];
}
