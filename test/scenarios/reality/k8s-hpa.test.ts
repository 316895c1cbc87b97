import { describe, expect, it } from 'vitest';
import { k8sHpaSuite } from '../../../scenarios/reality/k8s-hpa.ts';
import { disagreementsOf, expectAgreement, recordingOf } from './recording.ts';

const file = recordingOf('k8s/hpa.json');

const disagreements = (json: unknown): string[] => disagreementsOf(k8sHpaSuite, json, file);

function changed(family: string, change: (observed: Record<string, never>, input: Record<string, never>) => void) {
  const json = structuredClone(file.cases.find((one) => one.family === family)!);
  change(json.observed as never, json.input as never);
  return json;
}

describe('decisions recorded from the autoscaler of Kubernetes 1.34.9', () => {
  it('are ours too, in every quantity of every case', () => {
    expectAgreement(file);
  });

  it('a changed recording disagrees exactly where it was changed', () => {
    const decision = changed('external-metric', (observed) => {
      Object.assign(observed, { desiredReplicas: 8, event: 'New size: 8' });
      Object.assign(observed.conditions!, { ScalingLimited: { status: 'True' } });
    });
    expect(disagreements(decision)).toEqual(['desiredReplicas', 'ScalingLimited', 'event']);
    const series = changed('series', (observed) => {
      (observed.replicasOverTime as unknown as number[][])[2]![1]!--;
    });
    expect(disagreements(series)).toContain('replicas in order');
  });

  it('a change more than 4 s away disagrees', () => {
    const late = changed('series', (observed) => {
      const changes = observed.replicasOverTime as unknown as number[][];
      changes[1]![0]! += 9;
      const statuses = observed.statusOverTime as unknown as { t: number }[];
      for (const status of statuses.slice(0, 2)) status.t += 9;
    });
    expect(disagreements(late)).not.toEqual([]);
  });

  it('says in one sentence what it cannot read', () => {
    const odd = changed('cpu-utilization', (_, input) => {
      const pods = input.pods as unknown as { containers: { usage: object }[] }[];
      pods[0]!.containers[0]!.usage = { cpu: 'much' };
    });
    expect(() => disagreements(odd)).toThrow('"usage.cpu" must be a quantity such as 500m, but it is much.');
  });
});
