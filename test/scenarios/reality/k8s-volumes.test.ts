import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { k8sVolumesSuite } from '../../../scenarios/reality/k8s-volumes.ts';
import type { JsonObject, RecordedCase } from '../../../scenarios/reality/suite.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

const FILE = new URL('../../oracles/k8s/pv-binding.json', import.meta.url);
const file = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: JsonObject[] } & JsonObject;

interface Observed {
  pvcs: Record<string, unknown>[];
  claimEvents: Record<string, unknown>;
  pods: Record<string, unknown>[];
}

function disagreements(json: unknown): string[] {
  const recorded: RecordedCase = { path: 'case', index: 0, json: json as JsonObject, file };
  const { quantities } = k8sVolumesSuite.replay(recorded, { sibling: () => undefined });
  return quantities.flatMap(({ name, agree }) => (agree ? [] : [name]));
}

function copyOf(family: string): { input: { pvcs: { name: string }[] }; observed: Observed } {
  return structuredClone(file.cases.find((one) => one.family === family)!) as never;
}

describe('bindings recorded from Kubernetes 1.34.9', () => {
  it('are ours too, in every quantity of every case', () => {
    const { suites, unknown, problems } = validateCases([{ path: 'pv-binding.json', json: file }]);
    const wrong = suites.flatMap(({ details }) =>
      details.flatMap(({ case: name, quantities }) =>
        quantities.filter(({ agree }) => !agree).map((one) => [name, one]),
      ),
    );
    expect({ wrong, unknown, problems }).toEqual({ wrong: [], unknown: [], problems: [] });
    expect(suites.reduce((sum, { cases }) => sum + cases, 0)).toBe(file.cases.length);
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
