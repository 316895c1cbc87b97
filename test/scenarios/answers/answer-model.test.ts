import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersOf, CHANGES } from '../../../scenarios/answers/answer-model.ts';
import { shownSign } from '../../../scenarios/answers/difference.ts';
import type { ComparisonResult, Difference } from '../../../sim/experiment/results.ts';
import { sampleComparison, samplePlacements } from '../../viz/compare/sample-results.ts';

const THROUGHPUT = 'goodput';
const BGP_ROOM = 'machine-room-bgp';

/** The sample with the differences of one metric replaced. */
function withDifferences(metric: string, change: (difference: Difference) => Difference): ComparisonResult {
  const sample = sampleComparison();
  return { ...sample, differences: sample.differences.map((one) => (one.metric === metric ? change(one) : one)) };
}

function findingOf(result: ComparisonResult, environment: string, key: string) {
  const answer = answersOf(result).find((one) => one.environment === environment);
  return answer?.findings.find((finding) => finding.key === key);
}

describe('the sign of a difference', () => {
  it.each([
    [1, 2, 1],
    [-2, -1, -1],
    [-1, 1, 0],
    [0, 1, 0],
    [-1, 0, 0],
    [null, null, 0],
  ])('of an interval from %s to %s is %d', (low, high, sign) => {
    expect(shownSign({ low, high }, 0.95)).toBe(sign);
  });
});

describe('the answer', () => {
  it('calls an alternative best only when every paired interval excludes zero', () => {
    const shown = withDifferences(THROUGHPUT, (one) => {
      const sign = one.a.startsWith('calico-bgp') ? 1 : one.b.startsWith('calico-bgp') ? -1 : 0;
      return { ...one, mean: sign, low: sign * 1 - 0.5, high: sign * 1 + 0.5 };
    });
    // The leader is chosen by its mean, so the mean has to agree with the differences.
    const alternatives = shown.alternatives.map((one) =>
      one.scheme === 'calico-bgp' && one.verdict === 'allowed'
        ? {
            ...one,
            metrics: { ...one.metrics, [THROUGHPUT]: { mean: 99e9, low: 98e9, high: 100e9, replications: 10 } },
          }
        : one,
    );
    const finding = findingOf({ ...shown, alternatives }, BGP_ROOM, THROUGHPUT);
    expect(finding?.best).toBe(`calico-bgp@${BGP_ROOM}`);
    expect(finding?.words).toContain('Calico BGP is best');
  });

  it('says that no difference could be shown when intervals hold zero, however far apart the means', () => {
    const level = withDifferences(THROUGHPUT, (one) => ({ ...one, low: -1, high: 1 }));
    const finding = findingOf(level, BGP_ROOM, THROUGHPUT);
    expect(finding?.best).toBeNull();
    expect(finding?.words).toMatch(/; no difference to .* could be shown/);
    expect(finding?.leaders).toHaveLength(5);
  });

  it('shows nothing with one replication or without pairs', () => {
    const single = withDifferences(THROUGHPUT, (one) => ({ ...one, low: null, high: null }));
    expect(findingOf(single, BGP_ROOM, THROUGHPUT)?.best).toBeNull();
    expect(findingOf({ ...sampleComparison(), differences: [] }, BGP_ROOM, THROUGHPUT)?.best).toBeNull();
  });

  it('takes pairs in either order', () => {
    const sample = sampleComparison();
    const turned = sample.differences.map((one) => ({
      ...one,
      a: one.b,
      b: one.a,
      mean: -one.mean,
      low: one.high === null ? null : -one.high,
      high: one.low === null ? null : -one.low,
    }));
    expect(answersOf({ ...sample, differences: turned })).toEqual(answersOf(sample));
  });

  it('never lets a refused alternative lead, whatever its figures', () => {
    const sample = sampleComparison();
    const verdict = fc.constantFrom('allowed', 'restricted', 'refused');
    const verdicts = fc.array(verdict, { minLength: 20, maxLength: 20 });
    const metrics = sample.alternatives[0]!.metrics;
    fc.assert(
      fc.property(verdicts, (drawn) => {
        const alternatives = sample.alternatives.map((one, index) => ({ ...one, metrics, verdict: drawn[index]! }));
        const refused = new Set(alternatives.filter((one) => one.verdict === 'refused').map(({ name }) => name));
        for (const answer of answersOf({ ...sample, alternatives } as ComparisonResult)) {
          for (const { best, leaders } of answer.findings) {
            expect(best === null || !refused.has(best)).toBe(true);
            expect(leaders.some((leader) => answer.refused.includes(leader))).toBe(false);
          }
          const [, ...praise] = answer.sentences;
          for (const name of answer.refused) expect(praise.join(' ')).not.toContain(name);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('names the rule that refused and keeps restricted ones out of the lead while others are allowed', () => {
    const azure = answersOf(sampleComparison()).find(({ environment }) => environment === 'azure-like-vpc');
    expect(azure?.sentences[0]).toContain('Calico BGP (bgp-to-top-of-rack) and Contiv VLAN (vlan-tags) are refused');
    expect(azure?.findings.every(({ leaders }) => !leaders.includes('Custom static routing'))).toBe(true);
    expect(azure?.sentences.at(-1)).toMatch(
      /^Under its conditions, Custom static routing would be better on throughput/,
    );
  });

  it('compares restricted alternatives where nothing is allowed', () => {
    const sample = sampleComparison();
    const alternatives = sample.alternatives.map((one) => ({
      ...one,
      verdict: one.verdict === 'allowed' ? ('refused' as const) : one.verdict,
    }));
    const aws = answersOf({ ...sample, alternatives }).find(({ environment }) => environment === 'aws-like-vpc');
    expect(aws?.sentences[0]).toMatch(
      /^Nothing is allowed without conditions; Calico BGP and Custom static routing are possible/,
    );
    expect(aws?.findings.length).toBeGreaterThan(0);
  });

  it('says so when nothing passes', () => {
    const sample = sampleComparison();
    const alternatives = sample.alternatives.map((one) => ({ ...one, verdict: 'refused' as const, metrics: {} }));
    expect(answersOf({ ...sample, alternatives })[0]?.sentences).toEqual([
      'Nothing passes: every alternative is refused.',
    ]);
  });

  it('counts changes without an interval, and not when only placement varies', () => {
    expect(findingOf(sampleComparison(), BGP_ROOM, CHANGES)?.words).toBe('Flannel VXLAN needs 1 kind of change.');
    expect(findingOf(samplePlacements(), BGP_ROOM, CHANGES)).toBeUndefined();
  });
});

describe('a restricted alternative beside a single allowed one', () => {
  it('is named where it would be better', () => {
    const sample = sampleComparison();
    const kept = sample.alternatives.filter(({ environment }) => environment === 'aws-like-vpc').slice(0, 2);
    const [first, second] = kept.map((one, i) => ({ ...one, verdict: i === 0 ? 'allowed' : 'restricted' }) as const);
    const difference = { a: first!.name, b: second!.name, metric: 'latencyP50', mean: 10, low: 9, high: 11 };
    const [answer] = answersOf({ ...sample, alternatives: [first!, second!], differences: [difference] });
    expect(answer!.sentences.at(-1)).toMatch(/^Under its conditions, .* would be better on latency p50/i);
  });
});
