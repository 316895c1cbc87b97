/** The network of stations, which counts what it can, against the one that carries every frame. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layer2Network } from '../../../../models/network/layer2/layer2-network.ts';
import { type NeighbourLimits, TICK_NS, TICK_ORIGIN } from '../../../../models/network/layer2/neighbour-settings.ts';
import type { NeighbourTable } from '../../../../models/network/layer2/neighbour-table.ts';
import { bridgeOfRack, CORE } from '../../../../models/network/layer2/segment-counts.ts';
import { StationNetwork } from '../../../../models/network/layer2/station-network.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Stream, StreamSource } from '../../../../sim/random/stream.ts';
import { MS, S } from './small-network.ts';

const LINK_NS = 5000;
const FIRST_ADDRESS = 0x0a000000;
/** Half of it is above the delay before the first probe. */
const TIMES = { baseReachableMs: 12_000 };

/** Every interface draws the same times, whatever its number is in either network. */
class SameChance extends StreamSource {
  override stream(): Stream {
    return new Stream('same', 'interface', 'reachable time');
  }
}

interface Shape {
  readonly racks: number;
  readonly nodesPerRack: number;
  readonly stations: number;
  readonly segments: number;
  readonly limits: NeighbourLimits;
  readonly ageingNs: number;
}

/** What is the same in both networks: who is where. */
class Places {
  readonly shape: Shape;
  constructor(shape: Shape) {
    this.shape = shape;
  }
  nodeOf = (station: number): number => station % (this.shape.racks * this.shape.nodesPerRack);
  rackOf = (station: number): number => this.nodeOf(station) % this.shape.racks;
  segmentOf = (station: number): number => station % this.shape.segments;
}

/** One network that can be driven by a history. */
interface Driven {
  readonly simulation: Simulation;
  send(from: number, to: number): void;
  confirm(from: number, to: number): void;
  unplug(station: number): void;
  readonly neighbours: NeighbourTable;
  /** Entry of one station about another one: state, and whether its hardware address is that one's. */
  entry(from: number, to: number): unknown;
  heard(station: number): number;
  /** Frames to one address that bridges flooded to it. */
  strays(station: number): number;
  learned(bridge: number, segment: number): number;
  lost(): Readonly<Record<string, number>>;
}

function entryOf(table: NeighbourTable, simulation: Simulation, port: number, ip: number, mac: number): unknown {
  const row = table.find(port, ip);
  if (row < 0) return 'none';
  const state = table.stateAt(row, Math.floor(simulation.nowNs / TICK_NS) + TICK_ORIGIN);
  return [state, table.mac[row] === 0 ? 'unknown' : table.mac[row] === mac, table.updated[row], table.used[row]];
}

function byFrames(places: Places): Driven {
  const simulation = new Simulation();
  const { ageingNs } = places.shape;
  const network = new Layer2Network(simulation, new SameChance('x'), { linkNs: LINK_NS, times: TIMES, ageingNs });
  const { racks, nodesPerRack, stations, limits } = places.shape;
  const { ethernet } = network;
  const core = ethernet.addBridge();
  const bridges = Array.from({ length: racks }, () => {
    const bridge = ethernet.addBridge();
    const trunk = { trunk: 'all' } as const;
    ethernet.connect(ethernet.addBridgePort(bridge, trunk), ethernet.addBridgePort(core, trunk));
    return bridge;
  });
  const kernels = Array.from({ length: racks * nodesPerRack }, () => network.addKernel(limits));
  const ports: number[] = [];
  for (let station = 0; station < stations; station++) {
    const host = network.addHost({ kernel: kernels[places.nodeOf(station)]! });
    const port = network.addInterface(host, FIRST_ADDRESS + station, { prefix: 8 });
    const access = { access: places.segmentOf(station) + 1 };
    ethernet.connect(port, ethernet.addBridgePort(bridges[places.rackOf(station)]!, access));
    ports.push(port);
  }
  return {
    simulation,
    neighbours: network.neighbours,
    send: (from, to) =>
      network.sendPacket(from, { source: FIRST_ADDRESS + from, destination: FIRST_ADDRESS + to, bytes: 60 }),
    confirm: (from, to) => network.confirmNeighbour(ports[from]!, FIRST_ADDRESS + to),
    unplug: (station) => ethernet.disconnect(ports[station]!),
    entry: (from, to) =>
      entryOf(network.neighbours, simulation, ports[from]!, FIRST_ADDRESS + to, ethernet.macOf(ports[to]!)),
    heard: (station) => network.countsOf(station).broadcastRequestsReceived,
    strays: (station) => network.floodedFramesOf(station) - network.countsOf(station).broadcastRequestsReceived,
    learned: (bridge, segment) => ethernet.learned(bridge, segment + 1),
    lost: () => network.losses,
  };
}

