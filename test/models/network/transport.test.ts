import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../models/network/fabric.ts';
import type { FlowRequest } from '../../../models/network/flow-carrier.ts';
import { Settlement } from '../../../models/network/settlement.ts';
import { Transport } from '../../../models/network/transport.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';

// Links of nodes carry 100 bytes a second, those between leaves and spines 50; processors give 1,000 ns a second.
const SETTING = {
  nodesPerRack: 2,
  spines: 2,
  hostLinkBitsPerSec: 800,
  uplinkBitsPerSec: 400,
  linkLatencyNs: 0,
  switchLatencyNs: 0,
};
const SECOND = 1e9;

function network(processorNsPerSec = 1000) {
  const resources = new SharedResources();
  const fabric = new Fabric(6, SETTING, resources);
  const transport = new Transport(fabric, resources, new Float64Array(6).fill(processorNsPerSec));
  return { resources, fabric, transport };
}

function request(from: number, to: number, changes: Partial<FlowRequest> = {}): FlowRequest {
  const cost = { cpuNsPerByte: 2, streamBytesPerSec: Infinity, roundTripNs: 0 };
  return { from, to, bytes: 1000, wireBytes: 1000, hash: 0, cost, capBytesPerSec: Infinity, ...changes };
}

describe('start', () => {
  it('shares the narrowest link, counts header bytes, and never passes the cap', () => {
    const { resources, transport } = network();
    const trunk = transport.start(request(0, 2), 0);
    const other = transport.start(request(1, 3, { wireBytes: 1500 }), 0);
    const capped = transport.start(request(4, 5, { capBytesPerSec: 7 }), 0);
    resources.settle(0);
    // 50 bytes a second of uplink 0 for x + 1.5 x.
    expect([trunk, other].map((flow) => resources.rate(flow))).toEqual([20, 20]);
    expect(resources.rate(capped)).toBe(7);
    expect([trunk, capped].map((flow) => transport.hops(flow))).toEqual([4, 2]);
    expect(transport.running).toBe(3);
  });

  it('puts half of the processor time on each end, and all of it on a node that talks to itself', () => {
    const { resources, transport } = network(60);
    const rack = transport.start(request(0, 1, { cost: { cpuNsPerByte: 2, streamBytesPerSec: 1, roundTripNs: 0 } }), 0);
    const self = transport.start(request(5, 5), 0);
    resources.settle(0);
    expect([resources.rate(rack), resources.rate(self)]).toEqual([60, 30]);
    expect([0, 1, 5].map((node) => resources.load(transport.processorOf(node)))).toEqual([60, 60, 60]);
    expect(transport.hops(self)).toBe(0);
  });
});

