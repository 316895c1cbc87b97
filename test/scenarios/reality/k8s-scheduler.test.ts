import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { k8sSchedulerSuite } from '../../../scenarios/reality/k8s-scheduler.ts';
import type { JsonObject, RecordedCase } from '../../../scenarios/reality/suite.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const FILE = new URL('../../oracles/k8s/scheduler.json', import.meta.url);
const file = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: JsonObject[] } & JsonObject;

function replay(json: JsonObject): ReturnType<typeof k8sSchedulerSuite.replay> {
  const recorded: RecordedCase = { path: 'case', index: 0, json, file };
  return k8sSchedulerSuite.replay(recorded, { sibling: () => undefined });
}

function copy(json: JsonObject): { observed: Record<string, unknown>[]; input: Record<string, unknown> } {
  return structuredClone(json) as never;
}

/** Names of the quantities in which the case does not agree. */
function disagreements(json: JsonObject): string[] {
  return replay(json).quantities.flatMap(({ name, agree }) => (agree ? [] : [name]));
}

describe('decisions recorded from kube-scheduler 1.34.9', () => {
  it('are ours too, in every quantity of every case', () => {
    const { suites, unknown, problems } = validateCases([{ path: 'scheduler.json', json: file }]);
    const wrong = suites.flatMap(({ details }) =>
      details.flatMap(({ case: name, quantities }) =>
        quantities.filter(({ agree }) => !agree).map((one) => [name, one]),
      ),
    );
    expect({ wrong, unknown, problems }).toEqual({ wrong: [], unknown: [], problems: [] });
    expect(suites.reduce((sum, { cases }) => sum + cases, 0)).toBe(file.cases.length);
  });

  it('a changed recording disagrees exactly where it was changed', () => {
    const one = copy(file.cases.find(({ family }) => family === 'default-spread')!);
    const scores = one.observed[1]!.scores as Record<string, Record<string, number>>;
    scores.n1!.PodTopologySpread!++;
    (one.observed[2]!.totals as Record<string, number>).n0!++;
    expect(disagreements(one as never)).toEqual(['p1 scores of n1', 'p2 total of n0']);
  });

  it('a node that only one side refuses disagrees', () => {
    const one = copy(file.cases.find(({ family }) => family === 'taints')!);
    const at = one.observed.findIndex(
      ({ outcome, failed }) => outcome === 'bound' && Object.keys(failed as object).length > 0,
    );
    const failed = one.observed[at]!.failed as Record<string, unknown>;
    const [name] = Object.keys(failed);
    delete failed[name!];
    expect(disagreements(one as never)).toEqual([`p${at} refused by ${name}`]);
  });

  it('says in one sentence what it cannot read', () => {
    const lost = copy(file.cases[0]!);
    (lost.input.existingPods as { spec: { nodeName: string } }[])[0]!.spec.nodeName = 'gone';
    expect(() => replay(lost as never)).toThrow('Pod e0 is on "gone", which is no node here.');
    const twice = copy(file.cases[0]!);
    (twice.input.pendingPods as { name: string }[])[1]!.name = 'p0';
    expect(() => replay(twice as never)).toThrow('The name "p0" is there twice.');
  });
});
