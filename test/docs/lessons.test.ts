/** What lessons and README claim about runs, evaluated: each claim is a sentence of the text and what it means in a run. */
import { beforeAll, describe, expect, it } from 'vitest';
import { schemeNamed } from '../../models/schemes/index.ts';
import { labelOf } from '../../scenarios/answers/label.ts';
import { schemeTolerance, uncertaintiesOf } from '../../scenarios/answers/tolerance.ts';
import type { RunResult } from '../../scenarios/compile/index.ts';
import { planOf, ranking, runAll } from '../scenarios/compile/small-worlds.ts';
import { documentAt } from './documents.ts';

type Runs = ReadonlyMap<string, RunResult>;

/** A metric of an alternative, over the mean of several seeds. */
function mean(runs: readonly Runs[], alternative: string, metric: string): number {
  const values = runs.map((run) => run.get(alternative)!.metrics[metric]!);
  for (const value of values) expect(Number.isFinite(value), `${alternative} ${metric}`).toBe(true);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function runsOf(scenario: string, seeds: readonly string[], ...overrides: string[]): Runs[] {
  const plan = planOf(scenario, ...overrides);
  return seeds.map((seed) => runAll(plan, seed));
}

/** Enough of a run for what has nothing to do with its faults. */
const SHORT = ['duration=25s', 'faults='];

const SEEDS = ['lesson/0', 'lesson/1', 'lesson/2'];

/** How far the costs of these schemes may be off. */
const costsOf = (...schemes: readonly string[]) => schemes.flatMap((name) => uncertaintiesOf(schemeNamed(name)!));

function claims(lesson: string, ...sentences: string[]): void {
  const text = documentAt(`scenarios/library/${lesson}.md`).text;
  for (const sentence of sentences) expect(text).toContain(sentence);
}

describe('the lesson of first-steps', () => {
  let runs: Runs[];
  const of = (alternative: string, metric: string): number => mean(runs, alternative, metric);

  beforeAll(() => {
    runs = runsOf('first-steps', SEEDS);
  });

  /** Whether a metric tells the two schemes apart, going by means alone. */
  const tellsApart = (some: readonly Runs[], metric: string): boolean => {
    const [flannel, calico] = ['flannel-vxlan', 'calico-bgp'].map((name) => some.map((run) => run.get(name)!));
    const difference = mean(some, 'flannel-vxlan', metric) - mean(some, 'calico-bgp', metric);
    return Math.abs(difference) > schemeTolerance(metric, flannel!, calico!, costsOf('flannel-vxlan', 'calico-bgp'));
  };

  it('p50 is a few per cent slower with the wrap, which is less than counts', () => {
    claims('first-steps', 'p50, is a few per cent slower with the wrap', 'so the answer does not count it');
    expect(tellsApart(runs, 'latencyP50')).toBe(false);
    const ratio = of('flannel-vxlan', 'latencyP50') / of('calico-bgp', 'latencyP50');
    expect(ratio).toBeGreaterThan(1.01);
    expect(ratio).toBeLessThan(1.1);
  });

  it('p99 is seconds with Flannel and mostly milliseconds with Calico, after the same calls to dead pods', () => {
    claims(
      'first-steps',
      'p99 is seconds with Flannel in every run, and milliseconds with Calico in most of them',
      'meet the same calls to its pods',
    );
    const p99 = (name: string): number[] => runs.map((run) => run.get(name)!.metrics['latencyP99']!);
    expect(Math.min(...p99('flannel-vxlan'))).toBeGreaterThan(1e9);
    expect(Math.min(...p99('calico-bgp'))).toBeGreaterThan(1e6);
    expect(p99('calico-bgp').filter((ns) => ns < 50e6).length).toBeGreaterThan(runs.length / 2);
    for (const run of runs)
      expect(run.get('flannel-vxlan')!.metrics['flowsRetried']).toBe(run.get('calico-bgp')!.metrics['flowsRetried']);
  });

  it('waits for dead pods add up to a hundred seconds with Flannel and to a fraction with Calico', () => {
    claims('first-steps', 'a hundred seconds and more with Flannel, a fraction of that with Calico');
    expect(of('flannel-vxlan', 'deadPodWait')).toBeGreaterThan(100e9);
    expect(of('calico-bgp', 'deadPodWait')).toBeLessThan(of('flannel-vxlan', 'deadPodWait') / 3);
  });

  it('without the fault only the wrap is left', () => {
    claims('first-steps', 'Take the fault away, and only the wrap is left', '--set faults=');
    claims('first-steps', 'What is left is a little throughput', 'Latency can no longer be told apart');
    const calm = runsOf('first-steps', SEEDS, 'faults=');
    const ratio = mean(calm, 'flannel-vxlan', 'latencyP99') / mean(calm, 'calico-bgp', 'latencyP99');
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.5);
    expect(tellsApart(calm, 'goodput')).toBe(true);
    for (const metric of ['latencyP50', 'latencyP99']) expect(tellsApart(calm, metric), metric).toBe(false);
  });

  it('requests grow slow before the mean load of the uplinks is full', () => {
    claims('first-steps', 'Why do they grow slow *before* the mean load of the uplinks is full?');
    const loaded = runsOf('first-steps', SEEDS, 'traffic.talkers.0.rate=200', 'traffic.talkers.1.rate=40');
    expect(mean(loaded, 'calico-bgp', 'latencyP50')).toBeGreaterThan(1.3 * of('calico-bgp', 'latencyP50'));
    expect(mean(loaded, 'calico-bgp', 'uplinkLoadMean')).toBeLessThan(0.7);
  });
});

