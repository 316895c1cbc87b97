/** What a scenario may ask of its intervals and of its warm-up. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { warningsOf } from '../../../scenarios/document/precision-check.ts';
import { halfWidthOf } from '../../../scenarios/document/precision-schema.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;
const LINES = FIRST.trimEnd().split('\n').length;

function problemsIn(text: string): readonly string[] {
  try {
    loadScenario(text, 'a.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}; ${p.expected}; ${p.hint}`);
  }
}

const asking = (precision: string): string => `${FIRST.trimEnd()}\nprecision: { ${precision} }\n`;

describe('decide', () => {
  it('names each measure once; a second time is a problem with its place', () => {
    expect(problemsIn(`${FIRST.trimEnd()}\ndecide: [goodput, latencyP50, goodput]\n`)).toEqual([
      `${LINES + 1}:31 decide.2: used twice; each measure once; remove it here: the first place counts`,
    ]);
  });
});

describe('precision', () => {
  it('is filled in: a pilot of ten, two hundred at most, of the figures themselves', () => {
    const { precision } = loadScenario(asking('metric: goodput, halfWidth: 5%'), 'a.yaml', bundledLibrary);
    expect(precision).toEqual({ metric: 'goodput', halfWidth: '5%', of: 'values', pilot: 10, most: 200 });
  });

  it('with one run as its pilot is a problem with its place', () => {
    expect(problemsIn(asking('metric: goodput, halfWidth: 5%, pilot: 1'))).toEqual([
      `${LINES + 1}:53 precision.pilot: an interval needs at least two replications; at least 2; ten is usual`,
    ]);
  });

  it('tells every other problem too', () => {
    const problems = problemsIn(asking('metric: goodput, halfWidth: 5, pilot: 20, most: 10'));
    expect(problems.map((text) => text.replace(/^\S+ /, ''))).toEqual([
      'precision.halfWidth: the unit is missing; a bandwidth with its unit, such as 10Gbps or 500Mbps; write 5Gbps',
      'precision.most: fewer replications than the pilot has; at least 20; write a larger most, or a smaller pilot',
    ]);
    expect(problemsIn(asking('metric: goodputs, halfWidth: 5%'))[0]).toMatch(
      /precision\.metric: .* did you mean goodput\?/,
    );
  });

  it.each([
    ['goodput', '5%', 0.05, true],
    ['goodput', '20Mbps', 20e6, false],
    ['latencyP99', '20us', 20_000, false],
    ['cpuPerGigabyte', '10ms', 0.01, false],
    ['bytesLost', '1MB', 1e6, false],
    ['hops', 0.5, 0.5, false],
    ['uplinkLoadMean', 0.02, 0.02, false],
  ])('reads the half-width of %s from %s in the unit of the metric', (metric, halfWidth, value, relative) => {
    expect(halfWidthOf({ metric, halfWidth })).toEqual({ ok: true, halfWidth: value, relative });
  });

  it.each([
    ['goodput', '0%'],
    ['goodput', '5'],
    ['hops', 'five'],
    ['hops', 0],
    ['hops', -1],
    ['latencyP50', '10Mbps'],
  ])('refuses for %s the half-width %s', (metric, halfWidth) => {
    expect(halfWidthOf({ metric, halfWidth }).ok).toBe(false);
  });
});

describe('one replication', () => {
  it('gives no interval, which is told before the run', () => {
    const warned = (...changes: string[]) => warningsOf(loadScenario(FIRST, 'a.yaml', bundledLibrary, changes));
    expect(warned('replications=1')).toEqual([expect.stringMatching(/^One replication gives no interval/)]);
    expect(warned('replications=2')).toEqual([]);
    expect(warned('replications=1', 'precision.metric=goodput', 'precision.halfWidth=5%')).toEqual([]);
  });
});

describe('a warm-up', () => {
  const warmedUp = (warmUp: string): string => FIRST.replace('  start: 1s\n', `  start: 1s\n  warmUp: ${warmUp}\n`);

  it('is none, a length, or found', () => {
    const read = (text: string) => loadScenario(text, 'a.yaml', bundledLibrary).traffic.warmUp;
    expect([read(FIRST), read(warmedUp('2s')), read(warmedUp('auto'))]).toEqual([0, 2e9, 'auto']);
  });

  it('must leave something to count', () => {
    expect(problemsIn(warmedUp('8999ms'))).toEqual([]);
    expect(problemsIn(warmedUp('9s'))[0]).toMatch(/traffic\.warmUp: nothing is left to count: .*; less than 9s; /);
    expect(problemsIn(warmedUp('soon'))[0]).toMatch(/traffic\.warmUp: /);
  });
});
