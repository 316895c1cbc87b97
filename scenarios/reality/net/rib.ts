/**
 * Candidate paths and kernel routes after the cold start, recorded beside those of our runs.
 *
 * Among equal external paths FRR keeps the oldest, so that which of them is best differs from run to run: any member of
 * such a tie is accepted. What else differs between our own runs is accepted in each of its forms.
 */
import { isObject } from '../case-reader.ts';
import type { Quantity } from '../quantity.ts';
import { CaseProblem, type JsonObject } from '../suite.ts';
import { objectsOf } from './recorded.ts';
import type { SimRun } from './run.ts';
import type { SimPath } from './run-state.ts';

/** Share of entries whose set of candidate paths must be one of ours. */
const SETS_SHARE = 0.98;

/** Best paths, sets of candidate paths and kernel routes, by node. */
export function stateQuantities(rib: JsonObject, fib: JsonObject, runs: readonly SimRun[]): readonly Quantity[] {
  const nodes = Object.keys(rib);
  const best = nodes.map((node) => bestQuantity(node, tableOf(rib, node), runs));
  const routes = Object.keys(fib).map((node) => fibQuantity(node, tableOf(fib, node), runs));
  return [...best, setsQuantity(rib, runs), ...routes];
}

function bestQuantity(node: string, table: JsonObject, runs: readonly SimRun[]): Quantity {
  const observed: Record<string, string> = {};
  const simulated: Record<string, string> = {};
  let agree = true;
  for (const prefix of prefixesOf(table, runs, node, 'rib')) {
    const recorded = recordedPaths(table, prefix);
    const best = recorded.find(({ isBest }) => isBest);
    const ours = runs.map((run) => run.rib.get(node)?.get(prefix) ?? []);
    const fits = ours.some((paths) => isTieMember(best, paths));
    if (!fits) agree = false;
    observed[prefix] = best?.key ?? 'none';
    simulated[prefix] = keyOfBest(ours[0] ?? []);
  }
  return { name: `best paths of ${node}`, observed, simulated, tolerance: 'the same, or another of the tie', agree };
}

/** Whether the recorded best path is our best one or ties with it up to age. */
function isTieMember(best: RecordedPath | undefined, paths: readonly SimPath[]): boolean {
  const ours = paths.find((path) => path.best);
  if (ours === undefined || best === undefined) return ours === undefined && best === undefined;
  return paths.some((path) => best.matches(path) && (path === ours || ties(path, ours)));
}

/** External paths that differ in nothing that is compared before their age. */
function ties(a: SimPath, b: SimPath): boolean {
  if (a.internal || b.internal || a.peer === 'self' || b.peer === 'self' || !a.valid || !b.valid) return false;
  const same = a.weight === b.weight && a.localPreference === b.localPreference && a.origin === b.origin;
  const comparable = a.asPath[0] !== b.asPath[0] || (a.med ?? 0) === (b.med ?? 0);
  return same && comparable && a.asPath.length === b.asPath.length;
}

function keyOfBest(paths: readonly SimPath[]): string {
  const best = paths.find((path) => path.best);
  return best === undefined ? 'none' : `${best.peer} [${best.asPath.join(' ')}] ${best.nextHop}`;
}

function setsQuantity(rib: JsonObject, runs: readonly SimRun[]): Quantity {
  const entries = Object.keys(rib).flatMap((node) => {
    const table = tableOf(rib, node);
    return prefixesOf(table, runs, node, 'rib').map((prefix) => ({ node, prefix, table }));
  });
  const wrong = entries.filter(({ node, prefix, table }) => {
    const ours = runs.map((run) => run.rib.get(node)?.get(prefix) ?? []);
    return !isPossible(recordedPaths(table, prefix), ours);
  });
  const allowed = Math.floor((1 - SETS_SHARE) * entries.length);
  return {
    name: 'entries with other candidate paths than ours',
    observed: wrong.map(({ node, prefix }) => `${node} ${prefix}`),
    simulated: [],
    tolerance: `at most ${allowed} of ${entries.length}`,
    agree: wrong.length <= allowed,
  };
}

/** Every recorded path stands in some run of ours, and every path that stands in all of ours was recorded. */
function isPossible(recorded: readonly RecordedPath[], ours: readonly (readonly SimPath[])[]): boolean {
  const counts = ours.map((paths) => paths.length);
  if (recorded.length < Math.min(...counts) || recorded.length > Math.max(...counts)) return false;
  if (!recorded.every((path) => ours.some((paths) => paths.some((each) => path.matches(each))))) return false;
  const [first, ...others] = ours;
  const always = first!.filter((path) => others.every((paths) => paths.some((each) => keyOf(each) === keyOf(path))));
  return always.every((path) => recorded.some((each) => each.matches(path)));
}

