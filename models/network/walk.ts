/**
 * One packet on its way through an environment: which rule lets it pass at which hop, and which drops it.
 *
 * The walk looks only at the outermost headers, as the devices do. It takes no notice of the scheme that made them, so
 * that a verdict follows from headers and rules alone.
 * Source: ours; which rule looks at which header follows from what switches, routers and providers check.
 * Left out: forwarding state of single devices (tables come with the protocols), filters by port.
 */
import { CONDITION_WORDS, type Condition, type Environment, type RuleAction, type RuleName } from './environment.ts';
import { describeHeader, type Frame, type Header, IP_PROTOCOL } from './frames.ts';

/** A device that looks at the packet. */
export interface Hop {
  /** In words: "top-of-rack switch of rack-00". */
  readonly name: string;
  /** `entry`: the first port a node's frame meets; `router`: decides by the destination address. */
  readonly role: 'entry' | 'router';
}

/** A packet and the devices that it meets, in order. */
export interface Journey {
  /** In words: "a packet from a pod to a pod in another rack". */
  readonly what: string;
  readonly frame: Frame;
  readonly hops: readonly Hop[];
  /** Whether a router stands between the two nodes. */
  readonly crossesSubnets: boolean;
  /** Whether the two nodes stand in different subnets; a frame that is not addressed to the router cannot leave its own. */
  readonly acrossSubnets?: boolean;
}

/** Conditions that the operator can meet for this scheme: routes it gets into routers, checks that can be switched off. */
export type Conditions = ReadonlySet<Condition>;

/** What one rule said about one header at one hop. */
export interface Ruling {
  readonly rule: RuleName;
  /** Name of the device. */
  readonly hop: string;
  /** The header as it was on the wire there, in words. */
  readonly header: string;
  /** `restricted`: it passes, as a condition that the operator has to meet is counted as met. */
  readonly outcome: 'pass' | 'restricted' | 'drop';
  /** For `restricted`, and for a `drop` whose condition is not met. */
  readonly condition?: Condition;
  /** One sentence for people. */
  readonly words: string;
}

/** Walks the packet until a rule drops it; returns every ruling, the last one is the drop if there is one. */
export function walk(journey: Journey, environment: Environment, met: Conditions): Ruling[] {
  const rulings: Ruling[] = [];
  for (const hop of journey.hops) {
    for (const header of outerHeaders(journey.frame)) {
      for (const rule of rulesAbout(header, hop, journey)) {
        const ruling = judge(rule, environment.rules[rule], { journey, hop, header, met });
        rulings.push(ruling);
        if (ruling.outcome === 'drop') return rulings;
      }
    }
  }
  return rulings;
}

/**
 * Everything up to and with the first transport header: what lies deeper is payload to the network. Tags come first,
 * because a port admits a frame by its tag before it looks any address up.
 */
function outerHeaders(frame: Frame): Header[] {
  const end = frame.findIndex(hidesWhatFollows);
  const outer = end < 0 ? frame : frame.slice(0, end + 1);
  const isTag = (header: Header): boolean => header.kind === 'vlan';
  return [...outer.filter(isTag), ...outer.filter((header) => !isTag(header))];
}

function hidesWhatFollows(header: Header): boolean {
  if (header.kind === 'ipv4') return header.protocol === IP_PROTOCOL.ipInIp;
  return header.kind === 'udp' || header.kind === 'tcp';
}

function rulesAbout(header: Header, hop: Hop, journey: Journey): readonly RuleName[] {
  if (hop.role === 'router') return rulesOfRouters(header);
  switch (header.kind) {
    case 'vlan':
      return ['vlan-tags'];
    case 'ethernet':
      return rulesThat(
        [header.source.owner === 'pod', 'unknown-mac'],
        [header.broadcast, 'broadcast'],
        [leavesItsSegment(header, journey), 'layer-2-across-subnets'],
      );
    case 'ipv4':
      return rulesThat(
        [header.protocol === IP_PROTOCOL.ipInIp, 'ip-protocol-4'],
        [header.source.owner === 'pod', 'unknown-source-ip'],
      );
    case 'udp':
      return ['udp-ports'];
    default:
      return [];
  }
}

/** Addressed past the router to a station of another subnet, and not in a VLAN that trunks carry there. */
function leavesItsSegment(header: Header & { kind: 'ethernet' }, { frame, acrossSubnets }: Journey): boolean {
  if (acrossSubnets !== true || header.destination.owner === 'router') return false;
  return !frame.some(({ kind }) => kind === 'vlan');
}

function rulesOfRouters(header: Header): readonly RuleName[] {
  return header.kind === 'ipv4' && header.destination.owner === 'pod' ? ['unknown-destination-ip'] : [];
}

function rulesThat(...candidates: readonly (readonly [applies: boolean, rule: RuleName])[]): RuleName[] {
  return candidates.flatMap(([applies, rule]) => (applies ? [rule] : []));
}

interface Circumstances {
  readonly journey: Journey;
  readonly hop: Hop;
  readonly header: Header;
  readonly met: Conditions;
}

function judge(rule: RuleName, action: RuleAction, at: Circumstances): Ruling {
  const base = { rule, hop: at.hop.name, header: describeHeader(at.header) };
  const what = `${at.journey.what} (${base.header})`;
  if (action.kind === 'pass') return { ...base, outcome: 'pass', words: `${at.hop.name} lets ${what} pass` };
  if (action.kind === 'drop') return { ...base, outcome: 'drop', words: `${at.hop.name} drops ${what}` };
  const condition = action.condition;
  if (action.within === 'subnet' && at.journey.crossesSubnets)
    return { ...base, outcome: 'drop', condition, words: `${at.hop.name} drops ${what}, because it leaves its subnet` };
  if (!at.met.has(condition))
    return {
      ...base,
      outcome: 'drop',
      condition,
      words: `${at.hop.name} drops ${what}: it would pass only if ${CONDITION_WORDS[condition]}`,
    };
  if (condition === 'route-known')
    return { ...base, outcome: 'pass', condition, words: `${at.hop.name} has a route for ${what}` };
  return {
    ...base,
    outcome: 'restricted',
    condition,
    words: `${at.hop.name} lets ${what} pass if ${CONDITION_WORDS[condition]}`,
  };
}
