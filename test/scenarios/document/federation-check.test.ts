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
const TWO = 'federation: { clusters: [{ name: east }, { name: west }] }';
const members = (text: string): string => `federation: { clusters: [${text}] }`;
const lines = (text: string): string => `federation: { clusters: [{ name: east }, { name: west }], lines: [${text}] }`;

const faults = (text: string): string =>
  `federation: { clusters: [{ name: east }, { name: west }], faults: [${text}] }`;

function problems(text: string): string[] {
  try {
    loadScenario(text, 'test.yaml', bundledLibrary);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a federation in a scenario', () => {
  it('is accepted', () => {
    expect(problems(`${GOOD}${TWO}`)).toEqual([]);
    expect(problems(`${GOOD}${TWO}\nchanges: [{ at: 1s, drain: west-node-3 }]`)).toEqual([]);
    expect(problems(`${GOOD.replace('rate: 100', 'rate: 100, near: west')}${TWO}`)).toEqual([]);
    expect(problems(`${GOOD}${TWO}\nautoscalers: [{ target: web, max: 9 }]`)).toEqual([]);
    expect(problems(`${GOOD}${TWO}\nfaults: [{ at: 1s, node: west-node-3 }, { at: 2s, zone: east-a }]`)).toEqual([]);
    // Karmada takes weights of 0 for all as equal ones.
    const none = members('{ name: east, weight: 0 }, { name: west, weight: 0 }');
    expect(problems(`${GOOD}${none.slice(0, -2)}, profile: karmadaFrom16Static }`)).toEqual([]);
  });

  it.each([
    ['one member', members('{ name: east }'), 'federation.clusters: '],
    [
      'a time limit of moving directly',
      TWO.replace('] }', '], migration: { mode: directly, timeout: 5m } }'),
      'federation.migration.timeout: only moving gracefully',
    ],
    [
      'a way to divide beside the system that divides',
      TWO.replace('] }', '], profile: kubefed, division: { rebalance: true } }'),
      'federation.division.rebalance: kubefed divides as it does',
    ],
    [
      'a period of asking for what is pushed',
      TWO.replace('] }', '], configuration: { period: 1m } }'),
      'federation.configuration.period: nobody asks',
    ],
    ['twins', members('{ name: east }, { name: east }'), 'federation.clusters.1.name: not a possible value'],
    ['weights of zero', members('{ name: east, weight: 0 }, { name: west, weight: 0 }'), 'federation.clusters: '],
    [
      'limits the wrong way round',
      members('{ name: east, min: 3, max: 2 }, { name: west }'),
      'federation.clusters.0.max: not a possible value',
    ],
    ['a fault of a node of nobody', `${TWO}\nfaults: [{ at: 1s, node: node-1 }]`, 'faults.0.node: there is no node'],
    ['a fault of a zone of nobody', `${TWO}\nfaults: [{ at: 1s, zone: a }]`, 'faults.0.zone: there is no zone'],
    ['a node of nobody', `${TWO}\nchanges: [{ at: 1s, drain: node-3 }]`, 'changes.0.drain: there is no node'],
    [
      'more who must agree than there are',
      `${TWO.slice(0, -2)}, detection: { points: 2, quorum: 3 } }`,
      'federation.detection.quorum: not a possible value',
    ],
    [
      'more probe points than places',
      `${TWO.slice(0, -2)}, detection: { points: 4 } }`,
      'federation.detection.points: there is one probe point',
    ],
    [
      'probes of somebody who looks at leases',
      `${TWO.slice(0, -2)}, detection: { profile: ocm, period: 5s } }`,
      'federation.detection.period: ocm looks at leases',
    ],
    [
      'a fault of nobody',
      faults('{ at: 1s, cluster: north }'),
      'federation.faults.0.cluster: there is no member cluster',
    ],
    ['a region of nobody', faults('{ at: 1s, region: north }'), 'federation.faults.0.region: there is no region'],
    ['a fault after the end', faults('{ at: 100s, cluster: west }'), 'federation.faults.0.at: it would happen after'],
    ['a cut to nowhere', faults('{ at: 1s, cut: [west, west] }'), 'federation.faults.0.cut: no line joins west'],
    ['two targets', faults('{ at: 1s, cluster: west, isolate: west }'), 'federation.faults.0: '],
    [
      'limits for a system that knows none',
      `${members('{ name: east, min: 1 }, { name: west }').slice(0, -2)}, profile: karmadaFrom16Static }`,
      'federation.clusters.0.min: not a possible value',
    ],
    [
      'a line to itself',
      lines('{ between: [east, east], kind: vxlan }'),
      'federation.lines.0.between: a line joins east to itself',
    ],
    [
      'a line to nobody',
      lines('{ between: [east, north], kind: vxlan }'),
      'federation.lines.0.between.1: there is no member cluster',
    ],
    [
      'a line for storage alone',
      lines('{ between: [east, west], kind: dedicated, uses: [storage] }'),
      'federation.lines.0.uses: no line between east and west is for service or control',
    ],
  ])('is refused with %s', (_, text, problem) => {
    expect(problems(`${GOOD}${text}\n`).map((one) => one.slice(0, problem.length))).toEqual([problem]);
  });

  const upgrade = (rest: string): string => `${TWO}\nchanges: [{ at: 1s, upgrade: { ${rest} } }]`;

  it.each([
    [
      'a member of nobody that is evacuated',
      `${TWO}\nchanges: [{ at: 1s, evacuate: north }]`,
      'changes.0.evacuate: there is no member cluster',
    ],
    [
      'a member of nobody that is admitted',
      `${TWO}\nchanges: [{ at: 1s, admit: north }]`,
      'changes.0.admit: there is no member cluster',
    ],
    [
      'a workload of nobody that is deleted',
      `${TWO}\nchanges: [{ at: 1s, delete: shop }]`,
      'changes.0.delete: there is no group of pods',
    ],
    [
      'orphans of nothing',
      `${TWO}\nchanges: [{ at: 1s, roll: web, orphan: true }]`,
      'changes.0.orphan: only what is deleted',
    ],
    [
      'an upgrade of nobody',
      upgrade('to: "1.35", waves: [[east], [north]]'),
      'changes.0.upgrade.waves.1.0: there is no member cluster',
    ],
    [
      'an upgrade twice',
      upgrade('to: "1.35", waves: [[east], [west, east]]'),
      'changes.0.upgrade.waves.1.1: a member is upgraded once',
    ],
    ['a way back', upgrade('to: "1.32", waves: [[east]]'), 'changes.0.upgrade.to: '],
    [
      'the version that it has',
      upgrade('to: "1.34", waves: [[east]]'),
      'changes.0.upgrade.to: it has that version already',
    ],
    [
      'a workload that is scaled after its deletion',
      `${TWO}\nchanges: [{ at: 1s, delete: web }, { at: 2s, scale: web, to: 3 }]`,
      'changes.1.scale: it is deleted by then',
    ],
    ['a version of nobody', upgrade('to: "2.0", waves: [[east]]'), 'changes.0.upgrade.to: '],
    [
      'two upgrades',
      `${upgrade('to: "1.35", waves: [[east]]').slice(0, -1)}, { at: 2s, upgrade: { to: "1.35", waves: [[west]] } }]`,
      'changes.1.upgrade: there is an upgrade already',
    ],
    [
      'a way to move that nobody knows',
      `${TWO.slice(0, -2)}, migration: { mode: slowly } }`,
      'federation.migration.mode: ',
    ],
    [
      'a member that asks too often',
      `${TWO.slice(0, -2)}, configuration: { delivery: pull, period: 0s } }`,
      'federation.configuration.period: ',
    ],
  ])('is refused with %s', (_, text, problem) => {
    expect(problems(`${GOOD}${text}\n`).map((one) => one.slice(0, problem.length))).toEqual([problem]);
  });

  const pair = (rest: string): string =>
    `federation: { clusters: [{ name: east }, { name: west }, { name: north }], activeStandby: { ${rest} } }`;

  it('takes an active place, a standby and a witness', () => {
    expect(problems(`${GOOD}${pair('workload: web, active: east, standby: west')}\n`)).toEqual([]);
    expect(problems(`${GOOD}${pair('workload: web, active: east, standby: west, witness: north')}\n`)).toEqual([]);
  });

  it.each([
    ['nobody who is asked for', 'workload: shop, active: east, standby: west', 'workload: there is no service'],
    ['an active place of nobody', 'workload: web, active: south, standby: west', 'active: there is no member cluster'],
    ['a standby of nobody', 'workload: web, active: east, standby: south', 'standby: there is no member cluster'],
    ['no standby', 'workload: web, active: east', 'standby: '],
    ['a place that stands by for itself', 'workload: web, active: east, standby: east', 'standby: this member is the'],
    [
      'a witness who is a party',
      'workload: web, active: east, standby: west, witness: west',
      'witness: this member is the standby one already',
    ],
    [
      'probes faster than their time-out',
      'workload: web, active: east, standby: west, probes: { period: 2s }',
      'probes.period: probes would overtake each other',
    ],
    ['no probe', 'workload: web, active: east, standby: west, probes: { failures: 0 }', 'probes.failures: '],
  ])('is refused with %s', (_, text, problem) => {
    const expected = `federation.activeStandby.${problem}`;
    expect(problems(`${GOOD}${pair(text)}\n`).map((one) => one.slice(0, expected.length))).toEqual([expected]);
  });

  it('takes changes that concern members, which one cluster does not', () => {
    const changes = `changes: [{ at: 1s, delete: web }, { at: 2s, evacuate: east }, { at: 3s, admit: east }, { at: 4s, upgrade: { to: "1.35", waves: [[east], [west]] } }]`;
    expect(problems(`${GOOD}${TWO}\n${changes}\n`)).toEqual([]);
    expect(problems(`${GOOD}${changes}\n`)).toEqual([
      'changes.0.delete: there is one cluster',
      'changes.1.evacuate: there is one cluster',
      'changes.2.admit: there is one cluster',
      'changes.3.upgrade: there is one cluster',
    ]);
  });

  it('refuses more kinds of requests in all members than are held at once', () => {
    const many = members(Array.from({ length: 101 }, (_, member) => `{ name: c${member} }`).join(', '));
    const ten = Array.from({ length: 10 }, (_, kind) => `{ name: k${kind}, cpu: { constant: 2ms } }`).join(', ');
    const text = GOOD.replace('requests: [{ cpu: { constant: 2ms } }]', `requests: [${ten}]`).replace(
      'to: web',
      'to: web, request: k1',
    );
    expect(problems(`${text}${many}\n`)).toEqual([
      'load.services: too many kinds of requests in all 101 members together',
    ]);
  });

  it('needs services that live, and alone has callers near a member', () => {
    expect(problems(`${GOOD.replace('rate: 100', 'rate: 100, near: west')}`)).toEqual([
      'load.sources.0.near: callers are near a cluster, but there is one cluster',
    ]);
    expect(problems(`${GOOD.replace('rate: 100', 'rate: 100, near: north')}${TWO}`)[0]).toMatch(
      /^load.sources.0.near: there is no member cluster/,
    );
    const flows = GOOD.slice(0, GOOD.indexOf('load:'));
    expect(
      problems(`${flows}traffic: { talkers: [{ name: a, rate: 1, size: { constant: 1KiB }, measures: latency }] }
${TWO}`),
    ).toEqual(['federation: only living services have it']);
  });

  it('has as many pods as its members may have together, and never more than a million', () => {
    const pods = (count: number, clusters: string): string[] =>
      problems(`${GOOD.replace('count: 4, name: web', `count: ${count}, name: web`)}${clusters}`);
    const tooMany = 'cluster.pods: too many pods together';
    expect(pods(150_001, '')).toContain(tooMany);
    const placing =
      'scheduling.rate: placing 150000 pods in each member takes 150 s from 0 s on, but the run ends at 100 s';
    expect(pods(300_000, TWO)).toEqual([placing]);
    expect(pods(300_001, TWO)).toContain(tooMany);
    const many = members(Array.from({ length: 100 }, (_, member) => `{ name: c${member} }`).join(', '));
    expect(pods(1_000_000, many)).toEqual([]);
    expect(pods(1_000_001, many)).toEqual(['cluster.pods.0.count: too large']);
  });

  it('says that a number of nodes means nothing where there are several kinds', () => {
    const kinds = GOOD.replace('16Gi }]', '16Gi }, { count: 1, name: big, cpu: 16, memory: 64Gi }]');
    expect(problems(`${kinds}${members('{ name: east, nodes: 3 }, { name: west }')}`)[0]).toMatch(
      /^federation.clusters.0.nodes: cluster.nodes has 2 kinds of nodes/,
    );
    expect(problems(`${kinds}${TWO}`)).toEqual([]);
  });
});