function keyOf({ peer, asPath, nextHop }: SimPath): string {
  return `${peer} ${asPath.join(' ')} ${nextHop}`;
}

function fibQuantity(node: string, table: JsonObject, runs: readonly SimRun[]): Quantity {
  const learned = learnedRoutes(table);
  const observed: Record<string, readonly string[]> = {};
  const simulated: Record<string, readonly string[]> = {};
  let agree = true;
  for (const prefix of prefixesOf(learned, runs, node, 'fib')) {
    const recorded = recordedHops(learned, prefix);
    const ours = runs.map((run) => run.fib.get(node)?.get(prefix));
    if (!ours.some((hops, i) => isSameRoute(recorded, hops, runs[i]!.rib.get(node)?.get(prefix) ?? []))) agree = false;
    if (recorded !== undefined) observed[prefix] = recorded;
    if (ours[0] !== undefined) simulated[prefix] = ours[0];
  }
  const tolerance = 'the same sets, or others of the tie';
  return { name: `kernel routes of ${node}`, observed, simulated, tolerance, agree };
}

/** Routes of the daemons, and not those that commands of the set-up wrote. */
function learnedRoutes(table: JsonObject): JsonObject {
  const learned = Object.entries(table).filter(
    ([, route]) => isObject(route) && /^(bgp|bird)$/.test(String(route.proto)),
  );
  return Object.fromEntries(learned.map(([prefix, route]) => [prefix === 'default' ? '0.0.0.0/0' : prefix, route]));
}

function isSameRoute(
  recorded: readonly string[] | undefined,
  ours: readonly string[] | undefined,
  paths: readonly SimPath[],
): boolean {
  if (recorded === undefined || ours === undefined) return recorded === ours;
  if (recorded.join() === ours.join()) return true;
  const best = paths.find((path) => path.best);
  if (best === undefined || recorded.length !== ours.length) return false;
  const tied = paths.filter((path) => path === best || ties(path, best)).map(({ peer }) => peer);
  return recorded.every((hop) => tied.includes(hop));
}

/** Prefixes of the recording, and those that stand in all of our runs besides. */
function prefixesOf(table: JsonObject, runs: readonly SimRun[], node: string, what: 'rib' | 'fib'): readonly string[] {
  const recorded = Object.keys(table);
  const ours = [...(runs[0]?.[what].get(node)?.keys() ?? [])].filter((prefix) => {
    return runs.every((run) => run[what].get(node)?.has(prefix));
  });
  return [...recorded, ...ours.filter((prefix) => !recorded.includes(prefix))];
}

function tableOf(state: JsonObject, node: string): JsonObject {
  const table = state[node];
  if (isObject(table)) return table;
  throw new CaseProblem(`The state of ${node} must be an object.`);
}

interface RecordedPath {
  readonly key: string;
  readonly isBest: boolean;
  matches(path: SimPath): boolean;
}

/** Paths as FRR, BIRD and GoBGP print them. */
function recordedPaths(table: JsonObject, prefix: string): readonly RecordedPath[] {
  return objectsOf(table[prefix], prefix).map((path) => {
    const asPath = Array.isArray(path.as_path) ? path.as_path.join(' ') : '';
    const peer = peerOf(path);
    const nextHop = typeof path.next_hop === 'string' ? path.next_hop : '';
    return {
      key: `${peer ?? path.next_hop_node ?? '?'} [${asPath}] ${nextHop}`,
      isBest: path.best === true,
      matches: (ours) => {
        if (ours.asPath.join(' ') !== asPath || (peer !== undefined && ours.peer !== peer)) return false;
        if (ours.peer === 'self') return peer === 'self' || path.next_hop_node === 'self';
        return ours.nextHop === nextHop && matchesAttributes(path, ours);
      },
    };
  });
}

/** MED, local preference and weight as far as they were recorded. */
function matchesAttributes(path: JsonObject, ours: SimPath): boolean {
  if (typeof path.med === 'number' && path.med !== (ours.med ?? 0)) return false;
  if (typeof path.local_pref === 'number' && path.local_pref !== (ours.localPreference ?? 100)) return false;
  if (typeof path.valid === 'boolean' && path.valid !== ours.valid) return false;
  return typeof path.weight !== 'number' || path.weight === ours.weight;
}

/** FRR names the peer; BIRD its protocol; GoBGP nothing. */
function peerOf(path: JsonObject): string | undefined {
  if (typeof path.peer === 'string') return path.peer;
  if (typeof path.proto !== 'string') return undefined;
  return path.proto.startsWith('to_') ? path.proto.slice(3) : 'self';
}

function recordedHops(table: JsonObject, prefix: string): readonly string[] | undefined {
  const route = table[prefix];
  if (!isObject(route) || !Array.isArray(route.nexthops)) return undefined;
  return route.nexthops.map(String).sort();
}
