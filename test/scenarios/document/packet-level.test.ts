/** Problems of `packetLevel`: where, what was expected, what to do. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;

function problemsIn(section: string): readonly string[] {
  try {
    loadScenario(`${FIRST}packetLevel: ${section}\n`, 'a.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.path}: ${p.message}; ${p.expected}; ${p.hint}`);
  }
}

describe('packetLevel', () => {
  it('may be empty, a window, or some links', () => {
    for (const section of [
      '{}',
      '{ from: 1s, to: 2s }',
      '{ links: [{ rack: any }, { node: any }, { link: any-uplink }, { link: { rack: 0, spine: 0 } }] }',
      '{ queue: 100, markFrom: 20, tcp: dctcp }',
    ])
      expect(problemsIn(section), section).toEqual([]);
  });

  it('has a window within the run', () => {
    expect(problemsIn('{ from: 2s, to: 1s }')).toEqual([
      'packetLevel.to: packets end at 1s, but begin at 2s; more than 2s; write a window within the run',
    ]);
    expect(problemsIn('{ from: 10s }')[0]).toContain('packetLevel.from: packets begin at 10s, but the run ends at 10s');
    expect(problemsIn('{ to: 11s }')[0]).toContain('packetLevel.to: packets end at 11s, but the run ends at 10s');
  });

  it('names links that are there, one way each', () => {
    expect(problemsIn('{ links: [{ rack: 99 }] }')[0]).toContain('packetLevel.links.0.rack: there is no rack 99');
    expect(problemsIn('{ links: [{ node: nobody }] }')[0]).toContain(
      'packetLevel.links.0.node: there is no node of this',
    );
    expect(problemsIn('{ links: [{ link: { rack: 0, spine: 99 } }] }')[0]).toContain('there is no spine 99');
    expect(problemsIn('{ links: [{ rack: 0, node: any }] }')[0]).toContain('packetLevel.links.0');
    expect(problemsIn('{ links: [] }')[0]).toContain('packetLevel.links');
  });

  it('has marks only where somebody heeds them, and before the queue is full', () => {
    expect(problemsIn('{ markFrom: 20 }')[0]).toContain('packetLevel.markFrom: nobody heeds marks');
    expect(problemsIn('{ tcp: ecn }')[0]).toContain('packetLevel.tcp: no port marks');
    expect(problemsIn('{ queue: 20, markFrom: 20, tcp: ecn }')[0]).toContain('less than 20');
    expect(problemsIn('{ queue: 0 }')[0]).toContain('packetLevel.queue');
  });
});
