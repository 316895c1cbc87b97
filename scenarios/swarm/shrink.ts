/**
 * What is left of a failing scenario when everything is taken out without which it fails all the same.
 *
 * Greedy: one part after another is left out, and stays out when the same checker still complains. A local minimum, which is
 * what a person wants to look at; no claim that it is the smallest.
 */
import type { Section, SwarmFile } from './swarm-file.ts';

/** So many smaller scenarios are tried at most. */
const TRIES_MAX = 150;

/** Sections without which a scenario is still one. */
const SECTIONS = ['nodeAutoscaler', 'descheduler', 'eviction'] as const;
/** Likewise in a federation. */
const FEDERATION_SECTIONS = [
  'activeStandby',
  'migration',
  'configuration',
  'control',
  'discovery',
  'detection',
] as const;

/** The smaller file; `fails` says whether one still shows the fault. */
export async function shrunk(file: SwarmFile, fails: (file: SwarmFile) => Promise<boolean>): Promise<SwarmFile> {
  let tries = 0;
  let best = file;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of candidates(best)) {
      if (tries++ >= TRIES_MAX) return best;
      if (!(await fails(candidate))) continue;
      best = candidate;
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** Files with one part less. */
export function candidates(file: SwarmFile): SwarmFile[] {
  return [
    ...withoutOne(file.changes).map((changes) => ({ ...file, changes })),
    ...withoutOne(file.faults).map((faults) => ({ ...file, faults })),
    ...withoutOne(file.autoscalers).map((autoscalers) => ({ ...file, autoscalers })),
    ...withoutMemberFault(file),
    ...SECTIONS.filter((key) => file[key] !== undefined).map((key) => without(file, key)),
    ...(file.images === undefined ? [] : [withoutImages(file)]),
    ...withoutFederationPart(file),
    ...withoutGroup(file),
    ...plainerWorkloads(file),
    ...plainerLoad(file),
    ...Object.keys(file.lifecycle).map((key) => ({ ...file, lifecycle: without(file.lifecycle, key) })),
  ];
}

function withoutOne<T>(list: readonly T[] = []): T[][] {
  return list.map((_, place) => list.filter((_one, other) => other !== place));
}

function without<T extends object>(map: T, key: keyof T): T {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key)) as T;
}

function withoutMemberFault(file: SwarmFile): SwarmFile[] {
  const { federation } = file;
  if (federation === undefined) return [];
  return withoutOne(federation.faults).map((faults) => ({ ...file, federation: { ...federation, faults } }));
}

function withoutFederationPart(file: SwarmFile): SwarmFile[] {
  const { federation } = file;
  if (federation === undefined) return [];
  return FEDERATION_SECTIONS.filter((key) => federation[key] !== undefined).map((key) => ({
    ...file,
    federation: { ...without(federation, key), clusters: federation.clusters },
  }));
}

/** The registry, and whoever has images. */
function withoutImages(file: SwarmFile): SwarmFile {
  const workloads = Object.entries(file.workloads).map(([name, workload]) => [name, without(workload, 'image')]);
  return { ...without(file, 'images'), workloads: Object.fromEntries(workloads) };
}

/** A group of pods goes if nobody names it. */
function withoutGroup(file: SwarmFile): SwarmFile[] {
  const { nodes, pods } = file.cluster;
  const named = JSON.stringify([file.changes ?? [], file.autoscalers ?? [], file.load, file.federation ?? {}]);
  return pods
    .filter(({ name }) => pods.length > 1 && !named.includes(`"${name}"`))
    .map(({ name }) => ({
      ...file,
      cluster: { nodes, pods: pods.filter((group) => group.name !== name) },
      workloads: without(file.workloads, name),
    }));
}

function plainerWorkloads(file: SwarmFile): SwarmFile[] {
  return Object.entries(file.workloads).flatMap(([name, workload]) =>
    Object.keys(workload).map((key) => ({ ...file, workloads: { ...file.workloads, [name]: without(workload, key) } })),
  );
}

function plainerLoad(file: SwarmFile): SwarmFile[] {
  const { load } = file;
  const [sources, services] = [load['sources'], load['services']] as [Section[], Section[]];
  const asked = JSON.stringify(sources) + JSON.stringify(services.map((service) => service['requests']));
  return [
    ...(load['thin'] === undefined ? [] : [without(load, 'thin')]),
    ...(sources.length < 2 ? [] : withoutOne(sources).map((fewer) => ({ ...load, sources: fewer }))),
    ...services
      .filter(({ name }) => !asked.includes(`"to":"${name}"`))
      .map(({ name }) => ({ ...load, services: services.filter((service) => service['name'] !== name) })),
    without(load, 'standing'),
    ...services.map((service) => ({
      ...load,
      services: services.map((one) => (one === service ? withoutCalls(one) : one)),
    })),
  ]
    .filter((smaller) => JSON.stringify(smaller) !== JSON.stringify(load))
    .map((smaller) => ({ ...file, load: smaller }));
}

function withoutCalls(service: Section): Section {
  const requests = service['requests'] as Section[];
  return { ...service, requests: requests.map((request) => without(request, 'calls')) };
}
