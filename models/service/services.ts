/**
 * Services: which pods stand behind one name, and which services call which.
 *
 * Source: ours, declared by the scenario, because traces of clusters record pods and no traffic: pods of one kind form
 * services of at most `replicasMax` replicas (or of exactly a kind's own `replicas`), and every service calls `fanout`
 * others, drawn by the seed, or those that the scenario names.
 * Left out: pods behind several services, selectors.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { StreamSource } from '../../sim/random/stream.ts';

/** A run of like pods, as the population lists them. */
export interface PodKindRun {
  readonly name: string;
  /** Number of its first pod. */
  readonly first: number;
  /** Number of pods; they are consecutive. */
  readonly count: number;
  /** Replicas of each of its services; absent: the general maximum. */
  readonly replicas?: number;
}

/** Calls between services of two kinds. */
export interface CallRule {
  /** Kind of the calling services. */
  readonly from: string;
  /** Kind of the called services. */
  readonly to: string;
  /** `same-index`: the i-th service of one kind calls the i-th of the other (round and round); `all`: every one. */
  readonly pairing: 'same-index' | 'all';
}

/** Replicas behind one name. */
export interface Service {
  readonly name: string;
  /** Name of the kind of its pods. */
  readonly kind: string;
  /** First pod and number of pods; replicas are consecutive. */
  readonly first: number;
  readonly replicas: number;
}

/** Cuts runs of like pods into services. */
export function servicesOf(kinds: readonly PodKindRun[], replicasMax: number): Service[] {
  assert(replicasMax >= 1, () => `a service has a replica, got at most ${replicasMax}`);
  return kinds.flatMap((kind) => {
    const size = kind.replicas ?? replicasMax;
    const services: Service[] = [];
    for (let start = 0; start < kind.count; start += size) {
      const name = `${kind.name}-${services.length}`;
      services.push({ name, kind: kind.name, first: kind.first + start, replicas: Math.min(size, kind.count - start) });
    }
    return services;
  });
}

/** For each service the services that it calls, without itself and once each, in the order named and then drawn. */
export function callGraph(
  services: readonly Service[],
  rule: { readonly fanout: number; readonly calls: readonly CallRule[] },
  streams: StreamSource,
): number[][] {
  // Sets keep the order of insertion, and a service may call thousands of others.
  const graph = services.map(() => new Set<number>());
  const indexes = indexesByKind(services);
  for (const { from, to, pairing } of rule.calls)
    addCalls(graph, indexes.get(from) ?? [], indexes.get(to) ?? [], pairing);
  if (rule.fanout > 0) addDrawn(graph, rule.fanout, streams);
  return graph.map((callees) => [...callees]);
}

function indexesByKind(services: readonly Service[]): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  services.forEach(({ kind }, index) => {
    const known = indexes.get(kind);
    if (known === undefined) indexes.set(kind, [index]);
    else known.push(index);
  });
  return indexes;
}

function addCalls(
  graph: readonly Set<number>[],
  callers: readonly number[],
  callees: readonly number[],
  pairing: CallRule['pairing'],
): void {
  if (callees.length === 0) return;
  callers.forEach((caller, i) => {
    const called = pairing === 'all' ? callees : [callees[i % callees.length]!];
    for (const callee of called) if (callee !== caller) graph[caller]!.add(callee);
  });
}

function addDrawn(graph: readonly Set<number>[], fanout: number, streams: StreamSource): void {
  const stream = streams.stream('services', 'fanout');
  const others = graph.length - 1;
  graph.forEach((callees, caller) => {
    const wanted = Math.min(fanout, others);
    while (callees.size < wanted) {
      const drawn = stream.below(others);
      callees.add(drawn < caller ? drawn : drawn + 1);
    }
  });
}

/** For each service those that it calls or is called by, ascending and once each: its talkers. */
export function talkersOf(graph: readonly (readonly number[])[]): number[][] {
  const talkers = graph.map(() => new Set<number>());
  graph.forEach((callees, caller) => {
    for (const callee of callees) {
      talkers[caller]!.add(callee);
      talkers[callee]!.add(caller);
    }
  });
  return talkers.map((set) => [...set].sort((a, b) => a - b));
}
