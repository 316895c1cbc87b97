import { describe, expect, it } from 'vitest';
import { k8sVolumesSuite } from '../../../scenarios/reality/k8s-volumes.ts';
import { disagreementsOf, expectAgreement, recordingOf } from './recording.ts';

const file = recordingOf('k8s/pv-binding.json');

interface Observed {
  pvcs: Record<string, unknown>[];
  claimEvents: Record<string, unknown>;
  pods: Record<string, unknown>[];
}

const disagreements = (json: unknown): string[] => disagreementsOf(k8sVolumesSuite, json, file);

function copyOf(family: string): { input: { pvcs: { name: string }[] }; observed: Observed } {
  return structuredClone(file.cases.find((one) => one.family === family)!) as never;
}

describe('bindings recorded from Kubernetes 1.34.9', () => {
  it('are ours too, in every quantity of every case', () => {
    expectAgreement(file);
  });

  it('a changed recording disagrees exactly where it was changed', () => {
    const one = copyOf('size');
    one.observed.pvcs[0]!.capacity = '1Gi';
    one.observed.claimEvents.q3 = [];
    expect(disagreements(one)).toEqual(['q0 capacity bytes', 'q3 events']);
    const pods = copyOf('wait-for-first-consumer');
    pods.observed.pods[0] = { pod: 'p0', message: 'another' };
    expect(disagreements(pods)).toEqual(['p0 message']);
  });

  it('says in one sentence what it cannot read', () => {
    const twice = copyOf('size');
    twice.input.pvcs[1]!.name = 'q0';
    expect(() => disagreements(twice)).toThrow('The name "q0" is there twice.');
  });
});
