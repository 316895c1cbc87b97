import { expect, it } from 'vitest';
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';
import { MarkIndex } from '../../../viz/frame-source/mark-index.ts';
import { markDetail, markWords } from '../../../viz/panels/mark-words.ts';

const marks = new MarkIndex(CLOUD_CATALOG);
const texts = { 1: 'joined again', 2: 'complete', 3: 'visitors' };
const written: readonly (readonly [mark: string, payload: readonly number[]])[] = [
  ['member', [1]],
  ['rollout', [2]],
  ['parameter-changed', [3, 2]],
  ['first-answer', [90e9, 3]],
];
marks.append({
  index: Int32Array.from(written, (_, at) => at),
  timeNs: Float64Array.from(written, (_, at) => at),
  kind: Uint16Array.from(written, ([name]) => CLOUD_CATALOG.marks.findIndex((mark) => mark.name === name)),
  row: Int32Array.of(0, 0, -1, 0),
  cause: new Int32Array(written.length).fill(-1),
  payload: Float64Array.from(written.flatMap(([, payload]) => [...payload, 0, 0, 0, 0].slice(0, 4))),
  texts,
});

it.each([
  [0, 'joined again'],
  [1, 'complete'],
  [2, 'parameter visitors, factor 2'],
  [3, 'after the rise of the load 90 s, parts visitors'],
])('mark %s carries "%s"', (at, words) => {
  expect(markDetail(marks, at, (table, row) => `${table} ${row}`)).toBe(words);
});

it('names the row that a mark is about, and nobody where it is about the whole cluster', () => {
  const name = (table: string, row: number): string => `${table} ${row}`;
  expect(markWords(marks, 0, name)).toBe('member cluster: clusters 0 (joined again)');
  expect(markWords(marks, 2, name)).toBe('parameter changed (parameter visitors, factor 2)');
});
