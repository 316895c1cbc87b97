/** The results file as text: readable at the top, one line for each alternative, difference and metric, so that it stays small. */
import type { ComparisonResult } from '../../sim/experiment/results.ts';

/** JSON with a line for each entry of the long lists. */
export function resultsText(result: ComparisonResult): string {
  const lines = Object.entries(result)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${memberText(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function memberText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`;
}