function byCounting(places: Places): Driven & { readonly network: StationNetwork } {
  const simulation = new Simulation();
  const { racks, nodesPerRack, stations, limits } = places.shape;
  const lost: Record<string, number> = {};
  const near = 2 * LINK_NS;
  const frames = { sameNodeNs: near, sameRackNs: near, acrossRacksNs: 4 * LINK_NS, toRouterNs: 3 * LINK_NS };
  const network = new StationNetwork(
    simulation,
    new SameChance('x'),
    { frames, times: TIMES, ageingNs: places.shape.ageingNs },
    {
      departed: () => undefined,
      lost: (_packet, why) => {
        lost[why] = (lost[why] ?? 0) + 1;
      },
    },
  );
  const kernels = Array.from({ length: racks * nodesPerRack }, () => network.addKernel(limits));
  for (let station = 0; station < stations; station++)
    network.plugIn(
      { kernel: kernels[places.nodeOf(station)]!, rack: places.rackOf(station), segment: places.segmentOf(station) },
      `station/${station}`,
    );
  return {
    network,
    simulation,
    neighbours: network.neighbours,
    send: (from, to) => network.send(from, to, 1),
    confirm: (from, to) => network.confirm(from, to),
    unplug: (station) => network.unplug(station, false),
    entry: (from, to) => entryOf(network.neighbours, simulation, from, to, to + 1),
    heard: (station) => network.counts.heardBy(station),
    strays: (station) => network.counts.straysTo(station),
    learned: (bridge, segment) => network.counts.learned(bridge, segment, simulation.nowNs),
    lost: () => lost,
  };
}

/** A step: what happens, to whom, and how long after the step before. */
type Step = readonly [what: number, from: number, to: number, afterMs: number];

/** Plays a history on one network. Living stations only send; packets stay within their segment. */
function play(driven: Driven, places: Places, steps: readonly Step[]): void {
  const { stations } = places.shape;
  const gone = new Set<number>();
  const act = driven.simulation.kind('step of a history', (index) => {
    const [what, from, to] = steps[index]!;
    if (gone.has(from) || from === to || places.segmentOf(from) !== places.segmentOf(to)) return;
    if (what < 80) driven.send(from, to);
    else if (what < 97) driven.confirm(from, to);
    else if (gone.size < stations / 2) {
      gone.add(from);
      driven.unplug(from);
    }
  });
  let atNs = 0;
  for (const [index, [, , , afterMs]] of steps.entries()) {
    // Off the kernel's clock, and so far apart that each broadcast is heard before the next step.
    atNs += afterMs * MS + 100_003;
    driven.simulation.at(atNs, act, index);
  }
  driven.simulation.run(atNs + 20 * S);
}

const shapes = fc.record({
  racks: fc.integer({ min: 1, max: 3 }),
  nodesPerRack: fc.integer({ min: 1, max: 3 }),
  stations: fc.integer({ min: 4, max: 24 }),
  segments: fc.integer({ min: 1, max: 3 }),
  limits: fc.constantFrom(
    { gcThresh1: 128, gcThresh2: 512, gcThresh3: 1024 },
    { gcThresh1: 1, gcThresh2: 3, gcThresh3: 6 },
    { gcThresh1: 4, gcThresh2: 8, gcThresh3: 16 },
  ),
  // Bridges that forget sooner than neighbour tables do flood what is for one.
  ageingNs: fc.constantFrom(300 * S, 2 * S),
});

const histories = shapes.chain((shape) => {
  const station = fc.integer({ min: 0, max: shape.stations - 1 });
  // In half of the histories everybody lives on. No two timers of steps meet on one tick of the kernel, where a bridge might learn of
  // one what the other needs while both are on the wire.
  const step = (most: number) =>
    fc.tuple(fc.integer({ min: 0, max: most }), station, station, fc.constantFrom(5, 11, 403, 1507, 6011));
  const steps = (most: number) => fc.array(step(most), { minLength: 20, maxLength: 120 });
  return fc.record({ shape: fc.constant(shape), steps: fc.oneof(steps(96), steps(99)) });
});

function all(driven: Driven, places: Places) {
  const { stations, segments, racks } = places.shape;
  const list = Array.from({ length: stations }, (_, station) => station);
  const bridges = [CORE, ...Array.from({ length: racks }, (_, rack) => bridgeOfRack(rack))];
  const { lost } = driven;
  return {
    heard: list.map((station) => driven.heard(station)),
    entries: list.map((from) => list.map((to) => driven.entry(from, to))),
    strays: list.map((station) => driven.strays(station)),
    learned: bridges.map((bridge) => Array.from({ length: segments }, (_, segment) => driven.learned(bridge, segment))),
    lost: ['table full', 'no answer', 'queue full'].map((why) => lost()[why] ?? 0),
    kernels: Array.from({ length: racks * places.shape.nodesPerRack }, (_, kernel) => [
      driven.neighbours.entriesOf(kernel),
      driven.neighbours.peakOf(kernel),
      driven.neighbours.overflowsOf(kernel),
    ]),
  };
}

describe('stations whose broadcasts are counted', () => {
  it('come to the same as stations whose frames are carried one by one', () => {
    let [lost, strays] = [0, 0];
    let events = [0, 0];
    fc.assert(
      fc.property(histories, ({ shape, steps }) => {
        const places = new Places(shape);
        const [plain, quick] = [byFrames(places), byCounting(places)];
        play(plain, places, steps);
        play(quick, places, steps);
        const found = all(quick, places);
        expect(found).toEqual(all(plain, places));
        strays += found.strays.reduce((sum, each) => sum + each, 0);
        lost += found.lost.reduce((sum, each) => sum + each, 0);
        events = [events[0]! + plain.simulation.dispatched, events[1]! + quick.simulation.dispatched];
      }),
      { numRuns: 300, seed: 5 },
    );
    // Histories that lose nothing and flood nothing would show little.
    expect(lost).toBeGreaterThan(100);
    expect(strays).toBeGreaterThan(1000);
    expect(events[1]!).toBeLessThan(0.6 * events[0]!);
  });
});
