/**
 * What is wrong with a call graph: names that do not exist, values out of range, and requests that would never end.
 *
 * Source: a graph with loops ends if the matrix of mean calls has a spectral radius below 1, which for matrices without negative
 * entries is the condition of Hawkins and Simon (Econometrica 17, 1949): every pivot of I - M is positive. Left out: retries, which add calls only
 * when something fails, and are limited by attempts and by the depth of calls.
 */
import type { Distribution } from '../../../sim/random/distributions.ts';
import { BALANCING_NAMES } from './balancing.ts';
import { CallGraph, type CallPlan, type RequestPlan, type ServicePlan } from './call-graph.ts';
import { below, type PlanFault, wrongValue } from './plan-fault.ts';

/** Solving for loops costs the cube of the kinds that are in one. */
export const REQUEST_KINDS_MAX = 1000;

/** More attempts than this are an outage in the making and not a setting. */
export const ATTEMPTS_MAX = 10;

/** Loops that come back with a larger share than this would go round more than a thousand times. */
const PIVOT_MIN = 1e-3;

/** What is wrong with services and their calls; empty when they can be run. */
export function faultsOfServices(services: readonly ServicePlan[]): PlanFault[] {
  const kinds = services.reduce((sum, { requests }) => sum + requests.length, 0);
  if (kinds > REQUEST_KINDS_MAX)
    return [wrongValue([], `at most ${REQUEST_KINDS_MAX} kinds of requests in all services`, kinds)];
  const wrong = [
    ...twice(services.map(({ name }) => name)).map((i) =>
      wrongValue([i, 'name'], 'a name of its own', services[i].name),
    ),
    ...services.flatMap((service, i) => below([i], serviceFaults(service, services))),
  ];
  return wrong.length > 0 ? wrong : endlessFaults(new CallGraph(services));
}

/** What is wrong with one call to these services. */
export function faultsOfCall(call: CallPlan, services: readonly ServicePlan[]): PlanFault[] {
  return [...targetFaults(call, services), ...callFaults(call)];
}

/** What is wrong with a distribution of seconds or bytes. */
export function faultsOfDistribution(path: PlanFault['path'], distribution: Distribution | undefined): PlanFault[] {
  if (distribution === undefined) return [];
  if (distribution.kind === 'mixture') return mixtureFaults(path, distribution.parts);
  const values = Object.values(distribution).filter((value) => typeof value === 'number');
  if (values.some((value) => !(value >= 0 && value < Infinity)))
    return [wrongValue(path, 'a distribution of numbers from 0 on', JSON.stringify(distribution))];
  const ordered =
    distribution.kind === 'uniform'
      ? distribution.low <= distribution.high
      : distribution.kind !== 'pareto' ||
        (distribution.min > 0 && distribution.min <= distribution.max && distribution.shape > 0);
  return ordered ? [] : [wrongValue(path, 'the smallest value first, then the largest', JSON.stringify(distribution))];
}

function mixtureFaults(path: PlanFault['path'], parts: readonly { weight: number; of: Distribution }[]): PlanFault[] {
  const sum = parts.reduce((all, { weight }) => all + weight, 0);
  if (!(sum > 0 && sum < Infinity) || parts.some(({ weight }) => !(weight >= 0)))
    return [wrongValue(path, 'weights from 0 on with a sum above 0', parts.map(({ weight }) => weight).join(', '))];
  return parts.flatMap(({ of }, i) => faultsOfDistribution([...path, i], of));
}

function serviceFaults(service: ServicePlan, services: readonly ServicePlan[]): PlanFault[] {
  const { workers, queueMax = Infinity, balancing, requests } = service;
  const wrong: PlanFault[] = [];
  if (!(Number.isSafeInteger(workers) && workers >= 1))
    wrong.push(
      wrongValue(['workers'], 'a whole number from 1 on', workers, 'a replica without workers answers nobody'),
    );
  if (!(queueMax >= 0 && (queueMax === Infinity || Number.isSafeInteger(queueMax))))
    wrong.push(wrongValue(['queueMax'], 'a whole number from 0 on', queueMax));
  if (balancing !== undefined && !BALANCING_NAMES.includes(balancing))
    wrong.push(wrongValue(['balancing'], `one of ${BALANCING_NAMES.join(', ')}`, balancing));
  if (requests.length === 0) wrong.push(wrongValue(['requests'], 'at least one kind of request', 'none'));
  for (const i of twice(requests.map(({ name }) => name)))
    wrong.push(wrongValue(['requests', i, 'name'], 'a name of its own in this service', requests[i].name));
  return [...wrong, ...requests.flatMap((request, i) => below(['requests', i], requestFaults(request, services)))];
}

