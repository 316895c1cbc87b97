import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillReport, jsonForHtml, RESULT_ELEMENT_ID } from '../../../scenarios/answers/report.ts';
import type { ComparisonResult } from '../../../sim/experiment/results.ts';
import { type ReportAssets, reportShell } from '../../../viz/report/template.ts';
import { sampleComparison } from '../compare/sample-results.ts';

const ASSETS = { script: 'const done = true;', style: '.a { color: red; }' };
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '\u2028\u2029',
  '\'"><img src=x onerror=alert(1)>',
  '$& $1 $`',
  '&lt;',
];

const reportHtml = (result: ComparisonResult, assets: ReportAssets): string => fillReport(reportShell(assets), result);

function dataOf(html: string): unknown {
  const start = html.indexOf('>', html.indexOf(`id="${RESULT_ELEMENT_ID}"`)) + 1;
  return JSON.parse(html.slice(start, html.indexOf('</script>', start)));
}

describe('the report', () => {
  it('gives back every hostile string unchanged and never as markup', () => {
    for (const words of HOSTILE) {
      const sample = sampleComparison();
      const result = { ...sample, scenario: { ...sample.scenario, title: words, question: words }, command: words };
      const html = reportHtml(result, ASSETS);
      expect(dataOf(html)).toEqual(result);
      expect(html.match(/<\/script>/g)).toHaveLength(2);
      expect(html).not.toContain('<img');
    }
  });

  it('writes JSON that holds no character with a meaning in HTML or in a line of script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonForHtml({ text });
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual({ text });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keeps script and style inside their elements', () => {
    const html = reportHtml(sampleComparison(), {
      script: 'const end = "</script>";',
      style: 'a::after { content: "</style>"; }',
    });
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });

  it('asks nothing of any server', () => {
    expect(reportHtml(sampleComparison(), ASSETS)).not.toMatch(/(?:src|href)="(?!data:)/);
  });
});
