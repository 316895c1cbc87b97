/**
 * A made-up comparison in the shape of a real one: 5 schemes in 4 environments.
 *
 * SAMPLE DATA. No figure here comes from a run; they only look plausible, so that pages can be tested without one.
 */

import { CLOUD_METRICS } from '../../../models/world/metrics.ts';
import type {
  AlternativeResult,
  Because,
  ComparisonResult,
  Difference,
  Estimate,
  Item,
  Verdict,
} from '../../../sim/experiment/results.ts';
import type { MetricSpec } from '../../../sim/trace/catalog.ts';

const REPLICATIONS = 10;
/** Student's t for 95 % and 9 degrees of freedom. */
const T = 2.262;

/** The figures of the sample, in the order of `levels` below. */
const KEYS = [
  'goodput',
  'latencyP50',
  'latencyP99',
  'cpuPerGigabyte',
  'podsFit',
  'rerouteTime',
  'flowsFailed',
  'hops',
  'uplinkLoadMean',
];

/** Their descriptions, as real results carry them. */
export const SAMPLE_METRICS: readonly MetricSpec[] = KEYS.map(specOf);

function specOf(key: string): MetricSpec {
  return CLOUD_METRICS.find((spec) => spec.key === key)!;
}

interface Scheme {
  readonly name: string;
  readonly wiring: AlternativeResult['wiring'];
  readonly levels: readonly number[];
  readonly visible: boolean;
}

const SCHEMES: readonly Scheme[] = [
  {
    name: 'flannel-vxlan',
    wiring: { layer: '3', traversal: 'overlay', isolation: 'none' },
    levels: [8.71e9, 214_000, 2_950_000, 3.17, 8131, 42.1e9, 31, 3.62, 0.413],
    visible: false,
  },
  {
    name: 'calico-bgp',
    wiring: { layer: '3', traversal: 'underlay', isolation: 'policy' },
    levels: [9.24e9, 181_000, 2_610_000, 2.28, 8140, 0.162e9, 12, 3.61, 0.401],
    visible: true,
  },
  {
    name: 'contiv-vlan',
    wiring: { layer: '2', traversal: 'underlay', isolation: 'VLAN' },
    levels: [9.18e9, 183_000, 2_640_000, 2.45, 8139, 3.1e9, 18, 3.62, 0.402],
    visible: true,
  },
  {
    name: 'openshift-sdn',
    wiring: { layer: '2+3', traversal: 'overlay', isolation: 'VXLAN' },
    levels: [8.52e9, 227_000, 3_120_000, 3.5, 8129, 41.7e9, 33, 3.63, 0.415],
    visible: false,
  },
  {
    name: 'custom-static',
    wiring: { layer: '3', traversal: 'underlay', isolation: 'none' },
    levels: [9.25e9, 179_000, 2_600_000, 2.24, 8140, 300e9, 96, 3.62, 0.4],
    visible: true,
  },
];

const ENVIRONMENTS = ['machine-room-bgp', 'machine-room-no-bgp', 'aws-like-vpc', 'azure-like-vpc'] as const;

const VERDICTS: Readonly<Record<string, Readonly<Record<string, Verdict>>>> = {
  'machine-room-bgp': {},
  'machine-room-no-bgp': { 'calico-bgp': 'refused' },
  'aws-like-vpc': { 'calico-bgp': 'restricted', 'contiv-vlan': 'refused', 'custom-static': 'restricted' },
  'azure-like-vpc': { 'calico-bgp': 'refused', 'contiv-vlan': 'refused', 'custom-static': 'restricted' },
};

/** Pseudo-random numbers in [-1, 1] that need no seed: the sample is always the same. */
function wobble(index: number): number {
  return Math.sin(index * 12.9898) * 0.6 + Math.sin(index * 78.233) * 0.4;
}

function values(scheme: number, environment: number, metric: number): number[] {
  const level = SCHEMES[scheme]!.levels[metric]!;
  return Array.from({ length: REPLICATIONS }, (_, seed) => {
    // The seed's part is common to all schemes, as with paired runs.
    const shared = wobble(seed * 31 + metric * 7 + environment) * 0.03;
    const own = wobble(seed * 17 + scheme * 5 + metric * 3 + environment) * 0.004;
    return level * (1 + shared + own) * (1 + environment * 0.01);
  });
}

function estimate(list: readonly number[]): Estimate {
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1);
  const half = T * Math.sqrt(variance / list.length);
  return { mean, low: mean - half, high: mean + half, replications: list.length };
}

