/** A KubeSchedulerConfiguration among the manifests of a scenario: it decides, and what is wrong in it is told with its line. */
import { describe, expect, it } from 'vitest';
import { explainPod } from '../../../../scenarios/compile/explaining.ts';
import { compile } from '../../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';

const scenario = (strategy: string, plugin: string): string => `
wavetank: 1
title: Profiles
question: Who decides?
duration: 10s
cluster:
  nodes: [{ count: 2, name: node, cpu: 8, memory: 32Gi }]
  manifests:
    - apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      parallelism: 16
      profiles:
        - plugins: { score: { enabled: [{ name: ${plugin}, weight: 2 }] } }
          pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: ${strategy} } } }]
    - { apiVersion: v1, kind: Pod, metadata: { name: first }, spec: { containers: [{ name: c, image: web, resources: { requests: { cpu: 2, memory: 4Gi } } }] } }
    - { apiVersion: v1, kind: Pod, metadata: { name: second }, spec: { containers: [{ name: c, image: web, resources: { requests: { cpu: 2, memory: 4Gi } } }] } }
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic: { start: 1s, talkers: [{ name: requests, rate: 1, size: { constant: 1KiB }, measures: latency }] }
environment: machine-room-bgp
scheme: calico-bgp
`;

function loaded(strategy: string, plugin = 'ImageLocality') {
  return loadScenario(scenario(strategy, plugin), 'profiles.yaml', bundledLibrary, []);
}

describe('a scheduler configuration', () => {
  it.each([
    ['MostAllocated', true],
    ['LeastAllocated', false],
  ])('%s decides where the second pod goes', (strategy, together) => {
    const alternative = compile(loaded(strategy)).alternatives[0]!;
    const nodes = ['first', 'second'].map((pod) => explainPod(alternative, 's', pod).node);
    expect(nodes[0] === nodes[1]).toBe(together);
  });

  it('fields without effect are counted, and a plugin that nobody knows is told with its line', () => {
    const { report, scheduler } = loaded('MostAllocated', 'ImageLocalty').cluster.manifests!;
    expect(report.ignored).toEqual([{ kind: 'KubeSchedulerConfiguration', path: 'parallelism', count: 1 }]);
    expect(report.problems).toMatchObject([
      { line: 13, message: 'no plugin "ImageLocalty" is modelled', hint: 'did you mean ImageLocality?' },
    ]);
    expect(scheduler!.profiles[0]!.strategy).toBe('MostAllocated');
  });
});
