/** A flow that the link bounds gets exactly what headers leave, in runs of whole scenarios. */
import { expect, it } from 'vitest';
import { planOfText, runAll } from './small-worlds.ts';

const LINK_BITS_PER_SEC = 100e6;

/** Bytes that each scheme takes from the MTU, and beside it. */
const HEADERS: Readonly<Record<string, readonly [wrapBytes: number, tagBytes: number]>> = {
  'calico-bgp': [0, 0],
  'calico-ipip': [20, 0],
  'flannel-vxlan': [50, 0],
  'antrea-geneve': [50, 0],
  'flannel-udp': [28, 0],
  'contiv-vlan': [0, 4],
};

function goodputs(protocol: 'tcp' | 'udp', underlayMtu: number): ReadonlyMap<string, number> {
  const plan = planOfText(`
wavetank: 1
title: Ceilings
question: What do headers leave of a link?
duration: 60s
cluster:
  nodes: [{ count: 2, name: node, cpu: 8, memory: 64Gi }]
  pods:
    - { count: 1, name: caller, cpu: 5, memory: 64Mi, replicas: 1 }
    - { count: 1, name: callee, cpu: 5, memory: 64Mi, replicas: 1 }
machine: { podCpuUse: 0% }
fabric: { nodesPerRack: 2, spines: 1, hostLink: 100Mbps, uplink: 100Mbps }
services: { calls: [{ from: caller, to: callee }] }
traffic:
  talkers:
    - { name: pair, rate: 0.05, size: { constant: 16MiB }, protocol: ${protocol}, measures: throughput }
environments: { room: { use: machine-room-bgp, underlayMtu: ${underlayMtu} } }
environment: room
vary: { scheme: [${Object.keys(HEADERS).join(', ')}] }
`);
  return new Map([...runAll(plan, 'ceilings/0')].map(([name, { metrics }]) => [name, metrics['goodput']!]));
}

it.each([
  ['tcp', 1500, 52],
  ['tcp', 9000, 52],
  ['udp', 1500, 28],
] as const)('%s at an underlay MTU of %i: payload over the packet on the wire', (protocol, mtu, headers) => {
  for (const [name, goodput] of goodputs(protocol, mtu)) {
    const [wrap, tag] = HEADERS[name]!;
    const ceiling = ((mtu - wrap - headers) / (mtu + tag + 38)) * LINK_BITS_PER_SEC;
    // Flows do not fill their last packet: one of some thousands.
    expect(Math.abs(goodput / ceiling - 1), name).toBeLessThan(1e-3);
  }
});
