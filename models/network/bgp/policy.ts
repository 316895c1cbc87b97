/**
 * Route policies: what a speaker lets pass from or to a neighbour, and what it changes on the way.
 *
 * Source: route-maps of FRR 8.4 (clauses in order, the first that matches decides, no match denies).
 * Left out: matches on AS-path expressions, tags, next hops; `call`, `continue` and `on-match`.
 */
import type { Attributes } from './attributes.ts';
import type { Prefix } from './configuration.ts';

/** One line of a prefix list: prefixes inside `prefix` whose length is `from` to `to`. */
export interface PrefixRule {
  readonly permit: boolean;
  readonly prefix: Prefix;
  readonly from: number;
  readonly to: number;
}

/** What a clause sets. */
export interface PolicyChanges {
  readonly localPreference?: number;
  readonly med?: number;
  readonly weight?: number;
  /** AS numbers that are put before the path, the first outermost. */
  readonly prepend?: readonly number[];
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
    /** The route carries at least one of these. */
    readonly communities?: readonly number[];
  };
  readonly set: PolicyChanges;
}

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
  return match.communities === undefined || match.communities.some((value) => attributes.communities.includes(value));
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
      asPath: set.prepend === undefined ? attributes.asPath : [...set.prepend, ...attributes.asPath],
      med: set.med ?? attributes.med,
      localPreference: set.localPreference ?? attributes.localPreference,
    },
  };
}

/** Sorted and without doubles, as routers keep them. */
function withCommunities(set: PolicyChanges, attributes: Attributes): readonly number[] {
  const all = set.additive === true ? [...attributes.communities, ...set.communities!] : set.communities!;
  return [...new Set(all)].sort((a, b) => a - b);
}
