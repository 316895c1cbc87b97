import { describe, expect, it } from 'vitest';
import { SCHEMES } from '../../../models/schemes/index.ts';
import { readArguments } from '../../../scenarios/command/arguments.ts';
import { verb } from '../../../scenarios/command/schemes.ts';

type Io = Parameters<typeof verb.run>[1];

async function printed(): Promise<string[]> {
  let text = '';
  const io = { out: { write: (part: string) => (text += part) } } as unknown as Io;
  await verb.run(readArguments(verb, []), io);
  return text.split('\n');
}

describe('the table of schemes', () => {
  it('fits 100 columns, and has a row for each scheme under a line for its family', async () => {
    const lines = await printed();
    const end = lines.findIndex((line) => line.startsWith('wrap:'));
    const table = lines.slice(0, end);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(100);
    for (const { name, title, attachment, mode } of SCHEMES) {
      const row = table.findIndex((line) => line.startsWith(`  ${name} `) && line.endsWith(mode));
      expect(row, name).toBeGreaterThan(1);
      const family = table
        .slice(0, row)
        .reverse()
        .find((line) => /^[^ -]/.test(line));
      expect(family).toBe(`${title}, by ${attachment}`);
    }
  });
});
