/** Nodes that join while a run goes: what they get of pods, and what they are told. */
import { describe, expect, it } from 'vitest';
import { startRun } from '../../../scenarios/compile/index.ts';
import { joiningNodes } from '../../../scenarios/compile/node-joins.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';
import { planOf, runAll } from './small-worlds.ts';

const NAME = 'controller-away';
const OF = (variant: string, ...changes: string[]) =>
  runAll(planOf(NAME, 'vary.scheme=[flannel-vxlan]', `vary.variant=[${variant}]`, ...changes), 'joins').get(
    `flannel-vxlan/${variant}`,
  )!;

function problemsOf(...changes: string[]): string {
  try {
    loadScenario(bundledLibrary.scenario(NAME)!, `${NAME}.yaml`, bundledLibrary, changes);
    return '';
  } catch (problem) {
    if (!(problem instanceof ScenarioProblems)) throw problem;
    return problem.message;
  }
}

describe('a node that joins', () => {
  it('is one of the last, and those before it are there from the start', () => {
    const { document } = planOf(NAME, 'cluster.joins=[{ at: 5s, count: 2 }, { at: 9s, count: 1 }]').alternatives[0]!;
    expect(joiningNodes(document)).toEqual([
      { node: 21, atNs: 5e9 },
      { node: 22, atNs: 5e9 },
      { node: 23, atNs: 9e9 },
    ]);
  });

  it('holds no pod before, and takes those of a node that died', () => {
    const plan = planOf(NAME, 'vary.scheme=[flannel-vxlan]', 'vary.variant=[node-joins]');
    const run = startRun(plan, 'flannel-vxlan/node-joins', 'joins');
    run.advance(11e9);
    expect(run.finish().metrics).toMatchObject({ podsAtEnd: 240, flowsFailed: 0 });
    // Without room elsewhere the pods of the dead node have only the new one.
    const full = 'cluster.pods.0.count=360';
    expect(OF('node-dies', full).metrics['podsAtEnd']).toBe(345);
    expect(OF('node-joins', full).metrics['podsAtEnd']).toBe(360);
  });

  it('reaches nobody and is reached by nobody until the server that was away is back', () => {
    const [there, away] = [OF('node-joins').metrics, OF('node-joins-while-away').metrics];
    expect(there['joinedToldMax']).toBeLessThan(0.1e9);
    expect(there['flowsFailed']).toBe(0);
    // It joined at 12 s, and the server was back at 70 s.
    expect(away['joinedToldMax']).toBeGreaterThan(58e9);
    expect(away['connectionsUntold']).toBeGreaterThan(500);
    expect(away['flowsFailed']).toBeGreaterThan(100);
    expect(OF('node-dies-while-away').metrics['flowsFailed']).toBe(0);
  });

  it('waits as long as the server is away', () => {
    const told = [20, 40, 60].map((seconds) => {
      const away = `variants.node-joins-while-away.faults.0.for=${seconds}s`;
      return OF('node-joins-while-away', away).metrics['joinedToldMax']!;
    });
    expect(told[1]!).toBeGreaterThan(told[0]! + 10e9);
    expect(told[2]!).toBeGreaterThan(told[1]!);
  });
});

describe('joining that cannot be', () => {
  it.each([
    ['cluster.joins=[{ at: 5s, count: 24 }]', 'fewer than 24 nodes'],
    ['cluster.joins=[{ at: 5s, count: 1 }, { at: 4s, count: 1 }]', 'not before 5s'],
    ['cluster.joins=[{ at: 200s, count: 1 }]', 'but the run ends at'],
  ])('%s is refused', (change, words) => {
    expect(problemsOf(change)).toContain(words);
  });
});
