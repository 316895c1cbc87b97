import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const GOOD = `
wavetank: 1
title: A test
question: Does it?
duration: 100s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods: [{ count: 4, name: web, cpu: 1, memory: 512Mi }]
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  services: [{ name: web, requests: [{ cpu: { constant: 2ms } }] }]
  sources: [{ name: visitors, to: web, rate: 100 }]
`;

function problems(text: string): string[] {
  try {
    loadScenario(text, 'test.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

/** Images of one megabyte, three of them on a disk. */
function disk(words: string, workloads = 'web: IMAGE'): string {
  const names = ['a', 'b'];
  const image = () => `{ image: { there: true, layers: [{ name: ${names.shift()}, size: 1MB }] } }`;
  return `images: { registry: 1Gbps, disk: { ${words} } }\nworkloads: { ${workloads.replace(/IMAGE/g, image)} }`;
}

describe('a scenario of living services', () => {
  it('is accepted', () => {
    expect(problems(GOOD)).toEqual([]);
  });

  it('may say how long the pressure of a disk lasts where nobody follows memory', () => {
    expect(problems(`${GOOD}${disk('size: 10GB')}\neviction: { transition: 1m }\n`)).toEqual([]);
  });

  it.each([
    [
      'both',
      'traffic: { talkers: [{ name: a, rate: 1, size: { constant: 1KiB }, measures: latency }] }',
      'traffic: a scenario has either flows or requests',
    ],
    ['an unknown workload', 'workloads: { shop: {} }', 'workloads.shop: '],
    [
      'an image from nowhere',
      'workloads: { web: { image: { layers: [{ name: a, size: 1MB }] } } }',
      'workloads.web.image: nobody says where images come from',
    ],
    [
      'a layer of two sizes',
      'images: { registry: 1Gbps }\nworkloads: { web: { image: { layers: [{ name: a, size: 1MB }, { name: a, size: 2MB }] } } }',
      'workloads.web.image.layers.1.size: layer "a" has another size elsewhere',
    ],
    [
      'thresholds of a disk that are the wrong way round',
      disk('size: 10GB, lowThreshold: 90'),
      'images.disk.lowThreshold: images would have to go until more is in use',
    ],
    ['a disk that others fill', disk('size: 10GB, otherUse: 10GB'), 'images.disk.otherUse: nothing is left for images'],
    [
      'an image that no disk holds',
      disk('size: 5MB, otherUse: 3MB'),
      'workloads.web.image: the disk of a node cannot hold it',
    ],
    [
      'images that are there and no disk holds together',
      disk('size: 5MB', 'web: IMAGE, other: IMAGE'),
      'images.disk: it cannot hold the images that are there when the run begins',
    ],
    ['a disk without a size', disk('otherUse: 1MB'), 'images.disk'],
    [
      'a layer without bytes',
      'images: { registry: 1Gbps }\nworkloads: { web: { image: { layers: [{ name: a, size: 0B }] } } }',
      'workloads.web.image.layers.0.size: too small',
    ],
    [
      'a registry that is away twice at once',
      'images: { registry: 1Gbps, away: [{ at: 1s, for: 10s }, { at: 5s, for: 1s }] }\nworkloads: { web: { image: { layers: [{ name: a, size: 1MB }] } } }',
      'images.away.1.at: the registry is not back from the time before',
    ],
    [
      'memory that shrinks',
      'workloads: { web: { memoryUse: { start: 2Gi, reaches: 1Gi } } }',
      'workloads.web.memoryUse.reaches: less than at the start',
    ],
    [
      'a limit below what is requested',
      'workloads: { web: { memoryLimit: 256Mi } }',
      'workloads.web.memoryLimit: less than a pod requests',
    ],
    ['images that nobody has', 'images: { registry: 1Gbps }', 'images: no workload has one'],
    ['a descheduler without a policy', 'descheduler: { every: 1m }', 'descheduler: it would do nothing'],
    [
      'a soft threshold behind the hard one',
      'workloads: { web: { memoryUse: { start: 1Gi, reaches: 2Gi } } }\neviction: { hard: 1Gi, soft: { available: 1Gi, grace: 1m } }',
      'eviction.soft.available: it is never crossed alone',
    ],
    [
      'a threshold above all memory of a node',
      'workloads: { web: { memoryUse: { start: 1Gi, reaches: 2Gi } } }\neviction: { hard: 900Gi }',
      'eviction.hard: a node has no more memory than that',
    ],
    ['evictions by memory that nobody follows', 'eviction: { hard: 1Gi }', 'eviction: no memory is followed'],
    [
      'what only groups heed beside just in time',
      'nodeAutoscaler: { groups: [{ nodes: node, max: 4 }], scaleDown: false, justInTime: {} }',
      'nodeAutoscaler.scaleDown: only groups that grow heed it',
    ],
    [
      'nodes that are low and high',
      'descheduler: { lowUtilization: { thresholds: { cpu: 60% } } }',
      'descheduler.lowUtilization.thresholds: above the targets',
    ],
    ['an unknown target', 'autoscalers: [{ target: shop, max: 3 }]', 'autoscalers.0.target: '],
    [
      'bounds the wrong way round',
      'autoscalers: [{ target: web, min: 5, max: 3 }]',
      'autoscalers.0.min: more than max',
    ],
    [
      'two autoscalers for one workload',
      'autoscalers: [{ target: web, max: 3 }, { target: web, max: 4 }]',
      'autoscalers.1.target: two autoscalers would fight over it',
    ],
    ['a change of nothing', 'changes: [{ at: 1s }]', 'changes.0: not exactly one'],
    ['a scale without a number', 'changes: [{ at: 1s, scale: web }]', 'changes.0: `scale` and `to` belong together'],
    [
      'a new start of nothing',
      'changes: [{ at: 1s, drain: node-0, start: 3s }]',
      'changes.0: only a new version starts anew',
    ],
    ['a change after the end', 'changes: [{ at: 200s, roll: web }]', 'changes.0.at: the change happens at 200s'],
    [
      'a probe faster than its answer',
      'workloads: { web: { readinessProbe: { period: 1s, timeout: 2s } } }',
      'workloads.web.readinessProbe.timeout: a probe that is asked again before its answer may have come',
    ],
  ])('refuses %s', (_, lines, expected) => {
    expect(problems(`${GOOD}${lines}\n`)[0]).toContain(expected);
  });

  it.each([
    [
      'a node that does not exist',
      GOOD.replace('cluster:', 'changes: [{ at: 1s, drain: node-9 }]\ncluster:'),
      'changes.0.drain: ',
    ],
    ['requests that nobody answers', GOOD.replace('to: web', 'to: shop'), 'load.sources.0.to: '],
    [
      'a kind of request that is not there',
      GOOD.replace('rate: 100', 'rate: 100, request: other'),
      'load.sources.0.request: ',
    ],
    ['a rate and users', GOOD.replace('rate: 100', 'rate: 100, users: 3'), 'load.sources.0: not exactly one'],
    [
      'a rate that thinks',
      GOOD.replace('rate: 100', 'rate: 100, think: { constant: 1s }'),
      'load.sources.0.think: a rate does not think',
    ],
    ['a negative rate', GOOD.replace('rate: 100', 'rate: -5'), 'load.sources.0.rate: '],
    [
      'a rate with a hole at its start',
      GOOD.replace('rate: 100', 'rate: { steps: [{ at: 5s, rate: 1 }] }'),
      'load.sources.0.rate.steps.0.at: nobody says what the rate is before',
    ],
    [
      'steps out of order',
      GOOD.replace('rate: 100', 'rate: { steps: [{ at: 0s, rate: 1 }, { at: 9s, rate: 1 }, { at: 5s, rate: 2 }] }'),
      'load.sources.0.rate.steps.2.at: not after the step before',
    ],
    [
      'a time from high to low',
      GOOD.replace('constant: 2ms', 'uniform: { low: 9ms, high: 2ms }'),
      'load.services.0.requests.0.cpu: ',
    ],
    [
      'more attempts than any client makes',
      GOOD.replace('rate: 100', 'rate: 100, attempts: 11'),
      'load.sources.0.attempts: ',
    ],
    [
      'calls that never end',
      GOOD.replace('{ cpu: { constant: 2ms } }', '{ cpu: { constant: 2ms }, calls: [{ to: web }] }'),
      'load.services.0: requests that never end',
    ],
  ])('refuses %s', (_, text, expected) => {
    expect(problems(text)[0]).toContain(expected);
  });

  it('accepts a circle of calls that dies out', () => {
    const circle = GOOD.replace(
      '{ cpu: { constant: 2ms } }',
      '{ cpu: { constant: 2ms }, calls: [{ to: web, chance: 50% }] }',
    );
    expect(problems(circle)).toEqual([]);
  });

  it('has no pods of manifests, but nodes of them', () => {
    const node = '{ apiVersion: v1, kind: Node, metadata: { name: mine }, status: { allocatable: { cpu: 4 } } }';
    const pod = '{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: c, image: i }] } }';
    const withManifests = (...list: string[]): string[] =>
      problems(GOOD.replace('fabric:', `  manifests: [${list.join(', ')}]\nfabric:`));
    expect(withManifests(node)).toEqual([]);
    expect(withManifests(node, pod)).toEqual(['cluster.manifests: pods of manifests do not live beside load yet']);
  });

  it('has what only it can have', () => {
    const flows = `${GOOD.slice(0, GOOD.indexOf('load:'))}traffic: { talkers: [{ name: a, rate: 1, size: { constant: 1KiB }, measures: latency }] }\n`;
    expect(problems(flows)).toEqual([]);
    expect(problems(`${flows}workloads: { web: {} }\n`)).toEqual(['workloads: only living services have it']);
    expect(problems(`${flows}lifecycle: { endedPodsMax: 5 }\n`)).toEqual([
      'lifecycle.endedPodsMax: only living services have it',
    ]);
    expect(problems(`${flows}begins: 2026-01-05T08:00Z\n`)).toEqual(['begins: only living services have it']);
    expect(problems(GOOD.slice(0, GOOD.indexOf('load:')))).toEqual(['traffic: traffic is missing']);
  });
});
