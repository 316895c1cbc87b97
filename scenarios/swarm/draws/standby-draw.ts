/** One active place and its standby in a drawn federation. */
import type { Draw } from '../draw.ts';
import type { Section } from '../swarm-file.ts';

/** Of a service that somebody asks. */
export function drawStandby(draw: Draw, members: readonly string[], services: readonly string[]): Section {
  const [active, standby, witness] = draw.some(members, 3);
  return {
    workload: draw.pick(services),
    active,
    standby,
    ...draw.maybe(witness === undefined ? 0 : 0.5, () => ({ witness })),
    ...draw.maybe(0.4, () => ({ failback: true })),
    ...draw.maybe(0.6, () => ({
      probes: { period: draw.seconds(4, 15), timeout: draw.seconds(1, 4), failures: draw.whole(1, 4) },
    })),
  };
}
