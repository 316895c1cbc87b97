/** A walk and the overlay room agree on what happens to a packet that is too long, over every scheme, size and setting. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentsOf, type IpPacket } from '../../../models/network/overlay/ip-packet.ts';
import type { PathSettings } from '../../../models/network/overlay/path-settings.ts';
import { TunnelPath } from '../../../models/network/overlay/tunnel-path.ts';
import type { PlannedAlternative } from '../../../scenarios/compile/index.ts';
import { pathsOf } from '../../../scenarios/compile/ways.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { alternativeOf, SCHEME_NAMES, walkAt } from './walk-worlds.ts';

const UNDERLAY = 1500;

interface Setting {
  readonly bytes: number;
  readonly dontFragment: boolean;
  readonly pods: number;
  readonly tunnel: number;
  readonly fabric: number;
  readonly messages: 'pass' | 'drop';
}

const around = fc.constantFrom(1400, 1420, 1440, 1442, 1450, 1472, 1480, 1500, 1520);
const anySetting: fc.Arbitrary<Setting> = fc.record({
  bytes: fc.oneof(
    fc.integer({ min: 600, max: 3200 }),
    around.chain((at) => fc.integer({ min: at - 8, max: at + 8 })),
  ),
  dontFragment: fc.boolean(),
  pods: fc.oneof(around, fc.integer({ min: 1300, max: 1700 })),
  tunnel: fc.oneof(around, fc.integer({ min: 1300, max: 1700 })),
  fabric: fc.constantFrom(UNDERLAY, 1400, 1460),
  messages: fc.constantFrom('pass', 'drop'),
});

function withMtus(alternative: PlannedAlternative, { pods, tunnel, fabric, messages }: Setting): PlannedAlternative {
  const document = { ...alternative.document, mtu: { pods, tunnel, fabric, messages } };
  return { ...alternative, document, podMtu: pods, deviceMtu: tunnel };
}

/** What the overlay room makes of the same packet. */
function overlaid(settings: PathSettings, { bytes, dontFragment, pods }: Setting) {
  const simulation = new Simulation();
  const path = new TunnelPath(simulation, settings);
  let [arrived, told] = [false, false];
  path.serve(path.remote, ({ kind }) => {
    arrived ||= kind === 'data';
  });
  path.serve(0, ({ kind }) => {
    told ||= kind === 'too big';
  });
  const packet: IpPacket = {
    kind: 'data',
    from: 0,
    to: path.remote,
    bytes,
    dontFragment,
    inner: undefined,
    position: 0,
    length: bytes,
    mtu: 0,
    part: undefined,
  };
  // The pod's own kernel refuses what must not be cut.
  if (bytes > pods && dontFragment) return { arrived: false, told: true };
  for (const piece of fragmentsOf(packet, pods)) path.send(piece);
  simulation.run(5e9);
  return { arrived, told };
}

describe('a packet of any length', () => {
  it.each(SCHEME_NAMES)('%s', (scheme) => {
    for (const environment of ['machine-room-bgp', 'machine-room-flat', 'gcp-like-vpc']) {
      const alternative = alternativeOf(environment, scheme);
      if (alternative.judgement.verdict === 'refused') continue;
      for (const distance of ['same rack', 'other rack'] as const) {
        // A provider's network has no switches of ours to set.
        const isVpc = alternative.environment.kind === 'vpc';
        fc.assert(
          fc.property(anySetting, (drawn) => {
            const setting = isVpc ? { ...drawn, fabric: UNDERLAY } : drawn;
            const changed = withMtus(alternative, setting);
            const { bytes, dontFragment } = setting;
            const { question } = walkAt(changed, distance, { protocol: 'udp', bytes, dontFragment });
            const paths = pathsOf(changed);
            const settings = distance === 'same rack' ? paths.inRack : paths.betweenRacks;
            const walked = { arrived: question.died === null, told: question.died?.told ?? false };
            if (question.died !== null) expect(question.died.cause).toBe('mtu');
            expect(walked).toEqual(overlaid(settings, setting));
          }),
          { numRuns: 60 },
        );
      }
    }
  });
});
