/** Pods that are pushed out and come back while pods are placed in time: one life at a time, and no address is lost. */
import { describe, expect, it } from 'vitest';
import { compile, startRun } from '../../../scenarios/compile/index.ts';
import type { PlacementStep } from '../../../scenarios/compile/living.ts';
import { place } from '../../../scenarios/compile/placement.ts';
import { populationOf } from '../../../scenarios/compile/population.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';

const base = (cluster: string, more: string): string => `
wavetank: 1
title: Again
question: What becomes of pods that are pushed out?
duration: 120s
cluster:
${cluster}
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic: { start: 1s, talkers: [{ name: requests, rate: 1, size: { constant: 1KiB }, measures: latency }] }
environment: machine-room-bgp
scheme: calico-bgp
${more}
`;

async function placed(cluster: string, more: string) {
  const document = loadScenario(base(cluster, more), 'again.yaml', bundledLibrary, []);
  const alternative = compile(document).alternatives[0]!;
  const population = populationOf(document);
  const placement = place(alternative, population, 's');
  const run = () => startRun(compile(document), alternative.name, 's').finish();
  return { placement, run, population };
}

/** What is wrong with the lives that the steps tell of. */
function faults(steps: readonly PlacementStep[]): string[] {
  const state = new Map<number, string>();
  return steps.flatMap(({ kind, pod }) => {
    const before = state.get(pod);
    if (kind === 'refused') return [];
    state.set(pod, kind);
    if (kind === 'ready' && before === 'ready') return [`pod ${pod} serves twice`];
    if (kind === 'evicted' && before === 'evicted') return [`pod ${pod} is pushed out twice`];
    if (kind === 'bound' && before !== undefined && before !== 'evicted') return [`pod ${pod} is bound twice`];
    return [];
  });
}

describe('a pod that is pushed out and comes back', () => {
  const cluster = `  nodes: [{ count: 1, name: node, cpu: 4, memory: 16Gi }, { count: 1, name: small, cpu: 2, memory: 16Gi }]
  pods:
    - { count: 1, name: door, cpu: 100m, memory: 64Mi, replicas: 1 }
    - { count: 1, name: gate, cpu: 100m, memory: 64Mi, replicas: 1 }
    - { count: 6, name: batch, cpu: 500m, memory: 64Mi, replicas: 6 }
    - { count: 1, name: shop, cpu: 3, memory: 64Mi, replicas: 1, priority: 100 }
    - { count: 1, name: king, cpu: 3, memory: 64Mi, replicas: 1, priority: 200 }`;
  const order = '{ pods: shop, after: door, by: gate }, { pods: king, after: gate, by: gate }';
  const startup = `startup: { time: 1s, times: { door: 5s, gate: 7s }, gracePeriod: 10s, order: [${order}] }`;

  it('leaves once, though two want its place, and serves once in its next life', async () => {
    const { placement } = await placed(cluster, startup);
    expect(placement.steps!.filter(({ kind }) => kind === 'evicted').length).toBeGreaterThan(2);
    expect(faults(placement.steps!)).toEqual([]);
  });

  it('when its node has died meanwhile, is given up by nobody else', async () => {
    const patient = startup
      .replace('time: 1s', 'time: 0s')
      .replace('door: 5s', 'door: 20s')
      .replace('gate: 7s', 'gate: 25s');
    const { run } = await placed(cluster, `${patient}\nfaults: [{ at: 10s, node: node-0 }]`);
    expect(run().metrics.podsPushedOut).toBeGreaterThan(0);
  });
});

describe('a pod that stood before', () => {
  const pod = (name: string, spec: string): string =>
    `    - { apiVersion: v1, kind: Pod, metadata: { name: ${name} }, spec: { ${spec} } }`;
  const asking = (cpu: string): string =>
    `containers: [{ name: c, image: i, resources: { requests: { cpu: ${cpu} } } }]`;
  const cluster = `  nodes: [{ count: 1, name: node, cpu: 2, memory: 16Gi }]
  pods: [{ count: 1, name: door, cpu: 100m, memory: 64Mi, replicas: 1 }]
  manifests:
    - { apiVersion: v1, kind: Node, metadata: { name: mine }, status: { allocatable: { cpu: 4, memory: 16Gi } } }
    - { apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: urgent }, value: 1000 }
${pod('large', `nodeName: mine, ${asking('2')}`)}
${pod('little', `nodeName: mine, ${asking('1')}`)}
${pod('late', `priorityClassName: urgent, ${asking('3500m')}`)}`;
  const startup = 'startup: { times: { door: 60s }, order: [{ pods: late, after: door, by: gate }] }';

  it('is there until it is pushed out, and its address is free after that', async () => {
    const { placement, population, run } = await placed(cluster, startup);
    const at = (name: string): number => population.pods.findIndex((one) => one.name === name);
    expect(placement.before?.node[at('large')]).toBe(1);
    expect(placement.node[at('large')]).toBe(-1);
    expect(run().metrics).toMatchObject({ podsPushedOut: 2, podsServing: 3 });
  });

  it('is among those that serve', async () => {
    const { run } = await placed(cluster.replace('3500m', '1'), startup);
    const { metrics } = run();
    expect(metrics).toMatchObject({ podsPushedOut: 0, podsServing: 4 });
    expect(metrics.allServeAfter! / NS_PER_SECOND).toBeCloseTo(60, 1);
  });
});
