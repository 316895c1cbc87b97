import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import type { DataLibrary } from '../../../scenarios/document/library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { type Problem, ScenarioProblems } from '../../../scenarios/document/problems.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;

function problemsIn(
  text: string,
  overrides: readonly string[] = [],
  library: DataLibrary = bundledLibrary,
): readonly Problem[] {
  try {
    loadScenario(text, 'test.yaml', library, overrides);
    return [];
  } catch (error) {
    if (error instanceof ScenarioProblems) return error.problems;
    throw error;
  }
}

/** Problems of the first library scenario with one piece of its text exchanged. */
function problemsWith(from: string, to: string): readonly Problem[] {
  if (!FIRST.includes(from)) throw new Error(`first-steps has no ${from}`);
  return problemsIn(FIRST.replace(from, to));
}

/** `line:column path` of each problem. */
const places = (problems: readonly Problem[]) => problems.map((p) => `${p.line}:${p.column} ${p.path}`);

describe('library scenarios', () => {
  it.each(bundledLibrary.scenarioNames())('%s has no problems', (name) => {
    const document = loadScenario(bundledLibrary.scenario(name)!, `${name}.yaml`, bundledLibrary);
    expect(document.title.length).toBeGreaterThan(0);
    for (const axis of Object.values(document.axes)) expect(axis.length).toBeGreaterThan(0);
    // Documents travel to workers as messages.
    expect(structuredClone(document)).toEqual(document);
  });

  it('parses network-schemes to units', () => {
    const document = loadScenario(bundledLibrary.scenario('network-schemes')!, 'network-schemes.yaml', bundledLibrary);
    expect(document.duration).toBe(120e9);
    expect(document.machine).toEqual({ offload: true, podCpuUse: 0.6, plannedRate: 1e9 });
    expect(document.fabric.hostLink).toBe(25e9);
    expect(document.fabric.linkLatency).toBe(500);
    expect(document.traffic.talkers[1].size).toEqual({
      kind: 'pareto',
      min: 64 * 2 ** 20,
      shape: 1.5,
      max: 8 * 2 ** 30,
    });
    expect(document.faults).toEqual([
      { at: 50e9, for: 40e9, kind: 'link', target: 'any-uplink', silent: false },
      { at: 60e9, for: null, kind: 'node', target: 'any', cut: false },
    ]);
    expect(document.axes.environment.length * document.axes.scheme.length).toBe(20);
    expect(document.varied).toEqual(['environment', 'scheme']);
    expect(Object.keys(document.environments)).toEqual(document.axes.environment);
    expect(document.environments['aws-like-vpc'].rules['unknown-destination-ip']).toEqual({
      verdict: 'pass-if',
      condition: 'source-destination-check-off',
      within: 'subnet',
    });
    expect(document.environments['machine-room-bgp'].rules['addresses-per-interface']).toBe('unlimited');
  });

  it('fills in the defaults of first-steps', () => {
    const document = loadScenario(FIRST, 'some/folder/first-steps.yaml', bundledLibrary);
    expect(document.seed).toBe('first-steps');
    expect(document.replications).toBe(10);
    expect(document.confidence).toBe(0.95);
    expect(document.lifecycle).toEqual({ kubernetes: '1.34', notReadyAfter: 50e9, evictionAfter: 300e9 });
    expect(document.scheduling).toEqual({ order: 'listed', rate: 1000, tieBreak: 'random', start: 0 });
    expect(document.axes.placement).toEqual(['default']);
    expect(document.placements['default'].strategy).toBe('least-allocated');
  });

  it('gives a fanout to services without calls, and none to services with calls', () => {
    expect(loadScenario(FIRST.replace('services: { fanout: 2 }', ''), 'a.yaml', bundledLibrary).services.fanout).toBe(
      3,
    );
    const affinity = bundledLibrary.scenario('affinity-and-the-fabric')!;
    expect(loadScenario(affinity, 'a.yaml', bundledLibrary).services.fanout).toBe(0);
  });
});

/** Marks, in the tests below, the place where the problem must be found. */
const HERE = '▸';

function placeOfMark(text: string): string {
  const before = text.slice(0, text.indexOf(HERE)).split('\n');
  return `${before.length}:${before[before.length - 1].length + 1}`;
}

