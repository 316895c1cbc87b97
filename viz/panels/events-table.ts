/** The events of the run as a table: the readable twin of the map and the timeline. Only rows in view are in the page. */
import type { MarkIndex } from '../frame-source/mark-index.ts';
import type { RowRef } from '../map/hit.ts';
import { element } from '../shell/element.ts';
import { markDetail, markSubject, markWords, TONE_SIGN } from './mark-words.ts';
import { timeText } from './time-text.ts';

export interface EventsTableEvents {
  /** An event was chosen: go to its time and select its row. */
  choose(timeNs: number, ref: RowRef | null): void;
  name(table: string, row: number): string;
}

const ROW_HEIGHT = 44;
const SPARE_ROWS = 6;

type Filter = 'notable' | 'all' | 'selection' | 'fault' | 'decision';

const FILTERS: readonly (readonly [Filter, string])[] = [
  ['notable', 'Decisions, faults, repairs'],
  ['fault', 'Faults and repairs'],
  ['decision', 'Decisions'],
  ['selection', 'Of the selection'],
  ['all', 'All events'],
];

export class EventsTable {
  readonly root: HTMLElement;
  readonly #marks: MarkIndex;
  readonly #events: EventsTableEvents;
  readonly #scroller = element('div', {
    class: 'events-scroller scroller',
    role: 'table',
    'aria-label': 'Events',
    tabindex: 0,
  });
  readonly #body = element('div', { class: 'events-body', role: 'rowgroup' });
  readonly #count = element('span', { class: 'soft small' });
  readonly #filterBox: HTMLSelectElement;
  #filter: Filter = 'notable';
  #selection: RowRef | null = null;
  #list: readonly number[] = [];
  #current = -1;
  #timeNs = 0;
  #scheduled = 0;
  #userScrolledAt = Number.NEGATIVE_INFINITY;

  constructor(marks: MarkIndex, events: EventsTableEvents) {
    this.#marks = marks;
    this.#events = events;
    this.#filterBox = element(
      'select',
      { 'aria-label': 'Which events', onchange: () => this.#setFilter(this.#filterBox.value as Filter) },
      ...FILTERS.map(([value, words]) => element('option', { value }, words)),
    );
    this.#scroller.append(this.#body);
    this.#scroller.addEventListener('scroll', () => this.#schedule());
    for (const kind of ['wheel', 'pointerdown', 'keydown']) {
      this.#scroller.addEventListener(kind, () => {
        this.#userScrolledAt = performance.now();
      });
    }
    this.root = element(
      'section',
      { class: 'panel events', 'aria-label': 'Events' },
      element('header', { class: 'panel-head' }, element('h2', {}, 'Events'), this.#count, this.#filterBox),
      this.#scroller,
    );
    this.#rebuild();
  }

  setSelection(ref: RowRef | null): void {
    this.#selection = ref;
    if (this.#filter === 'selection') this.#rebuild();
  }

  /** Marks or names have arrived. */
  refresh(): void {
    this.#rebuild();
  }

  /** Follows the playhead, unless the reader has just scrolled. */
  present(timeNs: number): void {
    this.#timeNs = timeNs;
    const until = this.#marks.countUntil(timeNs);
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#list[middle] < until) low = middle + 1;
      else high = middle;
    }
    if (low - 1 === this.#current) return;
    this.#current = low - 1;
    if (performance.now() - this.#userScrolledAt > 4000) this.#follow();
    this.#schedule();
  }

  async idle(): Promise<void> {
    while (this.#scheduled !== 0) await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  close(): void {
    cancelAnimationFrame(this.#scheduled);
    this.root.remove();
  }

  #setFilter(filter: Filter): void {
    this.#filter = filter;
    this.#rebuild();
    this.#follow();
  }

  #passes(at: number): boolean {
    const { tone } = this.#marks.spec(at);
    if (this.#filter === 'all') return true;
    if (this.#filter === 'fault') return tone === 'fault' || tone === 'repair';
    return this.#filter === 'decision' ? tone === 'decision' : tone !== 'info';
  }

  #rebuild(): void {
    if (this.#filter === 'selection')
      this.#list = this.#selection ? this.#marks.ofRow(this.#selection.table, this.#selection.row) : [];
    else {
      const list: number[] = [];
      for (let at = 0; at < this.#marks.count; at++) if (this.#passes(at)) list.push(at);
      this.#list = list;
    }
    this.#count.textContent = `${this.#list.length} of ${this.#marks.count}`;
    this.#body.style.height = `${Math.max(1, this.#list.length) * ROW_HEIGHT}px`;
    this.#scroller.setAttribute('aria-rowcount', String(this.#list.length));
    this.#current = -2;
    this.present(this.#timeNs);
    this.#schedule();
  }

  #follow(): void {
    const top = this.#current * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop || top > scrollTop + clientHeight - 2 * ROW_HEIGHT)
      this.#scroller.scrollTop = top - clientHeight / 2;
  }

  #schedule(): void {
    if (this.#scheduled === 0) this.#scheduled = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#scheduled = 0;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(
      this.#list.length,
      Math.ceil((this.#scroller.scrollTop + this.#scroller.clientHeight) / ROW_HEIGHT) + SPARE_ROWS,
    );
    const rows: HTMLElement[] = [];
    for (let place = first; place < last; place++) rows.push(this.#row(place));
    if (rows.length === 0)
      rows.push(
        element('p', { class: 'events-none soft', role: 'row' }, element('span', { role: 'cell' }, this.#emptyWords())),
      );
    this.#body.replaceChildren(...rows);
  }

  #emptyWords(): string {
    if (this.#filter === 'selection' && !this.#selection) return 'Select something to list its events.';
    return 'No such events in this recording.';
  }

  #row(place: number): HTMLElement {
    const at = this.#list[place];
    const spec = this.#marks.spec(at);
    const name = this.#events.name;
    const row = element(
      'div',
      {
        class: `event-row tone-${spec.tone}`,
        role: 'row',
        title: markWords(this.#marks, at, name),
        'aria-rowindex': place + 1,
        'aria-current': place === this.#current ? 'time' : null,
      },
      element(
        'span',
        { role: 'cell', class: 'mono event-time' },
        element(
          'button',
          { type: 'button', class: 'button link', onclick: () => this.#choose(at) },
          timeText(this.#marks.timeNs[at]),
        ),
      ),
      element('span', { role: 'cell', class: 'event-kind', title: spec.help }, `${TONE_SIGN[spec.tone]} ${spec.label}`),
      element('span', { role: 'cell', class: 'event-subject' }, markSubject(this.#marks, at, name)),
      element('span', { role: 'cell', class: 'event-detail soft' }, markDetail(this.#marks, at, name)),
    );
    row.style.top = `${place * ROW_HEIGHT}px`;
    row.addEventListener('click', (event) => {
      if (!(event.target instanceof HTMLButtonElement)) this.#choose(at);
    });
    return row;
  }

  #choose(at: number): void {
    const row = this.#marks.row[at];
    this.#events.choose(this.#marks.timeNs[at], row < 0 ? null : { table: this.#marks.spec(at).table, row });
  }
}
