/** The part of a hash that says where the reader was: readable, versioned, and the same after a round trip. */
import type { RowRef } from '../map/hit.ts';
import { exactTime, parseTime } from '../panels/time-text.ts';

/** The version of the query that this page writes. Upgraders for older ones are kept for ever. */
export const PERMALINK_VERSION = 1;

export interface Permalink {
  readonly timeNs: number | null;
  readonly selection: RowRef | null;
  /** Simulated seconds per second; `null` leaves the screen's own choice. */
  readonly speed: number | null;
  /** `scale,x,y` of the map, as the map gave it; `null` when everything is in view. */
  readonly zoom: string | null;
}

export const NOWHERE: Permalink = { timeNs: null, selection: null, speed: null, zoom: null };

/** A link of a newer version is opened as far as it is understood; this is the sentence for it. */
export interface ParsedPermalink {
  readonly link: Permalink;
  readonly problem: string | null;
}

/** Reads the parameters of a hash. What cannot be read is left out. */
export function parsePermalink(params: URLSearchParams): ParsedPermalink {
  const version = Number(params.get('v') ?? PERMALINK_VERSION);
  const newer = Number.isFinite(version) && version > PERMALINK_VERSION;
  const problem = newer
    ? `This link was made by a newer Wavetank (link version ${version}, this page reads ${PERMALINK_VERSION}). Update Wavetank to see exactly what was shared.`
    : null;
  const time = params.get('t');
  const zoom = params.get('zoom');
  return {
    problem,
    link: {
      timeNs: time === null ? null : parseTime(time),
      selection: parseSelection(params.get('sel')),
      speed: positive(params.get('speed')),
      zoom: zoom !== null && /^\d+(\.\d+)?,-?\d+(\.\d+)?,-?\d+(\.\d+)?$/.test(zoom) ? zoom : null,
    },
  };
}

/** Writes a permalink as the parameters of a hash. */
export function formatPermalink(link: Permalink): URLSearchParams {
  const params = new URLSearchParams({ v: String(PERMALINK_VERSION) });
  if (link.timeNs !== null) params.set('t', exactTime(link.timeNs));
  if (link.selection) params.set('sel', `${link.selection.table}:${link.selection.row}`);
  if (link.speed !== null) params.set('speed', String(link.speed));
  if (link.zoom !== null) params.set('zoom', link.zoom);
  return params;
}

function parseSelection(words: string | null): RowRef | null {
  const match = /^([A-Za-z][\w-]*):(\d+)$/.exec(words ?? '');
  return match ? { table: match[1], row: Number(match[2]) } : null;
}

function positive(words: string | null): number | null {
  const value = Number(words ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : null;
}
