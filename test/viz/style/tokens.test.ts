import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../../viz/style/tokens.css', import.meta.url), 'utf8');

/** The tokens of a block that starts with `opening`. */
function block(opening: string): Record<string, string> {
  const from = css.indexOf('{', css.indexOf(opening)) + 1;
  const body = css.slice(from, css.indexOf('}', from));
  return Object.fromEntries(
    [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value.trim()]),
  );
}

const light = block(':root {');
const dark = { ...light, ...block(":root[data-theme='dark']") };

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT: readonly (readonly [string, string])[] = [
  ...['--page', '--panel', '--panel-raised'].flatMap((ground) =>
    ['--text', '--text-soft', '--accent', '--accent-strong'].map((text) => [text, ground] as const),
  ),
  ['--on-accent', '--accent'],
  ['--on-accent', '--accent-strong'],
  ...['--map-cell', '--map-group', '--map-ground'].map((ground) => ['--map-label', ground] as const),
  ...['--verdict-allowed', '--verdict-restricted', '--verdict-refused'].map((text) => [text, '--panel'] as const),
];

const MARKS: readonly (readonly [string, string])[] = [
  ...['good', 'busy', 'warn', 'bad', 'idle', 'neutral'].flatMap((tone) => [
    [`--tone-${tone}`, '--map-cell'] as const,
    [`--tone-${tone}`, '--panel'] as const,
  ]),
  ...['decision', 'fault', 'repair', 'info'].map((tone) => [`--mark-${tone}`, '--panel'] as const),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((step) => [
    [`--ramp-${step}`, '--map-cell'] as const,
    [`--ramp-${step}`, '--map-ground'] as const,
  ]),
  ['--line-strong', '--panel'],
  ['--line-strong', '--page'],
  ['--focus', '--panel'],
  ['--focus', '--map-ground'],
  ['--selection', '--map-ground'],
  ['--selection', '--map-cell'],
  ['--selection', '--panel'],
  ['--density', '--panel'],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, tokens) => {
  it.each(TEXT)('has text %s on %s at 4.5:1 or more', (text, ground) => {
    expect(contrast(tokens[text], tokens[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARKS)('has mark %s on %s at 3:1 or more', (mark, ground) => {
    expect(contrast(tokens[mark], tokens[ground])).toBeGreaterThanOrEqual(3);
  });
});

describe('the ramp', () => {
  it.each([
    ['light', light],
    ['dark', dark],
  ])('goes one way in luminance in the %s theme', (_, tokens) => {
    const steps = [1, 2, 3, 4, 5, 6, 7].map((step) => luminance(tokens[`--ramp-${step}`]));
    const sorted = [...steps].sort((a, b) => a - b);
    expect([sorted, [...sorted].reverse()]).toContainEqual(steps);
  });
});

it('says the same dark colours to the system preference and to the choice of the reader', () => {
  expect(block(":root:not([data-theme='light'])")).toEqual(block(":root[data-theme='dark']"));
});
