import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../models/network/fabric.ts';
import { FabricRows, numbered } from '../../../models/network/fabric-rows.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { smallWorld } from '../world/small-world.ts';

const SETTING = {
  nodesPerRack: 2,
  spines: 2,
  hostLinkBitsPerSec: 800,
  uplinkBitsPerSec: 1600,
  linkLatencyNs: 0,
  switchLatencyNs: 0,
};

function written() {
  const world = smallWorld();
  const resources = new SharedResources();
  const fabric = new Fabric(3, SETTING, resources);
  const rows = new FabricRows(fabric, world.publish);
  rows.bear();
  for (let node = 0; node < 3; node++) world.publish.recorder.born(world.publish.table('nodes'), node, `n${node}`, 0);
  rows.bearLinks((node) => `n${node}`);
  const load = (link: number, bytesPerSec: number) => {
    const flow = resources.start(
      0,
      Infinity,
      Int32Array.of(fabric.resourceOf[link]!),
      Float64Array.of(1),
      1,
      bytesPerSec,
    );
    resources.settle(0);
    return flow;
  };
  return { world, resources, fabric, rows, load };
}

describe('numbered', () => {
  it('gives names that sort like numbers', () => {
    expect([0, 9, 10].map((index) => numbered('rack', index, 11))).toEqual(['rack-00', 'rack-09', 'rack-10']);
    expect(numbered('rack', 9, 10)).toBe('rack-9');
  });
});

describe('FabricRows', () => {
  it('writes racks, switches and links with their ends', async () => {
    const { world, fabric, rows } = written();
    fabric.setCarries(fabric.uplink(1, 0), false, 0);
    rows.health(fabric.uplink(1, 0));
    const state = await (await world.reopen()).stateAt(0);
    const links = state.table('links');
    expect(links.count).toBe(fabric.linkCount);
    expect(links.name(fabric.hostUp(2))).toBe('n2 to leaf-1');
    expect(links.name(fabric.downlink(0, 1))).toBe('spine-1 to leaf-0');
    const at = (name: string, row: number) => links.column(name)[row];
    expect([at('node', fabric.hostDown(2)), at('rack', fabric.hostDown(2)), at('spine', fabric.hostDown(2))]).toEqual([
      2, 1, -1,
    ]);
    // Spines stand behind the two leaves in the table of switches.
    expect([at('spine', fabric.uplink(1, 1)), at('node', fabric.uplink(1, 1))]).toEqual([3, -1]);
    expect([at('health', fabric.uplink(1, 0)), at('health', fabric.uplink(1, 1))]).toEqual([1, 0]);
    expect([...state.table('switches').column('kind')]).toEqual([0, 0, 1, 1]);
  });

  it('samples loads as shares of the capacity, mean and peak over leaves and spines only', async () => {
    const { world, fabric, rows, resources, load } = written();
    load(fabric.hostUp(0), 90);
    load(fabric.uplink(0, 1), 50);
    load(fabric.downlink(1, 1), 100);
    expect(rows.sample(resources)).toEqual({ mean: 0.75 / 8, peak: 0.5 });
    const state = await (await world.reopen()).stateAt(0);
    expect(state.table('links').column('load')[fabric.hostUp(0)]).toBeCloseTo(0.9, 6);
    expect([...state.table('racks').column('uplinkLoad')]).toEqual([0.25, 0]);
  });

  it('keeps quiet about changes below half a per cent, but never about the end of a load', async () => {
    const { world, fabric, rows, resources, load } = written();
    const link = fabric.hostUp(0);
    const first = load(link, 50);
    rows.sample(resources);
    const second = load(link, 0.4);
    rows.sample(resources);
    resources.stop(first, 0);
    resources.stop(second, 0);
    load(link, 0.1);
    rows.sample(resources);
    const trace = await world.reopen();
    const loads = (await trace.changes('links', link)).filter(({ column }) => column === 'load');
    expect(loads.map(({ value }) => value)).toEqual([0.5, expect.closeTo(0.001, 6)]);
  });

  it('writes scaled capacities', async () => {
    const { world, fabric, rows } = written();
    fabric.scaleUplinks(0.5, 0);
    rows.capacities();
    const capacity = (await (await world.reopen()).stateAt(0)).table('links').column('capacityBitsPerSec');
    expect([capacity[fabric.hostUp(0)], capacity[fabric.uplink(0, 0)]]).toEqual([800, 800]);
  });
});
