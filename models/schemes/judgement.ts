/**
 * Whether a scheme works in an environment, under which conditions, and which rule decides.
 *
 * Every need of the control plane is held against its rule and the route quota, every packet of the scheme is walked
 * through the rules. Nothing here knows a particular scheme or environment.
 * Source: ours; what it judges by is written in the files of schemes and environments.
 * Leaves out: whether an operator would agree to a change, several schemes side by side, packets beyond the examples.
 */
import type { Condition, Environment, RuleAction } from '../network/environment.ts';
import { CONDITION_WORDS } from '../network/environment.ts';
import type { Frame } from '../network/frames.ts';
import { type Conditions, type Hop, type Journey, type Ruling, walk } from '../network/walk.ts';
import type { ClusterExtent, Need, NetworkScheme, PacketEnds, Statement } from './scheme.ts';

/** Works; works under a condition; does not work. */
export type VerdictName = 'allowed' | 'restricted' | 'refused';

/** The rule that decided, where, on which header. */
export interface Reason {
  /** Name of the rule or quota in the environment. */
  readonly rule: string;
  /** The device that decided, in words. */
  readonly hop: string;
  /** The header or act that it looked at, in words. */
  readonly header: string;
  /** What must be true, in words; absent when nothing helps. */
  readonly condition?: string;
  /** One sentence for people. */
  readonly words: string;
  /** Where the environment's rules are written. */
  readonly source: string;
}

/** How pods and the physical network reach each other. */
export interface Connection {
  /** How pods reach the physical network, in words. */
  readonly fromPods: string;
  /** How the physical network reaches pods, in words. */
  readonly toPods: string;
  /** Whether the physical network sees the pods' own addresses. */
  readonly podAddressesVisible: boolean;
}

/** What an environment makes of a scheme, and why. */
export interface Judgement {
  readonly verdict: VerdictName;
  /** What refuses, or what restricts; empty for `allowed`. */
  readonly because: readonly Reason[];
  readonly connected: Connection;
  /** What the network must allow or be told, with the conditions to be met at the end. */
  readonly changes: readonly Statement[];
  /** What can fail, and what that does. */
  readonly risks: readonly Statement[];
}

/** Example addresses for the packets that are walked. */
export type ExampleEnds = Pick<
  PacketEnds,
  'sourcePod' | 'destinationPod' | 'sourceNode' | 'destinationNode' | 'router' | 'vlanId'
>;

/** Judges `scheme` in `environment` for a cluster of that extent. */
export function judge(
  scheme: NetworkScheme,
  environment: Environment,
  extent: ClusterExtent,
  ends: ExampleEnds,
): Judgement {
  const needs = scheme.needs(extent, environment);
  const musts = needs.filter((need) => need.optional !== true);
  const unmet = musts.flatMap((need) => unmetNeed(need, environment));
  const crowded = musts.flatMap((need) => [
    ...crowdedInterface(need, environment),
    ...crowdedNetwork(need, environment),
    ...idsRunOut(need, environment),
  ]);
  const met = conditionsMet(needs, environment);
  const rulings = journeys(scheme, environment, ends).flatMap((journey) => walk(journey, environment, met));
  const drops = rulings.filter((ruling) => ruling.outcome === 'drop').map((ruling) => reasonOf(ruling, environment));
  const limits = [
    ...musts.flatMap((need) => limitedNeed(need, environment)),
    ...rulings.filter((ruling) => ruling.outcome === 'restricted').map((ruling) => reasonOf(ruling, environment)),
  ];
  const refusals = distinct([...unmet, ...drops, ...crowded]);
  const verdict = refusals.length > 0 ? 'refused' : limits.length > 0 ? 'restricted' : 'allowed';
  return {
    verdict,
    because: verdict === 'refused' ? refusals : distinct(limits),
    connected: connection(scheme, environment, verdict),
    changes: [...scheme.changes(extent, environment), ...conditionsToMeet(limits, extent)],
    risks: scheme.risks(extent, environment),
  };
}

/** Why a need is not met: its rule refuses it, or asks for what cannot be brought about, or the routes are too many. */
function unmetNeed(need: Need, environment: Environment): Reason[] {
  const base = { hop: need.hop, header: need.header, source: environment.source };
  if (need.provider !== undefined && need.provider !== environment.providerAddresses)
    return [
      { ...base, rule: 'provider-addresses', words: `${environment.title} has no ${need.hop} for ${need.header}` },
    ];
  const action = need.rule === undefined ? undefined : environment.rules[need.rule];
  if (need.rule !== undefined && action !== undefined && !canBeMet(action, environment))
    return [{ ...base, rule: need.rule, words: `${environment.title}: the rule ${need.rule} refuses ${need.header}` }];
  if (need.routes === undefined || need.routes <= environment.routeQuota) return [];
  const words = `${need.routes} routes are needed and the ${need.hop} holds ${environment.routeQuota}`;
  return [{ ...base, rule: 'route-quota', words }];
}

/** A need of the control plane has no packet to walk: of the conditions an operator can only switch the check off. */
function canBeMet(action: RuleAction, environment: Environment): boolean {
  if (action.kind !== 'pass-if') return action.kind === 'pass';
  const leavesSubnet = action.within === 'subnet' && environment.subnets === 'per-rack';
  return action.condition === 'source-destination-check-off' && !leavesSubnet;
}

/** The conditions under which a need is met. */
function limitedNeed(need: Need, environment: Environment): Reason[] {
  if (need.rule === undefined || unmetNeed(need, environment).length > 0) return [];
  const action = environment.rules[need.rule];
  if (action.kind !== 'pass-if') return [];
  const condition = CONDITION_WORDS[action.condition];
  const words = `${environment.title}: the rule ${need.rule} lets ${need.header} pass if ${condition}`;
  return [{ rule: need.rule, hop: need.hop, header: need.header, condition, words, source: environment.source }];
}

