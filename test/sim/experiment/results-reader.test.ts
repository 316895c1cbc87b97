import { describe, expect, it } from 'vitest';
import type { ComparisonResult } from '../../../sim/experiment/results.ts';
import { RESULTS_VERSION } from '../../../sim/experiment/results.ts';
import { ResultsProblem, readComparison } from '../../../sim/experiment/results-reader.ts';

const estimate = { mean: 3, low: 2.5, high: 3.5, replications: 10 };

const good: ComparisonResult = {
  format: 'wavetank-comparison',
  version: RESULTS_VERSION,
  wavetank: '0.1.0',
  scenario: { name: 'demo', title: 'Demo', question: 'Which?', digest: 'abc' },
  seed: '1',
  replications: 10,
  confidence: 0.95,
  interrupted: false,
  assumptions: [],
  leftOut: ['protocols'],
  metrics: [{ key: 'p99', label: 'p99', unit: 'ms', better: 'lower', help: '' }],
  alternatives: [
    {
      name: 'flannel/room',
      axes: { scheme: 'flannel' },
      scheme: 'flannel',
      environment: 'room',
      placement: 'spread',
      verdict: 'restricted',
      because: [{ rule: 'r', hop: 'h', header: 'x', condition: 'c', words: 'w' }],
      connected: { fromPods: 'yes', toPods: 'no', podAddressesVisible: false },
      changes: [{ words: 'a route', count: 3, closedForm: true }],
      risks: [{ words: 'a peer' }],
      wiring: { layer: '3', traversal: 'overlay', isolation: 'none' },
      metrics: { p99: estimate, single: { mean: 1, low: null, high: null, replications: 1 } },
      digests: ['d0'],
    },
  ],
  differences: [{ a: 'x', b: 'y', metric: 'p99', mean: 0, low: null, high: null }],
  command: 'wavetank compare demo',
};

/** The good file as JSON with one place changed. */
function spoiled(path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(good));
  const steps = path.split('.');
  let at = copy;
  for (const step of steps.slice(0, -1)) at = at[step];
  at[steps[steps.length - 1]] = value;
  return copy;
}

describe('reading a comparison', () => {
  it('takes what was written, and keys of its future', () => {
    expect(readComparison(JSON.parse(JSON.stringify(good)))).toEqual(good);
    expect(() => readComparison(spoiled('later', { more: 1 }))).not.toThrow();
  });

  it.each([null, 3, 'text', [], {}, { format: 'wavetank-run' }])('says that %j is no comparison', (json) => {
    expect(() => readComparison(json)).toThrow(/not the result of a comparison.*wavetank compare --out/);
  });

  it('says that a newer file needs a newer program', () => {
    const newer = spoiled('version', RESULTS_VERSION + 1);
    expect(() => readComparison(newer)).toThrow(
      new RegExp(`version ${RESULTS_VERSION + 1} .* up to ${RESULTS_VERSION}`),
    );
    expect(() => readComparison(newer)).toThrow(ResultsProblem);
    expect(() => readComparison(spoiled('version', '1'))).toThrow(/"version" .* not a number/);
  });

  it.each([
    ['scenario', undefined, /scenario should be an object/],
    ['scenario.title', 4, /scenario\.title should be a text/],
    ['alternatives', {}, /alternatives should be a list/],
    ['alternatives.0.verdict', 'maybe', /alternatives\[0\]\.verdict should be one of allowed, restricted, refused/],
    ['alternatives.0.metrics.p99.mean', null, /alternatives\[0\]\.metrics\.p99\.mean should be a number/],
    ['alternatives.0.metrics.p99.low', 'x', /metrics\.p99\.low should be a number/],
    ['alternatives.0.because.0.hop', undefined, /because\[0\]\.hop should be a text/],
    ['alternatives.0.changes.0.count', 'many', /changes\[0\]\.count should be a number/],
    ['metrics.0.better', 'more', /metrics\[0\]\.better should be one of/],
    ['alternatives.0.metrics.p99.low', 3.6, /p99 should be an interval whose low is not above its high/],
    ['alternatives.0.metrics.p99.replications', 1.5, /replications should be a whole number from 0 on/],
    ['differences.0', { ...good.differences[0], low: 1, high: 0 }, /differences\[0\] should be an interval/],
    ['differences.0.tolerance', Infinity, /tolerance should be a number/],
    ['confidence', 1, /confidence should be a number between 0 and 1/],
    ['replications', -1, /replications should be a whole number/],
    ['alternatives', new Array(10_001).fill({}), /alternatives should be a list of at most 10000 entries/],
    ['differences', new Array(500_001).fill({}), /differences should be a list of at most 500000 entries/],
    ['interrupted', 'no', /interrupted should be true or false/],
  ])('names the damaged place %s', (path, value, message) => {
    expect(() => readComparison(spoiled(path, value))).toThrow(message);
  });
});
