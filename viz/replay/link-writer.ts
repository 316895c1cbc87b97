/** Writes the permalink into the hash, once the reader has rested for a moment. */
import type { PageContext } from '../shell/page.ts';
import { formatPermalink, type Permalink } from './permalink.ts';

/** Browsers refuse pages that rewrite their address all the time. */
const DELAY_MS = 250;

export class LinkWriter {
  readonly #context: PageContext;
  readonly #keep: Readonly<Record<string, string>>;
  readonly #read: () => Permalink | null;
  #timer = 0;

  /** `keep` are parameters of the page's own; `read` gives `null` while nothing should be written. */
  constructor(context: PageContext, keep: Readonly<Record<string, string>>, read: () => Permalink | null) {
    this.#context = context;
    this.#keep = keep;
    this.#read = read;
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#write(), DELAY_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #write(): void {
    const link = this.#read();
    if (!link) return;
    const params = formatPermalink(link);
    for (const [name, value] of Object.entries(this.#keep)) params.set(name, value);
    this.#context.replaceParams(params);
  }
}
