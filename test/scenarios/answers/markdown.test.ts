/** The report as Markdown: everything that the page holds, and no word of a scenario that becomes markup. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../../scenarios/answers/markdown.ts';
import { bar, codeBlock, escaped, table } from '../../../scenarios/answers/markdown-text.ts';
import { resultsText } from '../../../scenarios/answers/results-text.ts';
import { readComparison } from '../../../sim/experiment/results-reader.ts';
import { sampleComparison, samplePlacements } from '../../viz/compare/sample-results.ts';

/** Cells of a table row: what stands between pipes that no backslash precedes. */
function cellsOf(row: string): number {
  return row.replace(/\\./g, '').split('|').length - 2;
}

/** Every table of a text as its rows. */
function tablesOf(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) => block.split('\n'));
}

describe('escaped words', () => {
  it('stay one cell of one line, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const lines = table(['x', 'y'], [[a, b]]).split('\n');
        expect(lines).toHaveLength(3);
        for (const line of lines) expect(cellsOf(line)).toBe(2);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([
    ['a|b', 'a\\|b'],
    ['# head', '\\# head'],
    ['1. first', '1\\. first'],
    ['- point', '\\- point'],
    ['<script>', '\\<script\\>'],
    ['[x](javascript:1)', '\\[x\\](javascript:1)'],
    ['`code`', '\\`code\\`'],
    ['&lt;', '&amp;lt;'],
    ['two\nlines', 'two lines'],
  ])('%j becomes %j', (text, expected) => {
    expect(escaped(text)).toBe(expected);
  });
});

describe('a code block', () => {
  it('is not ended by backticks inside', () => {
    expect(codeBlock('a ```` b')).toBe('`````text\na ```` b\n`````');
  });
});

describe('a bar', () => {
  it('grows in eighths of ten cells', () => {
    expect([bar(0, 10), bar(10, 10), bar(5, 10), bar(1, 80)]).toEqual(['', '██████████', '█████', '▏']);
    expect(bar(1, 0)).toBe('');
  });
});

describe('the report as Markdown', () => {
  const sample = sampleComparison();
  const text = markdownReport(sample);

  it('holds all that the page holds', () => {
    for (const words of [
      '# SAMPLE DATA',
      '## The answer',
      '- Machine room with BGP:',
      '## Decision table',
      '## Wiring',
      '## Changes and risks',
      '## Differences',
      '### Assumed',
      '### Left out',
      '## Repeat it',
      sample.command,
      sample.scenario.digest,
      '| Seed | openb |',
    ])
      expect(text).toContain(words);
  });

  it('has tables whose rows are as wide as their heads', () => {
    const tables = tablesOf(text);
    expect(tables.length).toBeGreaterThan(8);
    for (const rows of tables) for (const row of rows) expect(cellsOf(row), row).toBe(cellsOf(rows[0]!));
  });

  it('gives every figure with its unit and its interval', () => {
    expect(text).toMatch(/\| Calico BGP \| ● allowed \| 9\.\d+\u00a0Gbit\/s \(9\.\d+ to 9\.\d+\) █+/);
  });

  it('shows odd titles as words', () => {
    const title = '| `x` <img src=x> ## [a](b)\n\n# other';
    const odd = markdownReport({
      ...sample,
      scenario: { ...sample.scenario, title, question: title },
      command: '``` \n# x',
    });
    expect(odd.split('\n')[0]).toBe('# \\| \\`x\\` \\<img src=x\\> \\#\\# \\[a\\](b) \\# other');
    expect(odd).toContain('````text\n``` \n# x\n````');
  });

  it('leaves wiring out where placement alone varies', () => {
    const placements = markdownReport(samplePlacements());
    expect(placements).not.toContain('## Wiring');
    expect(placements).toContain('## Decision table');
  });
});

describe('the results file', () => {
  it('reads back as it was, with a line for each alternative', () => {
    const sample = sampleComparison();
    const text = resultsText(sample);
    expect(readComparison(JSON.parse(text))).toEqual(sample);
    expect(text.split('\n').filter((line) => line.startsWith('    {"name"'))).toHaveLength(sample.alternatives.length);
  });
});
