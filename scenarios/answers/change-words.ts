/** Changes that would let a pod in, in words with units. */
import type { Change } from '../../models/scheduling/remedy/change.ts';

/** What the words need to name. */
export interface ChangeNames {
  readonly node: (place: number) => string;
  readonly pod: (pod: number) => string;
}

/** One change as a request to the reader: "request 1.5 cores instead of 2". */
export function changeWords(change: Change, names: ChangeNames): string {
  switch (change.kind) {
    case 'lower-request': {
      const { resource, from, to } = change;
      return `request ${amountWords(resource, to)} instead of ${amountWords(resource, from)}`;
    }
    case 'enlarge-node':
      return `give node ${names.node(change.node)} ${amountWords(change.resource, change.by)} more`;
    case 'tolerate':
      return `tolerate the taint ${taintWords(change.taint)}`;
    case 'uncordon':
      return `uncordon node ${names.node(change.node)}`;
    case 'drop-node-selector':
      return `drop ${change.key}=${change.value} from the node selector, or label the node so`;
    case 'drop-node-affinity':
      return 'drop the required node affinity';
    case 'drop-node-name':
      return `do not ask for node ${change.name} by name`;
    case 'drop-host-port':
      return `do without host port ${change.port.port}/${change.port.protocol}`;
    case 'drop-gpu-models':
      return `accept GPUs other than ${change.models.join(', ')}`;
    case 'raise-max-skew':
      return `allow a skew of ${change.to} instead of ${change.from} over ${change.topologyKey}`;
    case 'drop-spread':
      return `do not insist on spreading over ${change.topologyKey}, which the node does not have`;
    case 'drop-affinity':
      return `drop the required ${change.anti ? 'anti-affinity' : 'affinity'} over ${change.term.topologyKey}`;
    case 'take-away':
      return `take ${change.pods.map(names.pod).join(', ')} away, which want no such pod near them`;
    case 'add-node': {
      const { cpuMilli, memoryMib } = change.node.allocatable;
      return `add a node with ${amountWords('cpu', cpuMilli)} and ${amountWords('memory', memoryMib)} free`;
    }
  }
}

function taintWords({ key, value, effect }: { key: string; value: string; effect: string }): string {
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

const MIB_PER_GIB = 1024;

/** An amount of a resource with its unit. Exact: people copy it into a manifest. */
export function amountWords(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? `${amount / 1000} cores` : `${amount}m cpu`;
  if (resource === 'memory') return memoryWords(amount);
  if (resource === 'pods') return amount === 1 ? 'room for one pod' : `room for ${amount} pods`;
  if (resource === 'gpu') return amount === 1 ? '1 GPU' : `${amount} GPUs`;
  if (resource === 'gpu share') return `${amount} thousandths of a GPU`;
  return `${amount} ${resource}`;
}

function memoryWords(mib: number): string {
  if (!Number.isInteger(mib)) return `${Math.floor(mib * 1024 * 1024)} bytes of memory`;
  return mib % MIB_PER_GIB === 0 && mib > 0 ? `${mib / MIB_PER_GIB}Gi of memory` : `${mib}Mi of memory`;
}
