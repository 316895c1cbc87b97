/** The table of agreement in MODELS.md is what `validate` finds. `UPDATE=1` rewrites it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agreementTable } from '../../scenarios/reality/agreement.ts';
import { type CaseFile, validateCases } from '../../scenarios/reality/validate.ts';
import { ROOT } from '../tidy/sources.ts';
import { documentAt } from './documents.ts';

const BEGIN = '<!-- agreement: written by UPDATE=1, from test/oracles -->\n';
const END = '<!-- end of agreement -->';

function casesBelow(folder: string): CaseFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return casesBelow(path);
    return path.endsWith('.json') ? [{ path, json: JSON.parse(readFileSync(join(ROOT, path), 'utf8')) }] : [];
  });
}

describe('the table of agreement in MODELS.md', () => {
  it('is what validate gives on test/oracles (UPDATE=1 rewrites it)', () => {
    const table = agreementTable(validateCases(casesBelow('test/oracles')));
    const [before, rest] = documentAt('MODELS.md').text.split(BEGIN);
    const after = rest!.slice(rest!.indexOf(END));
    const fresh = `${before}${BEGIN}\n${table}\n${after}`;
    if (process.env['UPDATE'] === '1') writeFileSync(join(ROOT, 'MODELS.md'), fresh);
    expect(table).toMatch(/\| flow \| closed \| \d+ \| \d+ \|/);
    expect(documentAt('MODELS.md').text).toBe(fresh);
  }, 120_000);
});
