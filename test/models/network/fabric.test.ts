import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fabric, PATH_LINKS_MAX } from '../../../models/network/fabric.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';

const SETTING = {
  nodesPerRack: 4,
  spines: 3,
  hostLinkBitsPerSec: 10e9,
  uplinkBitsPerSec: 40e9,
  linkLatencyNs: 500,
  switchLatencyNs: 1000,
};

function fabricOf(nodes = 10, changes: Partial<typeof SETTING> = {}) {
  const resources = new SharedResources();
  return { resources, fabric: new Fabric(nodes, { ...SETTING, ...changes }, resources) };
}

function pathOf(fabric: Fabric, from: number, to: number, hash = 0): number[] {
  const links = new Int32Array(PATH_LINKS_MAX);
  return [...links.subarray(0, fabric.path(from, to, hash, links))];
}

describe('numbering', () => {
  it('gives every link one number and every number one link', () => {
    const sizes = fc.integer({ min: 1, max: 12 });
    const bijective = fc.property(sizes, sizes, sizes, (nodes, nodesPerRack, spines) => {
      const { fabric } = fabricOf(nodes, { nodesPerRack, spines });
      const seen: number[] = [];
      for (let node = 0; node < nodes; node++) seen.push(fabric.hostUp(node), fabric.hostDown(node));
      for (let rack = 0; rack < fabric.racks; rack++)
        for (let spine = 0; spine < spines; spine++)
          seen.push(fabric.uplink(rack, spine), fabric.downlink(rack, spine));
      seen.sort((a, b) => a - b);
      return seen.length === fabric.linkCount && seen.every((link, index) => link === index);
    });
    fc.assert(bijective, { seed: 1, numRuns: 200 });
  });

  it('tells links from other resources, and trunks from links of nodes', () => {
    const resources = new SharedResources();
    const before = resources.addResource(1);
    const fabric = new Fabric(10, SETTING, resources);
    const after = resources.addResource(1);
    expect([before, after].map((resource) => fabric.linkOf(resource))).toEqual([-1, -1]);
    for (let link = 0; link < fabric.linkCount; link++) expect(fabric.linkOf(fabric.resourceOf[link]!)).toBe(link);
    expect([fabric.hostUp(9), fabric.hostDown(9)].map((link) => fabric.isTrunk(link))).toEqual([false, false]);
    expect([fabric.uplink(0, 0), fabric.downlink(2, 2)].map((link) => fabric.isTrunk(link))).toEqual([true, true]);
    expect(fabric.racks).toBe(3);
    expect([0, 3, 4, 9].map((node) => fabric.rackOf(node))).toEqual([0, 0, 1, 2]);
  });
});

describe('path', () => {
  const { fabric } = fabricOf();
  it('crosses no link on a node, two in a rack, four between racks', () => {
    expect(pathOf(fabric, 2, 2)).toEqual([]);
    expect(pathOf(fabric, 0, 3)).toEqual([fabric.hostUp(0), fabric.hostDown(3)]);
    expect(pathOf(fabric, 0, 9, 1)).toEqual([
      fabric.hostUp(0),
      fabric.uplink(0, 1),
      fabric.downlink(2, 1),
      fabric.hostDown(9),
    ]);
  });

  it('spreads hashes evenly over the spines', () => {
    const stream = new StreamSource('1').stream('test', 'hash');
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[fabric.spineFor(0, 1, stream.uint32())]!++;
    // Standard deviation 45: within 200 of 3,000 with probability above 0.9999.
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  });
});

describe('routes and truth', () => {
  it('sends into a dead link until the leaf has another route', () => {
    const { fabric } = fabricOf();
    fabric.setCarries(fabric.uplink(0, 1), false, 0);
    expect(pathOf(fabric, 0, 9, 1)[1]).toBe(fabric.uplink(0, 1));
    fabric.setRoute(0, 2, [0, 2]);
    expect([0, 1, 2, 3].map((hash) => fabric.spineFor(0, 2, hash))).toEqual([0, 2, 0, 2]);
    expect(fabric.spineFor(1, 0, 1)).toBe(1);
    fabric.setRoute(1, 0, [0, 2]);
    expect([0, 1].map((hash) => fabric.spineFor(1, 0, hash))).toEqual([0, 2]);
    expect(fabric.spineFor(1, 2, 1)).toBe(1);
    fabric.setRoute(0, 2, [0, 1, 2]);
    expect(fabric.spineFor(0, 2, 1)).toBe(1);
  });

  it('waits at its own uplink when the leaf has no route', () => {
    const { fabric } = fabricOf();
    fabric.setRoute(0, 1, []);
    fabric.setRoute(0, 2, []);
    expect(fabric.spineFor(0, 1, 5)).toBe(-1);
    expect(pathOf(fabric, 0, 9, 5)).toEqual([
      fabric.hostUp(0),
      fabric.uplink(0, 2),
      fabric.downlink(2, 2),
      fabric.hostDown(9),
    ]);
  });
});

