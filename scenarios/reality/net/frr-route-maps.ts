/**
 * Route-maps of FRR as policies, from configuration lines. A line that is not known is a problem that names it.
 */
import type { Policy, PolicyChanges, PolicyClause, PrefixRule } from '../../../models/network/bgp/policy.ts';
import { CaseProblem } from '../suite.ts';
import { addressOf } from './address.ts';
import { communityNumbers, listsOf, type NamedLists } from './frr-lists.ts';

/** What lines of a configuration define by name. */
export interface PolicyBook {
  /** A map that nobody defined denies everything. */
  routeMap(name: string): Policy;
  /** Lets pass what the list permits; a list that nobody defined denies everything. */
  prefixList(name: string): Policy;
  /** Lets pass what the list permits. */
  asPathList(name: string): Policy;
}

const HEAD = /^route-map (\S+) (permit|deny) (\d+)$/;
/** Lines that end a block or change nothing. */
const SILENT = /^(exit|!.*|end|description .*|)$/;

interface DraftClause {
  readonly sequence: number;
  readonly permit: boolean;
  match: PolicyClause['match'];
  set: PolicyChanges;
}

/** Reads the lines. @throws CaseProblem */
export function policyBookOf(lines: readonly string[]): PolicyBook {
  const { lists, rest } = listsOf(lines);
  const maps = mapsOf(rest, lists);
  return {
    routeMap: (name) => maps.get(name) ?? [],
    prefixList: (name) => [{ permit: true, match: { prefixes: lists.prefixes.get(name) ?? [] }, set: {} }],
    asPathList: (name) => [{ permit: true, match: { asPaths: lists.asPaths.get(name) ?? [] }, set: {} }],
  };
}

/** One policy that lets pass only what the filter permits, and changes it as the map says. */
export function filtered(filter: Policy, map: Policy): Policy {
  return map.map((clause) => ({ ...clause, match: both(filter[0]!.match, clause.match) }));
}

function both(filter: PolicyClause['match'], match: PolicyClause['match']): PolicyClause['match'] {
  if (filter.prefixes !== undefined && match.prefixes !== undefined) {
    throw new CaseProblem('A neighbour with a prefix list and a route-map that matches prefixes is not read here.');
  }
  return { ...filter, ...match };
}

function mapsOf(lines: readonly string[], lists: NamedLists): ReadonlyMap<string, Policy> {
  const maps = new Map<string, DraftClause[]>();
  let current: DraftClause | undefined;
  for (const line of lines) {
    const words = line.trim().replace(/\s+/g, ' ');
    const head = HEAD.exec(words);
    if (head !== null) current = clauseIn(maps, head);
    else if (SILENT.test(words)) continue;
    else if (current === undefined || !take(current, words, lists)) throw unknownLine(words);
  }
  const sorted = [...maps].map(([name, clauses]): [string, Policy] => {
    const inOrder = [...clauses].sort((a, b) => a.sequence - b.sequence);
    return [name, inOrder.map(({ permit, match, set }) => ({ permit, match, set }))];
  });
  return new Map(sorted);
}

function clauseIn(maps: Map<string, DraftClause[]>, [, name, kind, number]: RegExpExecArray): DraftClause {
  const clauses = maps.get(name!) ?? [];
  maps.set(name!, clauses);
  const sequence = Number(number);
  const known = clauses.find((clause) => clause.sequence === sequence);
  if (known !== undefined) return known;
  const clause: DraftClause = { sequence, permit: kind === 'permit', match: {}, set: {} };
  clauses.push(clause);
  return clause;
}

/** A line that nobody here knows. */
export function unknownLine(line: string): CaseProblem {
  return new CaseProblem(`The configuration line "${line.slice(0, 120)}" is not one that is known here.`);
}

/** Reads one line of a clause; false if it is not known. */
function take(clause: DraftClause, line: string, lists: NamedLists): boolean {
  const match = matchOf(line, lists);
  if (match !== undefined) clause.match = { ...clause.match, ...match };
  const set = setOf(line);
  if (set !== undefined) clause.set = { ...clause.set, ...set };
  return match !== undefined || set !== undefined;
}

function matchOf(line: string, lists: NamedLists): PolicyClause['match'] | undefined {
  const found =
    /^match (ip address prefix-list|community|as-path|metric|local-preference|origin) (\S+)( exact-match)?$/.exec(line);
  if (found === null || found[3] !== undefined) return undefined;
  const [, what, value] = found;
  const none: readonly PrefixRule[] = [];
  if (what === 'ip address prefix-list') return { prefixes: lists.prefixes.get(value!) ?? none };
  if (what === 'community') return { communities: lists.communities.get(value!) ?? [] };
  if (what === 'as-path') return { asPaths: lists.asPaths.get(value!) ?? [] };
  if (what === 'origin') return originOf(value!);
  if (!/^\d+$/.test(value!)) return undefined;
  return what === 'metric' ? { med: Number(value) } : { localPreference: Number(value) };
}

function originOf(word: string): { readonly origin: 'igp' | 'egp' | 'incomplete' } | undefined {
  return word === 'igp' || word === 'egp' || word === 'incomplete' ? { origin: word } : undefined;
}

const NUMBER_SETS: Readonly<Record<string, (value: number) => PolicyChanges>> = {
  'local-preference': (localPreference) => ({ localPreference }),
  metric: (med) => ({ med }),
  weight: (weight) => ({ weight }),
};

function setOf(line: string): PolicyChanges | undefined {
  const number = /^set (local-preference|metric|weight) (\d+)$/.exec(line);
  if (number !== null) return NUMBER_SETS[number[1]!]!(Number(number[2]));
  const change = /^set metric ([+-]\d+)$/.exec(line);
  if (change !== null) return { medChange: Number(change[1]) };
  const origin = /^set origin (\S+)$/.exec(line);
  if (origin !== null) return originOf(origin[1]!);
  const hop = /^set ip next-hop (\d\S*)$/.exec(line);
  if (hop !== null) return { nextHop: addressOf(hop[1]!) };
  return setOfPath(line) ?? setOfCommunities(line);
}

function setOfPath(line: string): PolicyChanges | undefined {
  const last = /^set as-path prepend last-as (\d+)$/.exec(line);
  if (last !== null) return { prependLast: Number(last[1]) };
  const list = /^set as-path (prepend|exclude) (\d+(?: \d+)*)$/.exec(line);
  if (list === null) return undefined;
  const numbers = list[2]!.split(' ').map(Number);
  return list[1] === 'prepend' ? { prepend: numbers } : { exclude: numbers };
}

function setOfCommunities(line: string): PolicyChanges | undefined {
  const found = /^set community (.+?)( additive)?$/.exec(line);
  if (found === null) return undefined;
  if (found[1] === 'none') return { communities: [] };
  return { communities: communityNumbers(found[1]!), ...(found[2] === undefined ? {} : { additive: true }) };
}
