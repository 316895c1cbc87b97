/** Tipping points as pictures: for each assumption a bar on a logarithmic scale, today in the middle, and where the answer flips. */
import { groupTitle } from '../../scenarios/answers/choice-group.ts';
import { shareWords, tippingByPlace, tippingNote } from '../../scenarios/answers/tipping-words.ts';
import type { TippingPoint, TippingSearch } from '../../sim/experiment/recommendation.ts';
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import { svg } from './svg.ts';

const WIDTH = 200;
const HEIGHT = 14;

/** Names of the assumptions as short as a table wants them. */
const NAMES: Readonly<Record<string, string>> = {
  rerouteTime: 'Time to reroute',
  oversubscription: 'Oversubscription',
  packetSize: 'Size of flows',
  nodeCpu: 'Speed of processors',
};

/** The section; null when no tipping points were sought. */
export function tippingSection(result: ComparisonResult): HTMLElement | null {
  const { tipping } = result;
  if (tipping === undefined) return null;
  const places = [...new Set(tipping.points.map(({ environment }) => environment))];
  return element(
    'section',
    { class: 'tipping' },
    element('h2', {}, 'What would change the recommendation'),
    element('p', { class: 'dim' }, tippingNote(tipping)),
    ...places.flatMap((place) => placeParts(place, tipping)),
    ...tippingByPlace({ ...tipping, points: [] }, result).map(({ title, words }) =>
      element('p', {}, element('b', {}, `${title}: `), words.join(' ')),
    ),
  );
}

function placeParts(place: string, tipping: TippingSearch): HTMLElement[] {
  const points = tipping.points.filter(({ environment }) => environment === place);
  const names = [...new Set(points.map(({ assumption }) => assumption))];
  const rows = names.map((name) => {
    const own = points.filter(({ assumption }) => assumption === name);
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, NAMES[name] ?? name),
      element('td', { class: 'tipping-bar' }, tippingBar(own, tipping.farthest), scale(tipping.farthest)),
      element('td', {}, ...[...new Set(own.map(({ words }) => words))].map((words) => element('p', {}, words))),
    );
  });
  const head = ['Assumption', 'From today', 'What happens'].map((words) => element('th', { scope: 'col' }, words));
  const table = element(
    'table',
    { class: 'tipping-table' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
  const title = groupTitle(place);
  const region = { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': `Tipping points: ${title}` };
  return [element('h3', {}, title), element('div', region, table)];
}

function scale(farthest: number): HTMLElement {
  const words = [shareWords(1 / farthest), 'today', `${farthest} times`];
  return element(
    'span',
    { class: 'tipping-scale', 'aria-hidden': 'true' },
    ...words.map((word) => element('span', {}, word)),
  );
}

/** The range in which the recommendation stays, filled; flips as marks; today as a line. The words stand beside it. */
function tippingBar(points: readonly TippingPoint[], farthest: number): SVGSVGElement {
  const at = (factor: number): number => (WIDTH / 2) * (1 + Math.log2(factor) / Math.log2(farthest));
  const flip = (direction: string): number | null => points.find((one) => one.direction === direction)?.factor ?? null;
  const [down, up] = [flip('down'), flip('up')];
  const [left, right] = [at(down ?? 1 / farthest), at(up ?? farthest)];
  const marks = [down, up].filter((factor) => factor !== null).map((factor) => at(factor));
  return svg(
    'svg',
    { class: 'bar', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'bar-ground', x: 0, y: 3, width: WIDTH, height: HEIGHT - 6 }),
    svg('rect', { class: 'bar-fill', x: left, y: 3, width: right - left, height: HEIGHT - 6 }),
    svg('path', { class: 'bar-zero', d: `M${WIDTH / 2} 0V${HEIGHT}`, 'vector-effect': 'non-scaling-stroke' }),
    ...marks.map((x) =>
      svg('path', { class: 'tipping-flip', d: `M${x} 0V${HEIGHT}`, 'vector-effect': 'non-scaling-stroke' }),
    ),
  );
}
