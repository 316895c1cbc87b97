/** What pods of a drawn scenario use of memory: what they requested, or more than their nodes have. */
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';

/** Memory of each workload that says something of it, and when kubelets evict. */
export interface DrawnMemory {
  readonly of: ReadonlyMap<string, Section>;
  readonly eviction: Section | undefined;
}

/** Somebody says what its pods use. */
export function drawMemory(draw: Draw, pods: readonly PodSection[]): DrawnMemory {
  const greedy = draw.chance(0.5);
  const users = draw.some(pods, draw.whole(1, pods.length));
  return {
    of: new Map(users.map(({ name, memory }) => [name, useOf(draw, memory as string, greedy)])),
    eviction: draw.chance(0.5) ? evictionOf(draw) : undefined,
  };
}

function useOf(draw: Draw, requested: string, greedy: boolean): Section {
  const reaches = greedy ? draw.pick(['2Gi', '4Gi', '6Gi']) : requested;
  return {
    memoryUse: {
      start: '64Mi',
      reaches,
      ...draw.maybe(0.8, () => ({ after: draw.seconds(5, 200) })),
    },
    ...draw.maybe(0.3, () => ({
      memoryLimit: greedy ? draw.pick(['1Gi', '3Gi', '8Gi']) : draw.pick([requested, '2Gi']),
    })),
  };
}

function evictionOf(draw: Draw): Section {
  return {
    hard: draw.pick(['100Mi', '500Mi']),
    ...draw.maybe(0.4, () => ({ soft: { available: '1Gi', grace: draw.seconds(5, 30) } })),
    transition: draw.seconds(20, 60),
  };
}
