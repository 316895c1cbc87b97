/** Texts that are broken or mean harm: they end as problems, quickly, and never as another error. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { type Problem, ScenarioProblems } from '../../../scenarios/document/problems.ts';
import { ENTRIES_MAX, TEXT_LENGTH_MAX } from '../../../scenarios/document/source.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;

/** The problems of a text; anything but ScenarioProblems goes on and fails the test. */
function problemsIn(text: string, overrides: readonly string[] = []): readonly Problem[] {
  try {
    loadScenario(text, 'hostile.yaml', bundledLibrary, overrides);
    return [];
  } catch (error) {
    if (error instanceof ScenarioProblems) return error.problems;
    throw error;
  }
}

describe('broken texts', () => {
  it.each([
    ['an empty file', '', 'this is not a scenario'],
    ['only a comment', '# nothing\n', 'this is not a scenario'],
    ['a list', '- a\n- b\n', 'this is not a scenario'],
    ['a word', 'hello', 'this is not a scenario'],
  ])('refuses %s', (_, text, message) => {
    expect(problemsIn(text).map((p) => p.message)).toEqual([message]);
  });

  it('points at a duplicate key', () => {
    const [problem] = problemsIn(FIRST.replace('duration: 10s', 'duration: 10s\nduration: 20s'));
    expect([problem.line, problem.column]).toEqual([5, 1]);
    expect(problem.message).toBe('this is not valid YAML: map keys must be unique');
    expect(problem.hint).toBe('keep one of the two');
    expect(problemsIn('a: { b: 1, c: { "b": 1, b: 2 } }')[0]).toMatchObject({ line: 1, column: 25 });
  });

  it('points at a tab', () => {
    const [problem] = problemsIn(FIRST.replace('  nodes:', '\tnodes:'));
    expect([problem.line, problem.column]).toEqual([6, 1]);
    expect(problem.hint).toBe('indent with spaces');
  });

  it('points at an unclosed bracket and a second document', () => {
    expect(problemsIn('title: [a\n')[0].line).toBeGreaterThan(0);
    const [second] = problemsIn(`${FIRST}---\n${FIRST}`);
    expect(second.message).toBe('this is not valid YAML: a second document begins here, and a file holds one');
    expect(second.hint).toContain('one scenario');
  });

  it('points at each alias that refers to nothing', () => {
    const problems = problemsIn(FIRST.replace('duration: 10s', 'duration: *long').replace('count: 12', 'count: *many'));
    expect(problems.map((p) => `${p.line}:${p.column}`).sort()).toEqual(['4:11', '6:20']);
    expect(problems[0].message).toContain('refers to nothing');
  });

  it('follows aliases to their places', () => {
    const text = FIRST.replace('hostLink: 1Gbps, uplink: 1Gbps', 'hostLink: &rate 1Gb, uplink: *rate');
    expect(problemsIn(text).map((p) => `${p.line}:${p.column} ${p.path}`)).toEqual([
      '8:55 fabric.hostLink',
      '8:68 fabric.uplink',
    ]);
  });

  it('refuses keys that would reach into objects', () => {
    expect(problemsIn(`${FIRST}__proto__: { polluted: true }\n`).map((p) => p.path)).toEqual(['__proto__']);
    expect(problemsIn(`${FIRST}constructor: 1\n`).map((p) => p.path)).toEqual(['constructor']);
    expect(problemsIn(`${FIRST}environments: { __proto__: {} }\n`).map((p) => `${p.path} ${p.column}`)).toEqual([
      '__proto__ 17',
    ]);
    const own = FIRST.replace('machine-room-bgp', 'toString');
    expect(problemsIn(own).map((p) => p.path)).toEqual(['environment']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('hostile texts', () => {
  it('refuses a bomb of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    const problems = problemsIn(`a0: &a0 [x, x]\n${levels.join('\n')}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0].message).toContain('alias');
    expect(problems[0].line).toBe(2);
  });

  it('refuses an alias inside its own anchor', () => {
    expect(problemsIn(`${FIRST}description: &a [*a]\n`).length).toBeGreaterThan(0);
  });

  it.each([65, 500, 20_000])('refuses %i levels of nesting', (depth) => {
    const problems = problemsIn(`title: ${'['.repeat(depth)}${']'.repeat(depth)}\n`);
    expect(problems[0].message).toBe('nested too deeply');
  });

  it('refuses a text that is too long', () => {
    expect(problemsIn(`# ${'x'.repeat(TEXT_LENGTH_MAX)}`)[0].message).toBe('the file is too large');
  });

  it('refuses more entries than any list or map may have, with one problem', () => {
    const keys = Array.from({ length: ENTRIES_MAX + 1 }, (_, i) => `k${i}: 1\n`).join('');
    expect(problemsIn(keys).map((p) => `${p.message} ${p.got}`)).toEqual(['too many entries in one list or map 2001']);
    const list = `[${'1, '.repeat(ENTRIES_MAX + 1)}]`;
    expect(problemsIn(`${FIRST}description: ${list}\n`).map((p) => p.got)).toEqual(['2001']);
  });

  it('cuts what the parser says of a long text', () => {
    for (const text of [`a: "x" ${'y'.repeat(5000)}\n`, `a: *${'y'.repeat(5000)}\n`]) {
      const [problem] = problemsIn(text);
      expect(problem.message.length + problem.hint.length).toBeLessThan(600);
    }
  });

  it('refuses huge counts without making them', () => {
    expect(problemsIn(FIRST.replace('count: 60', 'count: 1e15'))[0].path).toBe('cluster.pods.0.count');
    const many = Array.from({ length: 40 }, (_, i) => `{ count: 5000, name: p${i}, cpu: 1, memory: 1Gi }`).join(', ');
    const problems = problemsIn(FIRST.replace(/pods: .*/, `pods: [${many}]`));
    expect(problems.map((p) => `${p.path} ${p.got}`)).toEqual(['cluster.pods 200,000']);
  });

  it('survives any mutation of the library scenarios', () => {
    const texts = bundledLibrary.scenarioNames().map((name) => bundledLibrary.scenario(name)!);
    const piece = fc.constantFrom(
      '',
      ' ',
      '\n',
      '\t',
      ':',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '*a',
      '&a ',
      '"',
      "'",
      '!!',
      '#',
      '0',
      '-1',
      '1e99',
      'null',
      '~',
      '? ',
      '|',
      '>',
      '<<: ',
      '%',
      '…',
      '\u0000',
      'x: ',
    );
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), put: piece });
    const mutated = fc
      .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
      .map(([text, edits]) =>
        edits.reduce((now, { at, cut, put }) => {
          const start = Math.floor(at * now.length);
          return now.slice(0, start) + put + now.slice(start + cut);
        }, text),
      );
    fc.assert(
      fc.property(mutated, (text) => {
        for (const problem of problemsIn(text)) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
          expect(problem.message).not.toBe('');
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('survives any text and any override', () => {
    const override = fc.tuple(
      fc.constantFrom(
        'title',
        'fabric.uplink',
        'traffic.talkers.0.rate',
        'traffic.talkers.9',
        'title.x',
        '__proto__.x',
        'vary.scheme',
        'a..b',
        '',
        'faults.0',
      ),
      fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', '1', '[', '*a', '10Gbps', 'null', '{}', '[a, b]')),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), override, (text, [path, value]) => {
        problemsIn(text);
        problemsIn(FIRST, [`${path}=${value}`]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
