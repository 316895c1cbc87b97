/**
 * Links and switches that break in a living run: what flows over them waits, routes change when the routers have said so, and nodes whose
 * connection to the control plane finds no way are not heard.
 *
 * Routes are those of BGP by message, as in runs of flows (models/network/routing); whoever stands outside has a leaf of its own, the border. A
 * kubelet keeps one connection, whose two directions each take the spine that its hash gives. A break that is over within a second costs it a
 * copy or two and nobody is told (TCP sends again after 0.2 s and 0.6 s). Left out: sites of a federation; what a node's proxies miss meanwhile.
 */
import type { Fabric } from '../../../models/network/fabric.ts';
import type { FabricRows } from '../../../models/network/fabric-rows.ts';
import { LINK_HEALTH } from '../../../models/world/catalog.ts';
import { cablesOf, type Fault } from '../../../models/world/faults.ts';
import type { Publication } from '../../../models/world/publication.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { CableHolds } from '../cable-holds.ts';
import type { PlannedAlternative } from '../plan.ts';
import { Routing } from '../routing.ts';
import { fabricRoutingOf } from '../surroundings.ts';

/** A connection that is broken for less than this loses nothing. */
const BORNE_NS = NS_PER_SECOND;
/** Hashes are drawn from so many: enough for any number of spines. */
const HASHES = 2 ** 31;
const WHOLE = Number.POSITIVE_INFINITY;
const OUTSIDE = -1;

/** What links and switches carry. */
export interface FabricGround {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly alternative: PlannedAlternative;
  readonly fabric: Fabric;
  readonly rows: FabricRows;
  readonly publish: Publication;
  /** Routes are followed until then. */
  readonly endNs: TimeNs;
  /** Links carry that did not, or do not any more. */
  readonly linksChanged: () => void;
  /** Routes have changed: payloads go on over other links. Returns how many. */
  readonly respread: () => number;
  /** The control plane does not hear a node's place any more, or hears it again. */
  readonly severed: (node: number, severed: boolean) => void;
}

/** The faults of the fabric in one run. */
export class FabricFaults {
  readonly #at: FabricGround;
  readonly #faults: readonly Fault[];
  /** By fault: the numbers of its cables among all that break. */
  readonly #cablesOf: readonly (readonly number[])[];
  readonly #cables: readonly Fault[];
  readonly #holds: CableHolds;
  readonly #routing: Routing | undefined;
  /** How many faults hold each leaf down. */
  readonly #leaves: Uint16Array;
  /** By node: the hashes of what it sends to the control plane and of what it gets from there. */
  readonly #hashes: readonly (readonly [number, number])[];
  /** Since when each node's connection is broken. */
  readonly #brokenNs: Float64Array;
  readonly #severed: Uint8Array;
  readonly #look: EventKind;

  constructor(faults: readonly Fault[], at: FabricGround) {
    this.#at = at;
    this.#faults = faults;
    const { sim, fabric, rows, linksChanged } = at;
    const cables: Fault[] = [];
    this.#cablesOf = faults.map((fault) => cablesOf(fault, fabric).map((cable) => cables.push(cable) - 1));
    this.#cables = cables;
    this.#holds = new CableHolds({ sim, fabric, rows, changed: linksChanged });
    this.#leaves = new Uint16Array(fabric.racks);
    this.#brokenNs = new Float64Array(fabric.nodes).fill(WHOLE);
    this.#severed = new Uint8Array(fabric.nodes);
    this.#look = sim.kind('connections to the control plane are looked at', () => this.#lookAtNodes());
    if (cables.length > 0) this.#routing = this.#makeRouting();
    const stream = at.streams.stream('control plane', 'connections');
    this.#hashes =
      cables.length === 0
        ? []
        : Array.from({ length: fabric.nodes }, () => [stream.below(HASHES), stream.below(HASHES)] as const);
  }

  /** Whether the control plane does not hear a node for want of a way. */
  isSevered(node: number): boolean {
    return this.#severed[node] === 1;
  }

  /** Keys of the catalog's metrics. */
  metrics(): Readonly<Record<string, number>> {
    return this.#routing?.metrics() ?? {};
  }

