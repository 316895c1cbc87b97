/** The search box of the top bar: a combobox over whatever the page on screen can find. */
import { ariaShortcuts } from '../keys.ts';
import { element, replace } from './element.ts';
import type { SearchHit, SearchProvider } from './page.ts';

const HITS_MAX = 40;

/** Hidden until a page connects a provider. */
export class SearchBox {
  readonly root: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLElement;
  #provider: SearchProvider | null = null;
  #hits: readonly SearchHit[] = [];
  #active = -1;

  constructor() {
    this.#input = element('input', {
      type: 'search',
      class: 'search-input',
      placeholder: 'Search a name',
      role: 'combobox',
      'aria-label': 'Search by name',
      'aria-expanded': 'false',
      'aria-controls': 'search-hits',
      'aria-autocomplete': 'list',
      'aria-keyshortcuts': ariaShortcuts('search'),
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: () => this.#find(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.#close(),
    });
    this.#list = element('div', {
      id: 'search-hits',
      role: 'listbox',
      class: 'search-hits',
      'aria-label': 'Found',
      hidden: true,
    });
    this.root = element('div', { class: 'search', role: 'search', hidden: true }, this.#input, this.#list);
  }

  /** Shows the box and asks `provider` from now on; `null` hides it. */
  connect(provider: SearchProvider | null): void {
    this.#provider = provider;
    this.root.hidden = provider === null;
    this.#input.value = '';
    this.#close();
  }

  focus(): void {
    if (!this.root.hidden) this.#input.select();
  }

  #find(): void {
    const query = this.#input.value.trim();
    this.#hits = query && this.#provider ? this.#provider(query).slice(0, HITS_MAX) : [];
    this.#active = this.#hits.length ? 0 : -1;
    this.#show(query !== '');
  }

  #show(open: boolean): void {
    const options = this.#hits.map((hit, index) => this.#option(hit, index));
    replace(
      this.#list,
      ...(options.length
        ? options
        : [element('div', { class: 'search-none', role: 'option', 'aria-disabled': 'true' }, 'Nothing has that name')]),
    );
    this.#list.hidden = !open;
    this.#input.setAttribute('aria-expanded', String(open));
    this.#input.setAttribute('aria-activedescendant', this.#active >= 0 ? `hit-${this.#active}` : '');
  }

  #option(hit: SearchHit, index: number): HTMLElement {
    return element(
      'div',
      {
        id: `hit-${index}`,
        role: 'option',
        class: 'search-hit',
        'aria-selected': String(index === this.#active),
        // The field must not lose the focus before the click counts.
        onpointerdown: (event: PointerEvent) => event.preventDefault(),
        onclick: () => this.#choose(index),
      },
      element('span', {}, hit.label),
      element('span', { class: 'soft' }, hit.detail),
    );
  }

  #key(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && this.#hits.length) {
      this.#active = (this.#active + step + this.#hits.length) % this.#hits.length;
      this.#show(true);
      this.#list.children[this.#active]?.scrollIntoView({ block: 'nearest' });
      event.preventDefault();
    } else if (event.key === 'Enter' && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === 'Escape') {
      this.#input.blur();
      event.stopPropagation();
    }
  }

  #choose(index: number): void {
    this.#hits[index]?.choose();
    this.#input.blur();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.setAttribute('aria-activedescendant', '');
  }
}