describe('the lesson of affinity-and-the-fabric', () => {
  let runs: Runs[];
  const of = (alternative: string, metric: string): number => mean(runs, alternative, metric);

  beforeAll(() => {
    runs = runsOf('affinity-and-the-fabric', SEEDS.slice(0, 1));
  }, 60_000);

  it('talkers together: short routes, empty uplinks, and services that die whole', () => {
    claims(
      'affinity-and-the-fabric',
      'the only one of the four that loses whole services: about one in twelve',
      'more than nine flows in ten stay in their rack',
      'less than a tenth of what they carry under `spread`',
      'bulk flows are faster by a sixth, and the usual request takes a fifth less time',
    );
    expect(of('talkers-together', 'servicesSurviving')).toBeGreaterThan(0.85);
    expect(of('talkers-together', 'servicesSurviving')).toBeLessThan(0.95);
    for (const other of ['spread', 'pack', 'apart-by-rack']) expect(of(other, 'servicesSurviving')).toBe(1);
    expect(of('talkers-together', 'crossRackShare')).toBeLessThan(0.1);
    const share = of('talkers-together', 'uplinkLoadMean') / of('spread', 'uplinkLoadMean');
    expect(share).toBeLessThan(0.12);
    expect(of('talkers-together', 'goodput') / of('spread', 'goodput')).toBeCloseTo(7 / 6, 1);
    expect(of('talkers-together', 'latencyP50') / of('spread', 'latencyP50')).toBeCloseTo(4 / 5, 1);
  });

  it('apart by rack loses an eighth, spread nearly half, at the same number of links', () => {
    claims(
      'affinity-and-the-fabric',
      'loses at most an eighth of any service',
      'cross racks as often as those of `spread`',
      'the unluckiest loses two fifths of its replicas',
    );
    expect(of('apart-by-rack', 'replicasLostWorst')).toBe(0.125);
    expect(of('spread', 'replicasLostWorst')).toBeGreaterThan(0.3);
    expect(of('spread', 'replicasLostWorst')).toBeLessThan(0.5);
    expect(of('apart-by-rack', 'crossRackShare') / of('spread', 'crossRackShare')).toBeCloseTo(1, 1);
  });

  it('pack gives more work to the links of crowded nodes, and no processor is the limit yet', () => {
    claims(
      'affinity-and-the-fabric',
      "by a node's own link more often than under `spread`",
      'on busier nodes than these',
    );
    expect(of('pack', 'boundByHostLink')).toBeGreaterThan(1.2 * of('spread', 'boundByHostLink'));
    for (const placement of ['spread', 'pack']) expect(of(placement, 'boundByProcessors')).toBe(0);
  });

  it('wide uplinks leave little to win, narrow ones much', () => {
    claims('affinity-and-the-fabric', 'there is little to win by crowding', 'take about ten times as long as');
    const gain = (uplink: string): number => {
      const pair = 'vary.placement=["spread","talkers-together"]';
      const two = runsOf('affinity-and-the-fabric', SEEDS.slice(0, 1), `fabric.uplink=${uplink}`, pair, ...SHORT);
      return mean(two, 'spread', 'latencyP99') / mean(two, 'talkers-together', 'latencyP99');
    };
    expect(gain('100Gbps')).toBeLessThan(1.2);
    expect(gain('2Gbps')).toBeGreaterThan(6);
  });
});

