import { describe, expect, it } from 'vitest';
import { NO_NODE_AFFINITY } from '../../../models/cluster/node-selector.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import { NOWHERE, Residents } from '../../../models/cluster/residents.ts';
import { HEALTH, PHASE } from '../../../models/world/catalog.ts';
import { smallWorld } from '../world/small-world.ts';

const SHAPE = { tolerations: [], nodeSelector: {}, nodeAffinity: NO_NODE_AFFINITY, gpuModels: [] };
const SHAPES: PodShape[] = [
  { ...SHAPE, name: 'plain', cpuMilli: 500, memoryMib: 256, gpus: 0, gpuMilli: 0 },
  { ...SHAPE, name: 'gpu', cpuMilli: 1000, memoryMib: 1024, gpus: 2, gpuMilli: 1000 },
];
const PODS = ['a', 'b', 'c'].map((name, index) => ({ name, shape: index === 2 ? 1 : 0, service: 0 }));

function node(name: string, rack: number) {
  const amounts = { cpuMilli: 8000, memoryMib: 4096, gpus: 4 };
  return { name, rack, labels: {}, taints: [], capacity: amounts, allocatable: amounts, gpuModel: 'T4', podsMax: 110 };
}

/** Pods a and c on node 1, b on node 0; node 2 stands in another rack. */
function housed() {
  const world = smallWorld();
  const { recorder } = world.publish;
  for (const rack of [0, 1]) recorder.born(world.publish.table('racks'), rack, `rack-${rack}`);
  recorder.born(world.publish.table('services'), 0, 'web-0');
  const residents = new Residents([node('n0', 0), node('n1', 0), node('n2', 1)], PODS, SHAPES, world.publish);
  residents.bearNodes();
  for (const pod of [2, 0, 1]) residents.bearPod(pod);
  residents.settle(2, 1);
  residents.settle(0, 1);
  residents.settle(1, 0);
  return { world, residents };
}

describe('Residents', () => {
  it('knows who stands where, and what that takes', () => {
    const { residents } = housed();
    expect([residents.on(0), residents.on(1), residents.on(2)]).toEqual([[1], [2, 0], []]);
    expect([...residents.nodeOf]).toEqual([1, 0, 1]);
    expect([0, 1, 2].map((index) => residents.requestedMilli(index))).toEqual([500, 1500, 0]);
    expect(residents.running).toBe(3);
    expect([0, 1, 2].map((pod) => residents.row(pod))).toEqual([1, 2, 0]);
  });

  it('loses the pods of a node with it, once', () => {
    const { residents } = housed();
    expect(residents.kill(1)).toEqual([2, 0]);
    expect([...residents.nodeOf]).toEqual([NOWHERE, 0, NOWHERE]);
    expect([residents.running, residents.requestedMilli(1), residents.on(1).length]).toEqual([1, 0, 0]);
    expect([...residents.alive]).toEqual([1, 0, 1]);
    expect(() => residents.kill(1)).toThrow(/dead already/);
    expect(() => residents.settle(0, 1)).toThrow(/node 1 is dead/);
  });

  it('refuses two nodes for one pod, and the burial of a pod that runs', () => {
    const { residents } = housed();
    expect(() => residents.settle(0, 2)).toThrow(/pod 0 stands on node 1/);
    expect(() => residents.bury(0)).toThrow(/pod 0 still runs on node 1/);
  });

  it('gives a pod that moves on a new row', async () => {
    const { world, residents } = housed();
    residents.kill(1);
    residents.bury(2);
    expect(residents.row(2)).toBe(NOWHERE);
    residents.bearPod(2);
    residents.settle(2, 2);
    expect([residents.row(2), residents.running]).toEqual([3, 2]);
    const pods = (await (await world.reopen()).stateAt(0)).table('pods');
    expect([...pods.alive.subarray(0, 4)]).toEqual([0, 1, 1, 1]);
    expect([pods.name(3), pods.column('node')[3], pods.column('phase')[3]]).toEqual(['c', 2, PHASE.running]);
  });

  it('records nodes, racks and pods as they are', async () => {
    const { world, residents } = housed();
    residents.kill(0);
    const state = await (await world.reopen()).stateAt(0);
    const nodes = state.table('nodes');
    const column = (name: string) => [...nodes.column(name)];
    expect(column('health')).toEqual([HEALTH.dead, HEALTH.ready, HEALTH.ready]);
    expect(column('healthBelieved')).toEqual([HEALTH.ready, HEALTH.ready, HEALTH.ready]);
    expect([column('pods'), column('cpuMilliRequested')]).toEqual([
      [0, 2, 0],
      [0, 1500, 0],
    ]);
    expect([column('memoryMibRequested'), column('gpuMilliRequested')]).toEqual([
      [0, 1280, 0],
      [0, 2000, 0],
    ]);
    expect(column('gpuMilliAllocatable')).toEqual([4000, 4000, 4000]);
    expect([...state.table('racks').column('podsRunning')]).toEqual([2, 0]);
    const phases = [...state.table('pods').column('phase')];
    expect(phases).toEqual([PHASE.running, PHASE.running, PHASE.lost]);
    expect([...state.table('pods').column('gpuMilli')]).toEqual([2000, 0, 0]);
  });

  it('records why a pod waits', async () => {
    const { world, residents } = housed();
    residents.kill(0);
    residents.bury(1);
    residents.bearPod(1);
    residents.wait(1, PHASE.noAddress);
    const pods = (await (await world.reopen()).stateAt(0)).table('pods');
    expect([pods.column('phase')[3], pods.column('node')[3]]).toEqual([PHASE.noAddress, -1]);
  });
});
