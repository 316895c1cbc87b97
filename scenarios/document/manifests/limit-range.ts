/**
 * LimitRanges: what a container requests that names nothing, and what is too small or too large.
 *
 * Source: Kubernetes 1.34 admission plugin `LimitRanger` and the API defaults of a LimitRange. Leaves out: limits of
 * claims for volumes.
 */
import { type JsonObject, listAt, mapAt, textAt } from './json.ts';
import { isBinary, NANO_PER_UNIT, parseQuantity, quantityText } from './quantity.ts';

/** A pod's spec with defaults, and why it is refused; no reasons: it is not. */
export interface LimitedSpec {
  readonly spec: JsonObject;
  readonly errors: readonly string[];
}

type Quantities = Readonly<Record<string, unknown>>;

/** Applies the LimitRanges of the pod's namespace one after another. */
export function limited(spec: JsonObject, ranges: readonly JsonObject[]): LimitedSpec {
  let filled = withRequestsOfLimits(spec);
  const errors: string[] = [];
  for (const range of ranges) {
    const items = listAt(range, 'spec', 'limits');
    filled = withDefaults(filled, items);
    for (const item of items) errors.push(...violations(item, filled));
  }
  return { spec: ranges.length === 0 ? spec : filled, errors };
}

/** A limit without a request is the request, before any LimitRange is looked at. */
function withRequestsOfLimits(spec: JsonObject): JsonObject {
  return overContainers(spec, (resources) => {
    const limits = mapAt(resources, 'limits');
    return { limits, requests: { ...limits, ...mapAt(resources, 'requests') } };
  });
}

function withDefaults(spec: JsonObject, items: readonly unknown[]): JsonObject {
  let requests: Quantities = {};
  let limits: Quantities = {};
  for (const item of items) {
    if (textAt(item, 'type') !== 'Container') continue;
    const itemLimits = { ...mapAt(item, 'max'), ...mapAt(item, 'default') };
    requests = { ...mapAt(item, 'min'), ...itemLimits, ...mapAt(item, 'defaultRequest'), ...requests };
    limits = { ...itemLimits, ...limits };
  }
  return overContainers(spec, (resources) => ({
    limits: { ...limits, ...mapAt(resources, 'limits') },
    requests: { ...requests, ...mapAt(resources, 'requests') },
  }));
}

function overContainers(spec: JsonObject, change: (resources: JsonObject) => JsonObject): JsonObject {
  const changed = (list: string): Partial<Record<string, unknown>> => {
    const containers = listAt(spec, list);
    if (containers.length === 0) return {};
    return { [list]: containers.map((one) => ({ ...(one as object), resources: change(mapAt(one, 'resources')) })) };
  };
  return { ...spec, ...changed('containers'), ...changed('initContainers') };
}

function violations(item: unknown, spec: JsonObject): string[] {
  const type = textAt(item, 'type');
  const containers = listAt(spec, 'containers').map((one) => ({
    requests: mapAt(one, 'resources', 'requests'),
    limits: mapAt(one, 'resources', 'limits'),
  }));
  if (type === 'Container') return containers.flatMap((one) => ofOne(item, type, one));
  if (type !== 'Pod') return [];
  const summed = {
    requests: sumOf(containers.map((one) => one.requests)),
    limits: sumOf(containers.map((one) => one.limits)),
  };
  return ofOne(item, type, summed);
}

/** Only resources that every container names have a sum. */
function sumOf(lists: readonly Quantities[]): Quantities {
  const names = Object.keys(lists[0] ?? {}).filter((name) => lists.every((list) => Object.hasOwn(list, name)));
  return Object.fromEntries(
    names.map((name) => [name, quantityText(lists.reduce((sum, list) => sum + nano(list[name]), 0n))]),
  );
}

interface Asked {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

function ofOne(item: unknown, type: string, { requests, limits }: Asked): string[] {
  const least = Object.entries(mapAt(item, 'min')).map(([name, raw]) => tooSmall(name, type, raw, requests, limits));
  const most = Object.entries(mapAt(item, 'max')).map(([name, raw]) => tooLarge(name, type, raw, requests, limits));
  const ratios = Object.entries(mapAt(item, 'maxLimitRequestRatio'));
  const ratio = ratios.map(([name, raw]) => tooFarApart(name, type, raw, requests, limits));
  return [...least, ...most, ...ratio].filter((error) => error !== '');
}

type Check = (name: string, type: string, bound: unknown, requests: Quantities, limits: Quantities) => string;

const tooSmall: Check = (name, type, bound, requests, limits) => {
  const start = `minimum ${name} usage per ${type} is ${text(bound)}`;
  if (requests[name] === undefined) return `${start}.  No request is specified`;
  if (nano(requests[name]) < nano(bound)) return `${start}, but request is ${text(requests[name])}`;
  if (limits[name] !== undefined && nano(limits[name]) < nano(bound))
    return `${start}, but limit is ${text(limits[name])}`;
  return '';
};

const tooLarge: Check = (name, type, bound, requests, limits) => {
  const start = `maximum ${name} usage per ${type} is ${text(bound)}`;
  if (limits[name] === undefined) return `${start}.  No limit is specified`;
  if (nano(limits[name]) > nano(bound)) return `${start}, but limit is ${text(limits[name])}`;
  if (nano(requests[name]) > nano(bound)) return `${start}, but request is ${text(requests[name])}`;
  return '';
};

const tooFarApart: Check = (name, type, bound, requests, limits) => {
  const start = `${name} max limit to request ratio per ${type} is ${text(bound)}, but`;
  const request = nano(requests[name]);
  const limit = nano(limits[name]);
  if (request === 0n) return `${start} no request is specified or request is 0`;
  if (limit === 0n) return `${start} no limit is specified or limit is 0`;
  if (limit * NANO_PER_UNIT <= nano(bound) * request) return '';
  return `${start} provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`;
};

function nano(raw: unknown): bigint {
  return parseQuantity(raw) ?? 0n;
}

function text(raw: unknown): string {
  return quantityText(nano(raw), isBinary(raw));
}
