/** The places of the work screen: stage, side, playhead bar. */
import { element } from '../shell/element.ts';

export interface ScreenParts {
  readonly title: string;
  readonly notice: HTMLElement;
  /** What a live run adds; `null` in a replay. */
  readonly extra: HTMLElement | null;
  readonly legend: HTMLElement;
  /** `null` when the catalog has no map. */
  readonly map: HTMLElement | null;
  readonly overMap: readonly HTMLElement[];
  readonly side: readonly HTMLElement[];
  readonly bar: readonly HTMLElement[];
}

/** Builds the screen around its parts. */
export function arrange(parts: ScreenParts): HTMLElement {
  return element(
    'div',
    { class: 'work' },
    element('h1', { class: 'visually-hidden' }, parts.title),
    element('section', { class: 'stage', 'aria-label': 'Map' }, parts.notice, parts.extra, ...mapParts(parts)),
    element('div', { class: 'side' }, parts.side),
    element('section', { class: 'playhead-bar', 'aria-label': 'Timeline' }, parts.bar),
  );
}

function mapParts({ map, legend, overMap }: ScreenParts): HTMLElement[] {
  if (map) return [legend, element('div', { class: 'map-frame' }, map, overMap)];
  const words =
    'This recording has no map in its catalog. The events and the search box still lead to everything that it holds.';
  return [element('div', { class: 'map-frame' }, element('p', { class: 'map-missing' }, words))];
}