describe('conservation', () => {
  const node = fc.integer({ min: 0, max: 5 });
  const flow = fc.record({ from: node, to: node, hash: fc.nat(1000), bytes: fc.integer({ min: 1, max: 500 }) });

  it('loads no link above its capacity, and finishes every flow', () => {
    const conserved = fc.property(fc.array(flow, { minLength: 1, maxLength: 12 }), (wanted) => {
      const { resources, fabric, transport } = network();
      for (const one of wanted) transport.start(request(one.from, one.to, { ...one, wireBytes: one.bytes }), 0);
      let fits = true;
      let nowNs = 0;
      for (let left = wanted.length; left > 0; left--) {
        resources.settle(nowNs);
        for (let link = 0; link < fabric.linkCount; link++)
          fits &&= resources.load(fabric.resourceOf[link]!) <= (fabric.capacityBitsPerSec(link) / 8) * (1 + 1e-9);
        nowNs = resources.nextFinishNs();
        if (transport.popFinished(nowNs) < 0) return false;
      }
      // One after another over the slowest link would take this long; together they take no longer.
      const bytes = wanted.reduce((sum, one) => sum + one.bytes, 0);
      return fits && transport.running === 0 && nowNs <= (bytes / 50) * SECOND + wanted.length;
    });
    fc.assert(conserved, { seed: 1, numRuns: 200 });
  });

  it('carries over a link the wire bytes of the flows over it, neither more nor less', () => {
    const conserved = fc.property(fc.array(flow, { minLength: 1, maxLength: 8 }), (wanted) => {
      const { resources, fabric, transport } = network();
      for (const one of wanted) transport.start(request(one.from, one.to, { ...one, wireBytes: 1.5 * one.bytes }), 0);
      resources.settle(0);
      return Array.from({ length: fabric.linkCount }, (_, link) => link).every((link) => {
        const rate = transport.flowsOver(link).reduce((sum, id) => sum + 1.5 * resources.rate(id), 0);
        return Math.abs(resources.load(fabric.resourceOf[link]!) - rate) < 1e-6;
      });
    });
    fc.assert(conserved, { seed: 2, numRuns: 200 });
  });

  it('returns what is left of a stopped flow', () => {
    const { resources, transport } = network();
    const flow = transport.start(request(0, 2), 0);
    resources.settle(0);
    expect(transport.stop(flow, 4 * SECOND)).toBe(1000 - 4 * 50);
    expect(transport.running).toBe(0);
    expect(() => transport.stop(flow, 4 * SECOND)).toThrow(/not running/);
  });
});

describe('a dead link', () => {
  it('holds flows where they are until they are spread anew, and loses no byte', () => {
    const { resources, fabric, transport } = network();
    const hit = transport.start(request(0, 2, { hash: 0 }), 0);
    const spared = transport.start(request(1, 3, { hash: 1 }), 0);
    resources.settle(0);
    fabric.setCarries(fabric.uplink(0, 0), false, 2 * SECOND);
    resources.settle(2 * SECOND);
    expect([hit, spared].map((flow) => transport.standsStill(flow))).toEqual([true, false]);
    expect([resources.rate(hit), resources.rate(spared)]).toEqual([0, 50]);
    expect(transport.rehash(3 * SECOND)).toEqual([]);
    fabric.setRoute(0, 1, [1]);
    expect(transport.rehash(3 * SECOND)).toEqual([hit]);
    resources.settle(3 * SECOND);
    expect(resources.remaining(hit, 3 * SECOND)).toBe(1000 - 2 * 50);
    expect([resources.rate(hit), resources.rate(spared)]).toEqual([25, 25]);
    expect(transport.standsStill(hit)).toBe(false);
    expect(transport.flowsOver(fabric.uplink(0, 1))).toEqual([hit, spared]);
    expect(transport.flowsOver(fabric.uplink(0, 0))).toEqual([]);
  });

  it('leaves flows inside a rack alone', () => {
    const { fabric, transport } = network();
    transport.start(request(0, 1), 0);
    transport.start(request(2, 2), 0);
    fabric.setRoute(0, 1, []);
    expect(transport.rehash(0)).toEqual([]);
  });
});

describe('flowsAt and flowsOver', () => {
  it('name running flows only, in the order of their numbers', () => {
    const { resources, fabric, transport } = network();
    const flows = [request(0, 2, { bytes: 10, wireBytes: 10 }), request(2, 0), request(1, 0), request(0, 0)].map(
      (one) => transport.start(one, 0),
    );
    resources.settle(0);
    expect(transport.flowsAt(0)).toEqual(flows);
    expect(transport.flowsAt(1)).toEqual([flows[2]]);
    expect(transport.flowsOver(fabric.hostDown(0))).toEqual([flows[1], flows[2]]);
    const firstNs = resources.nextFinishNs();
    expect(transport.popFinished(firstNs - 1)).toBe(-1);
    expect(transport.popFinished(firstNs)).toBe(flows[0]);
    expect(transport.flowsAt(2)).toEqual([flows[1]]);
    // The number of an ended flow is used again, with the ends of the new one.
    expect(transport.start(request(5, 4), firstNs)).toBe(flows[0]);
    expect(transport.flowsAt(0)).toEqual(flows.slice(1));
    expect(transport.flowsAt(4)).toEqual([flows[0]]);
  });
});

