/** Recorded retries of a real scheduling queue, replayed; and that the replay notices a queue that is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { k8sQueueSuite } from '../../../scenarios/reality/k8s-queue.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const path = new URL('../../oracles/k8s/scheduling-queue.json', import.meta.url);
const file = JSON.parse(readFileSync(path, 'utf8')) as { cases: { family: string; secondAttemptOrder?: string[] }[] };

function disagreements(cases: readonly object[]): string[] {
  const { suites, problems } = validateCases([{ path: 'queue.json', json: { cases } }], [k8sQueueSuite]);
  const wrong = suites.flatMap(({ details }) =>
    details.flatMap((one) => one.quantities.filter(({ agree }) => !agree).map(({ name }) => `${one.case}: ${name}`)),
  );
  return [...wrong, ...problems.map(({ message }) => message)];
}

describe('recorded queues', () => {
  it.each(file.cases.map((one, i) => [`${one.family} ${i}`, one] as const))('%s', (_, one) => {
    expect(disagreements([one])).toEqual([]);
  });

  it('another order is noticed', () => {
    const one = file.cases.find(({ secondAttemptOrder }) => secondAttemptOrder !== undefined)!;
    const turned = { ...one, secondAttemptOrder: [...one.secondAttemptOrder!].reverse() };
    expect(disagreements([turned])).toEqual(['7: secondAttemptOrder']);
  });

  it('a case that cannot be read is told', () => {
    expect(disagreements([{ id: 1, family: 'priority-order', created: [] }])[0]).toContain('must be a list of objects');
  });
});
