/**
 * When the routes of a fabric change after faults: BGP by message on the fabric's routers and, where the scheme has it, on nodes.
 *
 * Traffic does not act on routing, and faults are settled before a run: so the routers run ahead on a clock of their own, and the
 * run follows what they did. They start one by one before time 0, so that timers stand at any phase when something breaks.
 * Source: models/network/bgp. Left out: routes of pods that start or move in the run, the processor time of daemons.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { BgpNetwork } from '../bgp/network.ts';
import { type FabricExtent, type FabricRouting, type FabricSpeakers, fabricSpeakers } from './fabric-speakers.ts';
import type { NodeRouting } from './node-routing.ts';

/** Something that breaks or is mended. */
export type RoutingEvent =
  | {
      readonly atNs: TimeNs;
      readonly kind: 'link';
      readonly rack: number;
      readonly spine: number;
      readonly up: boolean;
      /** Its packets are lost, or no longer, while its ports keep their carrier. */
      readonly silent?: boolean;
    }
  | { readonly atNs: TimeNs; readonly kind: 'node'; readonly node: number }
  | { readonly atNs: TimeNs; readonly kind: 'rack'; readonly rack: number };

/** What changed in a kernel's routes. */
export type RouteChange =
  /** The leaf of `rack` sends to `towards` over these spines from now on. */
  | {
      readonly atNs: TimeNs;
      readonly kind: 'rack';
      readonly rack: number;
      readonly towards: number;
      readonly spines: readonly number[];
    }
  /** Callers on a node, or on all nodes of a rack, have a route to the pods of `node`, or no longer. */
  | {
      readonly atNs: TimeNs;
      readonly kind: 'node';
      readonly node: number;
      readonly callers: { readonly node: number } | { readonly rack: number };
      readonly reaches: boolean;
    };

/** Routers boot one by one within this time before the run. */
const BOOT_SPREAD_NS = 300 * NS_PER_SECOND;
/** After the last one has booted, all routes are known and timers have gone round. */
const SETTLING_NS = 300 * NS_PER_SECOND;
const START_NS = BOOT_SPREAD_NS + SETTLING_NS;

/** What became of routes. */
export interface RouteHistory {
  /** From time 0 on, in order of time. */
  readonly changes: readonly RouteChange[];
  /** UPDATE messages from time 0 on, between all routers that were simulated. */
  readonly updates: number;
}

/** Who speaks BGP. */
export interface RoutingSetting {
  readonly fabric: FabricExtent;
  /** The fabric's own routers; as usual if absent. */
  readonly own?: FabricRouting;
  /** The nodes; they do not if absent. */
  readonly nodes?: NodeRouting | undefined;
}

/** What becomes of routes from time 0 to `untilNs`. */
export function routeHistory(
  setting: RoutingSetting,
  events: readonly RoutingEvent[],
  untilNs: TimeNs,
  streams: StreamSource,
): RouteHistory {
  if (events.length === 0) return { changes: [], updates: 0 };
  return new History(setting, events, streams).run(untilNs);
}

/** Nodes that fail, by themselves or with their rack. */
function failingNodes(fabric: FabricExtent, events: readonly RoutingEvent[]): number[] {
  const nodes = new Set<number>();
  for (const event of events) {
    if (event.kind === 'node') nodes.add(event.node);
    if (event.kind !== 'rack') continue;
    for (let node = 0; node < fabric.nodes; node++) if (fabric.rackOf(node) === event.rack) nodes.add(node);
  }
  return [...nodes].sort((a, b) => a - b);
}

class History {
  readonly #fabric: FabricExtent;
  readonly #sim = new Simulation();
  readonly #speakers: FabricSpeakers;
  readonly #network: BgpNetwork;
  readonly #changes: RouteChange[] = [];
  /** By number of the prefix: the rack or the node that it belongs to. */
  readonly #rackOfPrefix = new Map<number, number>();
  readonly #nodeOfPrefix = new Map<number, number>();
  readonly #nodeOfSpeaker = new Map<number, number>();

