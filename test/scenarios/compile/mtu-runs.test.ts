/** MTUs that somebody set by hand, in whole runs: what is cut, told of and swallowed is what the overlay room says. */
import { describe, expect, it } from 'vitest';
import { fitsOf } from '../../../scenarios/compile/ways.ts';
import { planOfText, runAll } from './small-worlds.ts';

/** Small requests of one packet, and large copies, between two racks. */
const scenario = (mtu: string): string => `
wavetank: 1
title: MTUs by hand
question: What becomes of packets that are too long?
seed: mtu
replications: 1
duration: 4s
cluster:
  nodes: [{ count: 4, name: node, cpu: 16, memory: 64Gi }]
  pods:
    - { count: 4, name: caller, cpu: 8, memory: 4Gi, replicas: 4 }
    - { count: 4, name: callee, cpu: 6, memory: 4Gi, replicas: 4 }
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: 100Gbps }
services: { calls: [{ from: caller, to: callee, pairing: same-index }] }
traffic:
  talkers:
    - { name: ask, rate: 40, size: { constant: 1KiB }, measures: latency }
    - { name: copy, rate: 10, size: { constant: 4MiB }, measures: throughput }
environment: machine-room-bgp
mtu: ${mtu}
vary: { scheme: [flannel-vxlan, openshift-sdn, calico-ipip, cilium-vxlan] }
`;

const SCHEMES = ['flannel-vxlan', 'openshift-sdn', 'calico-ipip', 'cilium-vxlan'] as const;

function runsWith(mtu: string) {
  const plan = planOfText(scenario(mtu));
  const runs = runAll(plan, 'mtu/0');
  return {
    plan,
    metric: (scheme: string, name: string): number => runs.get(scheme)!.metrics[name] ?? 0,
    goodput: (scheme: string): number => runs.get(scheme)!.metrics['goodput']!,
  };
}

const fits = runsWith('{}');

describe('pods whose MTU is that of the network below', () => {
  const wrong = runsWith('{ pods: 1500 }');

  it('are told, and send smaller packets: nothing is lost', () => {
    for (const scheme of SCHEMES) {
      expect(wrong.metric(scheme, 'flowsSwallowed')).toBe(0);
      if (scheme !== 'cilium-vxlan') expect(wrong.goodput(scheme) / fits.goodput(scheme)).toBeGreaterThan(0.8);
    }
    for (const alternative of wrong.plan.alternatives.filter(({ scheme }) => scheme.name !== 'cilium-vxlan'))
      expect(fitsOf(alternative)!.betweenRacks.tcpMtu).toBe(alternative.deviceMtu);
  });

  it('are cut behind a device that eBPF programs redirect to, and each copy costs more', () => {
    const cilium = wrong.plan.alternatives.find(({ scheme }) => scheme.name === 'cilium-vxlan')!;
    expect(fitsOf(cilium)!.betweenRacks).toEqual({
      tcpMtu: 1500,
      wholeUpTo: 1450,
      swallowedFrom: Number.POSITIVE_INFINITY,
    });
    const cpu = (of: typeof wrong): number => of.metric('cilium-vxlan', 'cpuPerGigabyte');
    expect(cpu(wrong) / cpu(fits)).toBeGreaterThan(1.5);
  });
});

describe('the same where messages are filtered', () => {
  const hole = runsWith('{ pods: 1500, messages: drop }');

  it('is a black hole: every large flow dies, small ones live as before', () => {
    for (const scheme of ['flannel-vxlan', 'openshift-sdn', 'calico-ipip']) {
      expect(hole.metric(scheme, 'flowsSwallowed')).toBeGreaterThan(20);
      expect(hole.metric(scheme, 'flowsUnfinished')).toBeGreaterThanOrEqual(hole.metric(scheme, 'flowsSwallowed'));
      expect(hole.metric(scheme, 'latencyP99')).toBeLessThanOrEqual(fits.metric(scheme, 'latencyP99') * 1.01);
      expect(hole.goodput(scheme)).toBeLessThan(fits.goodput(scheme) / 2);
    }
  });

  it('but not where packets are cut', () => {
    expect(hole.metric('cilium-vxlan', 'flowsSwallowed')).toBe(0);
  });
});

describe('a tunnel device that is too large', () => {
  const cut = runsWith('{ pods: 1500, tunnel: 1500, messages: drop }');

  it('lets VXLAN of the kernel be cut, and swallows what IPIP must not cut', () => {
    expect(cut.metric('flannel-vxlan', 'flowsSwallowed')).toBe(0);
    expect(cut.metric('calico-ipip', 'flowsSwallowed')).toBeGreaterThan(20);
    expect(cut.metric('openshift-sdn', 'flowsSwallowed')).toBeGreaterThan(20);
    const cpu = (of: typeof cut): number => of.metric('flannel-vxlan', 'cpuPerGigabyte');
    expect(cpu(cut) / cpu(fits)).toBeGreaterThan(1.5);
  });
});

describe('links between switches that carry less', () => {
  it('swallow what routers must not cut and cannot tell of, between racks only', () => {
    const { plan } = runsWith('{ fabric: 1400, messages: drop }');
    const of = (name: string) => fitsOf(plan.alternatives.find(({ scheme }) => scheme.name === name)!)!;
    expect(of('calico-ipip').betweenRacks.swallowedFrom).toBe(1381);
    expect(of('calico-ipip').inRack.swallowedFrom).toBe(Number.POSITIVE_INFINITY);
    expect(of('flannel-vxlan').betweenRacks).toMatchObject({
      wholeUpTo: 1350,
      swallowedFrom: Number.POSITIVE_INFINITY,
    });
  });
});

describe('nobody sets an MTU', () => {
  it('asks no way', () => {
    for (const alternative of fits.plan.alternatives) expect(fitsOf(alternative)).toBeUndefined();
  });
});
