/** A verdict as shape, colour and word together, so that none of the three has to carry it alone. */
import type { Verdict } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import { svg } from './svg.ts';

/** All verdicts, best first. */
export const VERDICTS = ['allowed', 'restricted', 'refused'] as const satisfies readonly Verdict[];

/** The shape alone, hidden from screen readers: filled circle, half circle, cross. */
export function verdictShape(verdict: Verdict): SVGSVGElement {
  const frame = {
    class: `verdict-shape verdict-${verdict}`,
    viewBox: '0 0 16 16',
    width: 14,
    height: 14,
    'aria-hidden': 'true',
  };
  return svg('svg', frame, ...shapeParts(verdict));
}

function shapeParts(verdict: Verdict): readonly SVGElement[] {
  if (verdict === 'allowed') return [svg('circle', { class: 'shape-fill', cx: 8, cy: 8, r: 6.5 })];
  if (verdict === 'refused') return [svg('path', { class: 'shape-line', d: 'M3 3L13 13M13 3L3 13' })];
  return [
    svg('circle', { class: 'shape-line', cx: 8, cy: 8, r: 6 }),
    svg('path', { class: 'shape-fill', d: 'M8 2A6 6 0 0 0 8 14Z' }),
  ];
}

/** Shape and word. */
export function verdictMark(verdict: Verdict): HTMLElement {
  return element('span', { class: `verdict verdict-${verdict}` }, verdictShape(verdict), element('span', {}, verdict));
}
