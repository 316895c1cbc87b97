/** Walks in a small cluster of twelve nodes and three racks, for tests. */
import { SCHEMES } from '../../../models/schemes/index.ts';
import type { PlannedAlternative } from '../../../scenarios/compile/index.ts';
import { type WalkPlaces, walkPlaces } from '../../../scenarios/compile/walk-ends.ts';
import { type Walk, type WalkChoices, walkBetween } from '../../../scenarios/compile/walking.ts';
import { planOfText } from './small-worlds.ts';
import { ENVIRONMENTS, everyScheme } from './verdict-text.ts';

/** Where the two pods stand. */
export const DISTANCES = ['same node', 'same rack', 'other rack'] as const;
/** One of them. */
export type Distance = (typeof DISTANCES)[number];

/** Every scheme in every environment. */
export const ALTERNATIVES = planOfText(everyScheme(ENVIRONMENTS)).alternatives;

/** Names of all schemes. */
export const SCHEME_NAMES = SCHEMES.map(({ name }) => name);

const places = new Map<string, WalkPlaces>();

/** Places under the seed of all these tests; alternatives of one key and environment share them. */
export function placesOf(alternative: PlannedAlternative): WalkPlaces {
  const key = `${alternative.environment.name}/${alternative.scheme.name}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const made = walkPlaces(alternative, 'walk/0');
  places.set(key, made);
  return made;
}

/** The alternative of an environment and a scheme. */
export function alternativeOf(environment: string, scheme: string): PlannedAlternative {
  return ALTERNATIVES.find((one) => one.environment.name === environment && one.scheme.name === scheme)!;
}

/** Two pods at a distance. */
export function pair(alternative: PlannedAlternative, distance: Distance) {
  const { machines, podsOf } = placesOf(alternative);
  const here = podsOf(machines[0]!);
  const other = distance === 'same node' ? here : podsOf(machines[distance === 'same rack' ? 1 : 9]!);
  return [here[0]!, other[1]!] as const;
}

/** A walk between two pods at a distance. */
export function walkAt(alternative: PlannedAlternative, distance: Distance, choices: Partial<WalkChoices> = {}): Walk {
  const [from, to] = pair(alternative, distance);
  return walkBetween(alternative, placesOf(alternative), from, to, {
    protocol: 'tcp',
    dontFragment: false,
    ...choices,
  });
}
