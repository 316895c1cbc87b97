import { describe, expect, it } from 'vitest';
import { k8sSchedulerSuite } from '../../../scenarios/reality/k8s-scheduler.ts';
import type { JsonObject, RecordedCase } from '../../../scenarios/reality/suite.ts';
import { disagreementsOf, expectAgreement, recordingOf } from './recording.ts';

const file = recordingOf('k8s/scheduler.json');

function replay(json: JsonObject): ReturnType<typeof k8sSchedulerSuite.replay> {
  const recorded: RecordedCase = { path: 'case', index: 0, json, file };
  return k8sSchedulerSuite.replay(recorded, { sibling: () => undefined });
}

function copy(json: JsonObject): { observed: Record<string, unknown>[]; input: Record<string, unknown> } {
  return structuredClone(json) as never;
}

const disagreements = (json: unknown): string[] => disagreementsOf(k8sSchedulerSuite, json, file);

describe('decisions recorded from kube-scheduler 1.34.9', () => {
  it('are ours too, in every quantity of every case', () => {
    expectAgreement(file);
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
