/** The named assumptions: at their defaults they change nothing, and each moves what it names, in the direction that it says. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../scenarios/compile/index.ts';
import { planOf, runAll } from './small-worlds.ts';

const SEED = 'assume';

function runOf(alternative: string, ...overrides: string[]): RunResult {
  return runAll(planOf('first-steps', 'duration=6s', 'faults.0.at=3s', ...overrides), SEED).get(alternative)!;
}

const CALICO = 'calico-bgp';
const today = runOf(CALICO);

describe('named assumptions', () => {
  it('change nothing at their defaults, written out or not', () => {
    const written = runOf(
      CALICO,
      'assume.rerouteTime=1',
      'assume.oversubscription=1',
      'assume.packetSize=1',
      'assume.nodeCpu=1',
      'assume.connectTimeout=3s',
      'assume.attempts=3',
    );
    expect(written).toEqual(today);
  });

  it.each([
    ['nodeCpu', 4, 'cpuPerGigabyte', 0.25],
    ['nodeCpu', 0.5, 'cpuPerGigabyte', 2],
  ] as const)('%s times %d makes %s times %d', (name, factor, metric, expected) => {
    const changed = runOf(CALICO, `assume.${name}=${factor}`);
    // Small flows pay a packet more or less as flows end elsewhere: not exactly, but near.
    expect(changed.metrics[metric]! / today.metrics[metric]!).toBeCloseTo(expected, 1);
  });

  it('thinner uplinks slow bulk flows down, as thinner uplinks of the fabric do', () => {
    const thin = runOf(CALICO, 'assume.oversubscription=4');
    expect(thin.metrics['goodput']).toBeLessThan(today.metrics['goodput']!);
    expect(thin.digest).toBe(runOf(CALICO, 'fabric.uplink=250Mbps').digest);
  });

  it('smaller flows are the flows of the scenario, made smaller', () => {
    const small = runOf(CALICO, 'assume.packetSize=0.25');
    const written = runOf(
      CALICO,
      'traffic.talkers.0.size.constant=16KiB',
      'traffic.talkers.1.size.exponential.mean=2MiB',
    );
    expect(small.digest).toBe(written.digest);
    expect(small.digest).not.toBe(today.digest);
  });

  it('slower withdrawal of routes keeps callers waiting for a dead node', () => {
    const slow = runOf(CALICO, 'assume.rerouteTime=100');
    expect(slow.metrics['flowsRefused'] ?? 0).toBeLessThanOrEqual(today.metrics['flowsRefused'] ?? 0);
    expect(slow.metrics['deadPodWait']).toBeGreaterThan(today.metrics['deadPodWait']!);
    expect(slow.faultsHash).toBe(today.faultsHash);
  });

  it('a dead link stalls flows for as long as switches take to reroute', () => {
    const link = ['faults.0={ at: 2s, link: any-uplink }', 'traffic.talkers.1.rate=60'];
    const [fast, slow] = [0.5, 2].map((factor) => runOf(CALICO, ...link, `assume.rerouteTime=${factor}`));
    expect(slow!.metrics['rerouteTime']).toBeGreaterThan(fast!.metrics['rerouteTime']!);
  });

  it('callers wait as long, and as often, as is assumed', () => {
    const patient = runOf('flannel-vxlan', 'assume.connectTimeout=1s');
    const normal = runOf('flannel-vxlan');
    expect(patient.metrics['deadPodWait']).toBeLessThan(normal.metrics['deadPodWait']!);
    // A caller that gives up after a second fails within the run; one that tries another replica does not.
    const once = runOf('flannel-vxlan', 'assume.connectTimeout=1s', 'assume.attempts=1');
    expect(once.metrics['flowsFailed']).toBeGreaterThan(patient.metrics['flowsFailed']!);
  });
});
