/**
 * What a run of the container cloud publishes: its tables, marks, metrics and the map, in words for people.
 *
 * Every recording carries this catalog, so that a viewer needs no code of the models.
 */
import type { Catalog, ColumnSpec, EnumValue, MarkSpec, MetricSpec, TableSpec } from '../../sim/trace/catalog.ts';

const HEALTH_VALUES: readonly EnumValue[] = [
  { name: 'ready', label: 'ready', tone: 'good' },
  { name: 'not-ready', label: 'not ready', tone: 'warn' },
  { name: 'dead', label: 'dead', tone: 'bad' },
];

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
];

/** Index of each pod phase. */
export const PHASE = { pending: 0, running: 1, unschedulable: 2, noAddress: 3, lost: 4 } as const;

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
      amount('cpuMilliAllocatable', 'processors for pods', 'm', 'What the scheduler may give to pods: capacity less agents, system and the data path.'),
      amount('cpuMilliRequested', 'processors requested', 'm', 'What the pods here have requested.'),
      amount('memoryMibAllocatable', 'memory for pods', 'MiB', 'What the scheduler may give to pods.'),
      amount('memoryMibRequested', 'memory requested', 'MiB', 'What the pods here have requested.'),
      amount('gpuMilliAllocatable', 'GPUs for pods', 'm', 'Thousandths of a GPU device, over all devices.'),
      amount('gpuMilliRequested', 'GPUs requested', 'm', 'Thousandths of a GPU device that pods here hold.'),
      gauge('dataPathLoad', 'data-path load', 'Share of the processors left for packets that packets now use.'),
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
];

const MARKS: readonly MarkSpec[] = [
  {
    name: 'scheduled',
    label: 'pod placed',
    help: 'The scheduler chose a node for a pod.',
    table: 'pods',
    tone: 'decision',
    level: 'state',
    payload: [
      { name: 'node', label: 'node', table: 'nodes' },
      { name: 'score', label: 'score' },
      { name: 'feasible', label: 'nodes that fit' },
      { name: 'ties', label: 'nodes with the best score' },
    ],
  },
  {
    name: 'unschedulable',
    label: 'pod does not fit',
    help: 'No node could take the pod.',
    table: 'pods',
    tone: 'decision',
    level: 'state',
    payload: [
      { name: 'reason', label: 'most frequent reason', text: true },
      { name: 'nodes', label: 'nodes that refused for it' },
    ],
  },
  {
    name: 'no-address',
    label: 'no free address',
    help: 'The pod was placed, but the network scheme has no address left for it.',
    table: 'pods',
    tone: 'fault',
    level: 'state',
    payload: [{ name: 'node', label: 'node', table: 'nodes' }],
  },
  mark('link-down', 'links', 'link broke', 'fault', 'The link stopped carrying.'),
  mark('link-up', 'links', 'link repaired', 'repair', 'The link carries again.'),
  mark('node-down', 'nodes', 'node died', 'fault', 'The node stopped, with all its pods.'),
  mark('rack-down', 'racks', 'rack died', 'fault', 'All nodes of the rack and its leaf switch stopped.'),
  mark('node-not-ready', 'nodes', 'node believed dead', 'decision', 'The control plane noticed that the node is silent.'),
  {
    name: 'endpoints-removed',
    label: 'endpoints removed',
    help: 'Services no longer offer the pods of that node.',
    table: 'nodes',
    tone: 'repair',
    level: 'state',
    payload: [{ name: 'pods', label: 'pods' }],
  },
  mark('routes-withdrawn', 'nodes', 'routes withdrawn', 'repair', 'The network no longer sends packets towards that node: callers are refused at once instead of waiting.'),
  {
    name: 'rerouted',
    label: 'flows moved to other links',
    help: 'Switches stopped using a dead link (or use a repaired one again).',
    table: 'racks',
    tone: 'repair',
    level: 'state',
    payload: [
      { name: 'flows', label: 'flows moved' },
      { name: 'link', label: 'link', table: 'links' },
    ],
  },
  {
    name: 'flow-failed',
    label: 'flow failed',
    help: 'A flow lost an end, or its callee did not answer.',
    table: 'flows',
    tone: 'fault',
    level: 'state',
    payload: [
      { name: 'bytesLost', label: 'bytes not delivered', unit: 'B' },
      { name: 'node', label: 'node', table: 'nodes' },
    ],
  },
  {
    name: 'flow-retried',
    label: 'callee did not answer',
    help: 'The caller gave up on a replica and turned to another.',
    table: 'flows',
    tone: 'info',
    level: 'state',
    payload: [
      { name: 'node', label: 'node that was called', table: 'nodes' },
      { name: 'waitedNs', label: 'waited', unit: 'ns' },
    ],
  },
  mark('evicted', 'pods', 'pod evicted', 'decision', 'The control plane gave the pod up and asked for another in its place.'),
  {
    name: 'parameter-changed',
    label: 'parameter changed',
    help: 'Somebody moved a slider during a live run.',
    table: 'racks',
    tone: 'info',
    level: 'state',
    payload: [
      { name: 'parameter', label: 'parameter', text: true },
      { name: 'factor', label: 'factor' },
    ],
  },
];

