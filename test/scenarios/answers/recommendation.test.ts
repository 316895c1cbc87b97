/** Corrected differences and what is recommended from them, on made-up results whose right answer is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownSign, tooManyPairs } from '../../../scenarios/answers/difference.ts';
import { CHANGES_STEP, recommendationsOf } from '../../../scenarios/answers/recommendation.ts';
import type { AlternativeResult, ComparisonResult, Difference } from '../../../sim/experiment/results.ts';
import { readComparison } from '../../../sim/experiment/results-reader.ts';
import { sampleComparison } from '../../viz/compare/sample-results.ts';

const SAMPLE = sampleComparison();
const ROOM = 'machine-room-bgp';

/** Alternatives of one environment with the given means; `apart` is what the differences need to be shown. */
function resultOf(
  means: Readonly<Record<string, Readonly<Record<string, number>>>>,
  apart: number,
  more: (name: string) => Partial<AlternativeResult> = () => ({}),
): ComparisonResult {
  const model = SAMPLE.alternatives[0]!;
  const alternatives = Object.entries(means).map(([name, figures]) => ({
    ...model,
    name,
    scheme: name,
    axes: { scheme: name },
    environment: ROOM,
    verdict: 'allowed' as const,
    because: [],
    changes: [{ words: 'a change' }],
    metrics: Object.fromEntries(
      Object.entries(figures).map(([key, mean]) => [key, { mean, low: mean, high: mean, replications: 5 }]),
    ),
    ...more(name),
  }));
  const differences = alternatives.flatMap((a, i) =>
    alternatives.slice(i + 1).flatMap((b) =>
      Object.keys(a.metrics).flatMap((metric): Difference[] => {
        if (a.metrics[metric] === undefined || b.metrics[metric] === undefined) return [];
        const mean = a.metrics[metric].mean - b.metrics[metric].mean;
        const p = Math.abs(mean) >= apart ? 0.001 : 0.9;
        return [{ a: a.name, b: b.name, metric, mean, low: mean - apart / 2, high: mean + apart / 2, p, adjustedP: p }];
      }),
    ),
  );
  return { ...SAMPLE, alternatives, differences };
}

const only = (result: ComparisonResult, decide?: readonly string[]) => recommendationsOf(result, decide)[0]!;

describe('a corrected p value', () => {
  const seeming = { low: 1, high: 3, tolerance: 0, p: 0.01, adjustedP: 0.2 };

  it('takes back what one pair alone would have shown', () => {
    expect(shownSign(seeming, 0.95)).toBe(0);
    expect(tooManyPairs(seeming, 0.95)).toBe(true);
    expect(shownSign({ ...seeming, adjustedP: 0.04 }, 0.95)).toBe(1);
    expect(shownSign({ ...seeming, adjustedP: 0.04 }, 0.99)).toBe(0);
  });

  it('does not overrule the tolerance of the models', () => {
    expect(shownSign({ ...seeming, adjustedP: 0, tolerance: 2 }, 0.95)).toBe(0);
  });

  it('is missing in old files, which still open: there the interval decides', () => {
    const { adjustedP: _, p: __, ...old } = seeming;
    expect(shownSign(old, 0.95)).toBe(1);
    expect(readComparison(JSON.parse(JSON.stringify(SAMPLE))).recommendations).toBeUndefined();
  });
});

