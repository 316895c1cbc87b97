/**
 * The marks of a run of the container cloud: decisions, faults and repairs, in words for people.
 */
import type { MarkSpec } from '../../sim/trace/catalog.ts';

/** Every kind of mark that models make. */
export const CLOUD_MARKS: readonly MarkSpec[] = [
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
  mark(
    'node-not-ready',
    'nodes',
    'node believed dead',
    'decision',
    'The control plane noticed that the node is silent.',
  ),
  {
    name: 'endpoints-removed',
    label: 'endpoints removed',
    help: 'Services no longer offer the pods of that node.',
    table: 'nodes',
    tone: 'repair',
    level: 'state',
    payload: [{ name: 'pods', label: 'pods' }],
  },
  mark(
    'routes-withdrawn',
    'nodes',
    'routes withdrawn',
    'repair',
    'The network no longer sends packets towards that node: callers are refused at once instead of waiting.',
  ),
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
  mark(
    'evicted',
    'pods',
    'pod evicted',
    'decision',
    'The control plane gave the pod up and asked for another in its place.',
  ),
  mark(
    'control-plane-away',
    'racks',
    'control plane away',
    'fault',
    'The server that tells nodes of the pods of others does not answer: nothing new is programmed.',
  ),
  mark('control-plane-back', 'racks', 'control plane back', 'repair', 'It answers again, and nodes come back to it.'),
  {
    name: 'parameter-changed',
    label: 'parameter changed',
    help: 'Somebody moved a slider during a live run.',
    table: 'racks',
    tone: 'decision',
    level: 'state',
    payload: [
      { name: 'parameter', label: 'parameter', text: true },
      { name: 'factor', label: 'factor' },
    ],
  },
  {
    name: 'pushed-out',
    label: 'pod pushed out',
    help: 'A more important pod takes the place of this one.',
    table: 'pods',
    tone: 'decision',
    level: 'state',
    payload: [{ name: 'by', label: 'by', table: 'pods' }],
  },
  mark('pod-ready', 'pods', 'pod serves', 'repair', 'Its containers have started and it is offered to callers.'),
];

function mark(name: string, table: string, label: string, tone: MarkSpec['tone'], help: string): MarkSpec {
  return { name, table, label, tone, help, level: 'state', payload: [] };
}
