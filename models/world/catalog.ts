/**
 * What a run of the container cloud publishes: its tables, marks, metrics and the map, in words for people.
 *
 * Every recording carries this catalog, so that a viewer needs no code of the models.
 */
import type { Catalog, ColumnSpec, EnumValue, TableSpec } from '../../sim/trace/catalog.ts';
import { CLOUD_MARKS } from './marks.ts';
import { CLOUD_METRICS } from './metrics.ts';

const HEALTH_VALUES: readonly EnumValue[] = [
  { name: 'ready', label: 'ready', tone: 'good' },
  { name: 'not-ready', label: 'not ready', tone: 'warn' },
  { name: 'dead', label: 'dead', tone: 'bad' },
];

const MEMBER_VALUES: readonly EnumValue[] = [
  { name: 'up', label: 'up', tone: 'good' },
  { name: 'cut-off', label: 'cut off', tone: 'warn' },
  { name: 'lost', label: 'lost', tone: 'bad' },
];

const REACH_VALUES: readonly EnumValue[] = [
  { name: 'reached', label: 'reached', tone: 'neutral' },
  { name: 'cut-off', label: 'cut off', tone: 'warn' },
  { name: 'lost', label: 'no power', tone: 'bad' },
];

/** Index of each health of a member cluster, and of the reach of its racks. */
export const MEMBER_HEALTH = { up: 0, cutOff: 1, lost: 2 } as const;

/** Index of each health in the `health` columns. */
export const HEALTH = { ready: 0, notReady: 1, dead: 2 } as const;

const LINK_HEALTH_VALUES: readonly EnumValue[] = [
  { name: 'up', label: 'up', tone: 'good' },
  { name: 'down', label: 'down', tone: 'bad' },
];

/** Index of each link health. */
export const LINK_HEALTH = { up: 0, down: 1 } as const;

const PHASE_VALUES: readonly EnumValue[] = [
  { name: 'pending', label: 'pending', tone: 'idle' },
  { name: 'running', label: 'running', tone: 'good' },
  { name: 'unschedulable', label: 'unschedulable', tone: 'warn' },
  { name: 'no-address', label: 'no free address', tone: 'warn' },
  { name: 'lost', label: 'lost with its node', tone: 'bad' },
  { name: 'starting', label: 'starting', tone: 'busy' },
  { name: 'crashed', label: 'crashed, to be started again', tone: 'bad' },
  { name: 'ending', label: 'ending', tone: 'idle' },
  { name: 'pulling', label: 'waiting for its image', tone: 'busy' },
  { name: 'no-image', label: 'no image: to be pulled again', tone: 'warn' },
  { name: 'evicted', label: 'evicted for want of memory', tone: 'bad' },
];

/** Index of each pod phase. */
export const PHASE = {
  pending: 0,
  running: 1,
  unschedulable: 2,
  noAddress: 3,
  lost: 4,
  starting: 5,
  crashed: 6,
  ending: 7,
  pulling: 8,
  noImage: 9,
  evicted: 10,
} as const;

const FLOW_STATE_VALUES: readonly EnumValue[] = [
  { name: 'running', label: 'running', tone: 'busy' },
  { name: 'stalled', label: 'standing still', tone: 'warn' },
  { name: 'waiting', label: 'waiting for an answer', tone: 'warn' },
  { name: 'done', label: 'done', tone: 'good' },
  { name: 'failed', label: 'failed', tone: 'bad' },
];

/** Index of each flow state. */
export const FLOW_STATE = { running: 0, stalled: 1, waiting: 2, done: 3, failed: 4 } as const;

const LINK_KIND_VALUES: readonly EnumValue[] = [
  { name: 'host-up', label: 'node to leaf', tone: 'neutral' },
  { name: 'host-down', label: 'leaf to node', tone: 'neutral' },
  { name: 'uplink', label: 'leaf to spine', tone: 'neutral' },
  { name: 'downlink', label: 'spine to leaf', tone: 'neutral' },
];

/** Index of each link kind. */
export const LINK_KIND = { hostUp: 0, hostDown: 1, uplink: 2, downlink: 3 } as const;

const SWITCH_KIND_VALUES: readonly EnumValue[] = [
  { name: 'leaf', label: 'leaf (top of rack)', tone: 'neutral' },
  { name: 'spine', label: 'spine', tone: 'neutral' },
];

/** Index of each switch kind. */
export const SWITCH_KIND = { leaf: 0, spine: 1 } as const;

function gauge(name: string, label: string, help: string): ColumnSpec {
  return { name, type: 'f32', label, help, unit: '%', full: 1 };
}

