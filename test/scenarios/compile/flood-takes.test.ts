/** What floods take of links and processors of a run, by the numbers that a window tells. */
import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../models/network/fabric.ts';
import { FabricRows } from '../../../models/network/fabric-rows.ts';
import { TrunkFloods } from '../../../models/network/layer2/trunk-floods.ts';
import { Transport } from '../../../models/network/transport.ts';
import { FloodTakes } from '../../../scenarios/compile/flood-takes.ts';
import { PacketProcessors } from '../../../scenarios/compile/packet-processors.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { smallWorld } from '../../models/world/small-world.ts';

const SETTING = {
  nodesPerRack: 2,
  spines: 2,
  hostLinkBitsPerSec: 8e6,
  uplinkBitsPerSec: 8e6,
  linkLatencyNs: 1000,
  switchLatencyNs: 1000,
};

function world(nodes = 4) {
  const resources = new SharedResources();
  const fabric = new Fabric(nodes, SETTING, resources);
  const whole = new Float64Array(nodes).fill(1e9);
  const transport = new Transport(fabric, resources, whole);
  const processors = new PacketProcessors(resources, transport, whole);
  const trunks = new TrunkFloods(fabric.racks);
  let changes = 0;
  const takes = new FloodTakes({ processors, fabric, trunks, now: () => 0, changed: () => changes++ });
  const capacity = (link: number) => resources.capacityOf(fabric.resourceOf[link]!);
  return { resources, fabric, transport, processors, trunks, takes, capacity, changes: () => changes };
}

describe('floods of a run', () => {
  it('take 84 bytes a frame of the links of a node, each way by itself, and processor time', () => {
    const { takes, capacity, fabric, processors, changes } = world();
    takes.nodeTakes(1, { nsPerSec: 0.25e9, outPerSec: 100, inPerSec: 1000 });
    expect(capacity(fabric.hostUp(1))).toBe(1e6 - 100 * 84);
    expect(capacity(fabric.hostDown(1))).toBe(1e6 - 1000 * 84);
    expect(capacity(fabric.hostDown(0))).toBe(1e6);
    expect(processors.broadcastLoadOf(1)).toBe(0.25);
    expect(changes()).toBe(1);
  });

  it('go up once and down to every other rack, evenly over the spines, and are gone a window later', () => {
    const { takes, capacity, fabric, trunks, changes } = world();
    // In a tenth of a second: 400 broadcasts of rack 0, 200 strays that only rack 1 need not have got.
    for (let i = 0; i < 400; i++) trunks.broadcast(0);
    for (let i = 0; i < 200; i++) trunks.stray(1, 0, 0);
    takes.windowEnds();
    for (const spine of [0, 1]) {
      expect(capacity(fabric.uplink(0, spine))).toBe(1e6 - (4000 * 84) / 2);
      expect(capacity(fabric.downlink(1, spine))).toBe(1e6 - (6000 * 84) / 2);
      expect(capacity(fabric.downlink(0, spine))).toBe(1e6);
    }
    takes.windowEnds();
    expect(capacity(fabric.uplink(0, 0))).toBe(1e6);
    // A window that changes nothing asks nobody to share anew.
    takes.windowEnds();
    expect(changes()).toBe(2);
  });

  it('one rack alone puts nothing on its spines', () => {
    const { takes, capacity, fabric, trunks } = world(2);
    for (let i = 0; i < 400; i++) trunks.broadcast(0);
    takes.windowEnds();
    expect(capacity(fabric.uplink(0, 0))).toBe(1e6);
  });

  it('stand in the load of links beside flows', () => {
    const { takes, fabric, resources, trunks } = world();
    const { publish } = smallWorld();
    const rows = new FabricRows(fabric, publish);
    rows.bear();
    for (let node = 0; node < 4; node++) publish.recorder.born(publish.table('nodes'), node, `n${node}`);
    rows.bearLinks((node) => `n${node}`);
    for (let i = 0; i < 400; i++) trunks.broadcast(0);
    takes.windowEnds();
    resources.settle(0);
    const share = (4000 * 84) / 2 / 1e6;
    // Of two racks with two trunks up and two down: up from one, down to the other.
    expect(rows.sample(resources)).toEqual({ mean: share / 2, peak: share });
  });
});
