/** What a source of frames hands over: the run in words, the state at one instant, and marks as columns. */
import type { Catalog, MarkSpec } from '../../sim/trace/catalog.ts';
import type { TraceSource } from '../../sim/trace/header.ts';

export type ColumnArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** What is known when a run has been opened. */
export interface RunInfo {
  readonly scenario: string;
  readonly title: string;
  readonly seed: string;
  readonly alternative: string;
  /** Version of the program that ran it. */
  readonly wavetank: string;
  /** What the run can be made again from; null in recordings that do not say. */
  readonly source: TraceSource | null;
  /** All that a live run could be started with; only the recorded one in a replay. */
  readonly alternatives: readonly string[];
  readonly digest: string | null;
  readonly catalog: Catalog;
  /** The end of what can be shown; a live run may not have been computed that far yet. */
  readonly endNs: number;
  readonly records: number;
  /** True when the file was cut and only its whole chunks can be shown. */
  readonly recovered: boolean;
  /** What a reader must know before believing a live run: the environment refuses it. */
  readonly caveat?: string;
  readonly live: boolean;
}

/** One table at one instant: copies, so that they can be posted. */
export interface TableFrame {
  readonly count: number;
  readonly alive: Uint8Array;
  readonly parent: Int32Array;
  readonly columns: Readonly<Record<string, ColumnArray>>;
}

/** One field of the selected row, with references and texts already in words. */
export interface FieldValue {
  readonly column: string;
  readonly value: number;
  readonly words?: string;
}

/** The selected row at the instant of a frame. */
export interface RowDetail {
  readonly table: string;
  readonly row: number;
  readonly born: boolean;
  readonly alive: boolean;
  readonly name: string;
  readonly parent: number;
  readonly parentName: string;
  readonly fields: readonly FieldValue[];
}

export interface FrameRequest {
  readonly timeNs: number;
  readonly row?: { readonly table: string; readonly row: number };
  /** Also the digest of the whole state, for checks. */
  readonly check?: boolean;
}

/** The state at one instant, as far as screens show it. */
export interface Frame {
  /** The instant that is shown; earlier than the requested one when a live run has not come so far. */
  readonly timeNs: number;
  /** How far the recording reaches now. */
  readonly edgeNs: number;
  /** The digest of the run once it is known: at the end of a live run. */
  readonly digest: string | null;
  /** How many marks the recording has now. */
  readonly markCount: number;
  readonly tables: Readonly<Record<string, TableFrame>>;
  readonly row: RowDetail | null;
  /** The digest of the whole state when the request asked for it. */
  readonly stateDigest: string | null;
}

/** Marks in the order of time, one column for each property. */
export interface MarkBatch {
  readonly index: Int32Array;
  readonly timeNs: Float64Array;
  readonly kind: Uint16Array;
  readonly row: Int32Array;
  /** Index of the mark that caused this one, -1 for none. */
  readonly cause: Int32Array;
  /** Four numbers for each mark. */
  readonly payload: Float64Array;
  /** Words of payload texts, by their number. */
  readonly texts: Readonly<Record<number, string>>;
}

export const PAYLOAD_STRIDE = 4;

/** Where screens get their pictures from. A replay and a live run look the same through it. */
export interface FrameSource {
  open(): Promise<RunInfo>;
  frame(request: FrameRequest): Promise<Frame>;
  /** Marks from the given position on. */
  marks(from: number): Promise<MarkBatch>;
  /** Records in each of `bins` equal spans of time. */
  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array>;
  /** The names of the rows of a table from row `from` on, as far as the recording reaches. */
  names(table: string, from: number): Promise<readonly string[]>;
  /** Turns a knob of a live run from the edge on; a replay refuses. */
  tune(knob: string, factor: number): Promise<void>;
  close(): void;
}

/** The specification of a mark by its number. */
export function markSpec(catalog: Catalog, kind: number): MarkSpec {
  return catalog.marks[kind];
}
