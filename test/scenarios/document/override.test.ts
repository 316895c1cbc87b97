import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;

const load = (...overrides: string[]) => loadScenario(FIRST, 'first-steps.yaml', bundledLibrary, overrides);

function problemsOf(...overrides: string[]): string[] {
  try {
    load(...overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.hint || p.message}`);
  }
}

describe('--set', () => {
  it('goes over the values of the file', () => {
    const document = load(
      'fabric.uplink=100Gbps',
      'traffic.talkers.1.rate=7',
      'seed=42',
      'vary.scheme=[custom-static]',
    );
    expect(document.fabric.uplink).toBe(100e9);
    expect(document.traffic.talkers.map((talker) => talker.rate)).toEqual([100, 7]);
    expect(document.seed).toBe('42');
    expect(document.axes.scheme).toEqual(['custom-static']);
  });

  it('makes maps that are not there, and adds to the end of a list', () => {
    expect(load('machine.podCpuUse=10%').machine.podCpuUse).toBe(0.1);
    expect(load('faults.1={ at: 6s, rack: 0 }').faults).toHaveLength(2);
  });

  it('removes by an empty value', () => {
    expect(load('vary.scheme=', 'scheme=calico-bgp').axes.scheme).toEqual(['calico-bgp']);
    expect(load('faults.0=').faults).toEqual([]);
  });

  it('lets the last of several win', () => {
    expect(load('duration=20s', 'duration=30s').duration).toBe(30e9);
    expect(problemsOf('duration=20s', 'duration=30')).toEqual(['--set:2:10 duration: write 30s']);
  });

  it('reports problems at the override', () => {
    expect(problemsOf('title=New', 'fabric.uplnk=1Gbps', 'fabric.hostLink=1')).toEqual([
      '--set:2:1 fabric.uplnk: did you mean uplink?',
      '--set:3:17 fabric.hostLink: write 1Gbps',
    ]);
    expect(problemsOf('traffic.start=1h')).toEqual([
      '--set:1:15 traffic.start: write an earlier time, or a longer duration',
    ]);
    expect(problemsOf('cluster.nodeCidr=10.0.0.0/30')).toHaveLength(1);
  });

  it.each([
    'fabric.uplink',
    '=1',
    'a..b=1',
    '__proto__.polluted=1',
    'title.sub=1',
    'faults.7.at=1s',
    'faults.first=1s',
    'title=[',
    'title=*nothing',
  ])('refuses %s', (override) => {
    const problems = problemsOf(override);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(/^--set:1:/);
  });

  it('does not change what is shared by aliases', () => {
    const text = FIRST.replace('machine-room-bgp', 'm\nenvironments: { m: &m { use: aws-like-vpc }, n: *m }');
    const document = loadScenario(text, 'a.yaml', bundledLibrary, ['environments.n.use=azure-like-vpc']);
    expect(document.environments['m'].title).toBe('AWS-like VPC');
  });
});
