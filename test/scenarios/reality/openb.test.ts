import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CaseFile, validateCases } from '../../../scenarios/reality/validate.ts';

const FOLDER = new URL('../../oracles/openb/', import.meta.url);
const fileAt = (path: string): CaseFile => ({ path, json: JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) });
const lists = readdirSync(new URL('lists/', FOLDER)).map((name) => fileAt(`lists/${name}`));

interface OpenbCase {
  policy: string;
  tieBreak?: string;
  nodes: string;
  seeds: number;
  publishedAtArrivedPercent: Record<string, Record<string, { mean: number; stdev: number }>>;
}

const original = fileAt('multigpu50-GpuPacking.json').json as OpenbCase;
const changed = (change: (json: OpenbCase) => void): CaseFile => {
  const json = structuredClone(original);
  change(json);
  return { path: 'changed.json', json };
};
const wrongOf = (file: CaseFile): string[] => {
  const [details] = validateCases([file, ...lists]).suites.flatMap((suite) => suite.details);
  return details!.quantities.filter(({ agree }) => !agree).map(({ name }) => name);
};

describe('a published experiment', () => {
  it('agrees, every recorded quantity is compared, and lists are no strangers', () => {
    const report = validateCases([
      changed(() => undefined),
      ...lists.filter(({ path }) => /gpu-nodes|multi/.test(path)),
    ]);
    expect([report.unknown, report.problems]).toEqual([[], []]);
    const [family] = report.suites;
    expect(family).toMatchObject({ suite: 'openb', family: 'GpuPacking', cases: 1, agree: 1 });
    const recorded = Object.entries(original.publishedAtArrivedPercent).flatMap(([percent, point]) =>
      Object.keys(point).map((metric) => `${metric} at ${percent} % arrived`),
    );
    expect(recorded.length).toBe(21);
    expect(family!.details[0]!.quantities.map(({ name }) => name)).toEqual(recorded);
  });

  it('does not agree when another policy was published under that name', () => {
    expect(wrongOf(changed((json) => (json.policy = 'FGD')))).toContain('fragmentedGpuPercentOfTotal at 90 % arrived');
  });

  it('does not agree with a mean beyond the tolerance, a metric that nobody knows, or a load that never comes', () => {
    const far = changed(({ publishedAtArrivedPercent: published }) => {
      const { mean, stdev } = published['100']!.gpuAllocationPercent!;
      published['100']!.gpuAllocationPercent = { mean: mean + 8 * stdev, stdev };
      published['100']!.happiness = { mean: 1, stdev: 0 };
      published['140'] = { gpuAllocationPercent: { mean: 95, stdev: 1 } };
    });
    const wrong = ['gpuAllocationPercent at 100', 'happiness at 100', 'gpuAllocationPercent at 140'];
    expect(wrongOf(far)).toEqual(wrong.map((name) => `${name} % arrived`));
  });
});

it.each([
  [(json: OpenbCase) => (json.policy = 'Worst'), '"policy" is "Worst", but must be one of FGD, BestFit'],
  [(json: OpenbCase) => (json.nodes = 'lists/none.json'), '"nodes" names lists/none.json, which is not in the folder'],
  [(json: OpenbCase) => (json.nodes = 'lists/multigpu50.json'), '"gpuModel" must be a text, but it is missing.'],
  [(json: OpenbCase) => (json.tieBreak = 'tallest'), '"tieBreak" must be "lowest-name" or "random".'],
  [(json: OpenbCase) => (json.seeds = 0.5), '"seeds" must be a whole number'],
])('says what is wrong with a case: %s', (change, sentence) => {
  const [problem] = validateCases([changed(change), ...lists]).problems;
  expect(problem!.message).toContain(sentence);
});
