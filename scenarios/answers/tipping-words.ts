/** Tipping points in sentences. */
import type { Recommendation, TippingPoint, TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { alternativeLabel } from './answer-model.ts';
import { FARTHEST } from './flip-search.ts';
import { capitalised, labelOf, listed } from './label.ts';
import type { NamedAssumption } from './named-assumption.ts';
import { formatQuantity, quantityWords } from './quantity.ts';

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
    const [least, most] = [1 / FARTHEST, FARTHEST].map((end) => quantityWords(point.baseValue * end, point.unit));
    const now = quantityWords(point.baseValue, point.unit);
    return `${label(winner)} stays the recommendation while ${assumption.title} lies anywhere from ${least} to ${most} (${now} today), as far as was tried.`;
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

function labels(result: ComparisonResult): (name: string) => string {
  const byName = new Map(result.alternatives.map((one) => [one.name, alternativeLabel(one)]));
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
export function tippingNote({ replications, farthest }: TippingSearch): string {
  return `Each assumption was moved alone, down to a ${farthest}th and up to ${farthest} times today's value, with the first ${replications} seeds of this comparison. Told is the first flip on a ladder of factors of 2, narrowed to 9 %; a flip and a flip back between two rungs would not be seen.`;
}

/** The sentences of each place, each once: those of flips first. */
export function tippingByPlace(
  tipping: TippingSearch,
): readonly { readonly title: string; readonly words: readonly string[] }[] {
  const groups = [...new Set([...tipping.points, ...tipping.skipped].map(({ environment }) => environment))];
  return groups.map((group) => {
    const points = tipping.points.filter(({ environment }) => environment === group);
    const rank = ({ factor, playsPart }: TippingPoint): number => (factor !== null ? 0 : playsPart ? 1 : 2);
    const sorted = [...points].sort((a, b) => rank(a) - rank(b));
    const skipped = tipping.skipped.filter(({ environment }) => environment === group);
    const words = [...sorted, ...skipped].map((one) => one.words);
    return { title: group.split('/').map(labelOf).join(', '), words: [...new Set(words)] };
  });
}
