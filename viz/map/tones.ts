/** Tones of states as numbers, and the pattern that each one wears beside its colour: status is never colour only. */
import type { ColumnSpec, EnumValue } from '../../sim/trace/catalog.ts';

export type Tone = EnumValue['tone'];

/** The order is the number that rasters and scenes store. */
export const TONES: readonly Tone[] = ['good', 'busy', 'warn', 'bad', 'idle', 'neutral'];

export type Pattern = 'solid' | 'half' | 'hollow' | 'hatch' | 'outline' | 'dot';

/** Running is solid, starting and ending are half, waiting is hollow, failed is hatched. */
export const PATTERN_OF: Readonly<Record<Tone, Pattern>> = {
  good: 'solid',
  busy: 'half',
  warn: 'hollow',
  bad: 'hatch',
  idle: 'outline',
  neutral: 'dot',
};

/** The number of a tone. */
export function toneNumber(tone: Tone): number {
  return TONES.indexOf(tone);
}

/** For each value of an enum column, the number of its tone. */
export function toneTable(column: ColumnSpec | undefined): Uint8Array {
  return Uint8Array.from((column?.values ?? []).map((value) => toneNumber(value.tone)));
}

/** Whether the pattern of a square of `side` pixels covers the pixel (x, y). Small squares keep only what they can show. */
export function patternCovers(pattern: Pattern, x: number, y: number, side: number): boolean {
  if (pattern === 'solid' || side < 3) return true;
  const edge = side >= 8 ? 2 : 1;
  const onRing = (width: number): boolean => x < width || y < width || x >= side - width || y >= side - width;
  if (pattern === 'hollow') return onRing(edge);
  if (pattern === 'outline') return side < 5 ? (x + y) % 2 === 0 : onRing(1);
  if (pattern === 'half') return x + (side - 1 - y) < side || onRing(1);
  if (pattern === 'dot') return onRing(1) || (x * 3 >= side && y * 3 >= side && x * 3 < 2 * side && y * 3 < 2 * side);
  const stride = side < 6 ? 2 : 4;
  return (x + y) % stride === 0 || (x - y + side * stride) % stride === 0;
}
