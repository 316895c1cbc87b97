import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agreementTable } from '../../../scenarios/reality/agreement.ts';
import { judge } from '../../../scenarios/reality/quantity.ts';
import type { Suite } from '../../../scenarios/reality/suite.ts';
import { type CaseFile, validateCases } from '../../../scenarios/reality/validate.ts';
import { assert } from '../../../sim/engine/assert.ts';

const FLOW = new URL('../../oracles/flow/', import.meta.url);
const flowFiles: CaseFile[] = readdirSync(FLOW)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ path: `flow/${name}`, json: JSON.parse(readFileSync(new URL(name, FLOW), 'utf8')) }));

/** The quickest case, with some fields changed. */
function quickCase(change: (json: Record<string, Record<string, unknown>>) => void): CaseFile {
  const json = structuredClone(flowFiles.find(({ path }) => path.endsWith('case-13.json'))!.json);
  change(json as Record<string, Record<string, unknown>>);
  return { path: 'flow/changed.json', json };
}

describe('the recorded flow cases', () => {
  it('agree with SimGrid, every one and in every quantity', () => {
    const report = validateCases(flowFiles);
    expect(report.unknown).toEqual([]);
    expect(report.problems).toEqual([]);
    expect(report.suites.map(({ suite, family, cases, agree }) => [suite, family, cases, agree])).toEqual([
      ['flow', 'closed', flowFiles.length, flowFiles.length],
    ]);
    for (const { quantities } of report.suites[0].details) {
      expect(quantities.map(({ name }) => name)).toEqual(['simulatedSeconds', 'meanFlowSeconds', 'completed']);
    }
  });

  it('disagree when the recording says something else', () => {
    const file = quickCase((json) => {
      json.observed.meanFlowSeconds = (json.observed.meanFlowSeconds as number) * (1 + 2e-6);
    });
    const [family] = validateCases([file]).suites;
    expect([family.cases, family.agree]).toEqual([1, 0]);
    expect(family.details[0].quantities.map(({ agree }) => agree)).toEqual([true, false, true]);
  });

  it('disagree in a quantity that is not produced', () => {
    const file = quickCase((json) => {
      json.observed.retransmissions = 3;
    });
    const [family] = validateCases([file]).suites;
    expect(family.agree).toBe(0);
    expect(family.details[0].quantities.at(-1)).toMatchObject({
      name: 'retransmissions',
      simulated: null,
      agree: false,
    });
  });

  it('disagree when nothing was observed', () => {
    const file = quickCase((json) => {
      json.observed = {};
    });
    expect(validateCases([file]).suites[0].agree).toBe(0);
  });

  it.each([
    ['slots', 0, '"slots" must be a whole number from 1 to 200000, but it is 0.'],
    ['racks', 'four', '"racks" must be a whole number from 1 to 10000, but it is "four".'],
    ['linkBitsPerSec', null, '"linkBitsPerSec" must be a number from 1 to 1000000000000000, but it is null.'],
    ['latencyNs', 5, '"latencyNs" must be a whole number from 0 to 0, but it is 5.'],
    ['completions', undefined, '"completions" must be a whole number from 1 to 2000000, but it is missing.'],
  ])('are a problem in one sentence when %s is %s', (field, value, sentence) => {
    const file = quickCase((json) => {
      json.workload[field] = value;
    });
    const report = validateCases([file]);
    expect(report.problems).toEqual([{ path: 'flow/changed.json', message: `This case of suite flow: ${sentence}` }]);
    expect(report.suites).toEqual([]);
  });
});

describe('files of other kinds', () => {
  it.each([
    [{ suite: 'openb', case: 'x' }, '1 case of "openb", which no suite here recognises.'],
    [{ meta: {}, cases: [{ id: 1, family: 'hpa' }, { id: 2 }] }, '2 cases of "hpa", which no suite here recognises.'],
    [{ case: 'bird', family: 'birdev' }, '1 case of "birdev", which no suite here recognises.'],
    [{ count: 3 }, '1 case of a kind that it does not name, which no suite here recognises.'],
    [{ cases: [] }, 'This file holds no cases.'],
    [[1, 2], 'This file holds no cases.'],
    [null, 'This file holds no cases.'],
  ])('are left aside with a sentence: %j', (json, message) => {
    const report = validateCases([{ path: 'some/file.json', json }]);
    expect(report).toEqual({ suites: [], unknown: [{ path: 'some/file.json', message }], problems: [] });
  });
});