/** Too many addresses behind one interface: told after the packets, because it matters only where they pass. */
function crowdedInterface(need: Need, environment: Environment): Reason[] {
  const { addressesOfInterface, hop, header } = need;
  const { addressesPerInterface, source } = environment;
  if (addressesOfInterface === undefined || addressesOfInterface <= addressesPerInterface) return [];
  const words = `up to ${addressesOfInterface} addresses show behind one interface, and ${hop} allows ${addressesPerInterface}`;
  return [{ rule: 'addresses-per-interface', hop, header, words, source }];
}

/** More addresses than the whole network holds. */
function crowdedNetwork(need: Need, environment: Environment): Reason[] {
  const { addressesOfNetwork, hop, header } = need;
  const { addressesPerNetwork, source } = environment;
  if (addressesOfNetwork === undefined || addressesOfNetwork <= addressesPerNetwork) return [];
  const words = `${addressesOfNetwork} addresses of the network are needed, and it holds ${addressesPerNetwork}`;
  return [{ rule: 'addresses-per-network', hop, header, words, source }];
}

/** More tenants than the field of the header can number. */
function idsRunOut(need: Need, environment: Environment): Reason[] {
  const { ids, hop, header } = need;
  if (ids === undefined || ids.count <= ids.limit) return [];
  const words = `${ids.count} tenants need an id each, and there are ${ids.limit}`;
  return [{ rule: ids.rule, hop, header, words, source: `${ids.source}; ${environment.source}` }];
}

/** Conditions that are met for a scheme in an environment, as far as its needs are. */
export function conditionsOf(scheme: NetworkScheme, environment: Environment, extent: ClusterExtent): Conditions {
  return conditionsMet(scheme.needs(extent, environment), environment);
}

/** What the operator can bring about: switching a check off always, routes where a need that gives them is met. */
function conditionsMet(needs: readonly Need[], environment: Environment): Conditions {
  const met = new Set<Condition>(['source-destination-check-off']);
  for (const need of needs) {
    if (need.gives === undefined || unmetNeed(need, environment).length > 0) continue;
    met.add(need.gives);
    if ((need.rule === 'static-routes' || need.rule === 'route-api') && environment.kind === 'vpc')
      met.add('route-in-table');
  }
  return met;
}

/** Each packet of the scheme between two nodes of one subnet, and across a router where racks are subnets. */
function journeys(scheme: NetworkScheme, environment: Environment, ends: ExampleEnds): Journey[] {
  const relations = environment.subnets === 'per-rack' ? [true, false] : [true];
  return relations.flatMap((sameSubnet) => {
    return scheme.packets({ ...ends, sameSubnet }).map(({ what, frame }) => {
      const crossesSubnets = !sameSubnet && isForTheRouter(frame);
      const hops = hopsOf(environment, crossesSubnets);
      return { what, frame, hops, crossesSubnets, acrossSubnets: !sameSubnet };
    });
  });
}

function isForTheRouter([outer]: Frame): boolean {
  return outer?.kind === 'ethernet' && outer.destination.owner === 'router';
}

function hopsOf(environment: Environment, crossesSubnets: boolean): Hop[] {
  if (environment.kind === 'vpc') {
    return [
      { name: "the provider's virtual switch at the sender", role: 'entry' },
      { name: "the provider's virtual switch at the receiver", role: 'router' },
    ];
  }
  const port: Hop = { name: 'the access port of the top-of-rack switch', role: 'entry' };
  return crossesSubnets ? [port, { name: 'the top-of-rack router', role: 'router' }] : [port];
}

function reasonOf(ruling: Ruling, environment: Environment): Reason {
  const base = {
    rule: ruling.rule,
    hop: ruling.hop,
    header: ruling.header,
    words: ruling.words,
    source: environment.source,
  };
  return ruling.condition === undefined ? base : { ...base, condition: conditionWords(ruling, environment) };
}

function conditionWords(ruling: Ruling, environment: Environment): string {
  const action = environment.rules[ruling.rule];
  const inSubnet = action.kind === 'pass-if' && action.within === 'subnet' ? ', and all nodes stand in one subnet' : '';
  return ruling.condition === undefined ? '' : `${CONDITION_WORDS[ruling.condition]}${inSubnet}`;
}

function distinct(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const key = `${reason.rule}|${reason.hop}|${reason.condition ?? ''}`;
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

function conditionsToMeet(limits: readonly Reason[], extent: ClusterExtent): Statement[] {
  const conditions = [...new Set(limits.map((reason) => reason.condition ?? ''))];
  return conditions.map((words) => ({ words: words.charAt(0).toUpperCase() + words.slice(1), count: extent.nodes }));
}

function connection(scheme: NetworkScheme, environment: Environment, verdict: VerdictName): Connection {
  if (verdict === 'refused') {
    return { fromPods: 'not connected', toPods: 'not connected', podAddressesVisible: false };
  }
  if (scheme.traversal === 'overlay' || (scheme.traversal === 'mixed' && environment.subnets === 'per-rack')) {
    return {
      fromPods: "yes, with their node's address (NAT)",
      toPods: 'only through a node port or an Ingress',
      podAddressesVisible: false,
    };
  }
  if (environment.subnets === 'one') {
    return {
      fromPods: 'inside the subnet with their own address, beyond it through NAT',
      toPods: 'inside the subnet by their own address, from beyond through a node port or an Ingress',
      podAddressesVisible: true,
    };
  }
  return { fromPods: 'yes, with their own address', toPods: 'yes, by their own address', podAddressesVisible: true };
}
