/** A descheduler for a drawn scenario that looks often enough for a short run. */
import type { Draw } from '../draw.ts';
import type { Section } from '../swarm-file.ts';

/** With at least one policy. */
export function drawDescheduler(draw: Draw, hasZones: boolean): Section {
  const policies = {
    ...draw.maybe(0.5, () => ({ duplicates: true })),
    ...draw.maybe(0.5, () => ({ lowUtilization: utilizationOf(draw) })),
    ...draw.maybe(hasZones ? 0.5 : 0, () => ({
      spread: { by: 'topology.kubernetes.io/zone', maxSkew: draw.whole(1, 2) },
    })),
  };
  return {
    every: draw.seconds(30, 120),
    ...draw.maybe(0.3, () => ({ evictionsPerNode: draw.whole(1, 3) })),
    ...(Object.keys(policies).length === 0 ? { duplicates: true } : policies),
  };
}

function utilizationOf(draw: Draw): Section {
  const low = draw.pick(['10%', '20%', '30%']);
  const high = draw.pick(['40%', '50%', '70%']);
  return { thresholds: { cpu: low, memory: low }, targets: { cpu: high, memory: high } };
}