const BECAUSE: Readonly<Record<string, Because>> = {
  'calico-bgp:refused': {
    rule: 'bgp-to-top-of-rack',
    hop: 'top-of-rack switch of rack-03',
    header: 'TCP 172.16.3.17:41822 to 172.16.3.1:179 (BGP OPEN)',
    words: 'The network does not accept BGP sessions from servers, so no router learns where the pods are.',
    source: 'scenarios/data/environments',
  },
  'calico-bgp:restricted': {
    rule: 'unknown-source-ip',
    hop: 'virtual interface of node-0412',
    header: 'IPv4 src 10.128.3.7 (a pod) dst 10.129.1.2 (a pod)',
    condition: 'the source/destination check is off on every instance and all nodes share one subnet',
    words: 'The fabric drops packets whose source is not the instance itself.',
    source: 'AWS VPC user guide',
  },
  'contiv-vlan:refused': {
    rule: 'vlan-tags',
    hop: 'virtual interface of node-0412',
    header: '802.1Q tag 112, IPv4 src 10.128.3.7 dst 10.129.1.2',
    words: 'The provider does not carry VLAN tags, so a frame of the container network never leaves its host.',
  },
  'custom-static:restricted': {
    rule: 'route-quota',
    hop: 'route table of the subnet',
    header: 'IPv4 src 10.128.3.7 (a pod) dst 10.129.1.2 (a pod)',
    condition: 'the route table may hold one route for each node (1,523 here) and forwarding is on',
    words: 'Every node needs a route of its own in the provider\u2019s table.',
  },
};

function changesOf(scheme: string, environment: string): readonly Item[] {
  const machineRoom = environment.startsWith('machine-room');
  if (scheme === 'flannel-vxlan') return [{ words: 'UDP port 8472 open between nodes' }];
  if (scheme === 'openshift-sdn') {
    return [{ words: 'UDP port 4789 open between nodes' }, { words: 'Open vSwitch on every node', count: 1523 }];
  }
  if (scheme === 'contiv-vlan') {
    return [
      { words: 'VLANs that must be stretched over all racks', count: 1 },
      { words: 'trunk ports that carry container VLANs', count: 1523 },
      { words: 'MAC table entries in the busiest switch', count: 8139, closedForm: true },
    ];
  }
  if (scheme === 'calico-bgp') {
    return [
      {
        words: machineRoom
          ? 'BGP sessions on the top-of-rack routers'
          : 'instances with the source/destination check off',
        count: 1523,
      },
      { words: 'a block of addresses that the network reserves for pods' },
    ];
  }
  return [
    { words: 'routes entered by hand or by a tool', count: 1523 },
    { words: 'a new route at every change of a node' },
  ];
}

function risksOf(scheme: string): readonly Item[] {
  const agent: Item = { words: 'the agent of a node stops: its routes go stale' };
  if (scheme === 'calico-bgp') {
    return [
      { words: 'a BGP session drops: rerouted within the detection time of BFD', closedForm: true, source: 'RFC 5880' },
      { words: 'a route reflector fails: the other one carries on', count: 2 },
      agent,
    ];
  }
  if (scheme === 'contiv-vlan')
    return [
      { words: 'a broadcast storm reaches every node of the VLAN' },
      { words: 'the net master\u2019s store is lost' },
      agent,
    ];
  if (scheme === 'custom-static')
    return [{ words: 'no detection: a dead node keeps its routes until someone removes them' }];
  return [
    { words: 'the Kubernetes API is away: no new nodes are learned' },
    {
      words: 'a dead node is removed after its grace time',
      closedForm: true,
      source: 'node-monitor-grace-period 40 s',
    },
    { words: 'fragments, when the underlay\u2019s MTU is smaller than assumed' },
    agent,
  ];
}

function alternative(schemeIndex: number, environmentIndex: number): AlternativeResult {
  const scheme = SCHEMES[schemeIndex]!;
  const environment = ENVIRONMENTS[environmentIndex]!;
  const verdict = VERDICTS[environment]?.[scheme.name] ?? 'allowed';
  const because = BECAUSE[`${scheme.name}:${verdict}`];
  const entries = SAMPLE_METRICS.map(
    ({ key }, metric) => [key, estimate(values(schemeIndex, environmentIndex, metric))] as const,
  );
  return {
    name: `${scheme.name}@${environment}`,
    axes: { environment, scheme: scheme.name },
    scheme: scheme.name,
    environment,
    placement: 'default',
    verdict,
    because: because === undefined ? [] : [because],
    connected: {
      fromPods: scheme.visible
        ? 'reaches physical hosts with its own address'
        : 'reaches physical hosts behind the node\u2019s address',
      toPods: scheme.visible ? 'physical hosts reach pods directly' : 'only through a node port or an ingress',
      podAddressesVisible: scheme.visible,
    },
    changes: changesOf(scheme.name, environment),
    risks: risksOf(scheme.name),
    wiring: scheme.wiring,
    metrics: verdict === 'refused' ? {} : Object.fromEntries(entries),
    digests:
      verdict === 'refused'
        ? []
        : Array.from({ length: REPLICATIONS }, (_, seed) => digest(schemeIndex, environmentIndex, seed)),
    ...(verdict === 'refused' ? {} : { trace: `${environment}-${scheme.name}.wtrace` }),
  };
}

function digest(scheme: number, environment: number, seed: number): string {
  return ((scheme + 1) * 0x1234567 + environment * 0x89abcd + seed * 0xef0123).toString(16).padStart(16, '0');
}