function mark(name: string, table: string, label: string, tone: MarkSpec['tone'], help: string): MarkSpec {
  return { name, table, label, tone, help, level: 'state', payload: [] };
}

const METRICS: readonly MetricSpec[] = [
  metric('goodput', 'Throughput of a bulk flow', 'bit/s', 'higher', 'Payload of the finished bulk flows over the time that they took.'),
  metric('latencyP50', 'Latency, half of the requests', 'ns', 'lower', 'Half of the requests were answered within this time.'),
  metric('latencyP99', 'Latency, 99 of 100 requests', 'ns', 'lower', 'All but one request in a hundred were answered within this time.'),
  metric('cpuPerGigabyte', 'Processor time for a gigabyte', 's', 'lower', 'Core seconds that both ends spent on packets, for each gigabyte (10⁹ bytes) delivered.'),
  metric('podsRunning', 'Pods that fit', '', 'higher', 'Pods that found a node and an address.'),
  metric('podsWaiting', 'Pods that did not fit', '', 'lower', 'Pods that found no node, or no address.'),
  metric('hops', 'Links crossed by a flow', '', 'lower', 'Mean over all flows; 0 between pods of one node, 2 in a rack, 4 between racks.'),
  metric('crossRackShare', 'Flows that leave their rack', 'fraction', 'neither', 'Share of the flows whose ends stand in different racks.'),
  metric('uplinkLoadMean', 'Mean load of the uplinks', 'fraction', 'lower', 'Over all links between leaves and spines, while traffic runs.'),
  metric('uplinkLoadPeak', 'Peak load of an uplink', 'fraction', 'lower', 'The highest sampled load of any link between a leaf and a spine.'),
  metric('boundByUplink', 'Flows bound by a link between leaf and spine', 'fraction', 'neither', 'Share of the sampled flows whose rate this limit decided.'),
  metric('boundByHostLink', "Flows bound by a node's link", 'fraction', 'neither', 'Share of the sampled flows whose rate this limit decided.'),
  metric('boundByProcessors', 'Flows bound by processors', 'fraction', 'neither', 'Share of the sampled flows whose rate the processors left for packets decided.'),
  metric('boundByCore', 'Flows bound by one core', 'fraction', 'neither', 'Share of the sampled flows that went as fast as one core moves one stream.'),
  metric('boundByPace', 'Flows bound by their own pace', 'fraction', 'neither', 'Share of the sampled flows whose application offered no more.'),
  metric('rerouteTime', 'Longest stand-still after the link broke', 'ns', 'lower', 'The longest time that a flow stood still on a dead link.'),
  metric('flowsStalled', 'Flows that stood still', '', 'lower', 'Flows that met a dead link.'),
  metric('flowsRetried', 'Calls to a dead pod', '', 'lower', 'Calls that were not answered and turned to another replica.'),
  metric('flowsUnserved', 'Calls to services without a replica', '', 'lower', 'Calls that found nobody to call; they are in no other figure.'),
  metric('flowsFailed', 'Flows that failed', '', 'lower', 'Flows that lost an end, or found no replica that answered.'),
  metric('bytesLost', 'Bytes not delivered', 'B', 'lower', 'Payload of failed flows that never arrived.'),
  metric('servicesSurviving', 'Services that survived', 'fraction', 'higher', 'Services that still have at least one running replica at the end.'),
  metric('replicasLostWorst', 'Largest share of one service lost', 'fraction', 'lower', 'Of the service that lost most: the share of its replicas that died.'),
  metric('flows', 'Flows offered', '', 'neither', 'Flows that pods started.'),
  metric('flowsUnfinished', 'Flows still running at the end', '', 'neither', 'Not counted in throughput and latency.'),
];

function metric(key: string, label: string, unit: string, better: MetricSpec['better'], help: string): MetricSpec {
  return { key, label, unit, better, help };
}

/** The catalog that every recording of a container cloud carries. */
export const CLOUD_CATALOG: Catalog = {
  tables: TABLES,
  marks: MARKS,
  metrics: METRICS,
  observers: ['control plane'],
  map: {
    groups: 'racks',
    cells: 'nodes',
    items: 'pods',
    itemCell: 'node',
    itemState: 'phase',
    cellState: 'health',
    cellFill: [
      { label: 'processors requested', used: 'cpuMilliRequested', of: 'cpuMilliAllocatable' },
      { label: 'memory requested', used: 'memoryMibRequested', of: 'memoryMibAllocatable' },
      { label: 'GPUs requested', used: 'gpuMilliRequested', of: 'gpuMilliAllocatable' },
    ],
    lines: 'links',
    lineLoad: 'load',
    lineState: 'health',
  },
};
