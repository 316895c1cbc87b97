/**
 * The figures that a run of the container cloud comes to, in words for people.
 */
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** Every metric, in the order of the answer's table. */
export const CLOUD_METRICS: readonly MetricSpec[] = [
  metric(
    'goodput',
    'Throughput of a bulk flow',
    'bit/s',
    'higher',
    'Payload that bulk flows between nodes have carried, over the time that they were under way.',
  ),
  metric('latencyP50', 'Latency p50', 'ns', 'lower', 'Half of the requests were answered within this time.'),
  metric(
    'latencyP99',
    'Latency p99',
    'ns',
    'lower',
    'All but one request in a hundred were answered within this time.',
  ),
  metric(
    'cpuPerGigabyte',
    'Processor time for a gigabyte',
    's',
    'lower',
    'Core seconds that both ends spent on packets, for each gigabyte (10⁹ bytes) delivered.',
  ),
  metric('podsFit', 'Pods that fit', '', 'higher', 'Pods that found a node and an address.'),
  metric('podsUnfit', 'Pods that did not fit', '', 'lower', 'Pods that found no node, or no address.'),
  metric(
    'allServeAfter',
    'Time until all pods serve',
    'ns',
    'lower',
    'From the beginning of placing until the last pod serves; absent where some do not serve at the end, and where pods start at once.',
  ),
  metric(
    'podsServing',
    'Pods that serve at the end',
    '',
    'higher',
    'Pods that are ready and kept their place, where starting takes time.',
  ),
  metric('podsPushedOut', 'Pods pushed out', '', 'lower', 'Pods whose place a more important pod took.'),
  metric(
    'nodesShared',
    'Nodes shared by namespaces',
    '',
    'neither',
    'Nodes that hold pods of more than one namespace at the end.',
  ),
  metric(
    'hops',
    'Links crossed by a flow',
    '',
    'lower',
    'Mean over all flows; 0 between pods of one node, 2 in a rack, 4 between racks.',
  ),
  metric(
    'crossRackShare',
    'Flows that leave their rack',
    'fraction',
    'neither',
    'Share of the flows whose ends stand in different racks.',
  ),
  metric(
    'uplinkLoadMean',
    'Mean load of the uplinks',
    'fraction',
    'lower',
    'Over all links between leaves and spines, while traffic runs.',
  ),
  metric(
    'uplinkLoadPeak',
    'Peak load of an uplink',
    'fraction',
    'lower',
    'The highest sampled load of any link between a leaf and a spine.',
  ),
  metric(
    'boundByUplink',
    'Flows bound by a link between leaf and spine',
    'fraction',
    'neither',
    'Share of the sampled flows whose rate this limit decided.',
  ),
  metric(
    'boundByHostLink',
    "Flows bound by a node's link",
    'fraction',
    'neither',
    'Share of the sampled flows whose rate this limit decided.',
  ),
  metric(
    'boundByProcessors',
    'Flows bound by processors',
    'fraction',
    'neither',
    'Share of the sampled flows whose rate the processors left for packets decided.',
  ),
  metric(
    'boundByCore',
    'Flows bound by one core',
    'fraction',
    'neither',
    'Share of the sampled flows that went as fast as one core moves one stream.',
  ),
  metric(
    'boundByPace',
    'Flows bound by their own pace',
    'fraction',
    'neither',
    'Share of the sampled flows whose application offered no more.',
  ),
  metric(
    'rerouteTime',
    'Longest stand-still after the link broke',
    'ns',
    'lower',
    'The longest time that a flow stood still on a dead link.',
  ),
  metric('flowsStalled', 'Flows that stood still', '', 'lower', 'Flows that met a dead link.'),
  metric(
    'flowsRetried',
    'Calls to a dead pod',
    '',
    'lower',
    'Calls that were not answered and turned to another replica.',
  ),
  metric(
    'flowsRefused',
    'Calls to a dead pod that were refused at once',
    '',
    'neither',
    'The network told the caller, who did not have to wait.',
  ),
  metric(
    'deadPodWait',
    'Waiting for dead pods',
    'ns',
    'lower',
    'Time that all callers together waited for pods that were dead.',
  ),
  metric('callersAbsent', 'Calls that were never made', '', 'lower', 'Arrivals whose caller had no node, or had died.'),
  metric(
    'flowsUnserved',
    'Calls to services without a replica',
    '',
    'lower',
    'Calls that found nobody to call; they are in no other figure.',
  ),
  metric('flowsFailed', 'Flows that failed', '', 'lower', 'Flows that lost an end, or found no replica that answered.'),
  metric('bytesLost', 'Bytes not delivered', 'B', 'lower', 'Payload of failed flows that never arrived.'),
  metric(
    'servicesSurviving',
    'Services that survived',
    'fraction',
    'higher',
    'Services that still have at least one running replica at the end.',
  ),
  metric(
    'replicasLostWorst',
    'Largest share of one service lost',
    'fraction',
    'lower',
    'Of the service that lost most: the share of its replicas that died.',
  ),
  metric('podsAtEnd', 'Pods that run at the end', '', 'higher', 'After deaths and new placements.'),
  metric(
    'gpuAllocated',
    'GPUs in use',
    'fraction',
    'higher',
    'What pods hold of all GPUs, counted in thousandths, once all pods have been placed.',
  ),
  metric(
    'gpuFragmented',
    'Idle GPUs of no use',
    'fraction',
    'lower',
    'Of all GPUs: what is idle and cannot be used by the commonest pods of this cluster, weighed by how common they are.',
  ),
  metric('flows', 'Flows offered', '', 'neither', 'Flows that pods started.'),
  metric(
    'flowsUnfinished',
    'Flows still running at the end',
    '',
    'lower',
    'What they have carried counts; requests among them rank as slower than all answered ones.',
  ),
  // How large the control plane and the tables of a scheme are: closed forms, the same in every run of an alternative.
  counted('sessions', 'BGP sessions', 'BGP sessions in all, by the formula of how the scheme peers.'),
  counted('sessionsPerNodeMax', 'BGP sessions of one node', 'Of the node, or the reflector, that holds most.'),
  counted(
    'coldStartUpdates',
    'BGP updates at a cold start',
    'UPDATE messages when all sessions start at once; the formula was recorded with real routers.',
  ),
  counted('routesPerNode', 'Routes on a node', 'Routes that the kernel of a node holds for pods.'),
  counted('routesInRouter', 'Routes in a router', 'Routes for pods that one router or route table holds.'),
  counted(
    'forwardingEntriesPerNode',
    'Forwarding entries on a node',
    'Entries of bridges, tunnels and flow tables that a node holds for pods and other nodes.',
  ),
  counted(
    'neighboursPerNode',
    'Neighbour entries on a node',
    'ARP entries in the kernel of a node; Linux keeps 1,024 by default, for all pods together.',
  ),
  counted('arpRequests', 'ARP requests', 'Requests until every pod has talked to every other of its tenant.'),
  counted('arpFramesReceived', 'Copies of ARP requests', 'Copies that pods receive until then.'),
  counted('macEntriesPerSwitch', 'Hardware addresses in a switch', "Pods' addresses in the table of each switch."),
  counted('networkIds', 'VLAN or network ids', 'Ids in use: one for each tenant.'),
];

/** A count that is told and not ranked: fewer is not better by itself. */
function counted(key: string, label: string, help: string): MetricSpec {
  return metric(key, label, '', 'neither', help);
}

function metric(key: string, label: string, unit: string, better: MetricSpec['better'], help: string): MetricSpec {
  return { key, label, unit, better, help };
}
