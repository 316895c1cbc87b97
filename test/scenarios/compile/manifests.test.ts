/** Clusters of manifests, placed: what is bound stays, order by priority, the network of the host, racks by zone, volumes. */
import { describe, expect, it } from 'vitest';
import { compile, place, populationOf } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';

const SCENARIO = {
  ...{ wavetank: 1, title: 'a', question: 'b', duration: '10s', environment: 'machine-room-bgp', scheme: 'calico-bgp' },
  fabric: { nodesPerRack: 1, spines: 1, hostLink: '1Gbps', uplink: '1Gbps' },
  machine: { plannedRate: '0bps' },
  traffic: { talkers: [{ name: 't', rate: 1, size: { constant: '1KiB' }, measures: 'latency' }] },
};
const node = (name: string, zone = 'a', cpu = '2') => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } } },
  status: { allocatable: { cpu, memory: '8Gi', pods: '110' } },
});
const pod = (name: string, spec: object, requests: object = { cpu: '1' }) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
  spec: { containers: [{ name: 'c', resources: { requests } }], ...spec },
});

/** Node by pod, undefined: none. */
function placed(manifests: readonly object[], cluster: object = {}): Record<string, string | undefined> {
  const text = JSON.stringify({ ...SCENARIO, cluster: { manifests, ...cluster } });
  const document = loadScenario(text, 's.yaml', bundledLibrary);
  const [alternative] = compile(document).alternatives;
  const population = populationOf(document);
  const placement = place(alternative!, population, 'seed');
  const groups = Array.from({ length: document.cluster.nodes[0]?.count ?? 0 }, (_, i) => `n-${i}`);
  const names = [...groups, ...document.cluster.manifests!.nodes.map(({ name }) => name)];
  return Object.fromEntries(population.pods.map(({ name }, index) => [name, names[placement.node[index]!]]));
}

describe('placing manifests', () => {
  it('leaves what is bound, though the node is overfull, and schedules the rest by priority', () => {
    const manifests = [
      node('n1'),
      node('n2'),
      pod('low', {}, { cpu: '1500m' }),
      pod('high', { priority: 10 }, { cpu: '1500m' }),
      ...['a', 'b', 'c'].map((name) => pod(name, { nodeName: 'n1' })),
    ];
    expect(placed(manifests)).toEqual({ low: undefined, high: 'n2', a: 'n1', b: 'n1', c: 'n1' });
  });

  it('puts DaemonSets on each node, and pods of manifests beside groups', () => {
    const daemon = {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' } },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c' }] } },
      },
    };
    expect(Object.values(placed([node('n1'), node('n2'), daemon])).sort()).toEqual(['n1', 'n2']);
    const groups = { nodes: [{ count: 1, name: 'n', cpu: 4, memory: '8Gi' }] };
    expect(placed([pod('p', {})], groups)).toEqual({ p: 'n-0' });
  });

  it('asks for volumes: a claim that is bound keeps its pod where the volume is', () => {
    const volume = {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' } },
      spec: {
        ...{
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '1Gi' },
          claimRef: { namespace: 'default', name: 'q' },
        },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['b'] }] },
            ],
          },
        },
      },
    };
    const claim = {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'q' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'v' },
    };
    const mounts = { volumes: [{ name: 'x', persistentVolumeClaim: { claimName: 'q' } }] };
    const nodes = [node('n1', 'a', '8'), node('n2', 'b'), node('n3', 'c', '8')];
    expect(placed([...nodes, volume, claim, pod('p', mounts)])).toEqual({ p: 'n2' });
    const missing = { volumes: [{ name: 'x', persistentVolumeClaim: { claimName: 'other' } }] };
    expect(placed([...nodes, volume, claim, pod('p', missing)])).toEqual({ p: undefined });
  });
});
