/**
 * Payloads as flows against theory and by properties. The statements of theory pass together 99.5 % of the time in a perfect model (see load-theory.test.ts);
 * seeds are written down in advance.
 */
import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../../models/network/fabric.ts';
import { FlowGround } from '../../../../models/network/flow-ground.ts';
import { ARRIVED, type CarrierMaker } from '../../../../models/traffic/load/carrier.ts';
import { Load } from '../../../../models/traffic/load/load.ts';
import { NodeGround } from '../../../../models/traffic/load/node-ground.ts';
import { threadsOn } from '../../../../models/traffic/load/node-processors.ts';
import { PacketWork } from '../../../../models/traffic/load/packet-work.ts';
import { PayloadFlows, type PayloadWay } from '../../../../models/traffic/load/payload-flows.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { replicationSeeds } from '../../../../sim/experiment/design.ts';
import type { Distribution } from '../../../../sim/random/distributions.ts';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { SharedResources } from '../../../../sim/sharing/shared-resources.ts';
import { REPLICATIONS, TheoryStatements } from '../../../sim/sharing/station/theory-statements.ts';

const OUTSIDE = -1;
const MS = 1e6;
/** A byte a nanosecond. */
const LINK_BITS_PER_SEC = 8e9;

interface Wish {
  readonly uplinkBitsPerSec?: number;
  readonly nodes?: number;
  readonly nodesPerRack?: number;
  readonly spines?: number;
  readonly cores?: number;
}

/** Links and processors of a small fabric, and payloads on them. */
function world(wish: Wish = {}) {
  const { uplinkBitsPerSec = LINK_BITS_PER_SEC, nodes = 4, nodesPerRack = 2, spines = 1, cores = 100 } = wish;
  const sim = new Simulation();
  const links = new SharedResources();
  const setting = { nodesPerRack, spines, uplinkBitsPerSec, linkLatencyNs: 0, switchLatencyNs: 0 };
  const fabric = new Fabric(nodes, { ...setting, hostLinkBitsPerSec: LINK_BITS_PER_SEC }, links);
  const ground = new NodeGround(
    sim,
    Array.from({ length: nodes }, () => cores),
    new FlowGround(sim, links),
  );
  const atMs: number[] = [];
  const flowsOf = (seed: string, delivered: (tag: number, to: number) => void) => {
    const { processorOf, changed } = ground;
    const hashes = new StreamSource(seed).stream('load', 'spines');
    const flows = new PayloadFlows({ sim, resources: links, fabric, hashes, processorOf, changed }, delivered);
    ground.join(flows);
    return flows;
  };
  return { sim, links, fabric, ground, atMs, flowsOf };
}

const way = (bytes: number, rest: Partial<PayloadWay> = {}): PayloadWay => ({
  bytes,
  wireBytes: bytes,
  cpuNsPerByte: 0,
  streamBytesPerSec: Number.POSITIVE_INFINITY,
  tailNs: 0,
  ...rest,
});

/** When each of some payloads has arrived, in ms; all are sent at once. */
function arrivals(sends: readonly (readonly [from: number, to: number, PayloadWay])[], wish: Wish = {}): number[] {
  const { sim, atMs, flowsOf } = world(wish);
  const flows = flowsOf('one', (tag) => {
    atMs[tag] = sim.nowNs / MS;
  });
  for (const [tag, [from, to, each]] of sends.entries()) flows.send(from, to, each, tag, to);
  sim.run();
  expect(flows.underWay).toBe(0);
  expect(flows.deliveredBytes).toBe(sends.reduce((sum, [, , { bytes }]) => sum + bytes, 0));
  return atMs;
}

const MB = way(1e6);

