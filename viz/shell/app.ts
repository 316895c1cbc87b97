/** The shell: bar, router, live region, dropped files, and the handle that tests hold. */
import { bindKeys } from '../keys.ts';
import { element, replace } from './element.ts';
import { kindOfName, VisitFiles } from './files.ts';
import { helpSheet } from './help.ts';
import { problemCard } from './lost.ts';
import { hashOf, type PageContext, type PageHandle } from './page.ts';
import { formatHash, loadPage, parseHash, type Route, samePlace } from './router.ts';
import { ThemeSwitch } from './theme.ts';
import { TopBar } from './top-bar.ts';

declare global {
  interface Window {
    __viz: Required<PageHandle>;
  }
}

/** Runs the visualizer inside one element for as long as the tab lives. */
export class App {
  readonly #themes = new ThemeSwitch();
  readonly #help = helpSheet();
  readonly #bar = new TopBar(this.#themes, () => this.#openHelp());
  readonly #main = element('main', { id: 'main', tabindex: -1 });
  readonly #live = element('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  readonly #notice = element('div', { class: 'notice', role: 'alert', hidden: true });
  readonly #files = new VisitFiles();
  #route: Route = parseHash('');
  #unmount: () => void = () => undefined;
  #stops: (() => void)[] = [];
  #handle: PageHandle | null = null;
  #mounting: Promise<void> = Promise.resolve();

  /** Builds the frame and shows the page of the current hash. */
  start(root: HTMLElement): void {
    const skip = element(
      'a',
      { class: 'skip-link', href: '#main', onclick: (event: Event) => this.#skip(event) },
      'Skip to content',
    );
    replace(root, skip, this.#bar.root, this.#notice, this.#main, this.#live, this.#help);
    bindKeys({ help: () => this.#openHelp(), search: () => this.#bar.search.focus() });
    window.addEventListener('hashchange', () => this.#show(parseHash(location.hash)));
    this.#acceptFiles();
    this.#exposeHandle();
    this.#show(parseHash(location.hash));
  }

  #skip(event: Event): void {
    event.preventDefault();
    this.#main.focus();
  }

  #openHelp(): void {
    if (!this.#help.open) this.#help.showModal();
  }

  #show(route: Route): void {
    this.#route = route;
    this.#mounting = this.#mount(route);
  }

  async #mount(route: Route): Promise<void> {
    this.#unmount();
    this.#unmount = () => undefined;
    for (const stop of this.#stops.splice(0)) stop();
    this.#handle = null;
    this.#bar.search.connect(null);
    this.#notice.hidden = true;
    replace(this.#main);
    this.#main.className = `page page-${route.name || 'library'}`;
    try {
      const page = await loadPage(route.name);
      // Another hash may have come while the code was on its way.
      if (this.#route === route) this.#unmount = page(this.#main, this.#context(route));
    } catch (error) {
      replace(this.#main, problemCard('This page could not be shown', sentenceOf(error)));
    }
  }

  #context(route: Route): PageContext {
    const current = (): boolean => this.#route.name === route.name && samePlace(this.#route, route);
    return {
      path: route.path,
      params: route.params,
      files: this.#files,
      navigate: (hash) => {
        location.hash = hash;
      },
      replaceParams: (params) => {
        if (current()) history.replaceState(null, '', formatHash({ ...route, params }));
      },
      describe: (subject) => this.#bar.describe(subject),
      announce: (sentence) => {
        this.#live.textContent = sentence;
      },
      search: (provider) => this.#bar.search.connect(provider),
      handle: (handle) => {
        this.#handle = handle;
      },
      onTheme: (listener) => {
        this.#stops.push(this.#themes.listen(listener));
      },
    };
  }

  #acceptFiles(): void {
    window.addEventListener('dragover', (event) => event.preventDefault());
    window.addEventListener('drop', (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) this.#openFile(file);
    });
  }

  #openFile(file: File): void {
    const kind = kindOfName(file.name);
    if (kind !== 'trace' && kind !== 'results') {
      this.#say(
        `"${file.name}" cannot be opened here. Drop a recording (.wtrace) or the results.json of a comparison.`,
      );
      return;
    }
    const hash = hashOf(kind === 'trace' ? 'run' : 'results', this.#files.add(file));
    if (location.hash === hash) this.#show(parseHash(hash));
    else location.hash = hash;
  }

  #say(sentence: string): void {
    this.#notice.textContent = sentence;
    this.#notice.hidden = false;
  }

  #exposeHandle(): void {
    window.__viz = {
      idle: async () => {
        await this.#mounting;
        await this.#handle?.idle();
      },
      seek: async (timeNs) => {
        await this.#mounting;
        await this.#handle?.seek?.(timeNs);
      },
      state: () => this.#handle?.state?.() ?? null,
      stats: () => this.#handle?.stats?.() ?? null,
    };
  }
}

/** The words of an error for people. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
