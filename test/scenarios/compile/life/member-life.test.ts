import { describe, expect, it } from 'vitest';
import { MemberLife } from '../../../../scenarios/compile/life/member-life.ts';

const SECOND = 1e9;
const NONE = -1;

/** A member of three nodes and one workload whose pods tests place. */
function world(retains = false) {
  const told: number[] = [];
  const controller = {
    replicas: 3,
    ready: 1,
    placed: 1,
    activeCount: 3,
    active: () => [0, 1, 2],
    scaleTo: (count: number) => {
      controller.replicas = count;
    },
  };
  const pods = { node: [0, NONE, NONE], createdNs: [0, 100 * SECOND, 130 * SECOND] };
  const state = { nowNs: 160 * SECOND, ready: [true, true, true], cordoned: [false, false, false] };
  const requested = [
    { cpuMilli: 500, memoryMib: 100, pods: 1 },
    { cpuMilli: 5000, memoryMib: 9000, pods: 12 },
    { cpuMilli: 0, memoryMib: 0, pods: 0 },
  ];
  const allocatable = { cpuMilli: 4000, memoryMib: 8192 };
  const life = {
    get nowNs() {
      return state.nowNs;
    },
    cluster: { pods, scheduler: { nodeChanges: 5, requested: (node: number) => requested[node]! } },
    controllers: [controller],
    place: { nodes: requested.map(() => ({ allocatable, podsMax: 10 })) },
    roster: {
      beliefs: 2,
      isReady: (node: number) => state.ready[node]!,
      isCordoned: (node: number) => state.cordoned[node]!,
    },
    scale: (_workload: number, count: number, by: string) => {
      expect(by).toBe('federation');
      told.push(count);
      controller.scaleTo(count);
    },
  };
  const file = { name: 'north', provider: 'ours', region: 'here', zone: 'a' };
  return {
    member: new MemberLife(
      file as never,
      life as never,
      () => true,
      () => retains,
    ),
    life,
    state,
    controller,
    told,
  };
}

describe('a member as its federation sees it', () => {
  it('says of a pod without a node that it is unschedulable from a minute on', () => {
    const { member, state, controller } = world();
    expect(member.replicasOf(0)).toEqual({ assigned: 3, ready: 1, unschedulable: 1 });
    state.nowNs = 160 * SECOND - 1;
    expect(member.replicasOf(0).unschedulable).toBe(0);
    state.nowNs = 190 * SECOND;
    expect(member.replicasOf(0).unschedulable).toBe(2);
    controller.placed = controller.activeCount;
    expect(member.replicasOf(0).unschedulable).toBe(0);
  });

  it('has the room that pods leave on nodes that take any, and never less than none', () => {
    const { member, state } = world();
    const room = (): readonly (readonly number[])[] =>
      [0, 1, 2].map((node) => [
        member.room.freeCpuMilli(node),
        member.room.freeMemoryMib(node),
        member.room.freePods(node),
      ]);
    const [some, none, all] = [
      [3500, 8092, 9],
      [0, 0, 0],
      [4000, 8192, 10],
    ] as const;
    expect(member.room.nodes).toBe(3);
    expect(room()).toEqual([some, none, all]);
    state.ready[0] = false;
    expect(room()).toEqual([none, none, all]);
    state.ready[0] = true;
    state.cordoned[2] = true;
    expect(room()).toEqual([some, none, none]);
  });

  it('is told as another room when nodes or what is believed of them have changed', () => {
    const { member, life } = world();
    const before = member.room.version;
    life.cluster.scheduler.nodeChanges++;
    const between = member.room.version;
    life.roster.beliefs++;
    expect(new Set([before, between, member.room.version]).size).toBe(3);
  });

  it('keeps the number that its own autoscaler found, and is told only whether there are any', () => {
    const scaled = (retains: boolean): number[] => {
      const { member, told } = world(retains);
      for (const count of [5, 0, 2, 7]) member.setReplicas(0, count);
      return told;
    };
    expect(scaled(false)).toEqual([5, 0, 2, 7]);
    expect(scaled(true)).toEqual([0, 2]);
  });
});
