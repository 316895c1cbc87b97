/**
 * ResourceQuotas: which pods a namespace still lets in.
 *
 * Source: Kubernetes 1.34 `quota/v1/evaluator/core` (what a pod counts for, scopes, what containers must name) and the
 * admission plugin `ResourceQuota` (words of the refusal). Leaves out: quotas of other objects (claims, services, counts of
 * kinds other than pods), several requests at once.
 */
import { at, listAt, mapAt, textAt, textsAt } from './json.ts';
import type { Manifest } from './manifest.ts';
import { containerLimitsOf, containerRequestsOf, podAmountsOf } from './pod-requests.ts';
import { NANO_PER_UNIT, parseQuantity, quantityText } from './quantity.ts';

type Amounts = Map<string, bigint>;

/** A quota that names one of these refuses containers that do not. */
const MUST_BE_NAMED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** A pod as quotas see it. */
export interface QuotaPod {
  readonly spec: unknown;
  /** Its own, or that of the cluster's default class. */
  readonly priorityClassName: string;
}

/** One quota and what it has let in. */
export class Quota {
  readonly #name: string;
  readonly #hard: Amounts;
  readonly #scopes: readonly unknown[];
  readonly #used: Amounts = new Map();

  constructor({ name, body }: Manifest) {
    this.#name = name;
    const hard = Object.entries(mapAt(body, 'spec', 'hard')).map(
      ([key, raw]) => [key, parseQuantity(raw) ?? 0n] as const,
    );
    this.#hard = new Map(hard.filter(([key]) => countsPods(key)));
    const plain = textsAt(body, 'spec', 'scopes').map((scopeName) => ({ scopeName, operator: 'Exists' }));
    this.#scopes = [...plain, ...listAt(body, 'spec', 'scopeSelector', 'matchExpressions')];
  }

  /** Counts a pod that is there. */
  charge(pod: QuotaPod): void {
    if (!this.#covers(pod)) return;
    for (const [key, nano] of usageOf(pod.spec)) this.#used.set(key, (this.#used.get(key) ?? 0n) + nano);
  }

  /** Why a pod is refused, in upstream's words; undefined: it is not. */
  refusal(pod: QuotaPod): string | undefined {
    if (!this.#covers(pod)) return undefined;
    const unnamed = this.#unnamed(pod.spec);
    if (unnamed !== '') return `failed quota: ${this.#name}: must specify ${unnamed}`;
    const usage = usageOf(pod.spec);
    const exceeded = [...this.#hard.keys()].filter((key) => {
      const wanted = usage.get(key) ?? 0n;
      return wanted > 0n && (this.#used.get(key) ?? 0n) + wanted > this.#hard.get(key)!;
    });
    if (exceeded.length === 0) return undefined;
    const list = (amounts: Amounts): string =>
      exceeded
        .sort()
        .map((key) => `${key}=${amountText(key, amounts.get(key) ?? 0n)}`)
        .join(',');
    return `exceeded quota: ${this.#name}, requested: ${list(usage)}, used: ${list(this.#used)}, limited: ${list(this.#hard)}`;
  }

  #covers(pod: QuotaPod): boolean {
    return this.#hard.size > 0 && this.#scopes.every((scope) => inScope(scope, pod));
  }

  #unnamed(spec: unknown): string {
    const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')];
    return MUST_BE_NAMED.filter((key) => this.#hard.has(key))
      .sort()
      .flatMap((key) => {
        const without = containers.filter((one) => !ofContainer(one).has(key)).map((one) => textAt(one, 'name'));
        return without.length === 0 ? [] : [`${key} for: ${[...new Set(without)].sort().join(',')}`];
      })
      .join('; ');
  }
}

function countsPods(key: string): boolean {
  return (
    key === 'pods' ||
    key === 'count/pods' ||
    /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(key) ||
    (/^(requests|limits)\./.test(key) && key !== 'requests.storage')
  );
}

/** What a pod counts for, by the names of quotas. */
function usageOf(spec: unknown): Amounts {
  const { requests, limits } = podAmountsOf(spec);
  return new Map([['pods', NANO_PER_UNIT], ['count/pods', NANO_PER_UNIT], ...named(requests, limits)]);
}

function ofContainer(container: unknown): Amounts {
  return new Map(named(containerRequestsOf(container), containerLimitsOf(container)));
}

function named(requests: Amounts, limits: Amounts): [string, bigint][] {
  const asked = [...requests].flatMap(([name, nano]): [string, bigint][] => [
    ...(name.includes('/') ? [] : ([[name, nano]] as [string, bigint][])),
    [`requests.${name}`, nano],
  ]);
  return [...asked, ...[...limits].map(([name, nano]): [string, bigint] => [`limits.${name}`, nano])];
}

function inScope(scope: unknown, { spec, priorityClassName }: QuotaPod): boolean {
  switch (textAt(scope, 'scopeName')) {
    case 'Terminating':
      return at(spec, 'activeDeadlineSeconds') !== undefined;
    case 'NotTerminating':
      return at(spec, 'activeDeadlineSeconds') === undefined;
    case 'BestEffort':
      return isBestEffort(spec);
    case 'NotBestEffort':
      return !isBestEffort(spec);
    case 'PriorityClass':
      return inClass(scope, priorityClassName);
    case 'CrossNamespacePodAffinity':
      return /"namespace(s|Selector)":/.test(JSON.stringify(at(spec, 'affinity') ?? {}));
    default:
      return false;
  }
}

function inClass(scope: unknown, name: string): boolean {
  const values = textsAt(scope, 'values');
  switch (textAt(scope, 'operator')) {
    case 'In':
      return values.includes(name);
    case 'NotIn':
      return !values.includes(name);
    case 'DoesNotExist':
      return name === '';
    default:
      return name !== '';
  }
}

function isBestEffort(spec: unknown): boolean {
  const { requests, limits } = podAmountsOf(spec);
  return ['cpu', 'memory'].every((name) => (requests.get(name) ?? 0n) === 0n && (limits.get(name) ?? 0n) === 0n);
}

function amountText(key: string, nano: bigint): string {
  return quantityText(nano, /memory|storage|hugepages/.test(key));
}