function requestFaults(
  { cpu, wait, steps = [], failChance = 0, responseBytes }: RequestPlan,
  services: readonly ServicePlan[],
): PlanFault[] {
  return [
    ...faultsOfDistribution(['cpu'], cpu),
    ...faultsOfDistribution(['wait'], wait),
    ...faultsOfDistribution(['responseBytes'], responseBytes),
    ...chanceFaults(['failChance'], failChance),
    ...steps.flatMap((step, s) => step.flatMap((call, c) => below(['steps', s, c], faultsOfCall(call, services)))),
  ];
}

function targetFaults({ service, request }: CallPlan, services: readonly ServicePlan[]): PlanFault[] {
  const target = services.find(({ name }) => name === service);
  if (target === undefined)
    return [wrongValue(['service'], `one of ${services.map(({ name }) => name).join(', ')}`, service)];
  if (target.requests.some(({ name }) => name === request)) return [];
  return [wrongValue(['request'], `one of ${target.requests.map(({ name }) => name).join(', ')}`, request)];
}

function callFaults(call: CallPlan): PlanFault[] {
  const { chance = 1, attempts = 1, timeoutNs = Infinity, retryBudget } = call;
  const wrong = [
    ...chanceFaults(['chance'], chance),
    ...faultsOfDistribution(['requestBytes'], call.requestBytes),
    ...faultsOfDistribution(['backoff'], call.backoff),
  ];
  if (!(Number.isSafeInteger(attempts) && attempts >= 1 && attempts <= ATTEMPTS_MAX))
    wrong.push(wrongValue(['attempts'], `a whole number from 1 to ${ATTEMPTS_MAX}`, attempts));
  if (!(timeoutNs > 0 && (timeoutNs === Infinity || Number.isSafeInteger(timeoutNs))))
    wrong.push(wrongValue(['timeoutNs'], 'a time above 0, in whole ns', timeoutNs));
  if (retryBudget !== undefined && !(isRate(retryBudget.ratio) && isRate(retryBudget.minPerSec)))
    wrong.push(
      wrongValue(['retryBudget'], 'a ratio and retries a second, both from 0 on', JSON.stringify(retryBudget)),
    );
  return wrong;
}

function chanceFaults(path: PlanFault['path'], chance: number): PlanFault[] {
  return chance >= 0 && chance <= 1 ? [] : [wrongValue(path, 'a chance from 0 to 1', chance)];
}

const isRate = (value: number): boolean => value >= 0 && value < Infinity;

/** Places of names that were used before. */
function twice(names: readonly string[]): number[] {
  return names.flatMap((name, i) => (names.indexOf(name) < i ? [i] : []));
}

function endlessFaults(graph: CallGraph): PlanFault[] {
  const means = meanCalls(graph);
  const core = kindsInLoops(means);
  if (core.length === 0 || endsInTheMean(means, core)) return [];
  const loop = loopOf(means, core).map((kind) => nameOf(graph, kind));
  return [
    {
      path: [graph.kinds[core[0]].service],
      message: 'requests that never end',
      expected: 'fewer than one call back to itself for each request, on average',
      got: loop.join(' -> '),
      hint: 'lower the chance of a call of this loop',
    },
  ];
}

function nameOf(graph: CallGraph, kind: number): string {
  const { service, plan } = graph.kinds[kind];
  return `${graph.services[service].name}/${plan.name}`;
}

/** Mean calls of each kind by a request of each kind. */
function meanCalls(graph: CallGraph): Map<number, number>[] {
  return graph.kinds.map(({ steps }) => {
    const row = new Map<number, number>();
    for (const id of steps.flat()) {
      const { kind, chance } = graph.calls[id];
      if (chance > 0) row.set(kind, (row.get(kind) ?? 0) + chance);
    }
    return row;
  });
}

/** Kinds that are left when those that call nobody who is left are taken away again and again. */
function kindsInLoops(means: readonly Map<number, number>[]): number[] {
  const left = new Set(means.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const kind of left) if (![...means[kind].keys()].some((other) => left.has(other))) left.delete(kind);
  }
  return [...left];
}

function endsInTheMean(means: readonly Map<number, number>[], core: readonly number[]): boolean {
  const size = core.length;
  const rows = core.map((from, i) =>
    Float64Array.from(core, (to, j) => (i === j ? 1 : 0) - (means[from].get(to) ?? 0)),
  );
  for (let k = 0; k < size; k++) {
    if (!(rows[k][k] > PIVOT_MIN)) return false;
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i][k] / rows[k][k];
      if (factor !== 0) for (let j = k; j < size; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return true;
}

/** A loop, by always taking the likeliest call that stays among the kinds that do not end. */
function loopOf(means: readonly Map<number, number>[], core: readonly number[]): number[] {
  const walked = [core[0]];
  for (;;) {
    const calls = [...means[walked[walked.length - 1]]].filter(([kind]) => core.includes(kind));
    const [next] = calls.reduce((most, each) => (each[1] > most[1] ? each : most));
    const at = walked.indexOf(next);
    if (at >= 0) return [...walked.slice(at), next];
    walked.push(next);
  }
}
