/** What is left of the services at the end of a run. */
import type { Residents } from '../../models/cluster/residents.ts';
import type { Population } from './population.ts';

/** Pods of each service that had a node and an address to begin with. */
export function placedOfServices(population: Population, everRan: Uint8Array): Uint32Array {
  return countByService(population, (pod) => everRan[pod] === 1);
}

/** The metrics of survival: of the services that existed, how many have a replica left, and how much the worst one lost. */
export function survival(population: Population, placed: Uint32Array, residents: Residents): Record<string, number> {
  const running = countByService(population, (pod) => residents.nodeOf[pod]! >= 0);
  const existing = [...placed.keys()].filter((service) => placed[service]! > 0);
  const survived = existing.filter((service) => running[service]! > 0).length;
  const lost = existing.map((service) => (placed[service]! - running[service]!) / placed[service]!);
  return {
    servicesSurviving: existing.length === 0 ? 1 : survived / existing.length,
    replicasLostWorst: lost.reduce((worst, share) => Math.max(worst, share), 0),
  };
}

function countByService(population: Population, counts: (pod: number) => boolean): Uint32Array {
  const counted = new Uint32Array(population.services.length);
  population.pods.forEach((pod, index) => {
    if (counts(index)) counted[pod.service]!++;
  });
  return counted;
}
