/** Images of a drawn scenario: few layers, some of them shared, from a registry that may be away for a while. */
import type { Draw } from '../draw.ts';
import type { PodSection, Section } from '../swarm-file.ts';
import type { Clock } from './clock.ts';

/** Images are pulled again after a pause that doubles to five minutes: the last pod may start so much later. */
export const PULL_PATIENCE = 240;

/** The registry, and the image of each workload that has one. */
export interface DrawnImages {
  readonly images: Section;
  readonly of: ReadonlyMap<string, Section>;
}

/** Somebody has one. */
export function drawImages(draw: Draw, pods: readonly PodSection[], { troubleFrom, quietFrom }: Clock): DrawnImages {
  const bearers = draw.some(pods, draw.whole(1, pods.length));
  const images = {
    registry: draw.pick(['200Mbps', '1Gbps', '10Gbps']),
    ...draw.maybe(0.4, () => ({ pullsAtOnce: draw.whole(1, 3) })),
    ...draw.maybe(0.3, () => ({ layersAtOnce: draw.whole(1, 3) })),
    ...draw.maybe(0.3, () => ({ unpack: draw.pick(['200Mbps', '1Gbps']) })),
    ...draw.maybe(0.5, () => ({
      away: [{ at: draw.seconds(0, quietFrom - 60), for: draw.seconds(1, Math.min(60, troubleFrom + 20)) }],
    })),
  };
  return { images, of: new Map(bearers.map(({ name }) => [name, imageOf(draw, name)])) };
}

function imageOf(draw: Draw, name: string): Section {
  return {
    layers: [
      ...(draw.chance(0.6) ? [{ name: 'base', size: '30MB' }] : []),
      { name, size: draw.pick(['1MB', '20MB', '80MB']) },
    ],
    ...draw.maybe(0.3, () => ({ pull: 'always' })),
    ...draw.maybe(0.3, () => ({ there: true })),
  };
}
