/**
 * The network that the cluster stands in, as rules on what passes.
 *
 * A rule is data: the environment's file says `pass`, `drop`, or `pass-if` a condition holds. The walk (walk.ts) asks
 * the rules about the headers of each packet; no scheme and no verdict is known here.
 * Source of each environment: named in its own file. Left out: rate limits, security groups by port, per-flow limits.
 */

/** What a rule may ask for before it lets a packet pass. */
export type Condition = 'route-known' | 'source-destination-check-off' | 'route-in-table';

/** What a rule does. `within: subnet` limits a conditional pass to packets that stay in one subnet. */
export type RuleAction =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'pass-if'; readonly condition: Condition; readonly within?: 'subnet' };

/** The names of the rules on packets and on the control plane, as the files write them. */
export const RULE_NAMES = [
  'unknown-source-ip',
  'unknown-destination-ip',
  'unknown-mac',
  'ip-protocol-4',
  'udp-ports',
  'vlan-tags',
  'broadcast',
  'bgp-to-top-of-rack',
  'static-routes',
  'layer-2-across-subnets',
  'route-api',
  'fabric-controller',
] as const;

/** Name of a rule. */
export type RuleName = (typeof RULE_NAMES)[number];

/** Whose interface hands out addresses for pods, so that the network below knows them. */
export type AddressProvider = 'none' | 'aws' | 'azure' | 'gcp';

/** A machine room or a VPC. */
export interface Environment {
  /** Name of its file or its entry in the scenario. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** Switches and routers of our own, or a provider's virtual network. */
  readonly kind: 'machine-room' | 'vpc';
  /** IP MTU of the underlay. */
  readonly underlayMtu: number;
  /** `per-rack`: a router stands between racks; `one`: all nodes share a subnet. */
  readonly subnets: 'one' | 'per-rack';
  readonly rules: Readonly<Record<RuleName, RuleAction>>;
  /** Routes that one router or route table holds. */
  readonly routeQuota: number;
  /** Addresses that one interface may carry; Infinity when unlimited. */
  readonly addressesPerInterface: number;
  /** Addresses that the whole network may hold; Infinity when unlimited. */
  readonly addressesPerNetwork: number;
  /** The provider's interface for pod addresses, if there is one. */
  readonly providerAddresses: AddressProvider;
  /** Where its rules are written. */
  readonly source: string;
}

/** What a condition asks for, as an instruction for people. */
export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  'route-known': 'the router has a route to the pods',
  'source-destination-check-off': 'the source/destination check is switched off on every instance',
  'route-in-table': 'a route for each node stands in the route table and IP forwarding is on at each interface',
};
