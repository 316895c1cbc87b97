/** Autoscalers in the members of a federation, and nodes of members that die. */
import { describe, expect, it } from 'vitest';
import { federatedWorld } from './federated-world.ts';
import { recordedRun } from './recorded-run.ts';

const MEMBERS = 'federation:\n  clusters: [{ name: east }, { name: west }]\n';
const TWO = federatedWorld({
  replicas: 4,
  start: '5s',
  load: `  start: 30s
  services: [{ name: web, workers: 50, requests: [{ cpu: { exponential: { mean: 100ms } } }] }]
  sources: [{ name: visitors, to: web, rate: 20, near: east, timeout: 5s }]`,
}).concat(MEMBERS);
const SCALED = 'autoscalers: [{ target: web, min: 1, max: 12, cpu: 50% }]\n';

/** Figures of the run, and a column of a table by the names of its rows at some instants. */
async function columnOf(text: string, table: string, column: string, at: readonly number[]) {
  const { result, trace } = await recordedRun(text);
  const rows = [];
  for (const seconds of at) {
    const state = (await trace.stateAt(seconds * 1e9)).table(table);
    rows.push(
      Object.fromEntries(Array.from({ length: state.count }, (_, i) => [state.name(i), state.column(column)[i]!])),
    );
  }
  return { metrics: result.metrics, rows };
}

describe('an autoscaler of a workload of a federation', () => {
  it('looks at each member for itself, and the federation leaves it the number', async () => {
    const { rows, metrics } = await columnOf(TWO + SCALED, 'workloads', 'wanted', [20, 250, 890]);
    expect(rows[0]).toEqual({ 'east-web': 2, 'west-web': 2 });
    // Two cores at work, half a core of each pod: four pods; nobody asks the west, and it shrinks when its window of 300 s is over.
    expect(rows[1]!['east-web']).toBeGreaterThanOrEqual(3);
    expect(rows[1]!['east-web']).toBeLessThanOrEqual(6);
    expect(rows[1]!['west-web']).toBe(2);
    expect(rows[2]!['west-web']).toBe(1);
    expect(metrics['rescales']).toBeGreaterThan(1);
  });

  it('has the member that is left grow by its own load when the other one dies, and not by the division', async () => {
    const dies = `${TWO}  faults: [{ at: 400s, cluster: east }]\n`;
    const divided = await columnOf(dies, 'workloads', 'wanted', [399, 560]);
    expect(divided.rows).toEqual([
      { 'east-web': 2, 'west-web': 2 },
      { 'east-web': 2, 'west-web': 4 },
    ]);
    const scaled = await columnOf(dies + SCALED, 'workloads', 'wanted', [399, 560, 880]);
    expect(scaled.rows[0]!['west-web']).toBeLessThanOrEqual(2);
    // Callers come when their resolvers have forgotten the east, 180 s at most after the federation has.
    expect(scaled.rows[1]!['west-web']).toBeLessThanOrEqual(3);
    expect(scaled.rows[2]!['west-web']).toBeGreaterThanOrEqual(3);
  });
});

describe('a node of a member that dies', () => {
  it('has its pods evicted in its own cluster, and no other', async () => {
    const { rows, metrics } = await columnOf(
      `${TWO}faults: [{ at: 100s, node: west-node-0 }]\n`,
      'clusters',
      'ready',
      [99, 200, 890],
    );
    expect(rows).toEqual([
      { east: 2, west: 2 },
      { east: 2, west: 1 },
      { east: 2, west: 2 },
    ]);
    expect(metrics['podsEvicted']).toBe(1);
    // Silent for 50 s, then tolerated for 300 s.
    expect(metrics['wholeAgain']! / 1e9).toBeGreaterThan(350);
    expect(metrics['wholeAgain']! / 1e9).toBeLessThan(420);
  });

  it('may be one of a zone, which is one of its region', async () => {
    const { rows } = await columnOf(`${TWO}faults: [{ at: 100s, zone: east-a }]\n`, 'clusters', 'ready', [200]);
    expect(rows[0]).toEqual({ east: 0, west: 2 });
  });
});
