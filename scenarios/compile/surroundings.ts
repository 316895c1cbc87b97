/** A document's environments, fabric, faults and sizes as the models take them. */
import type { Environment as NetworkEnvironment, RuleAction, RuleName } from '../../models/network/environment.ts';
import { RULE_NAMES } from '../../models/network/environment.ts';
import type { FabricSetting } from '../../models/network/fabric.ts';
import { type FabricRouting, USUAL_ROUTING } from '../../models/network/routing/fabric-speakers.ts';
import type { TalkerPlan } from '../../models/traffic/talkers.ts';
import type { FaultPlan, FaultTarget } from '../../models/world/faults.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import type { Distribution } from '../../sim/random/distributions.ts';
import type { Environment, Rule } from '../document/environment-schema.ts';
import type { Fault } from '../document/fault-schema.ts';
import { federatedNodes } from '../document/federation-check.ts';
import { expandNodes } from '../document/node-list.ts';
import { type NamedPlace, nodesOfZone } from '../document/place-check.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** The environment of that name, which the document has resolved. */
export function environmentOf(document: ScenarioDocument, name: string): NetworkEnvironment {
  const { title, kind, underlayMtu, subnets, rules, source } = document.environments[name]!;
  return {
    name,
    title,
    kind,
    underlayMtu,
    subnets,
    source,
    rules: Object.fromEntries(RULE_NAMES.map((rule) => [rule, actionOf(ruleNamed(rules, rule))])) as Record<
      RuleName,
      RuleAction
    >,
    routeQuota: rules['route-quota'],
    addressesPerInterface: quotaOf(rules['addresses-per-interface']),
    addressesPerNetwork: quotaOf(rules['addresses-per-network']),
    providerAddresses: rules['provider-addresses'],
  };
}

function quotaOf(quota: number | 'unlimited'): number {
  return quota === 'unlimited' ? Number.POSITIVE_INFINITY : quota;
}

function ruleNamed(rules: Environment['rules'], name: RuleName): Rule {
  return rules[name];
}

function actionOf(rule: Rule): RuleAction {
  if (rule.verdict !== 'pass-if') return { kind: rule.verdict };
  const base = { kind: 'pass-if', condition: rule.condition } as const;
  return rule.within === null ? base : { ...base, within: rule.within };
}

/** The fabric's sizes and speeds. */
export function fabricSettingOf(document: ScenarioDocument): FabricSetting {
  const { nodesPerRack, spines, hostLink, uplink, linkLatency, switchLatency } = document.fabric;
  const { oversubscription } = document.assume;
  return {
    nodesPerRack,
    spines,
    hostLinkBitsPerSec: hostLink,
    uplinkBitsPerSec: uplink / oversubscription,
    linkLatencyNs: linkLatency,
    switchLatencyNs: switchLatency,
  };
}

/** What the fabric's own routers have written. */
export function fabricRoutingOf({ routing }: ScenarioDocument): FabricRouting {
  const { spines, keepalive, hold, advertisementInterval, bfd } = routing;
  const timers = {
    ...USUAL_ROUTING.timers,
    keepaliveSeconds: keepalive / NS_PER_SECOND,
    holdSeconds: hold / NS_PER_SECOND,
    mraiSeconds: advertisementInterval / NS_PER_SECOND,
  };
  const own = { spinesShareAs: spines === 'one-as', timers };
  if (bfd === 'off') return own;
  const intervalMs = bfd.interval / NS_PER_MS;
  return { ...own, bfd: { transmitMs: intervalMs, receiveMs: intervalMs, multiplier: bfd.multiplier } };
}

/** The faults with names turned into numbers. */
export function faultPlansOf(document: ScenarioDocument): FaultPlan[] {
  const targets = targetsOf(document, document.faults);
  return document.faults.map((fault, index) => {
    const target = targets[index]!;
    return fault.for === null ? { atNs: fault.at, target } : { atNs: fault.at, forNs: fault.for, target };
  });
}

type Target = NamedPlace | Fault;

/** Places with names turned into numbers. */
export function targetsOf(document: ScenarioDocument, places: readonly Target[]): FaultTarget[] {
  const { manifests } = document.cluster;
  const { federation } = document;
  const nodes =
    federation === undefined ? document.cluster.nodes : federatedNodes(federation.clusters, document.cluster.nodes);
  const names = [...expandNodes(nodes), ...(manifests?.nodes ?? [])].map(({ name }) => name);
  const numberOf = new Map(names.map((name, index) => [name, index]));
  return places.map((place) =>
    place.kind === 'zone'
      ? { kind: 'zone', nodes: nodesOfZone({ ...document.cluster, nodes }, place.target), cut: isCut(place) }
      : targetOf(place, numberOf),
  );
}

function isCut(place: Target): boolean {
  return 'cut' in place && place.cut;
}

function targetOf(
  fault: Exclude<Target, { readonly kind: 'zone' }>,
  numberOf: ReadonlyMap<string, number>,
): FaultTarget {
  if (fault.kind === 'control-plane-away')
    return { kind: fault.kind, ...(fault.part === undefined ? {} : { part: fault.part }) };
  if (fault.kind === 'switch') return switchOf(fault.target);
  if (fault.kind === 'rack') return { kind: 'rack', rack: fault.target, cut: isCut(fault) };
  if (fault.kind === 'node')
    return { kind: 'node', node: fault.target === 'any' ? 'any' : numberOf.get(fault.target)!, cut: isCut(fault) };
  const { target } = fault;
  const silent = 'silent' in fault && fault.silent;
  if (target === 'any-uplink') return { kind: 'link', rack: 'any', spine: 'any', silent };
  return { kind: 'link', rack: target.rack, spine: target.spine, silent };
}

function switchOf(target: Extract<NamedPlace, { kind: 'switch' }>['target']): FaultTarget {
  if (target === 'any-spine') return { kind: 'spine', spine: 'any' };
  if (target === 'any-leaf') return { kind: 'leaf', rack: 'any' };
  return 'leaf' in target ? { kind: 'leaf', rack: target.leaf } : { kind: 'spine', spine: target.spine };
}

/** A distribution of sizes with every size times `factor`. */
export function scaled(size: Distribution, factor: number): Distribution {
  switch (size.kind) {
    case 'constant':
      return { kind: 'constant', value: size.value * factor };
    case 'uniform':
      return { kind: 'uniform', low: size.low * factor, high: size.high * factor };
    case 'exponential':
      return { kind: 'exponential', mean: size.mean * factor };
    case 'lognormal':
      return { ...size, mean: size.mean * factor };
    case 'pareto':
      return { ...size, min: size.min * factor, max: size.max * factor };
    case 'mixture':
      return { ...size, parts: size.parts.map(({ weight, of }) => ({ weight, of: scaled(of, factor) })) };
  }
}

/** The talkers, with paces in payload bytes a second. */
export function talkerPlansOf(document: ScenarioDocument): TalkerPlan[] {
  return document.traffic.talkers.map(({ name, rate, size, measures, pace, protocol, datagram }) => ({
    name,
    ratePerSec: rate,
    size: scaled(size, document.assume.packetSize),
    measures,
    protocol,
    ...(datagram === undefined ? {} : { datagramBytes: datagram }),
    ...(pace === undefined ? {} : { paceBytesPerSec: pace / 8 }),
  }));
}
