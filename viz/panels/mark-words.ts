/** One mark in one line of words, from the catalog alone. */
import type { MarkField } from '../../sim/trace/catalog.ts';
import type { MarkIndex } from '../frame-source/mark-index.ts';
import { quantityText } from './value-text.ts';

/** Texts that say what happened, why or how: words before them would be noise. */
const SPEAKS_FOR_ITSELF: ReadonlySet<string> = new Set(['what', 'why', 'how', 'reason', 'state']);

type NameOf = (table: string, row: number) => string;

/** `node not ready: node-0012`, with the numbers that the mark carries behind it. */
export function markWords(marks: MarkIndex, at: number, name: NameOf): string {
  const detail = markDetail(marks, at, name);
  const subject = markSubject(marks, at, name);
  return `${marks.spec(at).label}${subject && `: ${subject}`}${detail && ` (${detail})`}`;
}

/** The name of the row that a mark is about; empty when it is about the whole cluster. */
export function markSubject(marks: MarkIndex, at: number, name: NameOf): string {
  return marks.row[at] < 0 ? '' : name(marks.spec(at).table, marks.row[at]);
}

/** What the mark carries, in words. */
export function markDetail(marks: MarkIndex, at: number, name: NameOf): string {
  return marks
    .spec(at)
    .payload.map((field, position) => fieldWords(field, marks.field(at, position), marks, name))
    .filter(Boolean)
    .join(', ');
}

function fieldWords(field: MarkField, value: number, marks: MarkIndex, name: NameOf): string {
  if (field.table !== undefined) return value < 0 ? '' : `${field.label} ${name(field.table, value)}`;
  if (field.text) return SPEAKS_FOR_ITSELF.has(field.name) ? marks.text(value) : `${field.label} ${marks.text(value)}`;
  return `${field.label} ${quantityText(value, field.unit)}`;
}

/** A sign for each tone beside its colour. */
export const TONE_SIGN = { decision: '◆', fault: '▼', repair: '▲', info: '·' } as const;
