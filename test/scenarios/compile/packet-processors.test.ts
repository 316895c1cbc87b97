/** Flows get what broadcasts leave of a node's processors. */
import { describe, expect, it } from 'vitest';
import { Fabric } from '../../../models/network/fabric.ts';
import { Transport } from '../../../models/network/transport.ts';
import { PacketProcessors } from '../../../scenarios/compile/packet-processors.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';

const WHOLE_NS = 4e9;
const SETTING = {
  nodesPerRack: 2,
  spines: 1,
  hostLinkBitsPerSec: 1e12,
  uplinkBitsPerSec: 1e12,
  linkLatencyNs: 1000,
  switchLatencyNs: 1000,
};

function world() {
  const resources = new SharedResources();
  const fabric = new Fabric(2, SETTING, resources);
  const whole = new Float64Array(2).fill(WHOLE_NS);
  const transport = new Transport(fabric, resources, whole);
  return { resources, processors: new PacketProcessors(resources, transport, whole), transport };
}

/** A flow that node 0's processors bound: 1 ns a byte. */
function flowOn({ resources, transport }: ReturnType<typeof world>): number {
  return resources.start(0, 1e12, Int32Array.of(transport.processorOf(0)), Float64Array.of(1), 1);
}

describe('processors for packets', () => {
  it('a flow slows down by what broadcasts take, and the load counts both', () => {
    const at = world();
    const flow = flowOn(at);
    at.processors.setTaken(0, 1e9, 0);
    at.resources.settle(0);
    expect(at.resources.rate(flow)).toBeCloseTo(WHOLE_NS - 1e9, 0);
    expect(at.processors.loadOf(0)).toBe(1);
    expect(at.processors.loadOf(1)).toBe(0);
    expect(at.processors.broadcastLoadOf(0)).toBe(1);
    at.processors.setTaken(0, 0, 1);
    at.resources.settle(1);
    expect(at.resources.rate(flow)).toBeCloseTo(WHOLE_NS, 0);
  });

  it('pods that leave less and broadcasts that take more add up; a stormed node is slow and not stuck', () => {
    const at = world();
    const flow = flowOn(at);
    at.processors.setTaken(0, 1e9, 0);
    at.processors.setWhole(0, 3e9, 0);
    at.resources.settle(0);
    expect(at.resources.rate(flow)).toBeCloseTo(2e9, 0);
    at.processors.setTaken(0, 9e9, 1);
    at.resources.settle(1);
    expect(at.resources.rate(flow)).toBeCloseTo(1e6, 0);
  });
});
