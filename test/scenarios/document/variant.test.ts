import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';
import { planOfText, runAll } from '../compile/small-worlds.ts';

const BASE = bundledLibrary.scenario('first-steps')!.replace(/^vary:.*\n/m, '');

const withVariants = (variants: string, vary: string): string =>
  `${BASE}scheme: calico-bgp\nvariants:\n${variants}\nvary: { variant: ${vary} }\n`;

function problemsOf(text: string, ...overrides: string[]): string[] {
  try {
    loadScenario(text, 'v.yaml', bundledLibrary, overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.file}:${p.line} ${p.path}: ${p.message}`);
  }
}

const THICK_AND_CALM = '  thick: { fabric.uplink: 10Gbps }\n  calm: { faults: null, cluster.pods.0.count: 30 }';

describe('variants', () => {
  it('are the scenario with their values in place; one that no axis names is only checked', () => {
    const document = loadScenario(withVariants(THICK_AND_CALM, '[thick]'), 'v.yaml', bundledLibrary);
    expect(document.fabric.uplink).toBe(1e9);
    expect(document.variantDocuments.thick!.fabric.uplink).toBe(10e9);
    expect(Object.keys(document.variantDocuments)).toEqual(['thick']);
    expect(document.varied).toEqual(['variant']);
  });

  it('are laid over what the command line sets', () => {
    const text = withVariants(THICK_AND_CALM, '[thick, calm]');
    const { variantDocuments } = loadScenario(text, 'v.yaml', bundledLibrary, ['fabric.uplink=2Gbps', 'duration=9s']);
    expect(variantDocuments.thick!.fabric.uplink).toBe(10e9);
    expect(variantDocuments.calm!.fabric.uplink).toBe(2e9);
    expect(variantDocuments.thick!.duration).toBe(9e9);
  });

  it('run each in its own cluster, and a variant that changes nothing runs like the scenario as written', () => {
    const text = withVariants(`${THICK_AND_CALM}\n  same: { fabric.uplink: 1Gbps }`, '[thick, calm, same]');
    const results = runAll(planOfText(text), 'variants/0');
    const [plain] = runAll(planOfText(`${BASE}scheme: calico-bgp\n`), 'variants/0').values();
    const { thick, calm, same } = Object.fromEntries(results);
    expect(same!.metrics).toEqual(plain!.metrics);
    expect(thick!.arrivalsHash).toBe(same!.arrivalsHash);
    expect(thick!.metrics.uplinkLoadPeak).toBeLessThan(same!.metrics.uplinkLoadPeak! / 2);
    expect([calm!.metrics.podsFit, same!.metrics.podsFit]).toEqual([30, 60]);
    expect(calm!.faultsHash).toBe('');
  });

  it('are checked as whole scenarios, and a problem points at the line of the variant', () => {
    expect(problemsOf(withVariants('  bad: { fabric.uplink: fast }', '[bad]'))).toEqual([
      expect.stringMatching(/^v\.yaml:\d+ fabric\.uplink: /),
    ]);
    const late = problemsOf(withVariants('  ok: { fabric.spines: 3 }\n  late: { traffic.start: 99s }', '[ok, late]'));
    expect(late).toEqual([expect.stringMatching(/^v\.yaml:21 traffic\.start: traffic starts at 99s/)]);
  });

  it('leave question, chance and axes alone, and say so wherever they stand', () => {
    expect(problemsOf(withVariants('  a: { seed: 3 }\n  b: { fabric.spines: 3 }', '[b]'))).toEqual([
      'v.yaml:20 variants.a.seed: a variant cannot change seed',
    ]);
    expect(problemsOf(withVariants('  b: {}', '[b]'))).toEqual(['v.yaml:20 variants.b: changes nothing']);
    expect(problemsOf(withVariants('  b: { "a b.c": 1 }', '[b]'))[0]).toContain('not a path');
    expect(problemsOf(withVariants('  b: { fabric.uplink.x: 1 }', '[b]'))[0]).toContain('holds no x');
  });

  it('must be declared; the nearest name is offered', () => {
    expect(problemsOf(withVariants('  thick: { fabric.spines: 3 }', '[thikc]'))).toEqual([
      expect.stringContaining('vary.variant.0: there is no variant of this name'),
    ]);
  });
});
