import { describe, expect, it } from 'vitest';
import { startRun } from '../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import { planOfText, runAll } from './small-worlds.ts';

const SCHEMES = [
  'calico-tor',
  'flannel-vxlan',
  'calico-vxlan',
  'cilium-vxlan',
  'contiv-vxlan',
  'ovn-kubernetes',
  'openshift-sdn',
  'antrea-geneve',
];

/** A node dies, and its pods come to other nodes while callers go on. */
function cluster(faults: string, more = ''): string {
  return `
wavetank: 1
title: Nodes are told
question: Who tells the nodes?
duration: 40s
cluster:
  nodes: [{ count: 9, name: node, cpu: 8, memory: 32Gi }]
  pods: [{ count: 36, name: web, cpu: 1, memory: 2Gi, replicas: 6 }]
fabric: { nodesPerRack: 3, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
services: { fanout: 2 }
traffic:
  start: 1s
  talkers: [{ name: requests, rate: 200, size: { constant: 64KiB }, measures: latency }]
environment: machine-room-bgp
lifecycle: { notReadyAfter: 2s, evictionAfter: 3s }
faults: ${faults}
vary:
  scheme: [${SCHEMES.join(', ')}]
${more}
`;
}

const DEATH = '{ at: 5s, node: node-4 }';
const AWAY = '{ at: 4s, controlPlane: away, for: 20s }';

/** A metric of each scheme. */
function figures(text: string, metric: string): Record<string, number | undefined> {
  const results = runAll(planOfText(text), 'telling/0');
  return Object.fromEntries([...results].map(([name, { metrics }]) => [name, metrics[metric]]));
}

/** One run with its marks and their seconds. */
async function recorded(faults: string, scheme: string) {
  const sink = new MemorySource();
  const { metrics } = startRun(planOfText(cluster(faults)), scheme, 'telling/0', { sink, level: 'state' }).finish();
  const reader = await openTrace(sink);
  const marks = (await reader.marks()).map(
    ({ kind, timeNs }) => [reader.catalog.marks[kind]!.name, timeNs / 1e9] as const,
  );
  return { metrics, marks };
}

describe('what a scheme tells its nodes', () => {
  const results = runAll(planOfText(cluster(`[${DEATH}]`)), 'telling/0');
  const of = (scheme: string, metric: string): number | undefined => results.get(scheme)!.metrics[metric];

  it('is nothing where no server does', () => {
    expect(of('calico-tor', 'entriesProgrammed')).toBeUndefined();
    expect(of('calico-tor', 'podReachableP99')).toBeUndefined();
  });

  it('is its nodes, its blocks or its pods', () => {
    expect(of('flannel-vxlan', 'entriesProgrammed')).toBe(8);
    // One block on each node that has pods; the block of the dead node stays.
    expect(of('calico-vxlan', 'entriesProgrammed')).toBe(8);
    expect(of('contiv-vxlan', 'entriesProgrammed')).toBeGreaterThan(36 - 8);
    expect(of('contiv-vxlan', 'entriesProgrammed')).toBeLessThanOrEqual(36);
    expect(of('cilium-vxlan', 'entriesProgrammed')).toBeGreaterThan(8 + 36 - 8);
  });

  it('takes no time where nodes forward by ranges, and some where every pod is told', () => {
    for (const scheme of ['flannel-vxlan', 'cilium-vxlan', 'openshift-sdn', 'antrea-geneve'])
      expect([scheme, of(scheme, 'podReachableP99')]).toEqual([scheme, 0]);
    // Written in 5 ms, nine copies of 0.1 ms at most, and the agent.
    expect(of('contiv-vxlan', 'podReachableP50')).toBeGreaterThan(5e6);
    expect(of('contiv-vxlan', 'podReachableP99')).toBeLessThan(30e6);
    // northd rests 0.3 s between its passes.
    expect(of('ovn-kubernetes', 'podReachableP50')).toBeGreaterThan(0.05e9);
    expect(of('ovn-kubernetes', 'podReachableP99')).toBeLessThan(0.5e9);
  });

  it('is a copy to each node for each change', async () => {
    const { metrics, marks } = await recorded(`[${DEATH}]`, 'contiv-vxlan');
    const moved = marks.filter(([name]) => name === 'evicted').length;
    expect(moved).toBeGreaterThan(0);
    // Nine copies for each change that is written: 36 pods, and those of the dead node gone and back again.
    const written = 36 + 2 * moved;
    expect(metrics).toMatchObject({ controlMessages: 10 * written, controlBytes: 9 * written * 1000 });
    expect(of('flannel-vxlan', 'controlMessages')).toBe(0);
  });

  it('loses no connection while its server is there', () => {
    for (const scheme of SCHEMES) expect([scheme, of(scheme, 'connectionsUntold') ?? 0]).toEqual([scheme, 0]);
  });
});