describe('capacity', () => {
  it('is bytes a second as a resource, 0 while broken, and scaled only between leaves and spines', () => {
    const { fabric, resources } = fabricOf();
    const capacity = (link: number) => resources.capacityOf(fabric.resourceOf[link]!);
    expect([capacity(fabric.hostUp(0)), capacity(fabric.uplink(0, 0))]).toEqual([1.25e9, 5e9]);
    fabric.setCarries(fabric.uplink(0, 0), false, 0);
    fabric.scaleUplinks(0.5, 0);
    expect([fabric.uplink(0, 0), fabric.uplink(0, 1), fabric.downlink(2, 2), fabric.hostDown(0)].map(capacity)).toEqual(
      [0, 2.5e9, 2.5e9, 1.25e9],
    );
    fabric.setCarries(fabric.uplink(0, 0), true, 0);
    expect(capacity(fabric.uplink(0, 0))).toBe(2.5e9);
    expect(() => fabric.scaleUplinks(0, 0)).toThrow(/factor 0/);
  });

  it('is what floods leave of the link, but never nothing, and comes back with it', () => {
    const { fabric, resources } = fabricOf();
    const [down, up] = [fabric.hostDown(3), fabric.uplink(1, 0)];
    const capacity = (link: number) => resources.capacityOf(fabric.resourceOf[link]!);
    fabric.setFlooded(down, 0.25e9, 0);
    fabric.setFlooded(up, 0.25e9, 0);
    fabric.scaleUplinks(0.5, 0);
    expect([capacity(down), capacity(up), capacity(fabric.hostUp(3))]).toEqual([1e9, 2.25e9, 1.25e9]);
    expect(fabric.floodedBytesPerSec(down)).toBe(0.25e9);
    // A ten-thousandth of the link more or less is heeded, and less is not, until all has ended.
    fabric.setFlooded(down, 0.25e9 + 0.12e6, 0);
    expect([capacity(down), fabric.floodedBytesPerSec(down)]).toEqual([1e9, 0.25e9 + 0.12e6]);
    fabric.setFlooded(down, 0.25e9 - 0.13e6, 0);
    expect(capacity(down)).toBe(1e9 + 0.13e6);
    fabric.setFlooded(down, 9e9, 0);
    expect(capacity(down)).toBe(1.25e6);
    fabric.setCarries(down, false, 0);
    expect(capacity(down)).toBe(0);
    fabric.setFlooded(down, 0, 0);
    fabric.setCarries(down, true, 0);
    expect(capacity(down)).toBe(1.25e9);
  });
});

describe('roundTripNs', () => {
  it('stores and forwards the packet after its first link, and brings a bare answer back over all', () => {
    const { fabric } = fabricOf();
    expect(fabric.roundTripNs(0, 1500, 90)).toBe(0);
    // 1,000 bytes take 800 ns at 10 Gbit/s and 200 ns at 40 Gbit/s; 100 bytes a tenth of it.
    expect(fabric.roundTripNs(2, 1000, 100)).toBe(2 * (2 * 500 + 1 * 1000) + 800 + 2 * 80);
    expect(fabric.roundTripNs(4, 1000, 100)).toBe(2 * (4 * 500 + 3 * 1000) + (800 + 2 * 200) + (2 * 80 + 2 * 20));
    fabric.scaleUplinks(0.5, 0);
    expect(fabric.roundTripNs(4, 1000, 100)).toBe(2 * (4 * 500 + 3 * 1000) + (800 + 2 * 400) + (2 * 80 + 2 * 40));
  });
});

describe('sites', () => {
  it('begin their racks anew, so that no rack holds nodes of two', () => {
    const fabric = new Fabric([5, 1, 8], SETTING, new SharedResources());
    const racks = Array.from({ length: fabric.nodes }, (_, node) => fabric.rackOf(node));
    expect(racks).toEqual([0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 4, 4, 4, 4]);
    expect(fabric.racks).toBe(5);
    expect(fabric.linkCount).toBe(2 * 14 + 2 * 5 * SETTING.spines);
  });
});
