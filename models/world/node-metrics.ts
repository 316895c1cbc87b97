/**
 * Figures of nodes that come and go, and of the way from a rise of the load to the first answer of a pod ordered for it.
 */
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { metric, part } from './metric-spec.ts';

/** In the order of the answer's table. */
export const NODE_METRICS: readonly MetricSpec[] = [
  metric('nodesMean', 'Mean number of nodes', '', 'lower', 'Nodes of the cluster, mean over the run.'),
  metric('nodesPeak', 'Most nodes', '', 'neither', 'Most nodes of the cluster at one time.'),
  metric('nodesAdded', 'Nodes added', '', 'neither', 'Machines that joined because pods had no room.'),
  metric(
    'nodesRemoved',
    'Nodes taken away',
    '',
    'neither',
    'Machines that were given back because nobody needed them.',
  ),
  metric(
    'machineCost',
    'Price of the machines',
    '',
    'lower',
    'Hours of all machines times their prices, in the currency of the scenario.',
  ),
  metric(
    'machineCostPerHour',
    'Price of the machines for an hour',
    '',
    'lower',
    'What all machines cost, over the hours of the run, in the currency of the scenario.',
  ),
  metric(
    'podsMoved',
    'Pods moved for the sake of nodes',
    '',
    'lower',
    'Pods that the node autoscaler evicted to take their node away.',
  ),
  metric(
    'loadToFirstByte',
    'From load to first byte',
    'ns',
    'lower',
    'From the rise of the load to the first answer of a pod that an autoscaler ordered for it, or from the loss of a member to that of a pod that its federation ordered elsewhere; the slowest such pod. The parts below add up to it.',
  ),
  part(
    'loadToFirstByte',
    'growthMeasured',
    '- until it was measured',
    'From the rise of the load to the newest sample that the autoscaler acted on; or until the federation held the member lost.',
  ),
  part(
    'loadToFirstByte',
    'growthDecided',
    '- until it was decided',
    'Until the autoscaler wrote more replicas: the scrape, its window and the wait for its next look; or until the federation divided them anew.',
  ),
  part('loadToFirstByte', 'growthCreated', '- until the pod was created', 'Until the controllers had created the pod.'),
  part(
    'loadToFirstByte',
    'growthRefused',
    '- until no node was found',
    'Until the scheduler found no node for the pod; 0 when it found one.',
  ),
  part(
    'loadToFirstByte',
    'growthAsked',
    '- until a machine was asked for',
    'Until the node autoscaler asked for the machine on which the pod came to stand; 0 when that was there.',
  ),
  part(
    'loadToFirstByte',
    'growthJoined',
    '- until the machine joined',
    'Until that machine was a Ready node; 0 when it was there.',
  ),
  part('loadToFirstByte', 'growthBound', '- until the pod had a node', 'Until the scheduler bound the pod.'),
  part(
    'loadToFirstByte',
    'growthNetworked',
    '- until the pod had its network',
    'Until its sandbox stood and the network scheme had attached it.',
  ),
  part(
    'loadToFirstByte',
    'growthPulled',
    '- until its image was there',
    'Until its image was on the node: the wait for the turn, the way from the registry, unpacking; 0 when it was there.',
  ),
  part('loadToFirstByte', 'growthStarted', '- until the container ran', 'Until its container was started.'),
  part('loadToFirstByte', 'growthReady', '- until it was Ready', 'Until the API server said that it is Ready.'),
  part('loadToFirstByte', 'growthOffered', '- until callers saw it', 'Until callers chose it.'),
  part(
    'loadToFirstByte',
    'growthAnswered',
    '- until its first answer',
    'Until its first answer left; 0 where requests are counted by windows.',
  ),
];
