/**
 * Route policies: what a speaker lets pass from or to a neighbour, and what it changes on the way.
 *
 * Source: route-maps of FRR 8.4 (clauses in order, the first that matches decides, no match denies).
 * Left out: matches on tags, next hops and interfaces; `call`, `continue` and `on-match`.
 */
import { ABSENT, type Attributes, type Origin } from './attributes.ts';
import type { Prefix } from './configuration.ts';

/** One line of a prefix list: prefixes inside `prefix` whose length is `from` to `to`. */
export interface PrefixRule {
  readonly permit: boolean;
  readonly prefix: Prefix;
  readonly from: number;
  readonly to: number;
}

/** One line of a community list: routes that carry all of these. */
export interface CommunityRule {
  readonly permit: boolean;
  readonly communities: readonly number[];
}

/** One line of an AS-path list: paths, written with spaces between numbers, in which the expression is found. */
export interface AsPathRule {
  readonly permit: boolean;
  readonly expression: RegExp;
}

/** What a clause sets. */
export interface PolicyChanges {
  readonly localPreference?: number;
  readonly med?: number;
  /** Added to the MED that is there; below zero: taken off. */
  readonly medChange?: number;
  readonly origin?: Origin;
  readonly weight?: number;
  /** AS numbers that are put before the path, the first outermost. */
  readonly prepend?: readonly number[];
  /** So many times more the nearest AS that is there. */
  readonly prependLast?: number;
  /** AS numbers that are taken out of the path. */
  readonly exclude?: readonly number[];
  /** An address that is told as next hop. */
  readonly nextHop?: number;
  /** Communities, each as AS * 65536 + value. */
  readonly communities?: readonly number[];
  /** The communities are added to those that are there. */
  readonly additive?: boolean;
}

/** One numbered clause of a route-map. */
export interface PolicyClause {
  readonly permit: boolean;
  /** Empty: everything matches. All conditions must hold. */
  readonly match: {
    readonly prefixes?: readonly PrefixRule[];
    readonly communities?: readonly CommunityRule[];
    readonly asPaths?: readonly AsPathRule[];
    readonly med?: number;
    readonly localPreference?: number;
    readonly origin?: Origin;
  };
  readonly set: PolicyChanges;
}

/** MED is an unsigned 32-bit number. */
const MED_MAX = 2 ** 32 - 1;

/** Clauses in order. */
export type Policy = readonly PolicyClause[];

/** What came of a route: undefined where it was denied. `weight` is local to the speaker. */
export interface PolicyResult {
  readonly attributes: Attributes;
  readonly weight: number | undefined;
}

/** Passes a route through a policy. */
export function applyPolicy(policy: Policy, prefix: Prefix, attributes: Attributes): PolicyResult | undefined {
  const clause = policy.find(({ match }) => matches(match, prefix, attributes));
  if (clause === undefined || !clause.permit) return undefined;
  return changed(clause.set, attributes);
}

function matches(match: PolicyClause['match'], prefix: Prefix, attributes: Attributes): boolean {
  if (match.prefixes !== undefined && !permitsPrefix(match.prefixes, prefix)) return false;
  if (match.communities !== undefined && !permitsCommunities(match.communities, attributes)) return false;
  if (match.asPaths !== undefined && !permitsPath(match.asPaths, attributes)) return false;
  const { med, localPreference, origin } = match;
  if (med !== undefined && med !== attributes.med) return false;
  if (localPreference !== undefined && localPreference !== attributes.localPreference) return false;
  return origin === undefined || origin === attributes.origin;
}

function permitsCommunities(rules: readonly CommunityRule[], { communities }: Attributes): boolean {
  const rule = rules.find((one) => one.communities.every((value) => communities.includes(value)));
  return rule?.permit ?? false;
}

function permitsPath(rules: readonly AsPathRule[], { asPath }: Attributes): boolean {
  const text = asPath.join(' ');
  return rules.find(({ expression }) => expression.test(text))?.permit ?? false;
}

function permitsPrefix(rules: readonly PrefixRule[], prefix: Prefix): boolean {
  const rule = rules.find((candidate) => covers(candidate.prefix, prefix) && isBetween(prefix.length, candidate));
  return rule?.permit ?? false;
}

function isBetween(length: number, { from, to }: PrefixRule): boolean {
  return length >= from && length <= to;
}

/** Whether `inner` lies in `outer`, or is the same. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  if (inner.length < outer.length) return false;
  if (outer.length === 0) return true;
  const shift = 32 - outer.length;
  return inner.address >>> shift === outer.address >>> shift;
}

function changed(set: PolicyChanges, attributes: Attributes): PolicyResult {
  const communities = set.communities === undefined ? attributes.communities : withCommunities(set, attributes);
  return {
    weight: set.weight,
    attributes: {
      ...attributes,
      communities,
      asPath: changedPath(set, attributes.asPath),
      med: changedMed(set, attributes.med),
      origin: set.origin ?? attributes.origin,
      nextHop: set.nextHop ?? attributes.nextHop,
      localPreference: set.localPreference ?? attributes.localPreference,
    },
  };
}

function changedPath({ prepend, prependLast, exclude }: PolicyChanges, path: readonly number[]): readonly number[] {
  const kept = exclude === undefined ? path : path.filter((asn) => !exclude.includes(asn));
  if (prepend !== undefined) return [...prepend, ...kept];
  if (prependLast === undefined || kept.length === 0) return kept;
  return [...Array<number>(prependLast).fill(kept[0]!), ...kept];
}

function changedMed({ med, medChange }: PolicyChanges, before: number): number {
  if (medChange === undefined) return med ?? before;
  return Math.min(Math.max((before === ABSENT ? 0 : before) + medChange, 0), MED_MAX);
}

/** Sorted and without doubles, as routers keep them. */
function withCommunities(set: PolicyChanges, attributes: Attributes): readonly number[] {
  const all = set.additive === true ? [...attributes.communities, ...set.communities!] : set.communities!;
  return [...new Set(all)].sort((a, b) => a - b);
}
