/**
 * What a pod requests: its containers together, or its largest init container if that is more.
 *
 * Source: Kubernetes 1.34 `component-helpers/resource` (sum of containers and sidecars; init containers with the sidecars
 * started before them; requests of the whole pod above those; overhead), API server defaults (a limit without a request
 * is the request), `scheduler/util` (100m and 200Mi for a container that names none, in scores).
 * Leaves out: resources in the status of a pod that is being resized in place, claims for devices.
 */
import { type JsonObject, listAt, mapAt, textAt } from './json.ts';
import { milliOfNano, NANO_PER_UNIT, parseQuantity, unitsOfNano } from './quantity.ts';

/** Amounts by resource name, in nano units. */
type Amounts = Map<string, bigint>;

/** What a pod requests, and what scores count of it. */
export interface PodRequests {
  readonly cpuMilli: number;
  /** A fraction where the bytes are not whole MiB: exact. */
  readonly memoryMib: number;
  readonly scoredCpuMilli: number;
  readonly scoredMemoryMib: number;
  /** Other resources that are not 0, by name: bytes or pieces. */
  readonly extended: Readonly<Record<string, number>>;
}

/** Bytes in a MiB. */
const MIB = 2 ** 20;
const NONE: ReadonlyMap<string, bigint> = new Map();
/** What scores count for a container that names no request. */
const SCORED_DEFAULTS: ReadonlyMap<string, bigint> = new Map([
  ['cpu', NANO_PER_UNIT / 10n],
  ['memory', 200n * BigInt(MIB) * NANO_PER_UNIT],
]);

/** Requests of a pod's `spec`. */
export function podRequestsOf(spec: unknown): PodRequests {
  const real = summed(spec, NONE);
  const scored = summed(spec, SCORED_DEFAULTS);
  const others = [...real].filter(([name, nano]) => name !== 'cpu' && name !== 'memory' && nano !== 0n);
  return {
    cpuMilli: milliOfNano(real.get('cpu') ?? 0n),
    memoryMib: unitsOfNano(real.get('memory') ?? 0n) / MIB,
    scoredCpuMilli: milliOfNano(scored.get('cpu') ?? 0n),
    scoredMemoryMib: unitsOfNano(scored.get('memory') ?? 0n) / MIB,
    extended: Object.fromEntries(
      others.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, nano]) => [name, unitsOfNano(nano)]),
    ),
  };
}

/** Whether an init container keeps running beside the containers. */
export function isSidecar(initContainer: unknown): boolean {
  return textAt(initContainer, 'restartPolicy') === 'Always';
}

/** What the pod as a whole requests and is limited to, by resource, in nano units: what quotas count. */
export function podAmountsOf(spec: unknown): { requests: Amounts; limits: Amounts } {
  return { requests: summed(spec, NONE), limits: summed(spec, NONE, containerLimitsOf) };
}

/** Limits of one container. */
export function containerLimitsOf(container: unknown): Amounts {
  return amountsOf(mapAt(container, 'resources', 'limits'));
}

/** Requests of one container; a limit without a request stands for it. */
export function containerRequestsOf(container: unknown): Amounts {
  return requestsOf(mapAt(container, 'resources'));
}

function requestsOf(resources: unknown): Amounts {
  return amountsOf({ ...mapAt(resources, 'limits'), ...mapAt(resources, 'requests') });
}

function amountsOf(written: JsonObject): Amounts {
  return new Map(Object.entries(written).map(([name, raw]) => [name, parseQuantity(raw) ?? 0n]));
}

function summed(
  spec: unknown,
  defaults: ReadonlyMap<string, bigint>,
  amountsOfContainer: (container: unknown) => Amounts = containerRequestsOf,
): Amounts {
  const requests = (container: unknown): Amounts => new Map([...defaults, ...amountsOfContainer(container)]);
  const total: Amounts = new Map();
  for (const container of listAt(spec, 'containers')) add(total, requests(container));
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of listAt(spec, 'initContainers')) {
    const own = requests(container);
    if (isSidecar(container)) {
      add(total, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      add(own, sidecars);
      raise(starting, own);
    }
  }
  raise(total, starting);
  if (amountsOfContainer === containerRequestsOf) {
    for (const [name, nano] of requestsOfPod(spec)) total.set(name, nano);
    add(total, amountsOf(mapAt(spec, 'overhead')));
  }
  return total;
}

/** Requests that stand for the whole pod, above those of its containers; limits count only where no container asks. */
function requestsOfPod(spec: unknown): Amounts {
  const own = requestsOf({ requests: mapAt(spec, 'resources', 'requests') });
  const limits = requestsOf({ requests: mapAt(spec, 'resources', 'limits') });
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map(containerRequestsOf);
  for (const [name, nano] of limits) {
    if (!own.has(name) && !containers.some((one) => one.has(name))) own.set(name, nano);
  }
  return new Map([...own].filter(([name]) => /^(cpu|memory|hugepages-.*)$/.test(name)));
}

function add(to: Amounts, more: ReadonlyMap<string, bigint>): void {
  for (const [name, nano] of more) to.set(name, (to.get(name) ?? 0n) + nano);
}

function raise(to: Amounts, floor: ReadonlyMap<string, bigint>): void {
  for (const [name, nano] of floor) if (nano > (to.get(name) ?? 0n)) to.set(name, nano);
}
