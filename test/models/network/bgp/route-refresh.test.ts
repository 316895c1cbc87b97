/** A daemon of FRR takes its route-maps for changed some seconds after its start: what goes over the wire then. */
import { describe, expect, it } from 'vitest';
import type { NeighborConfiguration } from '../../../../models/network/bgp/configuration.ts';
import { cabled, type Joint, prefix, type Router } from '../../../../models/network/bgp/designs.ts';
import type { BgpMessage } from '../../../../models/network/bgp/message.ts';
import { BgpNetwork } from '../../../../models/network/bgp/network.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';

const MAP = [{ permit: true, match: {}, set: { med: 5 } }];

interface Heard {
  readonly ms: number;
  readonly from: string;
  readonly what: string;
}

/** Messages of a pair of routers from two seconds on, when the cold start is over. */
function talk(
  ofA: Partial<NeighborConfiguration>,
  daemons: readonly ['frr' | 'bird', 'frr' | 'bird'] = ['frr', 'frr'],
) {
  const routers: Router[] = [
    { name: 'a', asn: 65_001, networks: [prefix(0)], settings: { daemon: daemons[0] } },
    { name: 'b', asn: 65_002, networks: [prefix(1)], settings: { daemon: daemons[1] } },
  ];
  const joints: Joint[] = [{ a: 0, b: 1, ofA }];
  const sim = new Simulation();
  const heard: Heard[] = [];
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource('1') }, cabled(routers, joints), {
    message: (end: number, message: BgpMessage) => {
      if (message.kind === 'keepalive' || sim.nowNs < 3 * NS_PER_SECOND) return;
      const what =
        message.kind === 'refresh'
          ? message.word
          : message.kind === 'update'
            ? `update of ${message.announced.length}`
            : message.kind;
      heard.push({ ms: sim.nowNs / NS_PER_MS, from: 'ab'[network.ends.speakerOf[end]!]!, what });
    },
  });
  network.start(0);
  network.start(1);
  const stop = (): void => network.kill(0);
  return { sim, heard, network, stop, run: (seconds: number) => sim.run(seconds * NS_PER_SECOND) };
}

describe('route-maps that are applied again', () => {
  it('what one lets out is told again five seconds after the start, without a word', () => {
    const { heard, run } = talk({ exportPolicy: MAP });
    run(20);
    expect(heard.map(({ from, what }) => `${from} ${what}`)).toEqual(['a update of 1', 'a update of 1']);
    // Its own range, and the peer's, which FRR tells back.
    expect(heard[0]!.ms).toBeGreaterThanOrEqual(5_000);
    expect(heard[1]!.ms).toBeLessThan(5_200);
  });

  it('a peer whose routes come in through one is asked; it begins, tells, and ends, and both words are answered', () => {
    const { heard, run } = talk({ importPolicy: MAP });
    run(20);
    const words = heard.map(({ from, what }) => `${from} ${what}`);
    expect(words[0]).toBe('a request');
    expect(heard[0]!.ms).toBeGreaterThanOrEqual(5_000);
    expect(words.filter((word) => word === 'b begin')).toHaveLength(1);
    expect(words.filter((word) => word === 'b end')).toHaveLength(1);
    expect(words.indexOf('b begin')).toBeLessThan(words.indexOf('b update of 1'));
    expect(words.indexOf('b update of 1')).toBeLessThan(words.indexOf('b end'));
    // FRR 8.4 answers both words with all that it tells itself.
    expect(words.filter((word) => word === 'a update of 1').length).toBeGreaterThanOrEqual(1);
    const msOf = (word: string): number => heard.find(({ from, what }) => `${from} ${what}` === word)!.ms;
    // A peer in a group of its own puts its announcements off by 100 ms.
    expect(msOf('b end') - msOf('b begin')).toBeGreaterThanOrEqual(100);
    expect(msOf('b end') - msOf('b begin')).toBeLessThan(120);
  });

  it('BIRD does nothing by itself, and answers at once without the two words', () => {
    const alone = talk({ importPolicy: MAP }, ['bird', 'frr']);
    alone.run(20);
    expect(alone.heard).toEqual([]);
    const asked = talk({ importPolicy: MAP }, ['frr', 'bird']);
    asked.run(20);
    const words = asked.heard.map(({ from, what }) => `${from} ${what}`);
    expect(words).toEqual(['a request', 'b update of 1']);
    expect(asked.heard[1]!.ms - asked.heard[0]!.ms).toBeLessThan(20);
  });

  it('without a route-map nothing is said', () => {
    const { heard, run } = talk({});
    run(20);
    expect(heard).toEqual([]);
  });

  it('a daemon that is gone by then says nothing, and what a refresh told again changes no route', () => {
    const { heard, run, stop } = talk({ importPolicy: MAP });
    run(4);
    stop();
    run(20);
    expect(heard.filter(({ what }) => what === 'request')).toEqual([]);
    const told = talk({ importPolicy: MAP, exportPolicy: MAP });
    told.run(4.9);
    const paths = (): string[] =>
      [0, 1].map((speaker) =>
        JSON.stringify(told.network.paths(speaker, told.network.prefixes.idOf(prefix(1 - speaker)))),
      );
    const before = paths();
    told.run(20);
    expect(paths()).toEqual(before);
  });
});