describe('payloads as flows', () => {
  it('share the links that they have in common, and no others', () => {
    expect(arrivals([[0, 1, MB]])).toEqual([1]);
    expect(
      arrivals([
        [0, 1, MB],
        [0, 2, MB],
      ]),
    ).toEqual([2, 2]);
    expect(
      arrivals([
        [0, 2, MB],
        [1, 3, MB],
      ]),
    ).toEqual([2, 2]);
    // Both directions of a cable are links of their own.
    expect(
      arrivals([
        [0, 2, MB],
        [2, 0, MB],
      ]),
    ).toEqual([1, 1]);
    expect(
      arrivals([
        [OUTSIDE, 0, MB],
        [OUTSIDE, 1, MB],
        [0, OUTSIDE, MB],
        [3, OUTSIDE, MB],
      ]),
    ).toEqual([2, 2, 1, 1]);
  });

  it('take longer over half the uplink, and no longer within a rack', () => {
    const across = arrivals([[0, 2, MB]], { uplinkBitsPerSec: LINK_BITS_PER_SEC / 2 });
    expect(across).toEqual([2]);
    expect(arrivals([[0, 1, MB]], { uplinkBitsPerSec: LINK_BITS_PER_SEC / 2 })).toEqual([1]);
  });

  it('pay headers, what a core moves, both nodes processors and their last packet', () => {
    expect(arrivals([[0, 1, way(1e6, { wireBytes: 1.1e6 })]])[0]).toBeCloseTo(1.1, 6);
    expect(arrivals([[0, 1, way(1e6, { streamBytesPerSec: 2.5e8 })]])).toEqual([4]);
    expect(arrivals([[0, 1, way(1e6, { tailNs: 3 * MS })]])).toEqual([4]);
    // 8 ns a byte, half of it at each end with one core: 4 ms; twice that where both ends are one node.
    expect(arrivals([[0, 1, way(1e6, { cpuNsPerByte: 8 })]], { cores: 1 })).toEqual([4]);
    expect(arrivals([[0, 0, way(1e6, { cpuNsPerByte: 8 })]], { cores: 1 })).toEqual([8]);
  });

  it('take processors from threads, and threads from them', () => {
    const { sim, atMs, ground, flowsOf } = world({ cores: 1 });
    const done: number[] = [];
    const threads = threadsOn(
      ground,
      () => 1,
    )((tag) => {
      done[tag] = sim.nowNs / MS;
    });
    const flows = flowsOf('one', (tag) => {
      atMs[tag] = sim.nowNs / MS;
    });
    threads.run(7, 4 * MS, 0);
    flows.send(0, 1, way(1e6, { cpuNsPerByte: 8 }), 0, 7);
    sim.run();
    // A flow at rate x takes 4 x of the core, a thread at rate x takes x of it: both rates are equal, as max-min has them.
    expect(done[0]).toBeGreaterThan(4.5);
    expect(atMs[0]).toBeGreaterThan(4.5);
    expect(threads.usedNs(7)).toBeCloseTo(4 * MS, 0);
  });

  it('go their way again when one of them is forgotten', () => {
    const { sim, atMs, flowsOf } = world();
    const flows = flowsOf('one', (tag) => {
      atMs[tag] = sim.nowNs / MS;
    });
    const first = flows.send(0, 1, MB, 0, 1);
    flows.send(0, 1, MB, 1, 1);
    const last = flows.send(2, 3, way(1e6, { tailNs: 5 * MS }), 2, 3);
    sim.run(1 * MS + 1);
    flows.cancel(first);
    flows.cancel(last);
    sim.run();
    expect(atMs[0]).toBeUndefined();
    expect(atMs[1]).toBeCloseTo(1.5, 5);
    expect(atMs[2]).toBeUndefined();
    expect(flows.underWay).toBe(0);
  });
});

/** Payloads of one mean of a millisecond each, that come by chance and share one link. */
interface Case {
  readonly name: string;
  readonly size: Distribution;
  readonly load: number;
  readonly length: number;
  /** For payloads that are so much larger. */
  readonly theory: (slow: number) => Readonly<Record<string, number>>;
}

const WARM_UP = 1000;
const exponential = (mean: number): Distribution => ({ kind: 'exponential', mean: mean * MS });
const CASES: readonly Case[] = [
  {
    name: 'M/D/1 with processor sharing',
    size: { kind: 'constant', value: MS },
    load: 0.5,
    length: 9_000,
    theory: (slow) => ({ present: (0.5 * slow) / (1 - 0.5 * slow) }),
  },
  {
    name: 'M/H2/1 with processor sharing',
    size: {
      kind: 'mixture',
      parts: [
        { weight: 4, of: exponential(0.5) },
        { weight: 1, of: exponential(3) },
      ],
    },
    load: 0.4,
    length: 29_000,
    theory: (slow) => ({ present: (0.4 * slow) / (1 - 0.4 * slow) }),
  },
];

