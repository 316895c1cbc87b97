/** What people do to a federation: members are evacuated and upgraded, versions come to them late, and what is deleted waits for the last of them. */
import { describe, expect, it } from 'vitest';
import { MEMBER_HEALTH } from '../../../../models/world/catalog.ts';
import type { TraceReader } from '../../../../sim/trace/reader.ts';
import { federatedWorld } from './federated-world.ts';
import { recordedRun, runOf } from './recorded-run.ts';

const SECOND = 1e9;

const TWO = federatedWorld({
  replicas: 8,
  start: '20s',
  load: `  start: 50s
  thin: {}
  services: [{ name: web, workers: 20, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 10, near: west }]`,
});

/** The two members with more of `federation`, and changes. */
function twoWith(federation: string, changes: string, document = TWO): string {
  return `${document}federation: { clusters: [{ name: east }, { name: west }]${federation} }\nchanges: [${changes}]\n`;
}

const seconds = (text: string, key: string): number => runOf(text).metrics[key]! / SECOND;

const traceOf = async (text: string): Promise<TraceReader> => (await recordedRun(text)).trace;

/** A column of all members at an instant. */
async function membersAt(reader: TraceReader, atSeconds: number, column: string): Promise<number[]> {
  const members = (await reader.stateAt(atSeconds * SECOND)).table('clusters');
  return Array.from({ length: members.count }, (_, row) => members.column(column)[row]!);
}

describe('a member that is evacuated', () => {
  const leaves = (mode: string): string =>
    twoWith(`, migration: { mode: ${mode} }`, '{ at: 100s, evacuate: east }, { at: 500s, admit: east }');

  it('gives its replicas up when as many are ready elsewhere, or at once, or never', async () => {
    const [graceful, direct, never] = [
      await traceOf(leaves('gracefully')),
      await traceOf(leaves('directly')),
      await traceOf(leaves('never')),
    ];
    for (const reader of [graceful, direct, never]) expect(await membersAt(reader, 99, 'ready')).toEqual([4, 4]);
    // Containers take 20 s to answer.
    expect(await membersAt(graceful, 115, 'ready')).toEqual([4, 4]);
    expect(await membersAt(direct, 115, 'ready')).toEqual([0, 4]);
    expect(await membersAt(graceful, 140, 'ready')).toEqual([0, 8]);
    expect(await membersAt(direct, 140, 'ready')).toEqual([0, 8]);
    expect(await membersAt(never, 480, 'ready')).toEqual([4, 8]);
  });

  it('takes as long as the new copies need and the federation to see them, and at most the time limit', () => {
    const tookSec = seconds(leaves('gracefully'), 'moveTime');
    expect(tookSec).toBeGreaterThan(20);
    expect(tookSec).toBeLessThan(20 + 10 + 3);
    expect(runOf(leaves('directly')).metrics['moveTime']).toBeUndefined();
    expect(seconds(leaves('never'), 'moveTime')).toBeCloseTo(800, 0);
    const limited = leaves('gracefully').replace('mode: gracefully', 'mode: gracefully, timeout: 5s');
    expect(seconds(limited, 'moveTime')).toBeCloseTo(5, 3);
  });

  it('is Karmada’s way and not KubeFed’s if nobody says how', () => {
    const by = (profile: string): string => twoWith(`, profile: ${profile}`, '{ at: 100s, evacuate: east }');
    expect(seconds(by('karmadaFrom16Static'), 'moveTime')).toBeGreaterThan(20);
    expect(runOf(by('kubefed')).metrics['moveTime']).toBeUndefined();
  });
});

describe('an upgrade by waves', () => {
  const UPGRADE =
    '{ at: 100s, upgrade: { to: "1.34", waves: [[east], [west]], controlPlane: 20s, node: 30s, soak: 60s } }';
  const from = (version: string, more = ''): string =>
    twoWith(
      more,
      UPGRADE,
      `${TWO.replace('duration: 900s', 'duration: 3000s')}lifecycle: { kubernetes: "${version}" }\n`,
    );

  it('takes what its steps take, one wave after the other', () => {
    const { metrics } = runOf(from('1.33'));
    expect(metrics['upgradedMembers']).toBe(2);
    // Each member: its control plane, and its two nodes one by one; the soak between them.
    const steps = 2 * (20 + 2 * 30) + 60;
    expect(metrics['upgradeTime']! / SECOND).toBeGreaterThan(steps);
    // Beside them: pods end in a second, and come up in 22 s elsewhere before the next node is touched, seen every 10 s.
    expect(metrics['upgradeTime']! / SECOND).toBeLessThan(steps + 4 * (1 + 22 + 10) + 20);
  });

  it('touches nodes twice where kubelets would fall more than three versions behind', () => {
    const more = seconds(from('1.30'), 'upgradeTime') - seconds(from('1.31'), 'upgradeTime');
    // One more version of the control planes, and one more round of nodes.
    expect(more).toBeGreaterThan(2 * (20 + 2 * 30));
  });

  it('stops when a member that was upgraded dies, and goes on when it is back', () => {
    const dies = (rest: string): number =>
      runOf(from('1.33', `, faults: [{ at: 300s, cluster: east${rest} }]`)).metrics['upgradedMembers']!;
    expect(dies('')).toBe(1);
    expect(dies(', for: 300s')).toBe(2);
  });

  it('drains a node again that somebody uncordons before it is empty, and ends', () => {
    // The second pod may go when the first has come up elsewhere: the drain takes from 120 s, when the control plane is upgraded, to 140 s and longer.
    const uncordoned = (atSeconds: number): string =>
      from('1.33')
        .replace('readinessProbe', 'disruptionBudget: { maxUnavailable: 1 }, readinessProbe')
        .replace(UPGRADE, `${UPGRADE}, { at: ${atSeconds}s, uncordon: east-node-0 }`);
    expect(runOf(uncordoned(125)).metrics['upgradedMembers']).toBe(2);
    expect(seconds(uncordoned(125), 'upgradeTime')).toBeGreaterThanOrEqual(seconds(uncordoned(2900), 'upgradeTime'));
  });

  it('has a member believed lost whose API is away for longer than the federation is patient', async () => {
    const away = (controlPlane: string) =>
      traceOf(from('1.33').replace('controlPlane: 20s', `controlPlane: ${controlPlane}`));
    expect((await membersAt(await away('100s'), 190, 'believed'))[0]).toBe(MEMBER_HEALTH.lost);
    expect((await membersAt(await away('20s'), 119, 'believed'))[0]).toBe(MEMBER_HEALTH.up);
    // Its pods go on all the while.
    expect(await membersAt(await away('100s'), 190, 'ready')).toEqual([4, 4]);
  });
});

