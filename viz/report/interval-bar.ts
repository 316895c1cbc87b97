/** Small pictures of a mean with its interval: a bar with a whisker, and the same around zero for differences. */

import { formatEstimate } from '../../scenarios/answers/quantity.ts';
import type { Difference, Estimate } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import { svg } from './svg.ts';

const WIDTH = 100;
const HEIGHT = 10;
const MIDDLE = HEIGHT / 2;

/** The bar from zero to the mean, on a scale that ends at `max`. Hidden from screen readers: the numbers stand beside it. */
export function intervalBar(estimate: Estimate, max: number): SVGSVGElement {
  const at = (value: number): number => (max > 0 ? Math.min(WIDTH, Math.max(0, (value / max) * WIDTH)) : 0);
  return picture(
    svg('rect', { class: 'bar-ground', x: 0, y: 1, width: WIDTH, height: HEIGHT - 2 }),
    svg('rect', { class: 'bar-fill', x: 0, y: 1, width: at(estimate.mean), height: HEIGHT - 2 }),
    ...whisker(estimate, at),
  );
}

/** The interval of a difference around a line at zero, on a scale from `-max` to `max`. */
export function differenceBar(difference: Difference, max: number): SVGSVGElement {
  const at = (value: number): number =>
    max > 0 ? Math.min(WIDTH, Math.max(0, WIDTH / 2 + (value / max) * (WIDTH / 2))) : WIDTH / 2;
  const [from, to] = [at(Math.min(0, difference.mean)), at(Math.max(0, difference.mean))];
  return picture(
    svg('rect', { class: 'bar-ground', x: 0, y: 1, width: WIDTH, height: HEIGHT - 2 }),
    svg('rect', { class: 'bar-fill', x: from, y: 1, width: to - from, height: HEIGHT - 2 }),
    svg('path', { class: 'bar-zero', d: `M${WIDTH / 2} 0V${HEIGHT}` }),
    ...whisker(difference, at),
  );
}

/** Bar and numbers of one figure, as a table cell's content. `best` marks a lead that paired intervals have shown. */
export function figure(estimate: Estimate, unit: string, max: number, best = false): HTMLElement {
  const text = formatEstimate(estimate, unit);
  return element(
    'span',
    { class: 'figure' },
    intervalBar(estimate, max),
    element(
      'span',
      { class: 'figure-mean' },
      element('b', {}, text.value),
      text.unit === '' ? '' : element('span', { class: 'figure-unit' }, `\u00a0${text.unit}`),
      best && element('span', { class: 'best' }, 'best'),
    ),
    element('span', { class: 'figure-interval' }, text.interval ?? 'one replication'),
  );
}

function picture(...parts: readonly SVGElement[]): SVGSVGElement {
  const frame = { class: 'bar', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' };
  return svg('svg', frame, ...parts);
}

function whisker(estimate: Pick<Estimate, 'low' | 'high'>, at: (value: number) => number): readonly SVGElement[] {
  if (estimate.low === null || estimate.high === null) return [];
  const [low, high] = [at(estimate.low), at(estimate.high)];
  const path = `M${low} 2V${HEIGHT - 2}M${high} 2V${HEIGHT - 2}M${low} ${MIDDLE}H${high}`;
  return [svg('path', { class: 'bar-whisker', d: path, 'vector-effect': 'non-scaling-stroke' })];
}