describe('while the control plane is away', () => {
  const held = figures(cluster(`[${AWAY}, ${DEATH}]`), 'connectionsUntold');
  const reachable = figures(cluster(`[${AWAY}, ${DEATH}]`), 'podReachableP99');

  it('pods that moved are not reached where every pod must be told, and are where nodes know ranges', () => {
    expect(held['contiv-vxlan']).toBeGreaterThan(10);
    expect(held['ovn-kubernetes']).toBeGreaterThan(10);
    for (const scheme of ['calico-tor', 'flannel-vxlan', 'calico-vxlan', 'cilium-vxlan', 'openshift-sdn'])
      expect([scheme, held[scheme] ?? 0]).toEqual([scheme, 0]);
  });

  it('they are reached when it is back and nodes have come back to it', () => {
    // Given up at about 10 s, back at 24 s; Contiv's agents have paused for up to 10 s, OVN's for 8 s.
    expect(reachable['contiv-vxlan']).toBeGreaterThan(14e9);
    expect(reachable['contiv-vxlan']).toBeLessThan(14e9 + 15e9);
    expect(reachable['flannel-vxlan']).toBe(0);
  });

  it('nothing is lost when nothing moves: what was programmed forwards', () => {
    const still = figures(cluster(`[{ at: 10s, controlPlane: away }]`), 'connectionsHeldUp');
    for (const scheme of SCHEMES) expect([scheme, still[scheme]]).toEqual([scheme, undefined]);
  });

  it('two absences that overlap are one', () => {
    const two = '[{ at: 4s, controlPlane: away, for: 10s }, { at: 8s, controlPlane: away, for: 16s }]';
    const one = cluster(`[${AWAY}, ${DEATH}]`);
    expect(figures(cluster(`${two.slice(0, -1)}, ${DEATH}]`), 'connectionsUntold')['contiv-vxlan']).toBe(
      figures(one, 'connectionsUntold')['contiv-vxlan'],
    );
  });

  it('longer is never better', () => {
    const untold = [1, 5, 15, 30].map(
      (seconds) =>
        figures(cluster(`[{ at: 4s, controlPlane: away, for: ${seconds}s }, ${DEATH}]`), 'connectionsUntold')[
          'contiv-vxlan'
        ] ?? 0,
    );
    expect(untold).toEqual([...untold].sort((a, b) => a - b));
    expect(untold[3]).toBeGreaterThan(untold[0]!);
  });

  it('is marked in the recording', async () => {
    const { marks } = await recorded(`[${AWAY}]`, 'calico-tor');
    expect(marks.filter(([name]) => name.startsWith('control-plane'))).toEqual([
      ['control-plane-away', 4],
      ['control-plane-back', 24],
    ]);
  });
});

describe('proxies that are told of endpoints', () => {
  const watched = 'services: { fanout: 2, proxies: by-watch }';
  const of = (faults: string, metric: string, proxies = watched): Record<string, number | undefined> =>
    figures(cluster(faults).replace('services: { fanout: 2 }', proxies), metric);

  it('know a new endpoint after the rest of their last turn at the latest', () => {
    const told = of(`[${DEATH}]`, 'endpointToldP99');
    for (const scheme of SCHEMES) {
      expect(told[scheme]).toBeGreaterThan(5e6);
      expect(told[scheme]).toBeLessThan(2e9);
    }
    expect(of(`[${DEATH}]`, 'endpointToldP99', 'services: { fanout: 2 }')['flannel-vxlan']).toBeUndefined();
  });

  it('deal to dead replicas a little longer', () => {
    const late = of(`[${DEATH}]`, 'flowsRetried');
    const atOnce = of(`[${DEATH}]`, 'flowsRetried', 'services: { fanout: 2 }');
    for (const scheme of SCHEMES) expect(late[scheme]).toBeGreaterThanOrEqual(atOnce[scheme]!);
    expect(late['flannel-vxlan']).toBeLessThan(2 * atOnce['flannel-vxlan']! + 20);
  });

  it('go on with them while the Kubernetes API is away, where that is what the network lost', () => {
    const there = of(`[${DEATH}]`, 'flowsRetried');
    const away = of(`[${AWAY}, ${DEATH}]`, 'flowsRetried');
    for (const scheme of ['flannel-vxlan', 'calico-vxlan', 'cilium-vxlan', 'antrea-geneve'])
      expect(away[scheme]).toBeGreaterThan(3 * there[scheme]!);
    // Servers of their own: the API is there, and so are routers that need none.
    for (const scheme of ['calico-tor', 'contiv-vxlan', 'ovn-kubernetes']) expect(away[scheme]).toBe(there[scheme]);
  });
});

describe('assumptions about the control plane', () => {
  it('are taken in place of the profile', () => {
    const slow = cluster(`[${DEATH}]`, 'assume: { controlPlane: { commit: 2s } }');
    expect(figures(slow, 'podReachableP50')['contiv-vxlan']).toBeGreaterThan(2e9);
    const other = cluster(`[${DEATH}]`, 'assume: { controlPlane: { kind: ovn } }');
    expect(figures(other, 'podReachableP50')['contiv-vxlan']).toBeGreaterThan(0.05e9);
    expect(figures(other, 'podReachableP50')['calico-tor']).toBeUndefined();
  });
});
