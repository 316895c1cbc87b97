/** Whole runs in which links and switches of the fabric break. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import type { ScenarioProblems } from '../../../../scenarios/document/problems.ts';
import { recordedRun, runOf } from './recorded-run.ts';
import { watched } from './watched-life.ts';

/** Two racks of two nodes, two spines; a service of four pods, one on each node, whom people outside call. */
const world = (faults: string, more = '', duration = '60s'): string => `
wavetank: 1
title: A test
question: Does it?
duration: ${duration}
cluster:
  nodes: [{ count: 4, name: node, cpu: 2, memory: 16Gi }]
  pods: [{ count: 4, name: web, cpu: 1, memory: 512Mi, replicas: 4 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  start: 5s
  endpointLag: 100ms
  services: [{ name: web, workers: 2000, requests: [{ wait: { constant: 10ms }, answer: 2KB }] }]
  sources: [{ name: visitors, to: web, rate: 100, timeout: 1s }]
faults: ${faults}
${more}
`;

const metricsOf = (text: string) => runOf(text).metrics;
const errorsOf = (metrics: Readonly<Record<string, number>>, seconds: number): number =>
  metrics['requestErrors']! * metrics['requestsOffered']! * seconds;

async function toldOf(text: string): Promise<{ atS: number; kind: string }[]> {
  const { marks } = await watched(text);
  return marks.filter(({ kind }) => /link|switch|rerouted|node/.test(kind));
}

describe('a link that breaks in a living run', () => {
  const cut = '[{ at: 20s, for: 20s, link: { rack: 0, spine: 0 } }]';

  it('costs nobody more than copies of TCP once its switches have told each other', async () => {
    const metrics = metricsOf(world(cut));
    expect(metrics['requestErrors']).toBe(0);
    expect(metrics['routingUpdates']).toBeGreaterThan(0);
    expect(metrics['routingSettled']! / 1e9).toBeLessThan(5);
    // Three quarters of the calls of half the pods are lost for a quarter of a second: they are late by 0.2 s and more, and too few for the tail.
    expect(metrics['latencyP99']! / 1e9).toBeLessThan(0.2);
    const kinds = (await toldOf(world(cut))).map(({ kind }) => kind);
    expect(kinds).toEqual(['link-down', 'rerouted', 'rerouted', 'link-up', 'rerouted', 'rerouted']);
  });

  it('in silence loses what its spine was to carry, both ways, until BFD sees it or for as long as it lasts', () => {
    const silent = cut.replace(' }]', ', silent: true }]');
    const lost = errorsOf(metricsOf(world(silent)), 55);
    // 100 a second for 20 s: half of them to this rack, of which a quarter takes the other spine there and back. The timers of BGP are longer.
    expect(Math.abs(lost / (100 * 20 * 0.5 * 0.75) - 1)).toBeLessThan(0.1);
    const seen = metricsOf(world(silent, 'routing: { bfd: { interval: 300ms, multiplier: 3 } }'));
    expect(errorsOf(seen, 55)).toBeLessThan(0.1 * lost);
    expect(seen['routingSettled']! / 1e9).toBeGreaterThan(0.5);
  });

  it('holds payloads until they go on over another', async () => {
    // Routes change fifty times as late as they would: a good many payloads wait for them.
    const large = world('[{ at: 20s, link: { rack: 0, spine: 0 } }]', 'assume: { rerouteTime: 50 }', '70s')
      .replace('start: 5s', 'start: 5s\n  flowsFrom: 1MB')
      .replace('answer: 2KB', 'answer: 50MB')
      .replace('rate: 100, timeout: 1s', 'rate: 30');
    const { result, trace } = await recordedRun(large);
    const kind = trace.catalog.marks.findIndex(({ name }) => name === 'rerouted');
    const moved = (await trace.marksFrom(0)).filter((mark) => mark.kind === kind).map(({ payload }) => payload[0]!);
    // An eighth of 30 a second (half go there, half of those arrive, half of their answers wait) for the 3.6 s until the leaf has other routes.
    expect(moved[0]).toBeGreaterThan(7);
    expect(result.metrics['latencyP99']! / 1e9).toBeGreaterThan(1);
    // All of them are answered: what is not by the end came a moment before it.
    const { requestsOffered: offered, requestsAnswered: answered } = result.metrics;
    expect((offered! - answered!) * 65).toBeLessThan(moved[0]!);
  });
});

describe('switches that die in a living run', () => {
  it('above the racks are as all their links', () => {
    const all = '[{ at: 20s, link: { rack: 0, spine: 1 } }, { at: 20s, link: { rack: 1, spine: 1 } }]';
    const one = metricsOf(world('[{ at: 20s, switch: { spine: 1 } }]'));
    expect(one).toEqual(metricsOf(world(all)));
    expect(one['requestErrors']).toBe(0);
  });

  it('of a rack leave its nodes without anybody: they are lost, and their pods made elsewhere', async () => {
    const patience = 'lifecycle: { notReadyAfter: 10s, evictionAfter: 20s }';
    const text = world('[{ at: 20s, for: 60s, switch: { leaf: 0 } }]', patience, '90s');
    const { marks, metrics } = await watched(text);
    const times = (kind: string): number[] => marks.flatMap((mark) => (mark.kind === kind ? [mark.atS] : []));
    expect(times('node-cut-off')).toEqual([21, 21]);
    for (const atS of times('node-not-ready')) {
      expect(atS).toBeGreaterThan(25);
      expect(atS).toBeLessThan(40);
    }
    expect(metrics['podsEvicted']).toBe(2);
    // Its spines have to hear of its routes again.
    expect(times('node-heard')).toHaveLength(2);
    expect(times('node-heard')[0]).toBeGreaterThan(80);
    expect(times('node-heard')[0]).toBeLessThan(85);
    const cut = metricsOf(world('[{ at: 20s, for: 60s, rack: 0, cut: true }]', patience, '90s'));
    expect(Math.abs(metrics['wholeAgain']! - cut['wholeAgain']!) / 1e9).toBeLessThan(6);
  });
});

describe('faults of the fabric that are not met', () => {
  const problemsOf = (text: string): string[] => {
    try {
      loadScenario(text, 'test.yaml', bundledLibrary);
      return [];
    } catch (error) {
      return (error as ScenarioProblems).problems.map(({ path, message }) => `${path}: ${message}`);
    }
  };

  it('are refused where they stand', () => {
    expect(problemsOf(world('[{ at: 1s, switch: { spine: 2 } }, { at: 1s, switch: { leaf: 2 } }]'))).toEqual([
      'faults.0.switch.spine: there is no spine 2: the fabric has 2 spines, counted from 0',
      'faults.1.switch.leaf: there is no rack 2: the fabric has 2 racks, counted from 0',
    ]);
    const flows = world('[{ at: 1s, switch: any-leaf }, { at: 1s, for: 2s, switch: any-spine }]').replace(
      /load:[\s\S]*timeout: 1s }\]/,
      'traffic: { talkers: [{ name: calls, rate: 1, size: { constant: 1KB }, measures: latency }] }',
    );
    expect(problemsOf(flows)).toEqual(['faults.0.switch: only the nodes of living services outlive their leaf']);
    const federated = world('[{ at: 1s, link: any-uplink }]', 'federation: { clusters: [{ name: a }, { name: b }] }');
    expect(problemsOf(federated)).toContain('faults.0.link: fabrics of members do not break yet');
  });
});
