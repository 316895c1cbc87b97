/**
 * Loops of links between bridges: a broadcast would run in them for ever, because Ethernet counts no hops.
 *
 * Source: IEEE 802.1Q-2018 (a broadcast domain has to be a tree; spanning trees exist to make it one). Two bridges are
 * joined in a VLAN where a link carries it from one to the other; VLANs that meet at ports with different access ids are one
 * domain, as they are in reality.
 * Left out: spanning trees and their timers: what they would cut is told as a loop.
 */
import { type PortVlans, REFUSED, tagOfOutgoing, vlanOfIncoming } from './vlan.ts';

/** A link between two bridges. */
export interface Trunk {
  readonly a: number;
  readonly b: number;
  readonly vlansA: PortVlans;
  readonly vlansB: PortVlans;
}

/** Bridges that are linked in a circle, and the VLAN for which they are. */
export interface Loop {
  readonly vlan: number;
  /** In the order of the links; the last is linked to the first. */
  readonly bridges: readonly number[];
}

interface Place {
  readonly bridge: number;
  readonly vlan: number;
}

/** One loop for each link that closes one. A VLAN that only ports for all of them carry is looked at once. */
export function loopsOf(trunks: readonly Trunk[]): Loop[] {
  const next = new Map<string, Place[]>();
  const loops: Loop[] = [];
  for (const trunk of trunks) {
    for (const vlan of candidatesOf(trunks)) {
      const to = carried(trunk, vlan);
      if (to === REFUSED) continue;
      const from = { bridge: trunk.a, vlan };
      const end = { bridge: trunk.b, vlan: to };
      const way = wayBetween(next, from, end);
      if (way !== undefined) loops.push({ vlan, bridges: way.map(({ bridge }) => bridge) });
      link(next, from, end);
      link(next, end, from);
    }
  }
  return loops;
}

/** A loop in a sentence. */
export function loopProblem({ vlan, bridges }: Loop, nameOf: (bridge: number) => string): string {
  const names = bridges.map(nameOf);
  return `Links run in a circle in VLAN ${vlan}: ${[...names, names[0]].join(' - ')}. A broadcast would never end: remove one of them.`;
}

/** The VLAN in which a frame of `vlan` arrives at the other bridge. */
function carried({ vlansA, vlansB }: Trunk, vlan: number): number {
  const tag = tagOfOutgoing(vlansA, vlan);
  return tag === REFUSED ? REFUSED : vlanOfIncoming(vlansB, tag);
}

/** VLANs that some port names, and one that none does, for ports that carry all. */
function candidatesOf(trunks: readonly Trunk[]): number[] {
  const named = new Set(trunks.flatMap(({ vlansA, vlansB }) => [...idsOf(vlansA), ...idsOf(vlansB)]));
  let other = 1;
  while (named.has(other)) other++;
  return [...named, other].sort((x, y) => x - y);
}

function idsOf(vlans: PortVlans): readonly number[] {
  if ('access' in vlans) return [vlans.access];
  const native = vlans.native === undefined ? [] : [vlans.native];
  return vlans.trunk === 'all' ? native : [...vlans.trunk, ...native];
}

const keyOf = ({ bridge, vlan }: Place): string => `${bridge}/${vlan}`;

function link(next: Map<string, Place[]>, from: Place, to: Place): void {
  const known = next.get(keyOf(from));
  if (known === undefined) next.set(keyOf(from), [to]);
  else known.push(to);
}

/** The places from one to the other along links seen so far. */
function wayBetween(next: ReadonlyMap<string, Place[]>, from: Place, to: Place): Place[] | undefined {
  const before = new Map<string, Place | undefined>([[keyOf(from), undefined]]);
  const open = [from];
  for (let i = 0; i < open.length; i++) {
    const place = open[i]!;
    if (keyOf(place) === keyOf(to)) return backFrom(place, before);
    for (const each of next.get(keyOf(place)) ?? []) {
      if (before.has(keyOf(each))) continue;
      before.set(keyOf(each), place);
      open.push(each);
    }
  }
  return undefined;
}

function backFrom(end: Place, before: ReadonlyMap<string, Place | undefined>): Place[] {
  const way: Place[] = [];
  for (let at: Place | undefined = end; at !== undefined; at = before.get(keyOf(at))) way.unshift(at);
  return way;
}
