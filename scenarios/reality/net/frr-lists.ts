/**
 * The lists that route-maps of FRR refer to: prefix lists, community lists and AS-path lists, from configuration lines.
 */
import type { AsPathRule, CommunityRule, PrefixRule } from '../../../models/network/bgp/policy.ts';
import { CaseProblem } from '../suite.ts';
import { prefixOf } from './address.ts';

/** Named lists; within one, rules in the order in which they are asked. */
export interface NamedLists {
  readonly prefixes: ReadonlyMap<string, readonly PrefixRule[]>;
  readonly communities: ReadonlyMap<string, readonly CommunityRule[]>;
  readonly asPaths: ReadonlyMap<string, readonly AsPathRule[]>;
}

/** Communities with names (RFC 1997, RFC 7611, RFC 7999). */
const WELL_KNOWN: Readonly<Record<string, number>> = {
  internet: 0,
  'graceful-shutdown': 0xffff0000,
  blackhole: 0xffff029a,
  'no-export': 0xffffff01,
  'no-advertise': 0xffffff02,
  'local-AS': 0xffffff03,
  'no-peer': 0xffffff04,
};

const PREFIX_LIST = /^ip prefix-list (\S+)(?: seq (\d+))? (permit|deny) (any|\S+)(?: ge (\d+))?(?: le (\d+))?$/;
const COMMUNITY_LIST = /^(?:bgp|ip) community-list (?:standard )?(\S+)(?: seq (\d+))? (permit|deny) (.+)$/;
const AS_PATH_LIST = /^(?:bgp|ip) as-path access-list (\S+)(?: seq (\d+))? (permit|deny) (.+)$/;

/** A rule with its place in its list: a number that is written, or behind all before it. */
interface Placed<Rule> {
  readonly list: string;
  readonly sequence: number | undefined;
  readonly rule: Rule;
}

/** The lists of a configuration, and the lines that are none. @throws CaseProblem */
export function listsOf(lines: readonly string[]): { readonly lists: NamedLists; readonly rest: readonly string[] } {
  const prefixes: Placed<PrefixRule>[] = [];
  const communities: Placed<CommunityRule>[] = [];
  const asPaths: Placed<AsPathRule>[] = [];
  const rest = lines.filter((line) => {
    const words = line.trim();
    const prefix = PREFIX_LIST.exec(words);
    if (prefix !== null) return prefixes.push(prefixRule(prefix)) === 0;
    const community = COMMUNITY_LIST.exec(words);
    if (community !== null) return communities.push(placed(community, communitiesOf(community[4]!))) === 0;
    const path = AS_PATH_LIST.exec(words);
    if (path !== null) return asPaths.push(pathRule(path)) === 0;
    return true;
  });
  const lists = { prefixes: byName(prefixes), communities: byName(communities), asPaths: byName(asPaths) };
  return { lists, rest };
}

/** Communities such as `65001:100 no-export`. @throws CaseProblem */
export function communityNumbers(text: string): readonly number[] {
  return text.split(/\s+/).map((word) => {
    const known = WELL_KNOWN[word];
    if (known !== undefined) return known;
    const parts = /^(\d+):(\d+)$/.exec(word);
    const high = Number(parts?.[1]);
    const low = Number(parts?.[2]);
    if (parts === null || high > 65535 || low > 65535) {
      throw new CaseProblem(`"${word.slice(0, 60)}" must be a community such as 65001:100.`);
    }
    return high * 65536 + low;
  });
}

function prefixRule(found: RegExpExecArray): Placed<PrefixRule> {
  const [, list, sequence, kind, range, ge, le] = found;
  const prefix = range === 'any' ? { address: 0, length: 0 } : prefixOf(range!);
  const from = ge === undefined ? prefix.length : Number(ge);
  const exact = range === 'any' ? 32 : ge === undefined ? prefix.length : 32;
  const to = le === undefined ? exact : Number(le);
  const rule = {
    permit: kind === 'permit',
    prefix,
    from: le !== undefined && ge === undefined ? prefix.length : from,
    to,
  };
  return { list: list!, sequence: sequence === undefined ? undefined : Number(sequence), rule };
}

function communitiesOf(text: string): readonly number[] {
  // `internet` stands for every route.
  return text === 'internet' || text === '' ? [] : communityNumbers(text.trim());
}

function placed(found: RegExpExecArray, communities: readonly number[]): Placed<CommunityRule> {
  const [, list, sequence, kind] = found;
  const rule = { permit: kind === 'permit', communities };
  return { list: list!, sequence: sequence === undefined ? undefined : Number(sequence), rule };
}

/** FRR's `_` stands for the border of a number. */
function pathRule(found: RegExpExecArray): Placed<AsPathRule> {
  const [, list, sequence, kind, text] = found;
  try {
    const expression = new RegExp(text!.replaceAll('_', '(?:^|$|[ ,{}()])'));
    const rule = { permit: kind === 'permit', expression };
    return { list: list!, sequence: sequence === undefined ? undefined : Number(sequence), rule };
  } catch {
    throw new CaseProblem(`"${text!.slice(0, 60)}" must be a regular expression on AS paths.`);
  }
}

/** Rules without a number stand five behind the last, as FRR numbers them. */
function byName<Rule>(rules: readonly Placed<Rule>[]): ReadonlyMap<string, readonly Rule[]> {
  const lists = new Map<string, { readonly sequence: number; readonly rule: Rule }[]>();
  for (const { list, sequence, rule } of rules) {
    const known = lists.get(list) ?? [];
    lists.set(list, known);
    const last = Math.max(0, ...known.map((each) => each.sequence));
    known.push({ sequence: sequence ?? last + 5, rule });
  }
  const sorted = [...lists].map(([name, known]): [string, readonly Rule[]] => {
    return [name, [...known].sort((a, b) => a.sequence - b.sequence).map(({ rule }) => rule)];
  });
  return new Map(sorted);
}
