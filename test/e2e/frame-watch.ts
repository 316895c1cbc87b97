/**
 * Listens to the frames that a page receives from its worker, so that a test can compare them with what Node reads from
 * the same recording. The page itself is not changed: its worker class is wrapped before its first script runs.
 */
import type { TraceReader } from '../../sim/trace/reader.ts';
import type { TableFrame } from '../../viz/frame-source/frame.ts';

/** Columns of each table in a frame, in order of their names. */
export type FrameColumns = Readonly<Record<string, readonly string[]>>;

/** What the last frame held. */
export interface TimedDigest {
  readonly timeNs: number;
  readonly digest: string;
  readonly columns: FrameColumns;
}

interface WatchedFrame {
  readonly timeNs: number;
  readonly tables: Readonly<Record<string, TableFrame>>;
}

declare global {
  interface Window {
    frameWatch?: {
      digest(): TimedDigest;
      /** The sum over a column of the last frame. */
      sum(table: string, column: string): number;
    };
  }
}

/**
 * FNV-1a over counts, lives, parents and columns, in order of names. Stands alone: the page gets its source text.
 */
function tablesDigest(tables: Readonly<Record<string, TableFrame>>): string {
  let hash = 0x811c9dc5;
  const eat = (view: ArrayBufferView): void => {
    for (const byte of new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  };
  for (const name of Object.keys(tables).sort()) {
    const table = tables[name];
    eat(Int32Array.of(table.count));
    eat(table.alive);
    eat(table.parent);
    for (const column of Object.keys(table.columns).sort()) eat(table.columns[column]);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Wraps the page's worker class. Stands alone, too. */
function watchFrames(digestOf: typeof tablesDigest): void {
  let last: WatchedFrame | null = null;
  const keep = (event: MessageEvent<{ readonly result?: Partial<WatchedFrame> }>): void => {
    const { timeNs, tables } = event.data.result ?? {};
    if (timeNs !== undefined && tables !== undefined) last = { timeNs, tables };
  };
  const shown = (): WatchedFrame => {
    if (last === null) throw new Error('no frame has come yet');
    return last;
  };
  window.Worker = class extends window.Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', keep);
    }
  };
  window.frameWatch = {
    digest: () => {
      const { timeNs, tables } = shown();
      const columns = Object.entries(tables).map(([name, table]) => [name, Object.keys(table.columns).sort()]);
      return { timeNs, digest: digestOf(tables), columns: Object.fromEntries(columns) };
    },
    sum: (table, column) => {
      let sum = 0;
      for (const value of shown().tables[table].columns[column]) sum += value;
      return sum;
    },
  };
}

/** The script that a page runs first. */
export const FRAME_WATCH = `(${watchFrames.toString()})(${tablesDigest.toString()});`;

/** The same digest, of the state that the reader itself rebuilds. */
export async function digestInNode(reader: TraceReader, timeNs: number, columns: FrameColumns): Promise<string> {
  const state = await reader.stateAt(timeNs);
  const tables = Object.entries(columns).map(([name, wanted]): [string, TableFrame] => {
    const table = state.table(name);
    const { count } = table;
    const cut = wanted.map((column) => [column, table.column(column).slice(0, count)] as const);
    const [alive, parent] = [table.alive.slice(0, count), table.parent.slice(0, count)];
    return [name, { count, alive, parent, columns: Object.fromEntries(cut) }];
  });
  return tablesDigest(Object.fromEntries(tables));
}
