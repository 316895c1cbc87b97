/**
 * What packet filters and service look-ups cost: rules that are walked one by one, look-ups in sets and maps, and the
 * chains that a policy agent puts in every packet's way.
 *
 * Source: our recordings `dataplane-05` (rules that do not match, on the forwarding node: 12.2 to 14.6 ns a rule and
 * packet in five sizes and two runs; nft sets and ipsets flat) and `dataplane-06` (TCP connects through a kube-proxy
 * style chain whose target is the last of n services), Linux 6.18; for the chains of policy agents one published row.
 * A rule before conntrack's ESTABLISHED is paid by every packet, one behind it only by the first of a connection.
 *
 * Left out: matches that are dearer than addresses and ports, ipset and conntrack tables that outgrow a cache, IPVS,
 * the time until an agent has written its rules (except whole reloads), eBPF policy (its part of eBPF's own way).
 */
import { assert } from '../../sim/engine/assert.ts';
import { KERNEL_PATHS } from './kernel-paths.ts';
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

/**
 * Connecting through service chains, us: least tenth of `dataplane-06`. The direct connect and the steps of both kinds
 * with the fewest services were used; how the cost grows with services rests on the row with 2,000.
 */
const CONNECT_DIRECT_US = 18.8;
const CONNECT_CHAIN_US = { iptables: 4.9, 'nft-map': 6.2 } as const;
const CONNECT_SERVICE_US = { iptables: 0.022, 'nft-map': 0 } as const;

/** Rows of `dataplane-06` that the constants above were calibrated on; those between are for checks. */
export const SERVICE_ROWS: readonly RowId[] = [
  'dataplane-06/direct-0/connect_p10_us',
  'dataplane-06/iptables-10/connect_p10_us',
  'dataplane-06/iptables-2000/connect_p10_us',
  'dataplane-06/nft-map-10000/connect_p10_us',
];

/** How a node turns a service's address into a pod's; `direct`: the caller names the pod. */
export type ServiceForm = 'direct' | 'iptables' | 'nft-map';

/** Least time of a TCP connect within one machine through the chain of the last of `services` services, us. */
export function connectUs(form: ServiceForm, services: number): number {
  if (form === 'direct') return CONNECT_DIRECT_US;
  return CONNECT_DIRECT_US + CONNECT_CHAIN_US[form] + CONNECT_SERVICE_US[form] * services;
}

/**
 * What the chains of a policy agent (Felix with iptables) leave of a single stream: Calico over Flannel in the table of
 * 2024 (19.6 and 19.8 Gbit/s, both with kube-proxy), over what the recorded ways give without any chain.
 */
export const POLICY_CHAINS = {
  streamFactor: 19.6 / 19.8 / (KERNEL_PATHS.routed.streamRatios[2] / KERNEL_PATHS['vxlan-bridge'].streamRatios[2]),
  calibratedOn: ['infrabuilder-2024/calico/dts', 'infrabuilder-2024/flannel/dts'],
} as const satisfies { readonly streamFactor: number; readonly calibratedOn: readonly RowId[] };
