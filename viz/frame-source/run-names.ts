/** The names of all rows of a run on the page's side; asked for once, and again when rows are born after that. */
import type { FrameSource } from './frame.ts';

export class RunNames {
  readonly #source: FrameSource;
  readonly #lists = new Map<string, string[]>();
  readonly #asking = new Set<string>();
  readonly #changed: () => void;

  /** `changed` is called when names have arrived. */
  constructor(source: FrameSource, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  /** The name of a row; a stand-in until it has arrived. */
  name(table: string, row: number): string {
    const known = this.#lists.get(table)?.[row];
    if (known !== undefined) return known;
    if (row >= 0) void this.load(table);
    return row < 0 ? 'none' : `${table} ${row}`;
  }

  /** All names that have arrived. */
  list(table: string): readonly string[] {
    return this.#lists.get(table) ?? [];
  }

  /** Brings the names of rows that are not known yet. */
  async load(table: string): Promise<void> {
    if (this.#asking.has(table)) return;
    this.#asking.add(table);
    try {
      const list = this.#lists.get(table) ?? [];
      const more = await this.#source.names(table, list.length);
      this.#lists.set(table, list.concat(more));
      if (more.length > 0) this.#changed();
    } catch {
      // A source that was closed meanwhile has nothing more to say.
    } finally {
      // A row without a name would ask again with every frame; a short rest is enough for live runs.
      setTimeout(() => this.#asking.delete(table), 250);
    }
  }
}