describe('a case that our models refuse', () => {
  const fragile: Suite = {
    name: 'fragile',
    recognises: ({ json }) => 'weight' in json,
    replay: ({ json }) => {
      assert(json.weight !== -1, () => `weight ${json.weight} below 0`);
      return { family: 'whole', name: String(json.weight), quantities: [judge('weight', 1, json.weight, 0)] };
    },
  };

  it('is told with what the model said, and the others are replayed', () => {
    const cases = [{ weight: 1 }, { weight: -1 }, { weight: 2 }];
    const { suites, problems } = validateCases([{ path: 'glass.json', json: { cases } }], [fragile]);
    expect(problems).toEqual([
      { path: 'glass.json', message: 'Case 2 of suite fragile: our models cannot replay it: weight -1 below 0' },
    ]);
    expect(suites).toMatchObject([{ cases: 2, agree: 1 }]);
  });

  it('is one of a pod that requests less than nothing, among recorded ones', () => {
    const text = readFileSync(new URL('../../oracles/k8s/scheduler.json', import.meta.url), 'utf8');
    const { meta, cases } = JSON.parse(text) as { meta: object; cases: Scheduling[] };
    const [one, other] = cases.filter(({ family }) => family === 'fit') as [Scheduling, Scheduling];
    one.input.pendingPods[0]!.spec.containers[0]!.resources = { requests: { cpu: '-1' } };
    const { suites, problems } = validateCases([{ path: 'k8s.json', json: { meta, cases: [one, other] } }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/^Case 1 of suite k8s: /);
    expect(suites).toMatchObject([{ cases: 1, agree: 1 }]);
  });
});

/** What a test changes of a recorded decision. */
interface Scheduling {
  readonly family: string;
  readonly input: { readonly pendingPods: { readonly spec: { readonly containers: { resources: object }[] } }[] };
}

describe('a suite', () => {
  const echo: Suite = {
    name: 'echo',
    recognises: ({ json }) => json.suite === 'echo',
    replay: ({ json, file }, context) => ({
      family: String(json.family),
      name: String(json.id),
      quantities: [judge('said', file.meta, context.sibling('lists/words.json'), 'equal')],
    }),
  };

  it('sees the head of its file and the files beside it', () => {
    const files = [
      {
        path: 'echo/a.json',
        json: { meta: 'hello', cases: [{ suite: 'echo', family: 'one', id: 1 }, { suite: 'x' }] },
      },
      { path: 'echo/lists/words.json', json: 'hello' },
    ];
    const report = validateCases(files, [echo]);
    expect(report.suites).toEqual([
      {
        suite: 'echo',
        family: 'one',
        cases: 1,
        agree: 1,
        details: [
          {
            case: '1',
            agree: true,
            quantities: [{ name: 'said', observed: 'hello', simulated: 'hello', tolerance: 'equal', agree: true }],
          },
        ],
      },
    ]);
    expect(report.unknown.map(({ path }) => path)).toEqual(['echo/a.json', 'echo/lists/words.json']);
  });

  it('has its families in the table for the documentation', () => {
    const suites = [{ suite: 'flow', family: 'a|b', cases: 7, agree: 6, details: [] }];
    expect(agreementTable({ suites, unknown: [], problems: [] })).toBe(
      '| suite | family | cases | agree |\n| --- | --- | ---: | ---: |\n| flow | a\\|b | 7 | 6 |\n',
    );
  });
});

describe('the judgement of a quantity', () => {
  it.each([
    [1, 1.05, 0.1, true],
    [1, 1.2, 0.1, false],
    [200, 201, { relative: 0.01 }, true],
    [200, 203, { relative: 0.01 }, false],
    [-200, -201, { relative: 0.01 }, true],
    [0, Number.NaN, 1, false],
    [0, undefined, 1, false],
    [['a', 'b'], ['a', 'b'], 'same order', true],
    [['a', 'b'], ['b', 'a'], 'same order', false],
    [3, '3', 1, false],
  ] as const)('observed %j, simulated %j within %j: %s', (observed, simulated, tolerance, agree) => {
    expect(judge('q', observed, simulated, tolerance).agree).toBe(agree);
  });
});