describe('central configuration', () => {
  const rolls = (federation: string): string => twoWith(federation, '{ at: 100s, roll: web }');

  it('comes at once where it is pushed, and with the next look where members ask', () => {
    const pushed = seconds(rolls(''), 'configurationLag');
    expect(pushed).toBeGreaterThan(0.01);
    expect(pushed).toBeLessThan(0.2);
    const asked = seconds(rolls(', configuration: { delivery: pull, period: 200s }'), 'configurationLag');
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(200.2);
    // Members look at times of their own, not all at multiples of the period.
    expect(Math.abs(asked - 100)).toBeGreaterThan(1);
    expect(seconds(rolls(', control: { write: 2s }'), 'configurationLag')).toBeGreaterThan(2);
  });

  it('comes to a member that was cut off when it is reached again, and never to one that is not', async () => {
    const cut = (rest: string): string => rolls(`, faults: [{ at: 90s, isolate: east${rest} }]`);
    expect(seconds(cut(', for: 60s'), 'configurationLag')).toBeCloseTo(50, 0);
    expect(seconds(cut(''), 'configurationLag')).toBe(800);
  });
});

describe('a workload that is deleted', () => {
  const deletes = (federation: string, more = ''): string => twoWith(federation, `{ at: 100s, delete: web${more} }`);

  it('is gone when all its copies are', async () => {
    const { metrics } = runOf(deletes(''));
    expect(metrics['deletionsBlocked']).toBe(0);
    // Pods end in a second, and the federation looks every second.
    expect(metrics['deletionTime']! / SECOND).toBeGreaterThan(1);
    expect(metrics['deletionTime']! / SECOND).toBeLessThan(4);
    expect(await membersAt(await traceOf(deletes('')), 110, 'ready')).toEqual([0, 0]);
  });

  it('waits for a member that cannot be reached, for ever if need be', () => {
    const cut = (rest: string) => runOf(deletes(`, faults: [{ at: 90s, isolate: east${rest} }]`)).metrics;
    expect(cut('')['deletionsBlocked']).toBe(1);
    expect(cut('')['deletionTime']! / SECOND).toBe(800);
    expect(cut(', for: 300s')['deletionsBlocked']).toBe(0);
    expect(cut(', for: 300s')['deletionTime']! / SECOND).toBeGreaterThan(290);
    expect(cut(', for: 300s')['deletionTime']! / SECOND).toBeLessThan(295);
  });

  it('waits for a member that was believed lost, and is replaced, as for any other', async () => {
    const text = twoWith(', faults: [{ at: 60s, isolate: east, for: 600s }]', '{ at: 600s, delete: web }');
    const { trace, result } = await recordedRun(text);
    // What runs where nobody can be told runs on beside its replacement.
    expect(await membersAt(trace, 590, 'ready')).toEqual([4, 8]);
    expect(await membersAt(trace, 650, 'ready')).toEqual([4, 0]);
    expect(await membersAt(trace, 670, 'ready')).toEqual([0, 0]);
    expect(result.metrics['deletionsBlocked']).toBe(0);
    expect(result.metrics['deletionTime']! / SECOND).toBeGreaterThan(60);
    expect(result.metrics['deletionTime']! / SECOND).toBeLessThan(65);
  });

  it('leaves orphans behind where that is asked for', async () => {
    const text = deletes(', faults: [{ at: 90s, isolate: east }]', ', orphan: true');
    expect(runOf(text).metrics['deletionTime']).toBe(0);
    expect(await membersAt(await traceOf(text), 800, 'ready')).toEqual([4, 4]);
  });
});
