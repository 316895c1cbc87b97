/** The top bar: what is on screen, the search box, the theme, the help. */
import { ariaShortcuts } from '../keys.ts';
import { element, replace } from './element.ts';
import type { Subject } from './page.ts';
import { SearchBox } from './search-box.ts';
import type { ThemeSwitch } from './theme.ts';

/** Builds the bar once; pages only change its words. */
export class TopBar {
  readonly root: HTMLElement;
  readonly search = new SearchBox();
  readonly #subject = element('div', { class: 'subject' });
  readonly #theme: HTMLButtonElement;

  constructor(themes: ThemeSwitch, openHelp: () => void) {
    this.#theme = element('button', {
      type: 'button',
      class: 'button quiet',
      onclick: () => {
        themes.next();
        this.#sayTheme(themes);
      },
    });
    this.#sayTheme(themes);
    const help = element(
      'button',
      {
        type: 'button',
        class: 'button quiet',
        'aria-label': 'Help: keys',
        'aria-keyshortcuts': ariaShortcuts('help'),
        onclick: openHelp,
      },
      '?',
    );
    this.root = element(
      'header',
      { class: 'top-bar' },
      element(
        'a',
        { href: '#/', class: 'brand', 'aria-label': 'Wavetank: library' },
        waveMark(),
        element('span', { class: 'brand-name' }, 'Wavetank'),
      ),
      this.#subject,
      this.search.root,
      this.#theme,
      help,
    );
  }

  /** Shows what the page is about and sets the document's title. */
  describe(subject: Subject): void {
    const { title, alternative, seed, digest } = subject;
    const facts = [
      alternative && fact('', alternative),
      seed && fact('seed', seed),
      digest && fact('digest', digest.slice(0, 10), digest),
    ];
    replace(
      this.#subject,
      title ? element('span', { class: 'subject-title', title }, title) : null,
      ...facts.map((item) => item || null),
    );
    document.title = title ? `${title} · Wavetank` : 'Wavetank';
  }

  #sayTheme(themes: ThemeSwitch): void {
    this.#theme.textContent = { auto: '◐ Auto', dark: '● Dark', light: '○ Light' }[themes.choice];
    this.#theme.setAttribute('aria-label', `Theme: ${themes.choice}. Change`);
  }
}

function fact(name: string, value: string, whole = value): HTMLElement {
  return element(
    'span',
    { class: 'subject-fact', title: `${name} ${whole}`.trim() },
    name ? `${name} ` : '',
    element('b', {}, value),
  );
}

function waveMark(): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 16');
  svg.setAttribute('class', 'brand-mark');
  svg.setAttribute('aria-hidden', 'true');
  for (const y of [5, 11]) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', `M1 ${y} q 2.75 -5 5.5 0 t 5.5 0 t 5.5 0 t 5.5 0`);
    svg.append(path);
  }
  return svg;
}