function replicate({ size, load: rate, length }: Case, seed: string): Record<string, number> {
  const { sim, flowsOf } = world({ nodes: 2 });
  const carrier: CarrierMaker = (arrived) => {
    const flows = flowsOf(seed, arrived);
    return {
      send: (_from, _to, bytes, tag) => (bytes === 0 ? ARRIVED : -2 - flows.send(0, 1, way(bytes), tag, 0)),
      cancel: (sending) => flows.cancel(-2 - sending),
    };
  };
  const call = { service: 'a', request: 'put', requestBytes: size };
  const load = new Load(
    {
      services: [{ name: 'a', workers: 1000, requests: [{ name: 'put' }] }],
      sources: [{ kind: 'open', name: 'users', call, rate: { kind: 'constant', perSec: rate * 1000 } }],
    },
    { sim, streams: new StreamSource(seed), carrier },
  );
  load.addReplica(0, 0);
  load.begin();
  sim.run(WARM_UP * MS);
  const before = load.sourceMeasure(0).timeNs;
  sim.run((WARM_UP + length) * MS);
  // In the long run as many are on the link as come in a time: by Little, rate times mean time.
  return { present: (load.sourceMeasure(0).timeNs - before) / MS / length };
}

describe('payloads on one link, by queueing theory: S / (1 - load), whatever their sizes', () => {
  const statements = new TheoryStatements(CASES);
  it.each(CASES)('$name', { timeout: 120_000 }, (each) => {
    const samples = replicationSeeds(`payloads of ${each.name}`, REPLICATIONS).map((seed) => replicate(each, seed));
    statements.expectHeld(each, samples);
  });

  it('tells payloads that are 5 % too large', { timeout: 120_000 }, () => {
    const each = CASES[0];
    const large = { ...each, size: { kind: 'constant', value: 1.05 * MS } as const };
    const samples = replicationSeeds(`payloads of ${each.name}`, REPLICATIONS).map((seed) => replicate(large, seed));
    statements.expectTold(each, samples);
  });
});

describe('processor time of packets', () => {
  const S = NS_PER_SECOND;

  it('weighs on the threads of the next second, and no longer', () => {
    const { sim, ground } = world({ cores: 1, nodes: 2 });
    const capacities: [number, number, number][] = [];
    const work = new PacketWork(sim, [1, 1], (node, nsPerSec) => {
      capacities.push([sim.nowNs / S, node, nsPerSec / S]);
      ground.setCapacity(node, nsPerSec);
    });
    work.took(0, 0.1 * S);
    work.took(0, 0.15 * S);
    work.took(OUTSIDE, S);
    work.counts(1, 0.5 * S);
    sim.run();
    expect(capacities).toEqual([
      [1, 0, 0.75],
      [2, 0, 1],
    ]);
    expect([work.usedNs(0), work.usedNs(1), work.measuredNs()]).toEqual([0.25 * S, 0.5 * S, 0.75 * S]);
    work.measureFromNow();
    work.counts(1, 3);
    expect(work.measuredNs()).toBe(3);
  });

  it('slows a thread by what it takes, and leaves a flooded node a hundredth', () => {
    const { sim, ground } = world({ cores: 1, nodes: 1, nodesPerRack: 1 });
    const work = new PacketWork(sim, [1], (node, nsPerSec) => ground.setCapacity(node, nsPerSec));
    let doneNs = 0;
    const threads = threadsOn(
      ground,
      () => 0,
    )(() => {
      doneNs = sim.nowNs;
    });
    work.took(0, 0.5 * S);
    threads.run(3, 1.25 * S, 0);
    sim.run();
    expect(doneNs).toBeCloseTo(1.5 * S, -1);
    expect(threads.usedNs(3)).toBeCloseTo(1.25 * S, 0);
    work.took(0, 5 * S);
    threads.run(3, 1.25 * S, 0);
    sim.run();
    expect((doneNs - 1.5 * S) / S).toBeGreaterThan(2);
  });
});
