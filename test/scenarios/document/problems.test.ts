import { describe, expect, it } from 'vitest';
import { formatProblems, type Problem, printable, ScenarioProblems } from '../../../scenarios/document/problems.ts';

const problem = (over: Partial<Problem>): Problem => ({
  ...{ file: 'a.yaml', line: 1, column: 1, path: 'x', message: 'wrong', expected: '', got: '', hint: '' },
  ...over,
});

describe('formatProblems', () => {
  it('leaves out what does not apply', () => {
    expect(formatProblems([problem({})])).toBe('a.yaml:1:1 x: wrong.');
    expect(formatProblems([problem({ path: '' })])).toBe('a.yaml:1:1 wrong.');
    expect(formatProblems([problem({ expected: 'a', got: 'b', hint: 'write a' })])).toBe(
      'a.yaml:1:1 x: wrong; expected a, got b. Write a.',
    );
    expect(formatProblems([problem({ hint: 'did you mean y?' })])).toBe('a.yaml:1:1 x: wrong. Did you mean y?');
  });

  it('shows the line with a caret, once for several problems at one place', () => {
    const sources = new Map([['a.yaml', 'one: 1\r\n\ttwo: 2\r\n']]);
    const both = [problem({ line: 2, column: 2, path: 'p' }), problem({ line: 2, column: 2, path: 'q' })];
    expect(formatProblems(both, sources)).toBe('a.yaml:2:2 p: wrong.\na.yaml:2:2 q: wrong.\n     two: 2\n     ^');
  });

  it('cuts long lines around the caret', () => {
    const sources = new Map([['a.yaml', `${'-'.repeat(500)}HERE${'-'.repeat(500)}`]]);
    const [, excerpt, caret] = formatProblems([problem({ column: 501 })], sources).split('\n');
    expect(excerpt.length).toBeLessThan(120);
    expect(excerpt.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE');
  });

  it('shows no source of other files, nor lines that are not there', () => {
    const sources = new Map([['a.yaml', 'one: 1']]);
    expect(formatProblems([problem({ file: 'b.yaml' })], sources)).toBe('b.yaml:1:1 x: wrong.');
    expect(formatProblems([problem({ line: 9 })], sources)).toBe('a.yaml:9:1 x: wrong.');
  });

  it('shows no control characters, which a terminal would obey', () => {
    const sources = new Map([['a.yaml', 'a: \u001b[31mred\u009b']]);
    const shown = formatProblems([problem({ path: 'k\nx\u0007', got: '\u001b]0;title' })], sources);
    expect(shown).toBe('a.yaml:1:1 k x\uFFFD: wrong; got \uFFFD]0;title.\n    a: \uFFFD[31mred\uFFFD\n    ^');
    expect(printable('a\tb\nc\r\u007f\u0085é')).toBe('a\tb\nc\uFFFD\uFFFD\uFFFDé');
  });

  it('counts what is too much to show', () => {
    const many = Array.from({ length: 53 }, (_, i) => problem({ line: i + 1 }));
    expect(formatProblems(many).split('\n').at(-1)).toBe('… and 3 more problems');
  });
});

describe('ScenarioProblems', () => {
  it('sorts by file as first named, line, column and path', () => {
    const { problems } = new ScenarioProblems([
      problem({ file: 'b.yaml', line: 9 }),
      problem({ file: 'a.yaml', line: 1 }),
      problem({ file: 'b.yaml', line: 2, column: 7 }),
      problem({ file: 'b.yaml', line: 2, column: 7, path: 'w' }),
      problem({ file: 'b.yaml', line: 2, column: 3 }),
    ]);
    expect(problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.path}`)).toEqual([
      'b.yaml:2:3 x',
      'b.yaml:2:7 w',
      'b.yaml:2:7 x',
      'b.yaml:9:1 x',
      'a.yaml:1:1 x',
    ]);
  });
});