describe('one fault, one problem at its place', () => {
  it.each([
    ['hostLink: 1Gbps', '▸hostlink: 1Gbps', 'fabric.hostlink', 'did you mean hostLink?'],
    ['hostLink: 1Gbps', 'hostLink: ▸1', 'fabric.hostLink', 'write 1Gbps'],
    ['duration: 10s', 'duration: ▸10', 'duration', 'write 10s'],
    ['duration: 10s', 'duration: ▸3000h', 'duration', 'write at most 2501h'],
    ['duration: 10s', 'duration: 10s\n▸podCidr: 10.0.0.0/8', 'podCidr', 'move it: podCidr belongs under cluster'],
    ['duration: 10s', 'duration: 10s\n▸vairy: {}', 'vairy', 'did you mean vary?'],
    ['title: First steps', 'title: ▸5', 'title', 'write it in quotes: "5"'],
    ['title: First steps', 'title:▸', 'title', ''],
    ['wavetank: 1', 'wavetank: ▸2', 'wavetank', ''],
    ['fabric:', '▸fabrik:', 'fabrik', 'did you mean fabric?'],
    ['nodesPerRack: 4', 'nodesPerRack: ▸0', 'fabric.nodesPerRack', ''],
    ['nodesPerRack: 4', 'nodesPerRack: ▸2.5', 'fabric.nodesPerRack', ''],
    ['fabric: { nodesPerRack: 4, ', '▸fabric: { ', 'fabric.nodesPerRack', 'add nodesPerRack'],
    ['count: 12', '▸cout: 12', 'cluster.nodes.0.cout', 'did you mean count?'],
    ['count: 12', 'count: ▸5001', 'cluster.nodes.0.count', ''],
    ['cpu: 8', 'cpu: ▸8x', 'cluster.nodes.0.cpu', 'write 8 for cores, or 8m for thousandths'],
    ['replicas: 6', 'replicas: ▸0', 'cluster.pods.0.replicas', ''],
    ['replicas: 6', 'gpuMilli: ▸500', 'cluster.pods.0.gpuMilli', 'remove gpuMilli, or write gpus: 1'],
    ['{ constant: 64KiB }', '{ ▸constan: 64KiB }', 'traffic.talkers.0.size.constan', 'did you mean constant?'],
    ['{ constant: 64KiB }', '▸{}', 'traffic.talkers.0.size', 'add one of them'],
    [
      '{ constant: 64KiB }',
      '{ pareto: { min: 2KB, shape: 1, max: ▸1KB } }',
      'traffic.talkers.0.size.pareto.max',
      'exchange min and max, or write constant',
    ],
    [
      '{ constant: 64KiB }',
      '{ uniform: { low: 2KB, high: ▸2KB } }',
      'traffic.talkers.0.size.uniform.high',
      'exchange low and high, or write constant',
    ],
    ['measures: latency', 'measures: ▸latancy', 'traffic.talkers.0.measures', 'did you mean latency?'],
    ['rate: 100', 'rate: ▸0', 'traffic.talkers.0.rate', ''],
    ['rate: 100', 'rate: ▸"100"', 'traffic.talkers.0.rate', 'write it without quotes'],
    ['name: bulk', 'name: ▸requests', 'traffic.talkers.1.name', 'give each talker its own name'],
    ['start: 1s', 'start: ▸10s', 'traffic.start', 'write an earlier time, or a longer duration'],
    ['at: 5s', 'at: ▸11s', 'faults.0.at', 'write an earlier time, or a longer duration'],
    ['{ at: 5s, node: any }', '▸{ at: 5s, node: any, rack: any }', 'faults.0', 'keep one of them'],
    ['{ at: 5s, node: any }', '▸{ at: 5s }', 'faults.0', 'add one of them'],
    ['node: any', '▸nod: any', 'faults.0.nod', 'did you mean node?'],
    ['node: any', 'node: ▸node-12', 'faults.0.node', ''],
    ['node: any', 'node: ▸node-1', 'faults.0.node', ''],
    ['node: any', 'controlPlane: ▸gone', 'faults.0.controlPlane', ''],
    ['{ at: 5s, node: any }', '▸{ at: 5s, node: any, controlPlane: away }', 'faults.0', 'keep one of them'],
    [
      'node: any }',
      'node: any, for: ▸2s }',
      'faults.0.for',
      'leave `for` out; only links, spines, control planes and the nodes of living services come back',
    ],
    ['node: any', 'rack: ▸3', 'faults.0.rack', ''],
    ['node: any', 'rack: ▸some', 'faults.0.rack', ''],
    ['node: any', 'link: { rack: 2, spine: ▸2 }', 'faults.0.link.spine', ''],
    ['node: any', 'link: ▸any-uplnk', 'faults.0.link', 'did you mean any-uplink?'],
    ['machine-room-bgp', '▸machin-room-bgp', 'environment', 'did you mean machine-room-bgp?'],
    ['environment: machine-room-bgp', 'environment: ▸[a]', 'environment', ''],
    ['flannel-vxlan', '▸flanel-vxlan', 'vary.scheme.0', 'did you mean flannel-vxlan?'],
    ['[flannel-vxlan, calico-bgp]', '[calico-bgp, ▸calico-bgp]', 'vary.scheme.1', 'remove one of them'],
    ['[flannel-vxlan, calico-bgp]', '▸[]', 'vary.scheme', ''],
    ['vary: {', '▸scheme: calico-bgp\nvary: {', 'scheme', 'remove scheme, or vary.scheme'],
    ['vary: {', 'placement: ▸pack\nvary: {', 'placement', 'known: default'],
    ['services: { fanout: 2 }', 'services: { fanout: ▸0 }', 'services.fanout', 'write a fanout, or name calls'],
    ['fanout: 2', 'calls: [{ from: web, to: ▸wob }]', 'services.calls.0.to', 'did you mean web?'],
    ['cluster:', 'cluster:\n  podCidr: ▸10.0.0.1/9', 'cluster.podCidr', 'write 10.0.0.0/9'],
    [
      'cluster:',
      'cluster:\n  podCidr: ▸10.0.0/8',
      'cluster.podCidr',
      'write an address and a prefix length, such as 10.128.0.0/9',
    ],
    ['cluster:', 'cluster:\n  podCidr: ▸fd00::/64', 'cluster.podCidr', 'write an IPv4 range such as 10.128.0.0/9'],
    [
      'cluster:',
      'cluster:\n  nodeCidrPrefix: 24\n  podCidr: ▸10.0.0.0/25',
      'cluster.podCidr',
      'write a range of at most /24, or a longer nodeCidrPrefix',
    ],
    ['cluster:', 'cluster:\n  podCidr: ▸172.0.0.0/8', 'cluster.podCidr', 'give pods and nodes separate ranges'],
    ['cluster:', 'cluster:\n  nodeCidr: ▸172.16.0.0/28', 'cluster.nodeCidr', 'write a range of at most /27'],
    ['cluster:', 'cluster:\n  vlan: { subnet: ▸10.9.0.0/31 }', 'cluster.vlan.subnet', 'write a range of at most /29'],
    [
      'count: 12, name: node, cpu: 8, memory: 32Gi',
      'data: ▸openb-node',
      'cluster.nodes.0.data',
      'did you mean openb-nodes?',
    ],
    ['count: 12, name: node, cpu: 8, memory: 32Gi', 'data: ▸../../secret', 'cluster.nodes.0.data', ''],
    ['[{ count: 12, name: node, cpu: 8, memory: 32Gi }]', '▸[]', 'cluster.nodes', ''],
  ])('%s -> %s', (from, to, path, hint) => {
    const marked = FIRST.replace(from, to);
    const problems = problemsIn(marked.replace(HERE, ''));
    expect(problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.hint}`)).toEqual([
      `${placeOfMark(marked)} ${path}: ${hint}`,
    ]);
    expect(problems[0].file).toBe('test.yaml');
    expect(problems[0].message).not.toBe('');
  });

  it('points at the start of the file for what is missing at the top', () => {
    const [problem] = problemsWith('environment: machine-room-bgp\n', '');
    expect(places([problem])).toEqual(['1:1 environment']);
    expect(problem.message).toBe('environment is missing');
    expect(problem.expected).toBe('environment: NAME, or vary: { environment: [NAME, NAME] }');
    expect(problemsWith('duration: 10s\n', '')[0].hint).toBe('add for example duration: 250ms');
  });

  it('says the numbers when ranges are too small', () => {
    const scenario = bundledLibrary.scenario('network-schemes')!;
    expect(problemsIn(scenario.replace('10.128.0.0/9', '10.128.0.0/14'))).toEqual([]);
    const racks = problemsIn(scenario.replace('172.16.0.0/16', '172.16.0.0/21'));
    expect(racks.map((p) => p.message)).toEqual([
      '172.16.0.0/21 holds 2,048 addresses, but 1,523 nodes need 2,496, in 39 racks with a subnet of 64 addresses each',
    ]);
  });
});

describe('all problems at once', () => {
  it('reports refusals of the schema and checks across parts together, by line', () => {
    const text = FIRST.replace('duration: 10s', 'duration: 10')
      .replace('count: 12', 'count: 12, colour: red')
      .replace('uplink: 1Gbps', 'uplink: 1GB/s')
      .replace('measures: latency', 'measures: speed')
      .replace('machine-room-bgp', 'nowhere')
      .replace('flannel-vxlan', 'flannel');
    expect(places(problemsIn(text))).toEqual([
      '4:11 duration',
      '6:24 cluster.nodes.0.colour',
      '8:64 fabric.uplink',
      '13:73 traffic.talkers.0.measures',
      '17:14 environment',
      '18:18 vary.scheme.0',
    ]);
  });

  it('keeps checking parts that are good when others are not', () => {
    const text = FIRST.replace('title: First steps', 'title: 7').replace(
      'cluster:',
      'cluster:\n  nodeCidr: 10.0.0.0/30',
    );
    expect(places(problemsIn(text))).toEqual(['2:8 title', '6:13 cluster.nodeCidr']);
  });

  it('formats each with its line and a caret', () => {
    const text = FIRST.replace('hostLink: 1Gbps', 'hostLink: 1');
    expect(() => loadScenario(text, 'rooms/first.yaml', bundledLibrary)).toThrowError(
      [
        'rooms/first.yaml:8:49 fabric.hostLink: the unit is missing; expected a bandwidth with its unit, such as 10Gbps or 500Mbps, got 1. Write 1Gbps.',
        '    fabric: { nodesPerRack: 4, spines: 2, hostLink: 1, uplink: 1Gbps }',
        '                                                    ^',
      ].join('\n'),
    );
  });
});

describe('environments', () => {
  const own = (environments: string) =>
    FIRST.replace('environment: machine-room-bgp', `environment: own\nenvironments:\n${environments}`);

  it('takes a library environment with one rule flipped', () => {
    const text = own('  own: { use: machine-room-bgp, rules: { bgp-to-top-of-rack: drop } }');
    const { rules, title } = loadScenario(text, 'a.yaml', bundledLibrary).environments['own'];
    expect(rules['bgp-to-top-of-rack']).toEqual({ verdict: 'drop' });
    expect(rules['vlan-tags']).toEqual({ verdict: 'pass' });
    expect(title).toBe('Machine room whose network peers BGP');
  });

  it('lets a name of the library be used again for its own variant', () => {
    const text = FIRST.replace(
      'environment: machine-room-bgp',
      'environment: machine-room-bgp\nenvironments: { machine-room-bgp: { use: machine-room-bgp, underlayMtu: 9000 } }',
    );
    expect(loadScenario(text, 'a.yaml', bundledLibrary).environments['machine-room-bgp'].underlayMtu).toBe(9000);
  });

  it('flips a rule by --set', () => {
    const sets = ['environment=own', 'environments.own.use=aws-like-vpc', 'environments.own.rules.ip-protocol-4=drop'];
    const document = loadScenario(FIRST, 'a.yaml', bundledLibrary, sets);
    expect(document.environments['own'].rules['ip-protocol-4']).toEqual({ verdict: 'drop' });
  });

  it('wants every rule of an environment that starts from nothing', () => {
    const problems = problemsIn(
      own('  own: { title: Own, kind: vpc, underlayMtu: 1500, subnets: one, source: us, rules: { udp-ports: pass } }'),
    );
    expect(problems).toHaveLength(10);
    expect(problems[0].path).toBe('environments.own.rules.addresses-per-interface');
  });

  it('names unknown rules, values and bases', () => {
    const text = own(
      '  own:\n    use: machine-rom-bgp\n    rules:\n      udp-port: pass\n      broadcast: { pass-if: route-knwon }',
    );
    expect(problemsIn(text).map((p) => `${p.line}:${p.column} ${p.hint}`)).toEqual([
      '22:7 did you mean udp-ports?',
      '23:29 did you mean route-known?',
    ]);
    expect(problemsIn(own('  own: { use: machine-rom-bgp }')).map((p) => p.hint)).toEqual([
      'did you mean machine-room-bgp?',
    ]);
  });

  it('reports problems inside an environment file under the name of that file', () => {
    const broken = bundledLibrary
      .environment('aws-like-vpc')!
      .replace('udp-ports: pass', 'udp-ports: maybe')
      .replace('kind: vpc', 'kind: vcp');
    const library = {
      ...bundledLibrary,
      environment: (name: string) => (name === 'broken' ? broken : bundledLibrary.environment(name)),
    };
    const problems = problemsIn(
      FIRST.replace('machine-room-bgp', 'broken').replace('title: First', 'title: 5 #'),
      [],
      library,
    );
    expect(problems.map((p) => `${p.file} ${p.line} ${p.path}`)).toEqual([
      'test.yaml 2 title',
      'environments/broken.yaml 3 kind',
      'environments/broken.yaml 11 rules.udp-ports',
    ]);
  });

  it('reports an environment file that is not YAML', () => {
    const library = { ...bundledLibrary, environment: () => 'title: [' };
    expect(problemsIn(FIRST, [], library)[0].file).toBe('environments/machine-room-bgp.yaml');
  });
});
