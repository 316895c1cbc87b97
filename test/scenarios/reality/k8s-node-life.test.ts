/** Recorded timelines of nodes, replayed; and that the replay notices a control plane that is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { k8sNodeLifeSuite } from '../../../scenarios/reality/k8s-node-life.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

interface Case {
  readonly id: number;
  readonly setup: string;
  readonly action: string;
  readonly timeline: readonly [number, string, string, Record<string, unknown>][];
}

const path = new URL('../../oracles/k8s/node-lifecycle.json', import.meta.url);
const file = JSON.parse(readFileSync(path, 'utf8')) as { meta: object; cases: Case[] };

function disagreements(...cases: readonly object[]): string[] {
  const json = { meta: file.meta, cases };
  const { suites, problems } = validateCases([{ path: 'node-lifecycle.json', json }], [k8sNodeLifeSuite]);
  const wrong = suites.flatMap(({ details }) =>
    details.flatMap((one) => one.quantities.filter(({ agree }) => !agree).map(({ name }) => `${one.case}: ${name}`)),
  );
  return [...wrong, ...problems.map(({ message }) => message)];
}

describe('recorded timelines of nodes', () => {
  it.each(file.cases.map((one) => [one.id, one] as const))('case %d', (_, one) => {
    expect(disagreements(one)).toEqual([]);
  });

  const silent = file.cases.find(({ id }) => id === 1)!;
  const unready = file.cases.find(({ id }) => id === 3)!;
  const zone = file.cases.find(({ id }) => id === 5)!;

  it('another grace is noticed', () => {
    const quick = { ...silent, setup: silent.setup.replace('grace-period 50 s', 'grace-period 40 s') };
    expect(disagreements(quick)[0]).toBe('1: first transition, s: middle of all phases');
  });

  it('a transition that comes late by itself is noticed, and one that is missing', () => {
    const timeline = silent.timeline.map(([seconds, ...what]) => [seconds === 72.22 ? 73.22 : seconds, ...what]);
    expect(disagreements({ ...silent, timeline })).toEqual(['1: life0-tol-20s: transition 3, s']);
    const short = unready.timeline.filter(([seconds]) => seconds !== 17.09);
    expect(disagreements({ ...unready, timeline: short })).toEqual(['3: life2: states']);
  });

  it('a zone that is hardly hurt would be evicted from, and one without a Ready node would not', () => {
    const action = (words: string): Case => ({ ...zone, action: zone.action.replace('4 of 6 nodes', words) });
    const three = { ...action('3 of 6 nodes'), timeline: zone.timeline.filter(([, , name]) => name !== 'zn3') };
    expect(disagreements(three)).toContain('5: zn0: states');
    const more = ['zn4', 'zn5'].flatMap((name) =>
      zone.timeline
        .filter(([, , each]) => each === 'zn3')
        .map(([seconds, kind, , state]) => [seconds, kind, name, state]),
    );
    const { timelineAfterRecovery: _, ...all } = action('all 6 nodes') as Case & { timelineAfterRecovery: unknown };
    expect(disagreements({ ...all, timeline: [...zone.timeline, ...more] })).toEqual([]);
  });

  it('renewals that come back end the clocks: what was not evicted stays', () => {
    const action = `${silent.action}; at t=60 its heartbeats come back`;
    const before = silent.timeline.filter(([seconds]) => seconds < 60);
    const state = (taints: string[]): object => ({ taints, ready: 'True/KubeletReady', deleted: false });
    const unreachable = ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'];
    // Looks come every 5.003 s: the second one after 52.11.
    const back = [
      [60, 'node', 'life0', state(unreachable)],
      [60.02, 'node', 'life0', state(unreachable.slice(1))],
      [62.13, 'node', 'life0', state([])],
    ];
    expect(disagreements({ ...silent, action, timeline: [...before, ...back] })).toEqual([]);
  });

  it('a deed that nobody knows is told', () => {
    expect(disagreements({ ...silent, action: 'at t=0 the moon rises' })[0]).toContain('known are leases');
  });
});
