import { describe, expect, it } from 'vitest';
import { labelOf } from '../../../scenarios/answers/label.ts';
import { differenceRows } from '../../../viz/report/difference-table.ts';
import { closedFormsOf } from '../../../viz/report/provenance.ts';
import { SORT_CHANGES, SORT_NAME, SORT_VERDICT, tableModel } from '../../../viz/report/table-model.ts';
import { SAMPLE_METRICS, sampleComparison, samplePlacements } from '../compare/sample-results.ts';

describe('the decision table', () => {
  const sample = sampleComparison();

  it('puts figures under the questions that they answer and keeps the rest', () => {
    const model = tableModel(sample);
    expect(model.shape).toBe('questions');
    const keys = (columns: readonly { spec: { key: string } }[]) => columns.map(({ spec }) => spec.key);
    expect(keys(model.fast)).toEqual(['goodput', 'latencyP50', 'latencyP99', 'cpuPerGigabyte', 'podsFit']);
    expect(keys(model.risk)).toEqual(['rerouteTime', 'flowsFailed']);
    expect(keys(model.other)).toEqual(['hops', 'uplinkLoadMean']);
  });

  it('shows hops, uplinks, p99 and survivors first when only placement varies', () => {
    const model = tableModel(samplePlacements());
    expect(model.shape).toBe('metrics');
    expect(model.fast.slice(0, 4).map(({ spec }) => spec.key)).toEqual([
      'hops',
      'uplinkLoadMean',
      'latencyP99',
      'servicesSurviving',
    ]);
  });

  it('shows metrics that it has never heard of', () => {
    const metrics = [{ key: 'joules', label: 'Energy', unit: 'J', better: 'lower', help: '' }] as const;
    const alternatives = sample.alternatives.map((one) => ({
      ...one,
      metrics: { joules: { mean: 1, low: null, high: null, replications: 1 } },
    }));
    expect(tableModel({ ...sample, metrics, alternatives }).other.map(({ spec }) => spec.key)).toEqual(['joules']);
  });

  it('groups rows by environment and filters by environment and verdict', () => {
    expect(tableModel(sample).groups.map(({ rows }) => rows.length)).toEqual([5, 5, 5, 5]);
    const aws = tableModel(sample, { environment: 'aws-like-vpc' }).groups;
    expect(aws.map(({ title }) => title)).toEqual(['AWS-like VPC']);
    const refused = tableModel(sample, { verdicts: new Set(['refused'] as const) }).groups;
    expect(refused.map(({ rows }) => rows.length)).toEqual([1, 1, 2]);
  });

  it.each([
    [SORT_NAME, false, ['Calico BGP', 'Contiv VLAN', 'Custom static routing', 'Flannel VXLAN', 'OpenShift SDN']],
    [SORT_VERDICT, true, ['Contiv VLAN', 'Calico BGP', 'Custom static routing', 'Flannel VXLAN', 'OpenShift SDN']],
    [SORT_CHANGES, false, ['Flannel VXLAN', 'Calico BGP', 'OpenShift SDN', 'Custom static routing', 'Contiv VLAN']],
    // Refused alternatives have no throughput: they come last in both directions.
    ['goodput', true, ['Custom static routing', 'Calico BGP', 'Flannel VXLAN', 'OpenShift SDN', 'Contiv VLAN']],
    ['goodput', false, ['OpenShift SDN', 'Flannel VXLAN', 'Calico BGP', 'Custom static routing', 'Contiv VLAN']],
  ])('sorts by %s, descending %s', (key, descending, names) => {
    const { groups } = tableModel(sample, { environment: 'aws-like-vpc', sort: { key, descending } });
    expect(groups[0]?.rows.map(({ label }) => label)).toEqual(names);
  });

  it('gives bars room for the largest interval', () => {
    const { max } = tableModel(sample).fast[0]!;
    const highs = sample.alternatives.map((one) => one.metrics['goodput']?.high ?? 0);
    expect(max).toBe(Math.max(...highs));
  });
});

describe('differences', () => {
  it('are worded by the direction of the metric', () => {
    const sample = sampleComparison();
    const pair = { a: 'calico-bgp@machine-room-bgp', b: 'flannel-vxlan@machine-room-bgp' };
    const differences = ['goodput', 'latencyP50'].map((metric) => ({
      ...pair,
      metric,
      mean: 5,
      low: 4,
      high: 6,
    }));
    const rows = SAMPLE_METRICS.slice(0, 2).flatMap((spec) => differenceRows({ ...sample, differences }, spec));
    expect(rows.map(({ words }) => words)).toEqual(['Calico BGP is better', 'Flannel VXLAN is better']);
  });

  it('are not worded as a lead where the constants of the models could be as far off', () => {
    const sample = sampleComparison();
    const pair = { a: 'calico-bgp@machine-room-bgp', b: 'flannel-vxlan@machine-room-bgp', metric: 'goodput' };
    const words = (low: number, high: number, tolerance: number): string =>
      differenceRows(
        { ...sample, differences: [{ ...pair, mean: (low + high) / 2, low, high, tolerance }] },
        SAMPLE_METRICS[0]!,
      )[0]!.words;
    expect(words(4, 6, 3)).toBe('Calico BGP is better');
    expect(words(4, 6, 4)).toBe('smaller than what the models can tell');
    expect(words(-6, -4, 5)).toBe('smaller than what the models can tell');
    expect(words(-1, 6, 0)).toBe('no difference could be shown');
    expect(words(-1, 6, 5)).toBe('no difference could be shown');
  });

  it('leave out pairs whose alternatives are missing, as after an interruption', () => {
    const sample = sampleComparison();
    const differences = [{ a: 'gone', b: 'calico-bgp@machine-room-bgp', metric: 'hops', mean: 1, low: 0, high: 2 }];
    expect(differenceRows({ ...sample, differences }, SAMPLE_METRICS[7]!)).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    ['aws-like-vpc', 'AWS-like VPC'],
    ['machine-room-no-bgp', 'Machine room without BGP'],
    ['machine-room-bgp', 'Machine room with BGP'],
    ['custom-static', 'Custom static routing'],
    ['openshift-sdn', 'OpenShift SDN'],
    ['my-room', 'My room'],
    ['constructor', 'Constructor'],
    ['', ''],
  ])('call %s "%s"', (name, label) => {
    expect(labelOf(name)).toBe(label);
  });

  it('collect closed forms once', () => {
    const forms = closedFormsOf(sampleComparison());
    expect(forms.map(({ alternatives }) => alternatives)).toEqual([
      ['Flannel VXLAN', 'OpenShift SDN'],
      ['Calico BGP'],
      ['Contiv VLAN'],
    ]);
  });
});
