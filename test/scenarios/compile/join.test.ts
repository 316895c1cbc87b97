import { describe, expect, it } from 'vitest';
import { planOfText, runAll } from './small-worlds.ts';

/** Twelve nodes that are nearly full; the scheme decides how many pods still fit. */
function cluster(more: { podCidr?: string; vlan?: string; plannedRate?: string; cpu?: string; pods?: number }): string {
  return `
wavetank: 1
title: How many pods fit
question: What does the network take of the cluster?
duration: 5s
cluster:
  nodes: [{ count: 12, name: node, cpu: ${more.cpu ?? '8'}, memory: 64Gi }]
  pods: [{ count: ${more.pods ?? 96}, name: web, cpu: 970m, memory: 1Gi, replicas: 8 }]
  podCidr: ${more.podCidr ?? '10.128.0.0/16'}
  ${more.vlan === undefined ? '' : `vlan: { subnet: ${more.vlan} }`}
machine: { plannedRate: ${more.plannedRate ?? '1Gbps'} }
fabric: { nodesPerRack: 4, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
scheduling: { tieBreak: lowest-name }
traffic:
  start: 1s
  talkers: [{ name: calls, rate: 20, size: { constant: 16KiB }, measures: latency }]
environment: machine-room-bgp
vary: { scheme: [flannel-vxlan, calico-bgp, contiv-vlan, custom-static] }
`;
}

function running(text: string): Record<string, number> {
  const results = runAll(planOfText(text), 'join/0');
  return Object.fromEntries([...results].map(([name, { metrics }]) => [name, metrics['podsFit']!]));
}

describe('the network takes processors from the pods', () => {
  it('an agent and the data path cost a pod on every node', () => {
    // 8,000 m hold eight pods of 970 m only while no more than 240 m are taken.
    expect(running(cluster({}))).toEqual({
      'flannel-vxlan': 96,
      'calico-bgp': 84,
      'contiv-vlan': 96,
      'custom-static': 96,
    });
  });

  it('a larger planned rate takes more, and most where packets cost most', () => {
    const fit = running(cluster({ plannedRate: '4Gbps' }));
    expect(fit['flannel-vxlan']).toBe(84);
    expect(fit['custom-static']).toBe(96);
  });
});

describe('the network takes addresses', () => {
  it('a flat VLAN subnet ends where its addresses end; blocks of each node do not', () => {
    const fit = running(cluster({ vlan: '10.200.0.0/26' }));
    expect(fit['contiv-vlan']).toBe(61);
    expect(fit['flannel-vxlan']).toBe(96);
  });

  it('a range with fewer blocks than nodes leaves nodes without pods, unless blocks are small', () => {
    // A /22 holds four blocks of /24 (253 addresses each) and sixteen of /26.
    const fit = running(cluster({ podCidr: '10.128.0.0/22' }));
    expect(fit['flannel-vxlan']).toBe(4 * 8);
    expect(fit['calico-bgp']).toBe(84);
  });

  it('counts the pods that found a node but no address as waiting', () => {
    const [result] = [...runAll(planOfText(cluster({ vlan: '10.200.0.0/27', cpu: '64' })), 'join/0')]
      .filter(([name]) => name === 'contiv-vlan')
      .map(([, found]) => found);
    expect(result!.metrics['podsFit']).toBe(29);
    expect(result!.metrics['podsUnfit']).toBe(96 - 29);
  });
});