describe('the machine room of network-schemes', () => {
  const README = documentAt('README.md').text;
  let runs: Runs;

  beforeAll(() => {
    runs = runsOf('network-schemes', ['openb/0'], 'vary.environment=["machine-room-bgp"]', 'duration=70s')[0]!;
  }, 60_000);

  /** One run beside the mean of ten: throughput, p50, p99, processor time. */
  const MARGINS = [0.05, 0.1, 0.2, 0.02];

  /** Cells of the row of README's table that begins with these words and has a unit. */
  function rowOf(label: string): number[] {
    const row = README.split('\n').find((line) => line.startsWith(`| ${label} |`) && line.includes('Gbit/s'));
    expect(row, `README has no row for ${label}`).toBeDefined();
    return row!
      .split('|')
      .slice(3, 7)
      .map((cell) => Number(cell.trim().split(' ')[0]));
  }

  it('gives the figures of README, within the spread of single runs', () => {
    for (const [name, { metrics }] of runs) {
      const [goodput, p50, p99, cpu] = rowOf(labelOf(name.split('/').pop()!));
      const told = [goodput! * 1e9, p50! * 1e3, p99! * 1e3, cpu! / 1e3];
      const run = [metrics['goodput']!, metrics['latencyP50']!, metrics['latencyP99']!, metrics['cpuPerGigabyte']!];
      for (const [i, value] of told.entries())
        expect(Math.abs(value / run[i]! - 1), `${name}, figure ${i + 1}`).toBeLessThan(MARGINS[i]!);
    }
  });

  /** Whether a metric of this run tells two schemes apart, chance aside. */
  function apart(a: string, b: string, metric: string): boolean {
    const [one, other] = [a, b].map((name) => runs.get(`machine-room-bgp/${name}`)!);
    const difference = Math.abs(one!.metrics[metric]! - other!.metrics[metric]!);
    return difference > schemeTolerance(metric, [one!], [other!], costsOf(a, b));
  }

  it('tells apart what README says, and no more', () => {
    const plain = ['contiv-vlan', 'custom-static'];
    const dearer = ['flannel-vxlan', 'openshift-sdn', 'calico-bgp'];
    for (const sentence of [
      'better on latency at p99 than the two that wrap them',
      'Contiv is not: its pods find each other by ARP',
      'nothing tells it from these two, on latency or on throughput.',
      'Contiv moves bulk flows faster than both that wrap and than Calico, and static routes faster than OpenShift SDN.',
      'Processor time for a gigabyte cannot be told apart at all.',
    ])
      expect(README).toContain(sentence);
    for (const b of ['flannel-vxlan', 'openshift-sdn']) {
      for (const a of plain) expect(apart(a, b, 'latencyP99'), `${a} ${b}`).toBe(true);
      expect(apart('custom-static', b, 'latencyP50'), b).toBe(true);
      expect(apart('contiv-vlan', b, 'latencyP50'), b).toBe(false);
    }
    for (const metric of ['latencyP50', 'latencyP99'])
      for (const a of dearer) for (const b of dearer) expect(apart(a, b, metric), `${a} ${b} ${metric}`).toBe(false);
    expect(apart('contiv-vlan', 'custom-static', 'latencyP99')).toBe(false);
    for (const b of dearer) {
      expect(apart('contiv-vlan', b, 'goodput'), b).toBe(true);
      expect(apart('calico-bgp', b, 'goodput'), b).toBe(false);
    }
    expect(apart('custom-static', 'openshift-sdn', 'goodput')).toBe(true);
    for (const a of plain) for (const b of dearer) expect(apart(a, b, 'cpuPerGigabyte')).toBe(false);
  });

  it('moves flows around a broken link as fast for every scheme', () => {
    claims('network-schemes', 'as fast for one scheme as for another');
    for (const { metrics } of runs.values()) expect(metrics['rerouteTime']).toBeLessThan(2e9);
  });

  it('has most room for pods where no agent runs', () => {
    claims('network-schemes', 'Routes by hand need no agent');
    expect(ranking(runs, 'podsFit', 'higher')[0]).toMatch(/custom-static$/);
  });

  it('gives verdicts as README tells them', () => {
    const plan = planOf('network-schemes');
    const verdicts = plan.alternatives.map(({ name, judgement }) => {
      const [environment, scheme] = name.split('/');
      const rule = judgement.verdict === 'allowed' ? '' : `: \`${judgement.because[0]!.rule}\``;
      return { environment: environment!, scheme: scheme!, words: `${judgement.verdict}${rule}` };
    });
    for (const scheme of new Set(verdicts.map((one) => one.scheme))) {
      const cells = ['machine-room-no-bgp', 'aws-like-vpc', 'azure-like-vpc'].map(
        (environment) => verdicts.find((one) => one.environment === environment && one.scheme === scheme)!.words,
      );
      expect(README).toContain(`| ${labelOf(scheme)} | ${cells.join(' | ')} |`);
    }
  });
});