function differences(): Difference[] {
  const found: Difference[] = [];
  for (const [environmentIndex, environment] of ENVIRONMENTS.entries()) {
    const runs = SCHEMES.map((scheme, index) => ({ scheme, index })).filter(
      ({ scheme }) => VERDICTS[environment]?.[scheme.name] !== 'refused',
    );
    for (const [at, a] of runs.entries()) {
      for (const b of runs.slice(at + 1)) {
        for (const [metric, spec] of SAMPLE_METRICS.entries()) {
          const [left, right] = [a, b].map(({ index }) => values(index, environmentIndex, metric));
          const { mean, low, high } = estimate(left!.map((value, seed) => value - right![seed]!));
          const names = [a, b].map(({ scheme }) => `${scheme.name}@${environment}`);
          found.push({ a: names[0]!, b: names[1]!, metric: spec.key, mean, low, high });
        }
      }
    }
  }
  return found;
}

/** The whole sample. */
export function sampleComparison(): ComparisonResult {
  return {
    format: 'wavetank-comparison',
    version: 1,
    wavetank: '0.1.0',
    scenario: {
      name: 'network-schemes',
      title: 'SAMPLE DATA: five container networks in four environments',
      question: 'Which container network fits my machine room, and which fits my VPC, for the pods that I really run?',
      digest: '5a3c91d07be2f466',
    },
    seed: 'openb',
    replications: REPLICATIONS,
    confidence: 0.95,
    interrupted: false,
    assumptions: [
      'Traffic is ours: the trace of this cluster records none.',
      'Of what pods request, they burn 60 %; the rest of the processors can carry packets.',
      'All alternatives meet the same arrivals and the same failures.',
    ],
    leftOut: [
      'Packet loss inside TCP',
      'Encryption on the wire',
      'The protocols\u2019 own messages during convergence',
    ],
    metrics: SAMPLE_METRICS,
    alternatives: ENVIRONMENTS.flatMap((_, environment) =>
      SCHEMES.map((_scheme, scheme) => alternative(scheme, environment)),
    ),
    differences: differences(),
    command: 'npx wavetank compare network-schemes --seed openb --replications 10',
  };
}

/** A comparison in which only placement varies, as in the affinity scenario. SAMPLE DATA too. */
export function samplePlacements(): ComparisonResult {
  const full = sampleComparison();
  const names = ['spread', 'pack', 'talkers-together', 'apart-by-rack'];
  const picked = full.alternatives
    .filter(({ environment }) => environment === 'machine-room-bgp')
    .slice(0, names.length);
  const renamed = new Map(picked.map((one, index) => [one.name, names[index]!]));
  return {
    ...full,
    scenario: {
      ...full.scenario,
      name: 'affinity-and-the-fabric',
      title: 'SAMPLE DATA: affinity and the fabric',
      question: 'Should talkers be placed together or apart, and what does either cost?',
    },
    metrics: [...full.metrics, specOf('servicesSurviving')],
    alternatives: picked.map((one, index) => ({
      ...one,
      name: names[index]!,
      axes: { placement: names[index]! },
      scheme: 'calico-bgp',
      placement: names[index]!,
      metrics: { ...one.metrics, servicesSurviving: estimate([0.9, 0.8, 0.7, 1].map((level) => level - index * 0.05)) },
    })),
    differences: full.differences.flatMap((difference) => {
      const [a, b] = [renamed.get(difference.a), renamed.get(difference.b)];
      return a === undefined || b === undefined ? [] : [{ ...difference, a, b }];
    }),
  };
}

/** The sample with seven modes of every scheme: as many as a library may have. SAMPLE DATA too. */
export function sampleManySchemes(): ComparisonResult {
  const full = sampleComparison();
  const modes = ['', '-two', '-three', '-four', '-five', '-six', '-seven'];
  return {
    ...full,
    alternatives: full.alternatives.flatMap((one) =>
      modes.map((mode) => ({
        ...one,
        name: `${one.name}${mode}`,
        scheme: `${one.scheme}${mode}`,
        axes: { ...one.axes, scheme: `${one.scheme}${mode}` },
      })),
    ),
  };
}

/** The sample with tipping points of one environment. SAMPLE DATA too. */
export function sampleTipping(): ComparisonResult {
  const point = (assumption: string, direction: 'up' | 'down', factor: number | null) => ({
    environment: 'machine-room-bgp',
    assumption,
    baseValue: 1500,
    unit: 'B',
    direction,
    factor,
    value: factor === null ? null : 1500 * factor,
    flipsTo: factor === null ? null : `flannel-vxlan@machine-room-bgp`,
    level: [],
    playsPart: true,
    words:
      factor === null
        ? 'Calico BGP stays the recommendation, as far as was tried.'
        : 'Calico BGP stays the recommendation until flows shrink to a fifth (300 B, from 1,500 B); then Flannel VXLAN.',
  });
  return {
    ...sampleComparison(),
    tipping: {
      replications: 5,
      farthest: 16,
      points: [
        point('packetSize', 'down', 0.2),
        point('packetSize', 'up', null),
        point('nodeCpu', 'down', null),
        point('nodeCpu', 'up', null),
      ],
      skipped: [{ environment: 'aws-like-vpc', words: 'Nothing is recommended alone here, so nothing can flip.' }],
    },
  };
}
