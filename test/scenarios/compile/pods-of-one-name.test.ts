/** Pods of one name in two namespaces: each can be asked about, and neither stands for the other. */
import { expect, it } from 'vitest';
import { explainPod, podNames } from '../../../scenarios/compile/explaining.ts';
import { compile } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';

const pod = (metadata: string, cpu: string): string =>
  `    - { apiVersion: v1, kind: Pod, metadata: { ${metadata} }, spec: { containers: [{ name: c, image: i, resources: { requests: { cpu: ${cpu} } } }] } }`;

const SCENARIO = `
wavetank: 1
title: One name
question: Which of them?
duration: 10s
cluster:
  nodes: [{ count: 1, name: node, cpu: 4, memory: 16Gi }]
  manifests:
${pod('name: web', '1')}
${pod('name: web, namespace: other', '64')}
${pod('name: alone, namespace: other', '1')}
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
traffic: { start: 1s, talkers: [{ name: requests, rate: 1, size: { constant: 1KiB }, measures: latency }] }
environment: machine-room-bgp
scheme: calico-bgp
`;

it('are named with their namespaces, and only they', () => {
  const alternative = compile(loadScenario(SCENARIO, 'name.yaml', bundledLibrary, [])).alternatives[0]!;
  expect(podNames(alternative).sort()).toEqual(['alone', 'default/web', 'other/web']);
  expect(explainPod(alternative, 's', 'default/web')).toMatchObject({ pod: 'default/web', outcome: 'placed' });
  expect(explainPod(alternative, 's', 'other/web')).toMatchObject({ pod: 'other/web', outcome: 'pending' });
});
