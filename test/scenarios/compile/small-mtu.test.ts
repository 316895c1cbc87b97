/** What a small MTU costs one TCP and one UDP stream at 10 Gbit/s, in runs of whole scenarios. */
import { describe, expect, it } from 'vitest';
import { SPEED_2020 } from '../../../models/machine/datagram.ts';
import { planOfText, runAll } from './small-worlds.ts';

/** Published: TCP and UDP at an MTU of 1,440 to 1,450 and at 8,940, Mbit/s (infraBuilder 2020: Calico, Canal). */
const PUBLISHED_LOSS = { tcp: [1 - 8787 / 9834, 1 - 8530 / 9817], udp: [1 - 1872 / 9757, 1 - 1820 / 9742] } as const;

/** One flow after another between two nodes, on cores as fast as those of the published table. */
function goodputs(protocol: 'tcp' | 'udp', underlayMtu: number): ReadonlyMap<string, number> {
  const plan = planOfText(`
wavetank: 1
title: One pair
question: What does a small MTU cost?
duration: 120s
cluster:
  nodes: [{ count: 2, name: node, cpu: 8, memory: 64Gi }]
  pods:
    - { count: 1, name: caller, cpu: 5, memory: 64Mi, replicas: 1 }
    - { count: 1, name: callee, cpu: 5, memory: 64Mi, replicas: 1 }
machine: { podCpuUse: 0% }
fabric: { nodesPerRack: 2, spines: 1, hostLink: 10Gbps, uplink: 10Gbps }
services: { calls: [{ from: caller, to: callee }] }
traffic:
  talkers:
    - { name: pair, rate: 0.02, size: { constant: 256MiB }, protocol: ${protocol}, measures: throughput }
environments: { room: { use: machine-room-bgp, underlayMtu: ${underlayMtu} } }
environment: room
assume: { nodeCpu: ${SPEED_2020} }
vary: { scheme: [flannel-vxlan, calico-bgp] }
`);
  return new Map([...runAll(plan, 'pair/0')].map(([name, { metrics }]) => [name, metrics['goodput']!]));
}

describe('a small MTU at 10 Gbit/s', () => {
  const losses = (protocol: 'tcp' | 'udp'): number[] => {
    const [small, jumbo] = [goodputs(protocol, 1500), goodputs(protocol, 9000)];
    return [...small].map(([name, goodput]) => 1 - goodput / jumbo.get(name)!);
  };

  it('costs TCP about a tenth', () => {
    for (const loss of losses('tcp')) {
      expect(loss).toBeGreaterThan(0.04);
      expect(loss).toBeLessThan(Math.max(...PUBLISHED_LOSS.tcp) + 0.03);
    }
  });

  it('costs UDP about four fifths', () => {
    for (const loss of losses('udp')) {
      expect(loss).toBeGreaterThan(Math.min(...PUBLISHED_LOSS.udp) - 0.05);
      expect(loss).toBeLessThan(Math.max(...PUBLISHED_LOSS.udp) + 0.05);
    }
  });

  it('comes from the packets that one core can send: UDP at the small MTU sends as many as at the large', () => {
    const packets = (mtu: number) => goodputs('udp', mtu).get('flannel-vxlan')! / 8 / (mtu - 50 - 28);
    expect(packets(1500) / packets(9000)).toBeGreaterThan(1);
    expect(packets(1500) / packets(9000)).toBeLessThan(1.3);
  });
});