describe('the recommendation', () => {
  it('goes to the one that nobody beats on the first measure, whatever the second says', () => {
    const result = resultOf(
      { 'calico-bgp': { goodput: 9e9, latencyP50: 900 }, 'flannel-vxlan': { goodput: 5e9, latencyP50: 100 } },
      50,
    );
    const found = only(result, ['goodput', 'latencyP50']);
    expect(found.alternative).toBe('calico-bgp');
    expect(found.because).toEqual([{ metric: 'goodput', eliminated: ['flannel-vxlan'], kept: ['calico-bgp'] }]);
    expect(found.otherwise).toEqual(['flannel-vxlan']);
    expect(only(result, ['latencyP50', 'goodput']).alternative).toBe('flannel-vxlan');
    expect(found.words).toBe(
      'Machine room with BGP: Calico BGP, because on throughput of a bulk flow Calico BGP (9\u00a0Gbit/s) beats Flannel VXLAN (5\u00a0Gbit/s); if it cannot be had: Flannel VXLAN.',
    );
  });

  it('lets the second measure decide among those that the first does not tell apart', () => {
    const result = resultOf(
      {
        'calico-bgp': { goodput: 9e9, latencyP50: 900 },
        'custom-static': { goodput: 9e9 + 10, latencyP50: 100 },
        'flannel-vxlan': { goodput: 5e9, latencyP50: 1 },
      },
      50,
    );
    const found = only(result, ['goodput', 'latencyP50']);
    expect(found.alternative).toBe('custom-static');
    expect(found.because.map(({ eliminated }) => eliminated)).toEqual([['flannel-vxlan'], ['calico-bgp']]);
  });

  it('counts changes at the end, and calls level what even they do not tell apart', () => {
    const means = { 'calico-bgp': { goodput: 5 }, 'custom-static': { goodput: 6 } };
    const two = [{ words: 'one' }, { words: 'two' }];
    const fewer = only(resultOf(means, 50, (name) => (name === 'calico-bgp' ? { changes: two } : {})));
    expect(fewer.alternative).toBe('custom-static');
    expect(fewer.because[0]!.metric).toBe(CHANGES_STEP);
    expect(fewer.words).toContain('custom static routing needs the fewest changes (1 kind of change)'.slice(7));
    const level = only(resultOf(means, 50));
    expect(level.alternative).toBeNull();
    expect(level.level).toEqual(['calico-bgp', 'custom-static']);
    expect(level.words).toMatch(/Calico BGP and Custom static routing are level/);
  });

  it('says who beats whom, and not that all who stay beat all who fall', () => {
    const means = { 'calico-bgp': { goodput: 90 }, 'custom-static': { goodput: 75 }, 'flannel-vxlan': { goodput: 40 } };
    const words = only(resultOf(means, 45), ['goodput']).words;
    expect(words).toContain('Calico BGP (90');
    expect(words).toMatch(/beats Flannel VXLAN \(40.*\), and Custom static routing is not shown to be worse/);
    const chain = {
      'calico-bgp': { goodput: 90, latencyP50: 50 },
      'contiv-vlan': { goodput: 80, latencyP50: 50 },
      'flannel-vxlan': { goodput: 35, latencyP50: 50 },
      'openshift-sdn': { goodput: 30, latencyP50: 50 },
    };
    const weak = resultOf(chain, 45);
    // Each of the two that fall is beaten by another one.
    const differences = weak.differences.map((one) => {
      const pair = `${one.a} ${one.b}`;
      const isOpen = pair === 'calico-bgp openshift-sdn' || pair === 'contiv-vlan flannel-vxlan';
      const isShown = pair === 'calico-bgp flannel-vxlan' || pair === 'contiv-vlan openshift-sdn';
      return one.metric !== 'goodput' || (!isOpen && !isShown) ? one : { ...one, adjustedP: isShown ? 0.001 : 0.9 };
    });
    expect(only({ ...weak, differences }, ['goodput']).words).toMatch(
      /Flannel VXLAN \(35.*\) and OpenShift SDN \(30.*\) are each beaten by one of the other 2 \(best: 90/,
    );
  });

  it('counts names where there are too many to read', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const level = only(resultOf(Object.fromEntries(names.map((name) => [name, { goodput: 5 }])), 50));
    expect(level.words).toContain('A, B, C and 3 others are level');
  });

  it('takes restricted ones only where nothing is allowed, and says that there is a condition', () => {
    const means = { 'calico-bgp': { goodput: 900 }, 'flannel-vxlan': { goodput: 100 } };
    const result = (verdict: 'restricted' | 'refused') =>
      resultOf(means, 50, (name) => ({
        verdict: name === 'calico-bgp' ? 'restricted' : verdict === 'refused' ? 'refused' : 'allowed',
      }));
    expect(only(result('restricted')).alternative).toBe('flannel-vxlan');
    const forced = only(result('refused'));
    expect(forced.alternative).toBe('calico-bgp');
    expect(forced.words).toMatch(
      /Calico BGP, on its condition, because it is the only one that passes; nothing else passes/,
    );
  });

  it('is none where nothing was run', () => {
    const nothing = only(resultOf({ 'calico-bgp': {}, 'flannel-vxlan': {} }, 50, () => ({ verdict: 'refused' })));
    expect(nothing).toMatchObject({ alternative: null, level: [], otherwise: [] });
    expect(nothing.words).toMatch(/nothing can be recommended/);
  });

  it('never falls on one that is beaten on the first measure, and does not depend on the order of the list', () => {
    const names = ['calico-bgp', 'custom-static', 'flannel-vxlan', 'openshift-sdn'];
    const figures = fc.array(
      fc.record({ goodput: fc.integer({ min: 0, max: 300 }), latencyP50: fc.integer({ min: 0, max: 300 }) }),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(figures, (drawn) => {
        const entries = names.map((name, i) => [name, drawn[i]!] as const);
        const forward = only(resultOf(Object.fromEntries(entries), 50), ['goodput', 'latencyP50']);
        const backward = only(resultOf(Object.fromEntries([...entries].reverse()), 50), ['goodput', 'latencyP50']);
        expect(backward.alternative).toBe(forward.alternative);
        const chosen = forward.alternative === null ? forward.level : [forward.alternative];
        const best = Math.max(...drawn.map(({ goodput }) => goodput));
        for (const name of chosen) expect(best - drawn[names.indexOf(name)]!.goodput).toBeLessThan(50);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
