import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BgpConfiguration, Daemon } from '../../../../models/network/bgp/configuration.ts';
import { clique, fullMesh, leafSpine, prefix, reflected } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork, type BgpObserver } from '../../../../models/network/bgp/network.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const DESIGNS: readonly ((daemon: Daemon) => BgpConfiguration)[] = [
  () => leafSpine(2, 3, true),
  (daemon) => fullMesh(4, { daemon }),
  (daemon) => reflected(2, 3, daemon),
  (daemon) => clique(4, undefined, daemon),
];

interface Deed {
  readonly kind: 'silence' | 'deaf' | 'mute' | 'heal' | 'kill' | 'start' | 'withdraw' | 'announce' | 'shut' | 'open';
  readonly who: number;
  readonly afterMs: number;
}

const deeds = fc.array(
  fc.record({
    kind: fc.constantFrom<Deed['kind']>(
      'silence',
      'deaf',
      'mute',
      'heal',
      'kill',
      'start',
      'withdraw',
      'announce',
      'shut',
      'open',
    ),
    who: fc.nat(9),
    afterMs: fc.integer({ min: 1, max: 14_000 }),
  }),
  { maxLength: 8 },
);

function does(network: BgpNetwork, configuration: BgpConfiguration, { kind, who }: Deed): void {
  const speaker = who % configuration.speakers.length;
  const segment = configuration.segments.findIndex(({ members }) => members.some((each) => each.speaker === speaker));
  if (kind === 'silence') network.setSilent(speaker, segment, 'both', true);
  else if (kind === 'deaf') network.setSilent(speaker, segment, 'in', true);
  else if (kind === 'mute') network.setSilent(speaker, segment, 'out', true);
  else if (kind === 'heal') network.setSilent(speaker, segment, 'both', false);
  else if (kind === 'kill' && network.isRunning(speaker)) network.kill(speaker);
  else if (kind === 'start' && !network.isRunning(speaker)) network.start(speaker);
  else if (kind === 'withdraw') network.withdraw(speaker, prefix(speaker));
  else if (kind === 'announce') network.announce(speaker, prefix(speaker));
  else if (kind === 'shut') network.setPort(speaker, segment, false);
  else if (kind === 'open') network.setPort(speaker, segment, true);
}

/** Every change of a kernel route and of a session, with its time. */
function history(configuration: BgpConfiguration, plan: readonly Deed[], seed: string, counts: boolean): string[] {
  const sim = new Simulation();
  const told: string[] = [];
  const observer: BgpObserver = {
    route: (speaker, id) => told.push(`${sim.nowNs} ${speaker} ${id} ${network.nextHops(speaker, id)}`),
    session: (end, up) => told.push(`${sim.nowNs} ${end} ${up}`),
    ...(counts ? { message: () => undefined } : {}),
  };
  const network = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, observer);
  for (let speaker = 0; speaker < configuration.speakers.length; speaker++) network.start(speaker);
  // As events: without keepalives there may be nothing else that moves the clock.
  const deed = sim.kind('deed', (index) => does(network, configuration, plan[index]!));
  let atNs = 4 * NS_PER_SECOND;
  for (const [index, { afterMs }] of plan.entries()) {
    atNs += afterMs * NS_PER_MS;
    sim.at(atNs, deed, index);
  }
  sim.run(atNs + 40 * NS_PER_SECOND);
  return told;
}

describe('keepalives that are left out', () => {
  it('change no session and no route of 120 random histories', () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.constantFrom<Daemon>('frr', 'bird', 'gobgp'),
        deeds,
        fc.nat(1000),
        (design, daemon, plan, seed) => {
          const configuration = DESIGNS[design]!(daemon);
          const counted = history(configuration, plan, String(seed), true);
          expect(history(configuration, plan, String(seed), false)).toEqual(counted);
        },
      ),
      { numRuns: 120, seed: 5 },
    );
  });
});
