/**
 * What packet filters and service look-ups cost: rules that are walked one by one, look-ups in sets and maps, and the
 * chains that a policy agent puts in every packet's way.
 *
 * Source: our recordings `dataplane-05` (rules that do not match, on the forwarding node: 12.2 to 14.6 ns a rule and
 * packet in five sizes and two runs; nft sets and ipsets flat) and `dataplane-06` (TCP connects through a kube-proxy
 * style chain whose target is the last of n services), Linux 6.18; for the chains of policy agents
 * named rows of one published table.
 * A rule before conntrack's ESTABLISHED is paid by every packet, one behind it only by the first of a connection.
 *
 * Left out: matches that are dearer than addresses and ports, ipset and conntrack tables that outgrow a cache, IPVS,
 * the time until an agent has written its rules (except whole reloads), eBPF policy (its part of eBPF's own way).
 */
import { assert } from '../../sim/engine/assert.ts';
import { type DataPathKind, KERNEL_PATHS, type PathUncertainty } from './kernel-paths.ts';
import { PACKET_NS } from './path-parts.ts';
import type { RowId } from './rows.ts';

/** How the kernel finds the rule that applies. */
export type RuleForm = 'iptables' | 'nft-set' | 'nft-map' | 'ipset';

/** Cost of one rule that is walked and does not match, ns a packet. */
export const RULE_NS = 13;

/** Rows behind `RULE_NS`: the range 12 to 14 that both runs of `dataplane-05` gave. */
export const RULE_ROWS: readonly RowId[] = ['dataplane-05/iptables/slope'];

/** Added to every packet by `rules` rules of a form that stand in its way and do not match, ns: sets and maps are flat. */
export function rulesNs(form: RuleForm, rules: number): number {
  assert(rules >= 0, () => `a chain has no rule or more, got ${rules}`);
  return form === 'iptables' ? rules * RULE_NS : 0;
}

/** Packets of a TCP connect: SYN, its answer, and the acknowledgement. */
const CONNECT_PACKETS = 3;

/**
 * Added to a TCP connect by rules, ns. Behind a rule that lets established connections pass only the first packet walks
 * the others. (`dataplane-05`: 47 and 16 ns a rule.)
 */
export function connectRulesNs(form: RuleForm, rules: number, establishedFirst: boolean): number {
  return (establishedFirst ? 1 : CONNECT_PACKETS) * rulesNs(form, rules);
}

/** How a node turns a service's address into a pod's; `direct`: the caller names the pod. */
export type ServiceForm = 'direct' | 'iptables' | 'nft-map';

/** What a connect through the chain of the last of some services adds to a direct one. */
interface ServiceChain {
  /** Time, us: for the chain at all, and for each service before. */
  readonly connectUs: number;
  /** Processor time of all that the chain at all takes, us. */
  readonly connectCpuUs: number;
  readonly connectUsOfService: number;
  /** Writing the whole chain anew with ten endpoints a service, s: at all, and for each service. */
  readonly reloadS: number;
  readonly reloadSOfService: number;
}

/**
 * Steps: rows with ten services. Slopes of connects: the rows with most services, less those. Slopes of reloads, whose single
 * recordings scatter by a third: what is as far above one row as below another (iptables 500 and 1,000, nft 2,000 and 10,000).
 */
const SERVICE_CHAINS: Readonly<Record<ServiceForm, ServiceChain>> = {
  direct: { connectUs: 0, connectCpuUs: 0, connectUsOfService: 0, reloadS: 0, reloadSOfService: 0 },
  iptables: {
    connectUs: 4.9,
    connectCpuUs: 18.7,
    connectUsOfService: 0.022,
    reloadS: 0.066,
    reloadSOfService: 0.00176,
  },
  'nft-map': {
    connectUs: 7.3,
    connectCpuUs: 12.6,
    connectUsOfService: 0,
    reloadS: 0.018,
    reloadSOfService: 0.0000659,
  },
};

/** Rows of `dataplane-06` that the chains were calibrated on; those between are for checks. */
export const SERVICE_ROWS: readonly RowId[] = [
  'dataplane-06/direct-0/*',
  'dataplane-06/iptables-10/*',
  'dataplane-06/iptables-2000/connect_p10_us',
  'dataplane-06/iptables-500/full_reload_s',
  'dataplane-06/iptables-1000/full_reload_s',
  'dataplane-06/nft-map-10/*',
  'dataplane-06/nft-map-2000/full_reload_s',
  'dataplane-06/nft-map-10000/full_reload_s',
];

/** Time that a TCP connect takes beside a direct one, through the chain of the last of `services` services, us. */
export function connectExtraUs(form: ServiceForm, services: number): number {
  const chain = SERVICE_CHAINS[form];
  return chain.connectUs + chain.connectUsOfService * services;
}

