import { it } from 'vitest';
import { planOf, planOfText, runAll } from '../scenarios/compile/small-worlds.ts';
import { place, populationOf, startRun } from '../../scenarios/compile/index.ts';
const text = (o: any = {}) => `wavetank: 1
title: t
question: q
duration: ${o.dur ?? '20s'}
cluster:
  nodes: [{ count: 12, name: node, cpu: 8, memory: 64Gi }]
  pods: [{ count: 60, name: web, cpu: 1, memory: 64Mi, replicas: 6 }]
machine: { podCpuUse: 50% }
fabric: { nodesPerRack: 4, spines: 2, hostLink: ${o.link ?? '10Gbps'}, uplink: ${o.link ?? '10Gbps'} }
lifecycle: { notReadyAfter: 50s }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers:
    - { name: r, rate: 50, size: { constant: 64KiB }, measures: latency }
    - { name: b, rate: 20, size: { constant: 8MiB }, measures: throughput }
faults: ${o.faults ?? '[]'}
environment: machine-room-bgp
vary: { scheme: [flannel-vxlan, calico-bgp, contiv-vlan] }
`;
it('a', () => { for (const seed of ['x','y']) for (const link of ['10Gbps', '5Gbps', '2500Mbps', '1250Mbps', '625Mbps', '312Mbps','156Mbps', '78Mbps', '39Mbps', '20Mbps', '10Mbps']) for (const [n, r] of runAll(planOfText(text({ link })), seed)) console.log('A', seed, n, link, r.metrics['goodput'], r.metrics['latencyP50'], r.metrics['latencyP99'], r.metrics['flowsUnfinished']); });
it('b', () => { for (const seed of ['x','y','z']) for (const faults of ['[]', '[{ at: 5s, link: { rack: 0, spine: 0 } }, { at: 5s, link: { rack: 0, spine: 1 } }]']) for (const [n, r] of runAll(planOfText(text({ faults })), seed)) console.log('B', seed, faults.length, n, r.metrics['goodput'], r.metrics['latencyP50'], r.metrics['latencyP99'], r.metrics['flowsUnfinished']); });
it('d', () => {
  const plan = planOf('network-schemes', 'vary.environment=["machine-room-bgp"]');
  const population = populationOf(plan.document);
  const p = plan.alternatives.map((a) => place(plan, a, population, 'openb/0').node);
  plan.alternatives.forEach((a, i) => console.log('D', a.name, p.map((q) => q.filter((n, pod) => n === p[i]![pod]).length / q.length).join(' ')));
});
it('e', () => { for (const seed of ['x','y']) for (const life of ['{ notReadyAfter: 10s, evictionAfter: 300s }']) for (const [n, r] of runAll(planOfText(text({ dur: '30s', faults: '[{ at: 5s, node: node-03 }]' }).replace('{ notReadyAfter: 50s }', life)), seed)) console.log('E', seed, n, JSON.stringify(r.metrics)); });
