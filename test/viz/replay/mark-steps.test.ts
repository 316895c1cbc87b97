import { beforeAll, describe, expect, it } from 'vitest';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import { MarkIndex } from '../../../viz/frame-source/mark-index.ts';
import { TraceFrames } from '../../../viz/frame-source/trace-frames.ts';
import { MarkSteps } from '../../../viz/replay/mark-steps.ts';
import { SMALL_SIZE, syntheticTrace } from '../synthetic-trace.ts';

let marks: MarkIndex;
let steps: MarkSteps;

beforeAll(async () => {
  const reader = await openTrace(MemorySource.of(syntheticTrace(SMALL_SIZE)));
  marks = new MarkIndex(reader.catalog);
  marks.append(await new TraceFrames(reader).marks(0));
  steps = new MarkSteps(marks);
});

describe('steps over marks', () => {
  it('lead through all instants with marks, forwards and back again', () => {
    const times = [...new Set(marks.timeNs)];
    let now = -1;
    for (const timeNs of times) {
      now = marks.timeNs[steps.find(now, 1, 'event', null)];
      expect(now).toBe(timeNs);
    }
    expect(steps.find(now, 1, 'event', null)).toBe(-1);
    for (const timeNs of times.slice(0, -1).reverse()) {
      now = marks.timeNs[steps.find(now, -1, 'event', null)];
      expect(now).toBe(timeNs);
    }
    expect(steps.find(now, -1, 'event', null)).toBe(-1);
  });

  it('keep to the selection, and to the kind', () => {
    const pod = { table: 'pods', row: 7 };
    const placed = steps.find(0, 1, 'event', pod);
    expect(marks.row[placed]).toBe(7);
    expect(marks.spec(placed).name).toBe('scheduled');
    const broken = steps.find(3e9, 1, 'decision', null);
    expect(marks.spec(broken).name).toBe('link-down');
    const before = steps.find(marks.timeNs[broken] - 1, 1, 'kind', null);
    expect(before).toBe(-1);
  });

  it('lead to the cause of what happened last', () => {
    const evicted = Array.from({ length: marks.count }, (_, at) => at).find((at) => marks.spec(at).name === 'evicted')!;
    const pod = { table: 'pods', row: marks.row[evicted] };
    const cause = steps.cause(10e9, pod);
    expect(marks.index[cause]).toBe(marks.cause[evicted]);
    expect(steps.cause(10e9, null)).toBe(-1);
    expect(steps.cause(0, pod)).toBe(-1);
  });
});
