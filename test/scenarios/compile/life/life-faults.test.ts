import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import type { ScenarioProblems } from '../../../../scenarios/document/problems.ts';
import { planOfText } from '../small-worlds.ts';

/** Three zones of two nodes, a service of six pods, one on each node. */
function cluster(faults: string, more = '', duration = '900s'): string {
  return `
wavetank: 1
title: A test
question: Does it?
duration: ${duration}
cluster:
  nodes:
    - { count: 2, name: a, cpu: 4, memory: 16Gi, labels: { topology.kubernetes.io/zone: a } }
    - { count: 2, name: b, cpu: 4, memory: 16Gi, labels: { topology.kubernetes.io/zone: b } }
    - { count: 2, name: c, cpu: 4, memory: 16Gi, labels: { topology.kubernetes.io/zone: c } }
  pods: [{ count: 6, name: web, cpu: 1, memory: 512Mi, replicas: 6 }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  start: 10s
  endpointLag: 100ms
  services:
    - name: web
      workers: 2000
      requests: [{ wait: { constant: 10ms } }]
  sources: [{ name: visitors, to: web, rate: 60, timeout: 1s }]
faults: ${faults}
${more}
`;
}

function metricsOf(text: string, seed = 'test/0'): Readonly<Record<string, number>> {
  const plan = planOfText(text);
  return startRun(plan, plan.alternatives[0]!.name, seed).finish().metrics;
}

function errorsOf(metrics: Readonly<Record<string, number>>): number {
  return metrics['requestErrors']! * metrics['requestsOffered']! * 890;
}

function problemsOf(text: string): string[] {
  try {
    loadScenario(text, 'test.yaml', bundledLibrary);
    return [];
  } catch (error) {
    return (error as ScenarioProblems).problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a node that dies under load', () => {
  it('loses what is asked of it until its endpoints go after the grace, by time-outs', () => {
    const metrics = metricsOf(cluster('[{ at: 100s, node: a-0 }]'));
    // A sixth of 60 requests a second for some 50 s.
    expect(errorsOf(metrics)).toBeGreaterThan(10 * 40);
    expect(errorsOf(metrics)).toBeLessThan(10 * 60);
    expect(metrics['podsEvicted']).toBe(1);
    // 50 s, 300 s of toleration, and a start elsewhere.
    expect(metrics['wholeAgain']! / 1e9).toBeGreaterThan(340);
    expect(metrics['wholeAgain']! / 1e9).toBeLessThan(362);
  });

  it('costs less with the patience of Kubernetes 1.31, and as much as the scenario says', () => {
    const faults = '[{ at: 100s, node: a-0 }]';
    const errors = (lifecycle: string): number => errorsOf(metricsOf(cluster(faults, `lifecycle: { ${lifecycle} }`)));
    expect(errors("kubernetes: '1.31'")).toBeLessThan(10 * 50);
    expect(errors("kubernetes: '1.31'")).toBeGreaterThan(10 * 30);
    expect(errors('notReadyAfter: 20s')).toBeLessThan(10 * 30);
    const early = metricsOf(cluster(faults, 'lifecycle: { evictionAfter: 30s }'));
    expect(early['wholeAgain']! / 1e9).toBeLessThan(92);
  });

  it('takes its requests under way with it, whose callers wait out their time', () => {
    const slow = cluster('[{ at: 100s, node: a-0 }]')
      .replace('10ms } }', '20s } }')
      .replace('timeout: 1s', 'timeout: 60s');
    const lost = errorsOf(metricsOf(slow));
    // 10 a second at the node, for the 20 s before its death and the 50 s after it.
    expect(lost).toBeGreaterThan(10 * 60);
    expect(lost).toBeLessThan(10 * 80);
  });

  it('is back with its own pods when it comes back soon: callers lose what was asked meanwhile', () => {
    const metrics = metricsOf(cluster('[{ at: 100s, for: 15s, node: a-0 }]'));
    expect(metrics['podsEvicted']).toBe(0);
    expect(errorsOf(metrics)).toBeGreaterThan(10 * 13);
    expect(errorsOf(metrics)).toBeLessThan(10 * 22);
  });
});

