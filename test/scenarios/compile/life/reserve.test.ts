import { describe, expect, it } from 'vitest';
import { Presence } from '../../../../models/cluster/control-plane/presence.ts';
import { Reserve } from '../../../../scenarios/compile/life/reserve.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

const SECOND = 1e9;
const node = { cpuMilli: 4000, memoryMib: 8192 };

/** Shops beside pause pods of half a processor, whose numbers tests change. */
function world(measure: object) {
  const sim = new Simulation();
  const replicas = [6, 1, 2];
  const nodes = [node, node, node];
  const scaled: [second: number, workload: number, replicas: number][] = [];
  const shapes = [
    ['shop', { cpuMilli: 1000, memoryMib: 512 }],
    ['reserve', { cpuMilli: 500, memoryMib: 512 }],
    ['store', { cpuMilli: 500, memoryMib: 2048 }],
  ] as const;
  const file = { cpu: 500, memory: 512, ...measure };
  const server = new Presence();
  const reserve = new Reserve(sim, file as never, {
    server,
    workloads: shapes.map(([name, shape], workload) => ({ name, shape, replicas: () => replicas[workload]! })),
    nodes: () => nodes,
    scaleTo: (workload, count) => {
      scaled.push([sim.nowNs / SECOND, workload, count]);
      replicas[workload] = count;
    },
  });
  reserve.begin();
  return { sim, server, replicas, nodes, scaled };
}

describe('a reserve of pause pods', () => {
  it('follows what the others request, looked at each ten seconds, and leaves its own pods out', () => {
    const { sim, replicas, scaled } = world({ requests: 0.2 });
    sim.run(35 * SECOND);
    // A fifth of 6 x 1 + 2 x 0.5 processors, in halves.
    expect(scaled).toEqual([[10, 1, 3]]);
    replicas[0] = 16;
    sim.run(39 * SECOND);
    expect(scaled).toHaveLength(1);
    sim.run(65 * SECOND);
    expect(scaled.slice(1)).toEqual([[40, 1, 7]]);
    replicas[0] = 0;
    replicas[2] = 0;
    sim.run(75 * SECOND);
    expect(scaled.at(-1)).toEqual([70, 1, 0]);
  });

  it('follows the nodes that there are where it is a share of what they offer', () => {
    const { sim, nodes, scaled } = world({ capacity: 0.25 });
    sim.run(15 * SECOND);
    nodes.push(node);
    sim.run(25 * SECOND);
    nodes.length = 1;
    sim.run(45 * SECOND);
    expect(scaled).toEqual([
      [10, 1, 6],
      [20, 1, 8],
      [30, 1, 2],
    ]);
  });

  it('stays what it is where it is counted in largest pods', () => {
    const { sim, replicas, scaled } = world({ largestPods: 3 });
    sim.run(15 * SECOND);
    replicas[0] = 100;
    sim.run(95 * SECOND);
    expect(scaled).toEqual([[10, 1, 3]]);
  });

  it('measures nothing while the API server is away, and again when it is back', () => {
    const { sim, server, replicas, scaled } = world({ requests: 0.2 });
    sim.run(15 * SECOND);
    server.leave();
    replicas[0] = 16;
    sim.run(45 * SECOND);
    expect(scaled).toEqual([[10, 1, 3]]);
    server.comeBack(false);
    sim.run(66 * SECOND);
    expect(scaled).toHaveLength(2);
  });
});