  constructor({ fabric, own, nodes }: RoutingSetting, events: readonly RoutingEvent[], streams: StreamSource) {
    this.#fabric = fabric;
    const failing = failingNodes(fabric, events);
    this.#speakers = fabricSpeakers(fabric, nodes, failing, own);
    const { configuration } = this.#speakers;
    this.#network = new BgpNetwork({ sim: this.#sim, streams }, configuration, {
      route: (speaker, prefix) => this.#changed(speaker, prefix),
    });
    const { prefixes } = this.#network;
    for (let rack = 0; rack < fabric.racks; rack++)
      this.#rackOfPrefix.set(prefixes.idOf(this.#speakers.rackPrefix(rack)), rack);
    for (const node of failing) this.#nodeOfPrefix.set(prefixes.idOf(this.#speakers.nodePrefix(node)), node);
    this.#speakers.ofNode.forEach((speaker, node) => {
      if (speaker >= 0) this.#nodeOfSpeaker.set(speaker, node);
    });
    const boot = this.#sim.kind('router boots', (speaker) => this.#network.start(speaker));
    for (const [speaker, { name }] of configuration.speakers.entries()) {
      const atNs = Math.floor(BOOT_SPREAD_NS * streams.stream(`bgp/${name}`, 'boot').uniform());
      this.#sim.at(atNs, boot, speaker);
    }
    const strike = this.#sim.kind('fault', (index) => this.#strike(events[index]!));
    for (const [index, { atNs }] of events.entries()) this.#sim.at(START_NS + atNs, strike, index);
  }

  run(untilNs: TimeNs): RouteHistory {
    this.#sim.run(START_NS - 1);
    const before = this.#network.updatesSent;
    this.#sim.run(START_NS + untilNs);
    return { changes: this.#changes, updates: this.#network.updatesSent - before };
  }

  #strike(event: RoutingEvent): void {
    if (event.kind === 'link' && event.silent === true) this.#silence(event.rack, event.spine, !event.up);
    else if (event.kind === 'link') this.#cut(event.rack, event.spine, event.up);
    else if (event.kind === 'node') this.#kill(event.node);
    else {
      for (let spine = 0; spine < this.#fabric.spines; spine++) this.#cut(event.rack, spine, false);
      for (let node = 0; node < this.#fabric.nodes; node++)
        if (this.#fabric.rackOf(node) === event.rack) this.#kill(node);
    }
  }

  /** The leaf's end acts at once, the spine hears by its link watch: as a cable was pulled in the recordings. */
  #cut(rack: number, spine: number, up: boolean): void {
    this.#network.setPort(rack, this.#speakers.cableOf(rack, spine), up);
  }

  #silence(rack: number, spine: number, silent: boolean): void {
    this.#network.setSilent(rack, this.#speakers.cableOf(rack, spine), 'both', silent);
  }

  /** A node's own cable loses its carrier; peers beyond the fabric hear nothing of it. */
  #kill(node: number): void {
    const segment = this.#speakers.segmentOfNode[node]!;
    if (segment < 0) return;
    const speaker = this.#speakers.ofNode[node]!;
    const isCable = this.#speakers.configuration.segments[segment]!.members.length === 2;
    if (isCable) this.#network.setPort(speaker, segment, false);
    else this.#network.setSilent(speaker, segment, 'both', true);
  }

  #changed(speaker: number, prefix: number): void {
    const atNs = this.#sim.nowNs - START_NS;
    if (atNs < 0) return;
    const hops = this.#network.nextHops(speaker, prefix);
    const { racks } = this.#fabric;
    const towards = this.#rackOfPrefix.get(prefix);
    if (towards !== undefined && speaker < racks) {
      const spines = (hops ?? []).map((hop) => hop - racks);
      this.#changes.push({ atNs, kind: 'rack', rack: speaker, towards, spines });
      return;
    }
    const node = this.#nodeOfPrefix.get(prefix);
    const callers = this.#callersAt(speaker);
    if (node !== undefined && callers !== undefined)
      this.#changes.push({ atNs, kind: 'node', node, callers, reaches: hops !== undefined });
  }

  #callersAt(speaker: number): { readonly node: number } | { readonly rack: number } | undefined {
    if (speaker < this.#fabric.racks) return { rack: speaker };
    const node = this.#nodeOfSpeaker.get(speaker);
    return node === undefined ? undefined : { node };
  }
}