  /** A fault strikes, or is mended. */
  change(index: number, strikes: boolean): void {
    const fault = this.#faults[index]!;
    this.#show(fault, strikes);
    const change = strikes ? 1 : -1;
    if (fault.kind === 'leaf') this.#holdLeaf(fault.rack, change);
    for (const cable of this.#cablesOf[index]!) {
      const { rack, spine } = this.#cables[cable]!;
      this.#holds.hold(rack, spine, change);
      this.#routing!.follow(cable, !strikes);
    }
    this.#changed();
  }

  #makeRouting(): Routing {
    const { sim, streams, alternative, fabric, endNs } = this.#at;
    const { scheme, environment, document } = alternative;
    return new Routing(this.#cables, {
      ...{ world: { sim, streams }, fabric, scheme, environment, endNs },
      extent: {
        racks: fabric.racks + 1,
        spines: fabric.spines,
        nodes: fabric.nodes,
        rackOf: (node) => fabric.rackOf(node),
      },
      fabricRouting: fabricRoutingOf(document),
      rerouteFactor: document.assume.rerouteTime,
      rerouted: (leaf, link) => this.#rerouted(leaf, link),
      // Nobody's own routes are withdrawn: nodes go on.
      withdrawn: () => {},
    });
  }

  #show({ kind, rack, spine }: Fault, strikes: boolean): void {
    const { fabric } = this.#at;
    if (kind === 'link') {
      this.#mark(strikes ? 'link-down' : 'link-up', fabric.uplink(rack, spine));
      return;
    }
    const { recorder } = this.#at.publish;
    const row = kind === 'leaf' ? rack : fabric.racks + spine;
    this.#mark(strikes ? 'switch-down' : 'switch-up', row);
    recorder.set(this.#at.publish.column('switches.health'), row, strikes ? LINK_HEALTH.down : LINK_HEALTH.up);
  }

  #mark(name: string, row: number, ...payload: number[]): void {
    const { publish } = this.#at;
    publish.recorder.mark(publish.mark(name), row, ...payload);
  }

  /** The cables between a leaf and its nodes. */
  #holdLeaf(rack: number, change: 1 | -1): void {
    const { fabric, rows, sim, linksChanged } = this.#at;
    this.#leaves[rack]! += change;
    const carries = this.#leaves[rack] === 0;
    for (let node = 0; node < fabric.nodes; node++) {
      if (fabric.rackOf(node) !== rack) continue;
      for (const link of [fabric.hostUp(node), fabric.hostDown(node)]) {
        if ((fabric.carries[link] === 1) === carries) continue;
        fabric.setCarries(link, carries, sim.nowNs);
        rows.health(link);
      }
    }
    linksChanged();
  }

  #rerouted(leaf: number, link: number): void {
    const { fabric, respread } = this.#at;
    const moved = respread();
    // The border is no row of the recording.
    if (leaf < fabric.racks) this.#mark('rerouted', leaf, moved, link);
    this.#changed();
  }

  /** Who is heard again is heard at once; who is not is found out when the break has lasted. */
  #changed(): void {
    this.#lookAtNodes();
    this.#at.sim.after(BORNE_NS, this.#look);
  }

  #lookAtNodes(): void {
    const { fabric, sim, severed } = this.#at;
    const causeBefore = sim.cause;
    for (let node = 0; node < fabric.nodes; node++) {
      const [up, down] = this.#hashes[node]!;
      const isWhole = fabric.arrives(node, OUTSIDE, up) && fabric.arrives(OUTSIDE, node, down);
      if (isWhole) this.#brokenNs[node] = WHOLE;
      else this.#brokenNs[node] = Math.min(this.#brokenNs[node]!, sim.nowNs);
      const isSevered = sim.nowNs - this.#brokenNs[node]! >= BORNE_NS;
      if (isSevered === this.isSevered(node)) continue;
      this.#severed[node] = isSevered ? 1 : 0;
      severed(node, isSevered);
      // Each is the break's own doing, and not that of the node before.
      sim.cause = causeBefore;
    }
  }
}