function count(name: string, label: string, help: string): ColumnSpec {
  return { name, type: 'u32', label, help };
}

function amount(name: string, label: string, unit: string, help: string): ColumnSpec {
  return { name, type: 'f64', label, unit, help };
}

function reference(name: string, table: string, label: string, help: string): ColumnSpec {
  return { name, type: 'ref', table, label, help, initial: -1 };
}

function choice(name: string, values: readonly EnumValue[], label: string, help: string): ColumnSpec {
  return { name, type: 'enum', values, label, help };
}

const TABLES: readonly TableSpec[] = [
  {
    name: 'racks',
    label: 'rack',
    help: 'A row of machines behind one leaf switch.',
    level: 'state',
    columns: [
      count('podsRunning', 'pods running', 'Pods that run on the nodes of this rack.'),
      gauge('uplinkLoad', 'uplink load', 'The busiest of the links from its leaf switch to the spines.'),
      choice('reach', REACH_VALUES, 'reach', 'Whether other clusters reach the cluster that it stands in.'),
    ],
  },
  {
    name: 'switches',
    label: 'switch',
    help: 'A leaf switch at the top of a rack, or a spine switch that joins the leaves.',
    level: 'state',
    columns: [
      choice('kind', SWITCH_KIND_VALUES, 'kind', 'Leaf or spine.'),
      reference('rack', 'racks', 'rack', 'The rack of a leaf switch.'),
      choice('health', LINK_HEALTH_VALUES, 'state', 'Whether it forwards.'),
    ],
  },
  {
    name: 'nodes',
    label: 'node',
    help: 'A machine that runs pods.',
    parent: 'racks',
    level: 'state',
    columns: [
      choice('health', HEALTH_VALUES, 'state', 'What the node really is.'),
      {
        ...choice('healthBelieved', HEALTH_VALUES, 'state as believed', 'What the control plane thinks the node is.'),
        observer: 'control plane',
      },
      count('pods', 'pods', 'Pods that run here.'),
      amount(
        'cpuMilliAllocatable',
        'processors for pods',
        'm',
        'What the scheduler may give to pods: capacity less agents, system and the data path.',
      ),
      amount('cpuMilliRequested', 'processors requested', 'm', 'What the pods here have requested.'),
      amount('memoryMibAllocatable', 'memory for pods', 'MiB', 'What the scheduler may give to pods.'),
      amount('memoryMibRequested', 'memory requested', 'MiB', 'What the pods here have requested.'),
      amount('gpuMilliAllocatable', 'GPUs for pods', 'm', 'Thousandths of a GPU device, over all devices.'),
      amount('gpuMilliRequested', 'GPUs requested', 'm', 'Thousandths of a GPU device that pods here hold.'),
      gauge('dataPathLoad', 'data-path load', 'Share of the processors left for packets that packets now use.'),
      gauge(
        'broadcastLoad',
        'load of broadcasts',
        'Share of one core that broadcasts of others and of its own pods take, and frames for others that bridges flooded.',
      ),
      amount('memoryMibUsed', 'memory used', 'MiB', 'What the pods here use, as the kubelet last saw it.'),
    ],
  },
  {
    name: 'services',
    label: 'service',
    help: 'A group of equal pods behind one name.',
    level: 'state',
    columns: [
      count('replicas', 'replicas', 'Pods that belong to it.'),
      count('ready', 'endpoints', 'Pods that the cluster offers to its clients.'),
    ],
  },
  {
    name: 'pods',
    label: 'pod',
    help: 'A unit of work that the scheduler places on a node.',
    level: 'state',
    columns: [
      choice('phase', PHASE_VALUES, 'phase', 'Where the pod is in its life.'),
      reference('node', 'nodes', 'node', 'The node that it was placed on.'),
      reference('service', 'services', 'service', 'The service that it belongs to.'),
      amount('cpuMilli', 'processors requested', 'm', 'Thousandths of a core.'),
      amount('memoryMib', 'memory requested', 'MiB', 'Requested memory.'),
      amount('gpuMilli', 'GPU requested', 'm', 'Thousandths of a GPU device, over all devices.'),
    ],
  },
  {
    name: 'links',
    label: 'link',
    help: 'One direction of a cable.',
    level: 'state',
    columns: [
      choice('kind', LINK_KIND_VALUES, 'kind', 'Which tiers it joins.'),
      reference('rack', 'racks', 'rack', 'The rack at its lower end.'),
      reference('node', 'nodes', 'node', 'The node at its end, for links of nodes.'),
      reference('spine', 'switches', 'spine', 'The spine at its upper end, for links of leaves.'),
      amount('capacityBitsPerSec', 'capacity', 'bit/s', 'What it can carry.'),
      gauge('load', 'load', 'Share of the capacity in use, headers included.'),
      choice('health', LINK_HEALTH_VALUES, 'state', 'Whether it carries.'),
    ],
  },
  {
    name: 'flows',
    label: 'flow',
    help: 'Bytes on their way from one pod to another.',
    level: 'state',
    columns: [
      reference('source', 'pods', 'from', 'The pod that sends.'),
      reference('destination', 'pods', 'to', 'The pod that receives.'),
      { name: 'talker', type: 'text', label: 'talker', help: 'Which of the declared talkers made it.' },
      amount('bytes', 'size', 'B', 'Payload bytes.'),
      count('hops', 'hops', 'Links that it crosses.'),
      choice('state', FLOW_STATE_VALUES, 'state', 'Where the flow is in its life.'),
    ],
  },
  {
    name: 'workloads',
    label: 'workload',
    help: 'Pods that a controller keeps, and what they answer.',
    level: 'state',
    columns: [
      count('wanted', 'replicas wanted', 'What its controller works towards.'),
      count('exist', 'pods', 'Pods that exist and are to stay.'),
      count('ready', 'ready', 'Pods that are Ready as the control plane has it.'),
      amount('requests', 'requests answered', '1/s', 'Good answers a second since the last look.'),
      gauge('errors', 'errors', 'Share of the requests since the last look that failed.'),
      amount(
        'latencyP99',
        'latency p99',
        'ns',
        'All but one in a hundred answers since the last look came within this time.',
      ),
      gauge('cpuUse', 'processor use', 'Processor time that its pods use, of what they request: the truth.'),
      {
        ...gauge(
          'cpuUseSeen',
          'processor use as seen',
          'What the metrics pipeline last told the autoscaler: late and averaged.',
        ),
        observer: 'metrics pipeline',
      },
    ],
  },
  {
    name: 'clusters',
    label: 'cluster',
    help: 'A member of a federation: what it is, and what the federation believes.',
    level: 'state',
    columns: [
      choice('health', MEMBER_VALUES, 'health', 'What it is, whoever knows.'),
      {
        ...choice('believed', MEMBER_VALUES, 'health as believed', 'What the federation believes of it.'),
        observer: 'federation',
      },
      count('assigned', 'replicas assigned', 'Replicas of all workloads that the federation wants there.'),
      count('ready', 'replicas ready', 'Replicas that are Ready there.'),
    ],
  },
  // The last table, so that recordings without packets keep the numbers of all others.
  {
    name: 'packetPorts',
    label: 'packet port',
    help: 'A link where flows are packets: the port that sends into it, with its queue.',
    level: 'state',
    columns: [
      reference('link', 'links', 'link', 'The link that it sends into.'),
      count('waiting', 'packets waiting', 'Packets in its queue, the one that is being sent not among them.'),
      count('longest', 'longest queue', 'Most packets that have waited at once.'),
      count('sent', 'packets sent', 'Packets that it has taken in.'),
      count('dropped', 'packets dropped', 'Packets that found the queue full.'),
      count('marked', 'packets marked', 'Packets that were marked because the queue was long (ECN).'),
    ],
  },
];

/** The catalog that every recording of a container cloud carries. */
export const CLOUD_CATALOG: Catalog = {
  tables: TABLES,
  marks: CLOUD_MARKS,
  metrics: CLOUD_METRICS,
  observers: ['control plane', 'metrics pipeline'],
  map: {
    groups: 'racks',
    groupState: 'reach',
    cells: 'nodes',
    items: 'pods',
    itemCell: 'node',
    itemState: 'phase',
    cellState: 'health',
    cellBelief: 'healthBelieved',
    cellFill: [
      { label: 'processors requested', used: 'cpuMilliRequested', of: 'cpuMilliAllocatable' },
      { label: 'memory requested', used: 'memoryMibRequested', of: 'memoryMibAllocatable' },
      { label: 'GPUs requested', used: 'gpuMilliRequested', of: 'gpuMilliAllocatable' },
    ],
    lines: 'links',
    lineLoad: 'load',
    lineState: 'health',
  },
  lists: [
    { table: 'clusters', columns: ['health', 'believed', 'ready', 'assigned'] },
    { table: 'workloads', columns: ['ready', 'wanted', 'requests', 'errors'] },
  ],
};
