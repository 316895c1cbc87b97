/** What operators switch: each knob changes the choice, or what is told, and nothing else does. */
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../models/network/bgp/attributes.ts';
import type { NeighborConfiguration, SpeakerConfiguration } from '../../../../models/network/bgp/configuration.ts';
import { cabled, type Joint, prefix, type Router } from '../../../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const P = prefix(0);
const MED = (med: number) => [{ permit: true, match: {}, set: { med } }];
const COMMUNITY = [{ permit: true, match: {}, set: { communities: [65_001 * 65_536 + 7] } }];

function settled(routers: readonly Router[], joints: readonly Joint[]): BgpNetwork {
  const sim = new Simulation();
  const network = new BgpNetwork({ sim, streams: new StreamSource('1') }, cabled(routers, joints));
  for (let speaker = 0; speaker < routers.length; speaker++) network.start(speaker);
  sim.run(30 * NS_PER_SECOND);
  return network;
}

/** The best path of the prefix at a speaker. */
function best(network: BgpNetwork, speaker: number): Attributes | undefined {
  return network.paths(speaker, network.prefixes.idOf(P)).find(({ isBest }) => isBest)?.attributes;
}

const single = { maximumPaths: { external: 1, internal: 1 } };

/** Router 0 hears of the prefix from 1, and from 2 with `second` set there. */
function choice(
  own: Partial<SpeakerConfiguration>,
  second: Partial<NeighborConfiguration>,
  first: Partial<NeighborConfiguration> = {},
  asns: readonly [number, number] = [65_001, 65_001],
): number | undefined {
  const routers: Router[] = [
    { name: 'x', asn: 65_010, settings: { ...single, compareRouterId: true, ...own } },
    { name: 'a', asn: asns[0], networks: [P] },
    { name: 'b', asn: asns[1], networks: [P] },
  ];
  const network = settled(routers, [
    { a: 0, b: 1, ofB: first },
    { a: 0, b: 2, ofB: second },
  ]);
  const found = network.paths(0, network.prefixes.idOf(P)).find(({ isBest }) => isBest);
  return found === undefined ? undefined : network.ends.speakerOf[network.ends.peerOf[found.end]!];
}

describe('a router that chooses', () => {
  it('takes the lowest router id when all is equal', () => {
    expect(choice({}, {})).toBe(1);
  });

  it('ignores the length of paths where it is told to', () => {
    const longer = { exportPolicy: [{ permit: true, match: {}, set: { prepend: [65_001, 65_001] } }] };
    expect(choice({}, {}, longer)).toBe(2);
    expect(choice({ ignoresAsPathLength: true }, {}, longer)).toBe(1);
  });

  it('takes a path without MED for the best one, or for the worst', () => {
    // BIRD sends none of its own accord.
    const bird: Router['settings'] = { daemon: 'bird' };
    const routers = (own: Partial<SpeakerConfiguration>): Router[] => [
      { name: 'x', asn: 65_010, settings: { ...single, compareRouterId: true, ...own } },
      { name: 'a', asn: 65_001, networks: [P], settings: bird },
      { name: 'b', asn: 65_001, networks: [P] },
    ];
    const joints: Joint[] = [
      { a: 0, b: 1 },
      { a: 0, b: 2, ofB: { exportPolicy: MED(5) } },
    ];
    expect(best(settled(routers({}), joints), 0)!.med).toBe(-1);
    expect(best(settled(routers({ medMissingAsWorst: true }), joints), 0)!.med).toBe(5);
  });

  it('compares MEDs of one AS before all others where it is deterministic, in whatever order paths came', () => {
    // c beats b by MED, a lies between them by router id and has another AS.
    const build = (deterministicMed: boolean, order: readonly number[]): number | undefined => {
      const sim = new Simulation();
      const ids = [10, 2, 1, 3];
      const routers: Router[] = [65_010, 65_002, 65_001, 65_001].map((asn, index) => ({
        name: `r${index}`,
        asn,
        networks: index === 0 ? [] : [P],
        settings: { ...single, compareRouterId: true, deterministicMed, routerId: ids[index]! },
      }));
      const joints: Joint[] = [
        { a: 0, b: 1, ofB: { exportPolicy: MED(1) } },
        { a: 0, b: 2, ofB: { exportPolicy: MED(50) } },
        { a: 0, b: 3, ofB: { exportPolicy: MED(10) } },
      ];
      const network = new BgpNetwork({ sim, streams: new StreamSource('1') }, cabled(routers, joints));
      network.start(0);
      for (const speaker of order) {
        sim.run(sim.nowNs + 5 * NS_PER_SECOND);
        network.start(speaker);
      }
      sim.run(sim.nowNs + 10 * NS_PER_SECOND);
      const found = network.paths(0, network.prefixes.idOf(P)).find(({ isBest }) => isBest)!;
      return network.ends.speakerOf[network.ends.peerOf[found.end]!];
    };
    const orders = [
      [1, 2, 3],
      [3, 2, 1],
      [2, 1, 3],
    ];
    expect(new Set(orders.map((order) => build(true, order)))).toEqual(new Set([1]));
    expect(new Set(orders.map((order) => build(false, order))).size).toBeGreaterThan(1);
  });
});

describe('a router that tells', () => {
  const chain = (told: Partial<NeighborConfiguration>, middle: Partial<SpeakerConfiguration> = {}, last = 65_030) =>
    settled(
      [
        { name: 'a', asn: 65_001, networks: [P] },
        { name: 'm', asn: 300, settings: middle },
        { name: 'z', asn: last },
      ],
      [
        { a: 0, b: 1, ofA: { exportPolicy: COMMUNITY } },
        { a: 1, b: 2, ofA: told },
      ],
    );

  it('keeps communities to itself where it is told to', () => {
    expect(best(chain({}), 2)!.communities).toHaveLength(1);
    expect(best(chain({ sendsCommunities: false }), 2)!.communities).toEqual([]);
  });

  it('takes private numbers out of a path, if there are no others or in any case', () => {
    expect(best(chain({}), 2)!.asPath).toEqual([300, 65_001]);
    expect(best(chain({ removePrivateAs: 'only' }), 2)!.asPath).toEqual([300]);
    const mixed: Partial<NeighborConfiguration> = {
      exportPolicy: [{ permit: true, match: {}, set: { prepend: [400] } }],
    };
    expect(best(chain({ ...mixed, removePrivateAs: 'only' }), 2)!.asPath).toEqual([300, 400, 65_001]);
    expect(best(chain({ ...mixed, removePrivateAs: 'all' }), 2)!.asPath).toEqual([300, 400]);
  });

  it('gives what comes from outside its own local preference inside', () => {
    expect(best(chain({ nextHopSelf: 'all' }, {}, 300), 2)!.localPreference).toBe(100);
    expect(best(chain({ nextHopSelf: 'all' }, { defaultLocalPreference: 250 }, 300), 2)!.localPreference).toBe(250);
  });
});

describe('a passive router', () => {
  it('waits for the other to connect; two of them wait for ever', () => {
    const pair = (a: boolean, b: boolean) =>
      settled(
        [
          { name: 'a', asn: 65_001, networks: [P] },
          { name: 'b', asn: 65_002 },
        ],
        [{ a: 0, b: 1, ofA: { passive: a }, ofB: { passive: b } }],
      );
    expect(best(pair(true, false), 1)).toBeDefined();
    expect(best(pair(true, true), 1)).toBeUndefined();
  });
});
