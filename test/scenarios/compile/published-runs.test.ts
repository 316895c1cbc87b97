/**
 * The published tables once more, by whole scenarios: two nodes of one rack, one caller, one flow after another. Every two rows
 * that differ by more than a tenth must come out in the right order in what runs, and not only in the models' formulas.
 */
import { describe, expect, it } from 'vitest';
import { schemeNamed } from '../../../models/schemes/index.ts';
import { type Pair, pairsOf } from '../../models/machine/published-order.ts';
import { type Column, PUBLISHED, type Published, type PublishedRow } from '../../models/machine/published-tables.ts';
import { planOfText, runAll } from './small-worlds.ts';

const FLOW_BYTES = 1 << 28;
/** A question that is one packet in every scheme. */
const QUESTION_BYTES = 64;
const NODES_OF_ONE_POD = { count: 2, cpu: 8, podCpu: 5 } as const;
const ONE_NODE = { count: 1, cpu: 16, podCpu: 5 } as const;

const shown = (pair: Pair): string => `${pair.table} ${pair.column}: ${pair.larger} above ${pair.smaller}`;

/** Runs a row's scheme and gives what its column measures: bit/s of one flow, or ns of a question and its answer. */
function measured(row: PublishedRow, column: Column, table: Published, processorSpeed: number): number {
  const nodes = column === 'tcp-same-node' ? ONE_NODE : NODES_OF_ONE_POD;
  const size = column === 'rr' ? QUESTION_BYTES : FLOW_BYTES;
  const scheme = schemeNamed(row.scheme!)!;
  const plan = planOfText(`
wavetank: 1
title: One pair
question: What does one stream carry?
duration: 120s
cluster:
  nodes: [{ count: ${nodes.count}, name: node, cpu: ${nodes.cpu}, memory: 64Gi }]
  pods:
    - { count: 1, name: caller, cpu: ${nodes.podCpu}, memory: 64Mi, replicas: 1 }
    - { count: 1, name: callee, cpu: ${nodes.podCpu}, memory: 64Mi, replicas: 1 }
machine: { podCpuUse: 0% }
fabric: { nodesPerRack: 2, spines: 1, hostLink: ${table.linkBitsPerSec / 1e9}Gbps, uplink: ${table.linkBitsPerSec / 1e9}Gbps }
services: { calls: [{ from: caller, to: callee }] }
traffic:
  talkers:
    - { name: pair, rate: 0.1, size: { constant: ${size}B }, protocol: ${column === 'udp' ? 'udp' : 'tcp'}, measures: latency }
environments:
  bed: { use: machine-room-bgp, underlayMtu: ${row.podMtu + scheme.mtuReserveBytes} }
environment: bed
assume: { nodeCpu: ${processorSpeed} }
vary: { scheme: [${row.scheme}] }
`);
  expect(plan.alternatives[0]!.podMtu).toBe(row.podMtu);
  const { metrics } = [...runAll(plan, 'published/0').values()][0]!;
  const ns = metrics['latencyP50']! * 1e9;
  expect(ns).toBeGreaterThan(0);
  return column === 'rr' ? ns : (size * 8 * 1e9) / ns;
}

/** The table without rows of ways that no scheme goes. */
function withSchemes(table: Published): Published {
  return { ...table, rows: table.rows.filter(({ scheme }) => scheme !== undefined) };
}

describe('published tables, by scenarios', () => {
  it.each(PUBLISHED.map((table) => [table.table, withSchemes(table)] as const))(
    '%s: what runs comes out in the right order, wherever two rows differ by more than a tenth',
    (_, table) => {
      const pairs = pairsOf(table, true, measured);
      const wrong = pairs.filter(({ right }) => !right).map(shown);
      process.stdout.write(`${table.table}: ${pairs.length - wrong.length} of ${pairs.length} pairs in order\n`);
      expect(pairs.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    },
  );
});
