/** Problems of a small scenario with these words about node autoscaling, one line each. */
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const TWO_KINDS = `nodes:
    - { count: 2, name: node, cpu: 4, memory: 16Gi }
    - { count: 1, name: more, cpu: 4, memory: 16Gi }`;

export function refusals(words: string, withLoad = true, pods = 'web', nodes = TWO_KINDS): string[] {
  const load = `load:
  services: [{ name: ${pods}, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: ${pods}, rate: 100 }]`;
  const traffic = 'traffic: { talkers: [{ kind: bulk, count: 1 }] }';
  const text = `
wavetank: 1
title: A test
question: Does it?
duration: 100s
cluster:
  ${nodes}
  pods: [{ count: 4, name: ${pods}, cpu: 1, memory: 512Mi }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
${withLoad ? load : traffic}
${words}
`;
  try {
    loadScenario(text, 'test.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}