/** The same of processor time. */
export function connectExtraCpuUs(form: ServiceForm, services: number): number {
  const chain = SERVICE_CHAINS[form];
  return chain.connectCpuUs + chain.connectUsOfService * services;
}

/** Time to write the chains of `services` services with ten endpoints each anew, s. */
export function fullReloadS(form: ServiceForm, services: number): number {
  const chain = SERVICE_CHAINS[form];
  return chain.reloadS + chain.reloadSOfService * services;
}

/** Chains that a scheme's agent puts in the way of every packet of its pods; `none` also where eBPF decides. */
export type PolicyChains = 'none' | 'iptables';

/** What the chains of a policy agent add to a way between two nodes, both of which a packet meets. */
export interface ChainsCost {
  /** Processor time of a packet in one direction, both nodes, relative to a packet over `bridge-routed`. */
  readonly packetRatio: number;
  /** What they leave of a single stream. */
  readonly streamFactor: number;
  /** How far these may be off by themselves, as fractions: the two rows that show chains differ by so much from their mean. */
  readonly uncertainty: PathUncertainty;
  readonly calibratedOn: readonly RowId[];
}

/** Processors of client and server in the table of 2024 for eight streams. */
const CORES_2024 = { calico: 1.27 + 1.98, canal: 1.22 + 1.67, flannel: 1.25 + 1.72 } as const;

/** Beside Flannel's whole way, as for the other parts that rest on these rows: what is left beyond the recorded way. */
function beyondWay(way: 'routed' | 'vxlan-routed', cores: number): number {
  return (KERNEL_PATHS['vxlan-bridge'].packetRatio * cores) / CORES_2024.flannel - KERNEL_PATHS[way].packetRatio;
}

/**
 * Felix with iptables. Processors: the mean of what Calico and Canal take beyond their recorded ways. Streams: Calico over
 * Flannel (19.6 and 19.8 Gbit/s, both with kube-proxy), over what the recorded ways give without any chain.
 */
export const POLICY_CHAINS: ChainsCost = {
  packetRatio: (beyondWay('routed', CORES_2024.calico) + beyondWay('vxlan-routed', CORES_2024.canal)) / 2,
  streamFactor: 19.6 / 19.8 / (KERNEL_PATHS.routed.streamRatios[2] / KERNEL_PATHS['vxlan-bridge'].streamRatios[2]),
  uncertainty: { packet: 0.5, roundTrip: 0.5, stream: 0.5 },
  calibratedOn: [
    'infrabuilder-2024/calico/dts',
    'infrabuilder-2024/flannel/dts',
    'infrabuilder-2024/calico/cores',
    'infrabuilder-2024/canal/cores',
    'infrabuilder-2024/flannel/cores',
  ],
};

/** What chains add to one way. */
export interface ChainsOnWay {
  /** Processor time of a packet in one direction, relative to a packet over `bridge-routed`. */
  readonly packetRatio: number;
  /** Time of a question and its answer, ns: what the processors take, once for each direction. */
  readonly roundTripNs: number;
  /** What they leave of a single stream, whose slower end walks them once, on one node as between two. */
  readonly streamFactor: number;
}

const NO_CHAINS: ChainsOnWay = { packetRatio: 0, roundTripNs: 0, streamFactor: 1 };

/** What a scheme's chains add to `path`: on one node a packet walks them once, between nodes once on each. */
export function chainsOnWay(chains: PolicyChains | undefined, path: DataPathKind): ChainsOnWay {
  if (chains !== 'iptables') return NO_CHAINS;
  const packetRatio = POLICY_CHAINS.packetRatio * (path.startsWith('same-node') ? 0.5 : 1);
  return { packetRatio, roundTripNs: 2 * packetRatio * PACKET_NS, streamFactor: POLICY_CHAINS.streamFactor };
}

/** How far the figures of a way with its chains may be off: each part by its own uncertainty, in its share of the whole. */
export function uncertaintyOf(path: DataPathKind, chains: PolicyChains | undefined): PathUncertainty {
  const way = KERNEL_PATHS[path];
  const added = chainsOnWay(chains, path);
  const mixed = (figure: keyof PathUncertainty, share: number): number =>
    (1 - share) * way.uncertainty[figure] + share * POLICY_CHAINS.uncertainty[figure];
  return {
    packet: mixed('packet', added.packetRatio / (way.packetRatio + added.packetRatio)),
    roundTrip: mixed('roundTrip', added.roundTripNs / (way.roundTripNs + added.roundTripNs)),
    stream: mixed('stream', 1 - added.streamFactor),
  };
}