describe('a zone that dies and comes back', () => {
  it('has its pods elsewhere, which do not come back', () => {
    const metrics = metricsOf(cluster('[{ at: 100s, for: 500s, zone: a }]'));
    expect(metrics['podsEvicted']).toBe(2);
    expect(errorsOf(metrics)).toBeGreaterThan(20 * 40);
    expect(errorsOf(metrics)).toBeLessThan(20 * 60);
  });

  it('meets the same fault by the name of its rack', () => {
    expect(metricsOf(cluster('[{ at: 100s, rack: 0 }]'))).toEqual(metricsOf(cluster('[{ at: 100s, zone: a }]')));
  });
});

describe('a zone that is cut off', () => {
  it('is lost to callers outside as a dead one is, and runs on', () => {
    const cut = metricsOf(cluster('[{ at: 100s, for: 500s, zone: a, cut: true }]'));
    const dead = metricsOf(cluster('[{ at: 100s, for: 500s, zone: a }]'));
    expect(errorsOf(cut)).toBeGreaterThan(20 * 40);
    expect(Math.abs(errorsOf(cut) - errorsOf(dead))).toBeLessThan(25);
    expect(cut['podsEvicted']).toBe(2);
    expect(cut['podRestarts']).toBe(0);
  });

  it('loses nothing but what was asked meanwhile when it is healed before its time', () => {
    const metrics = metricsOf(cluster('[{ at: 100s, for: 15s, zone: a, cut: true }]'));
    expect(metrics['podsEvicted']).toBe(0);
    expect(metrics['podRestarts']).toBe(0);
    expect(errorsOf(metrics)).toBeGreaterThan(20 * 13);
    expect(errorsOf(metrics)).toBeLessThan(20 * 17);
  });
});

describe('faults that are not met', () => {
  it('are refused where they stand', () => {
    expect(problemsOf(cluster('[{ at: 1s, zone: d }]'))).toEqual(['faults.0.zone: there is no zone of this name']);
    expect(problemsOf(cluster('[{ at: 1s, link: any-uplink, cut: true }]'))[0]).toMatch(
      /faults.0.cut: only nodes, racks and zones/,
    );
    const flows = cluster('[{ at: 1s, node: a-0, cut: true }, { at: 1s, zone: a, for: 3s }]').replace(
      /load:[\s\S]*timeout: 1s }\]/,
      'traffic: { talkers: [{ name: calls, rate: 1, size: { constant: 1KB }, measures: latency }] }',
    );
    expect(problemsOf(flows)).toEqual([
      'faults.0.cut: only nodes of living services are cut off',
      'faults.1.for: a zone that died does not come back',
    ]);
  });

  it('strike every node of a zone in a run of flows', () => {
    const flows = (faults: string): string =>
      cluster(faults, '', '20s').replace(
        /load:[\s\S]*timeout: 1s }\]/,
        'traffic: { talkers: [{ name: calls, rate: 50, size: { constant: 100KB }, measures: latency }] }',
      );
    const zone = metricsOf(flows('[{ at: 5s, zone: a }]'));
    expect(zone).toEqual(metricsOf(flows('[{ at: 5s, node: a-0 }, { at: 5s, node: a-1 }]')));
    expect(zone).not.toEqual(metricsOf(flows('[]')));
  });
});

describe('machines that may be added', () => {
  const groups = 'nodeAutoscaler: { groups: [{ nodes: a, min: 2, max: 60 }], scaleDown: false }';
  it('are not what chance strikes: they are not there', () => {
    // Of 64 numbers six exist; whichever is drawn, a sixth of the requests is lost for some 50 s.
    for (let draw = 0; draw < 5; draw++) {
      const metrics = metricsOf(cluster('[{ at: 100s, node: any }]', groups, '200s'), `test/${draw}`);
      expect(metrics['requestErrors']).toBeGreaterThan(0.01);
    }
  });
});
