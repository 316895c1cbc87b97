/** The strip above the map: what fills a cell, what the colours and patterns mean and how many there are, the detail. */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { Frame } from '../frame-source/frame.ts';
import { ariaShortcuts } from '../keys.ts';
import { columnOf } from '../map/scene.ts';
import { element } from '../shell/element.ts';
import { countStates } from './overview.ts';
import { timeText } from './time-text.ts';
import { toneSwatch } from './tone-swatch.ts';

export interface LegendEvents {
  gauge(index: number): void;
  fit(): void;
}

const DETAIL_WORDS: Readonly<Record<string, string>> = {
  'group-heat': 'racks',
  cell: 'nodes',
  'cell-items': 'nodes, pod dots',
  'item-shapes': 'nodes, pod states',
  labels: 'nodes, pod names',
};

export class Legend {
  readonly root: HTMLElement;
  /** The detail in words and the way back to the whole, for a corner of the map. */
  readonly corner: HTMLElement;
  readonly #catalog: Catalog;
  readonly #counts: HTMLElement[] = [];
  /** Shown while something on the map is dashed; its room is kept, or the map would move. */
  readonly #dashes = element(
    'span',
    { class: 'state legend-dashes' },
    element('i', { class: 'swatch-dashed', 'aria-hidden': 'true' }),
    'dashed edge: believed otherwise, or not reached',
  );
  readonly #detail = element('span', { class: 'small' });

  constructor(catalog: Catalog, events: LegendEvents) {
    this.#catalog = catalog;
    this.root = element(
      'div',
      { class: 'legend', role: 'group', 'aria-label': 'Legend' },
      this.#gaugeBox(events),
      rampStrip(),
      // On a narrow screen it is scrolled sideways, so a keyboard must reach it.
      element(
        'span',
        { class: 'legend-states', role: 'group', 'aria-label': 'States', tabindex: 0 },
        ...this.#states(),
        this.#dashes,
      ),
    );
    this.corner = element(
      'div',
      { class: 'map-corner' },
      this.#detail,
      element(
        'button',
        {
          type: 'button',
          class: 'button',
          title: 'Show everything (f)',
          'aria-keyshortcuts': ariaShortcuts('centre'),
          onclick: () => events.fit(),
        },
        'Fit',
      ),
    );
  }

  /** Counts the states of the items now. */
  show(frame: Frame): void {
    const map = this.#catalog.map;
    const column = map && columnOf(this.#catalog, map.items, map.itemState);
    if (!map || !column) return;
    countStates(frame.tables[map.items], column).forEach((count, value) => {
      const words = String(count);
      if (this.#counts[value].textContent === words) return;
      this.#counts[value].textContent = words;
      this.#counts[value].parentElement?.classList.toggle('is-none', count === 0);
    });
    const isDashed = hasDashes(this.#catalog, frame);
    this.#dashes.classList.toggle('is-shown', isDashed);
  }

  /** The same counts as one sentence for the live region. */
  sentence(frame: Frame): string {
    const map = this.#catalog.map;
    const column = map && columnOf(this.#catalog, map.items, map.itemState);
    if (!map || !column) return `Time ${timeText(frame.timeNs)}.`;
    const counts = countStates(frame.tables[map.items], column);
    const words = (column.values ?? [])
      .map((value, at) => (counts[at] > 0 ? `${counts[at]} ${value.label}` : ''))
      .filter(Boolean);
    return `Time ${timeText(frame.timeNs)}. ${words.join(', ')}.`;
  }

  setDetail(detail: string): void {
    const map = this.#catalog.map;
    const label = (name: string | undefined): string =>
      this.#catalog.tables.find((table) => table.name === name)?.label ?? '';
    const words = DETAIL_WORDS[detail] ?? '';
    this.#detail.textContent = words
      .replace('rack', label(map?.groups))
      .replace('node', label(map?.cells))
      .replace('pod', label(map?.items));
  }

  #gaugeBox(events: LegendEvents): HTMLElement | null {
    const fills = this.#catalog.map?.cellFill ?? [];
    if (fills.length === 0) return null;
    const box = element(
      'select',
      { onchange: () => events.gauge(box.selectedIndex) },
      ...fills.map((fill) => element('option', {}, fill.label)),
    );
    return element('label', { class: 'legend-gauge' }, element('span', { class: 'soft small' }, 'Fill'), box);
  }

  #states(): HTMLElement[] {
    const map = this.#catalog.map;
    const column = map && columnOf(this.#catalog, map.items, map.itemState);
    return (column?.values ?? []).map((value) => {
      const count = element('b', {}, '0');
      this.#counts.push(count);
      return element('span', { class: 'state is-none' }, toneSwatch(value.tone), `${value.label} `, count);
    });
  }
}

/** Whether the map dashes an edge: of a cell that is believed to be what it is not, or of a group that is not reached. */
export function hasDashes({ map, tables }: Catalog, frame: Frame): boolean {
  if (map === undefined) return false;
  const { cells, cellState, cellBelief, groups, groupState } = map;
  const { alive, columns, count } = frame.tables[cells];
  const [is, believed] = [columns[cellState], cellBelief === undefined ? undefined : columns[cellBelief]];
  for (let cell = 0; believed !== undefined && cell < count; cell++)
    if (alive[cell] && is[cell] !== believed[cell]) return true;
  const reach = groupState === undefined ? undefined : frame.tables[groups].columns[groupState];
  const values = tables.find(({ name }) => name === groups)?.columns.find(({ name }) => name === groupState)?.values;
  return reach?.some((value) => /^(warn|bad)$/.test(values?.[value]?.tone ?? '')) ?? false;
}

function rampStrip(): HTMLElement {
  return element(
    'span',
    { class: 'ramp', title: 'Load from idle to full; lines grow wider with it' },
    element('span', { class: 'soft small' }, '0'),
    element('i', { class: 'ramp-strip' }),
    element('span', { class: 'soft small' }, '100 %'),
  );
}