describe('Settlement', () => {
  function settled() {
    const sim = new Simulation();
    const { resources, fabric, transport } = network();
    const finished: [number, number][] = [];
    const settlement = new Settlement(sim, resources, () => {
      for (let flow = transport.popFinished(sim.nowNs); flow >= 0; flow = transport.popFinished(sim.nowNs))
        finished.push([flow, sim.nowNs]);
    });
    return { sim, fabric, resources, transport, settlement, finished };
  }

  it('reports finishes when they are due, as shares change', () => {
    const { sim, transport, settlement, finished } = settled();
    const small = transport.start(request(0, 2, { bytes: 100, wireBytes: 100 }), 0);
    const large = transport.start(request(1, 3, { bytes: 200, wireBytes: 200 }), 0);
    settlement.changed();
    sim.run();
    // 25 bytes a second each until 100 are through, then 50 for the remaining 100.
    expect(finished).toEqual([
      [small, 4 * SECOND],
      [large, 6 * SECOND],
    ]);
  });

  it('is never woken for a finish that has moved', () => {
    const sim = new Simulation();
    const { resources, transport } = network();
    const wokenNs: number[] = [];
    const settlement = new Settlement(sim, resources, () => {
      wokenNs.push(sim.nowNs);
      while (transport.popFinished(sim.nowNs) >= 0);
    });
    const start = sim.kind('start', (from) => {
      transport.start(request(from, from + 2, { bytes: 100, wireBytes: 100 }), sim.nowNs);
      settlement.changed();
    });
    // Alone the first would end at 2 s; from 1 s on it has half of the uplink.
    sim.at(0, start, 0);
    sim.at(SECOND, start, 1);
    sim.run();
    expect(wokenNs).toEqual([3 * SECOND, 4 * SECOND]);
  });

  it('solves once for any number of changes at an instant, after all of them', () => {
    const { sim, transport, settlement, resources } = settled();
    const rates: number[] = [];
    const look = sim.kind('look', () => rates.push(resources.rate(0)), 7);
    const change = sim.kind('change', () => {
      transport.start(request(0, 2), sim.nowNs);
      settlement.changed();
      settlement.changed();
    });
    for (let i = 0; i < 5; i++) sim.at(1, change);
    sim.run(1);
    expect(sim.dispatched).toBe(6);
    sim.at(1, look);
    sim.run(1);
    expect(rates).toEqual([10]);
  });

  it('stands still on a dead link and goes on after the repair', () => {
    const { sim, fabric, transport, settlement, finished } = settled();
    const flow = transport.start(request(0, 2), 0);
    settlement.changed();
    const turn = sim.kind('turn', (carries) => {
      fabric.setCarries(fabric.uplink(0, 0), carries === 1, sim.nowNs);
      settlement.changed();
    });
    sim.at(10 * SECOND, turn, 0);
    sim.at(100 * SECOND, turn, 1);
    sim.run();
    expect(finished).toEqual([[flow, 110 * SECOND]]);
  });

  it('reports each of many flows', () => {
    const { sim, transport, settlement, finished } = settled();
    const stream = new StreamSource('1').stream('test', 'flows');
    const arrive = sim.kind('arrive', (bytes) => {
      transport.start(
        request(stream.below(6), stream.below(6), { bytes, wireBytes: bytes, hash: stream.uint32() }),
        sim.nowNs,
      );
      settlement.changed();
    });
    for (let i = 0; i < 200; i++) sim.at(stream.below(SECOND), arrive, 1 + stream.below(300));
    sim.run();
    expect(finished).toHaveLength(200);
    expect(transport.running).toBe(0);
  });
});
