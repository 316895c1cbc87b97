/** The names of all rows of a run on the page's side; asked for once, and again when rows are born after that. */
import type { FrameSource } from './frame.ts';

const REST_MS = 250;

export class RunNames {
  readonly #source: FrameSource;
  readonly #lists = new Map<string, string[]>();
  /** Tables that rest until they may be asked about again. */
  readonly #resting = new Set<string>();
  /** Tables that were asked about while they rested. */
  readonly #wanted = new Set<string>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #changed: () => void;
  readonly #labelOf: (table: string) => string;

  /** `changed` is called when names have arrived; `labelOf` gives what one row of a table is called. */
  constructor(source: FrameSource, changed: () => void, labelOf: (table: string) => string) {
    this.#source = source;
    this.#labelOf = labelOf;
    this.#changed = changed;
  }

  /** The name of a row; a stand-in until it has arrived. */
  name(table: string, row: number): string {
    const known = this.#lists.get(table)?.[row];
    if (known !== undefined) return known;
    if (row >= 0) void this.load(table);
    return row < 0 ? 'none' : `${this.#labelOf(table)} ${row}`;
  }

  /** All names that have arrived. */
  list(table: string): readonly string[] {
    return this.#lists.get(table) ?? [];
  }

  /** Brings the names of rows that are not known yet. */
  load(table: string): Promise<void> {
    const known = this.#asking.get(table);
    if (known) return known;
    if (this.#resting.has(table)) {
      this.#wanted.add(table);
      return Promise.resolve();
    }
    const asking = this.#ask(table).finally(() => {
      this.#asking.delete(table);
      // A row without a name would ask again with every frame; a short rest is enough for live runs.
      this.#resting.add(table);
      setTimeout(() => this.#rested(table), REST_MS);
    });
    this.#asking.set(table, asking);
    return asking;
  }

  #rested(table: string): void {
    this.#resting.delete(table);
    if (this.#wanted.delete(table)) void this.load(table);
  }

  /** Resolves when no names are on their way. */
  async idle(): Promise<void> {
    await Promise.all(this.#asking.values());
  }

  async #ask(table: string): Promise<void> {
    try {
      const list = this.#lists.get(table) ?? [];
      const more = await this.#source.names(table, list.length);
      this.#lists.set(table, list.concat(more));
      if (more.length > 0) this.#changed();
    } catch {
      // A source that was closed meanwhile has nothing more to say.
    }
  }
}
