/**
 * VXLAN tunnel ends on nodes of an underlay: who gets a copy of what, and what each end learns.
 *
 * Source: RFC 7348; Linux 6.x drivers/net/vxlan (`vxlan_xmit`, `vxlan_snoop`, `arp_reduce`). A frame for a known address goes
 * to one remote end; any other, and every broadcast, goes to the default destinations of the network: each remote end by a
 * copy of its own (head-end replication), or a multicast group by one. An end with `answersFor` entries answers ARP
 * itself (neighbour suppression, `proxy`). What arrives teaches the sender's address, if learning is on.
 *
 * Left out: several outer addresses of an end, IPv6, EVPN (it fills the same tables), rates. MTU is in tunnel-path.ts.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { VXLAN_OVERHEAD_BYTES } from '../frames.ts';
import { BROADCAST_MAC, FRAME_KIND } from '../layer2/frame-pool.ts';
import type { Layer2Network } from '../layer2/layer2-network.ts';

/** Linux forgets what it learned after so long (`ageing` of the device). */
export const VTEP_AGEING_NS = 300 * NS_PER_SECOND;
/** A network's number has 24 bits. */
export const VNI_MAX = 0xffffff;
/** IANA's port for VXLAN; a packet's note is the network's number. */
const UDP = 17;

/** How an end is set up. */
export interface VtepSettings {
  /** The node that it stands on, a host of the underlay. */
  readonly node: number;
  /** The node's address in the underlay. */
  readonly address: number;
  readonly vni: number;
  /** Whether what arrives teaches it; true if left out. */
  readonly learns?: boolean;
  readonly ageingNs?: TimeNs;
}

/** What an end has sent and received. */
export interface VtepCounts {
  framesSent: number;
  framesReceived: number;
  /** Frames for which it knew no remote end. */
  floods: number;
  /** Requests that it answered itself. */
  answers: number;
  /** Frames that nobody wanted: no destination, or a network that this node does not have. */
  drops: number;
}

interface Learned {
  readonly remote: number;
  readonly seenNs: TimeNs;
  readonly isStatic: boolean;
}

/** One end of VXLAN tunnels on a node. */
export class Vtep {
  /** The port to which a bridge or an interface of a container is linked. */
  readonly port: number;
  readonly counts: VtepCounts = { framesSent: 0, framesReceived: 0, floods: 0, answers: 0, drops: 0 };
  readonly #simulation: Simulation;
  readonly #network: Layer2Network;
  readonly #settings: VtepSettings;
  readonly #ageingNs: TimeNs;
  /** Default destinations: remote ends, or a multicast group. */
  readonly #defaults: number[] = [];
  readonly #table = new Map<number, Learned>();
  readonly #known = new Map<number, number>();

  constructor(simulation: Simulation, network: Layer2Network, settings: VtepSettings) {
    const { vni } = settings;
    assert(Number.isInteger(vni) && vni >= 0 && vni <= VNI_MAX, () => `a VNI is 0 to ${VNI_MAX}, got ${vni}`);
    this.#simulation = simulation;
    this.#network = network;
    this.#settings = settings;
    this.#ageingNs = settings.ageingNs ?? VTEP_AGEING_NS;
    this.port = network.ethernet.addSink((_, frame) => this.#takeIn(frame));
  }

  /** The network that it belongs to. */
  get vni(): number {
    return this.#settings.vni;
  }

  /** Entries of its table: default destinations, written ones, and learned ones that have not aged. */
  get entries(): number {
    const { nowNs } = this.#simulation;
    return this.#defaults.length + [...this.#table.values()].filter((entry) => this.#isFresh(entry, nowNs)).length;
  }

  /** Floods go there, too: a remote end, or a multicast group (which the node joins). */
  addDefault(destination: number): void {
    this.#defaults.push(destination);
  }

  /** Writes behind which remote end an address is. */
  addStatic(mac: number, remote: number): void {
    this.#table.set(mac, { remote, seenNs: 0, isStatic: true });
  }

  /** Answers requests for an address from now on. */
  answerFor(ip: number, mac: number): void {
    this.#known.set(ip, mac);
  }

  /** A packet of this network came from a remote end. */
  receive(packet: number): void {
    const { packets, ethernet } = this.#network;
    const frame = packets.inner[packet]!;
    this.counts.framesReceived++;
    if (this.#settings.learns ?? true) this.#learn(ethernet.frames.source[frame]!, packets.source[packet]!);
    ethernet.frames.hold(frame);
    ethernet.send(this.port, frame);
  }

  #takeIn(frame: number): void {
    const { frames } = this.#network.ethernet;
    if (frames.kind[frame] === FRAME_KIND.arpRequest && this.#answer(frame)) return;
    const destination = frames.destination[frame]!;
    const known = destination === BROADCAST_MAC ? undefined : this.#table.get(destination);
    if (known !== undefined && this.#isFresh(known, this.#simulation.nowNs)) this.#wrap(frame, known.remote);
    else this.#flood(frame);
  }

  #flood(frame: number): void {
    this.counts.floods++;
    if (this.#defaults.length === 0) this.counts.drops++;
    for (const destination of this.#defaults) this.#wrap(frame, destination);
  }

  #wrap(frame: number, remote: number): void {
    const { ethernet, packets } = this.#network;
    const packet = ethernet.frames.packet[frame]!;
    // An ARP message has 28 bytes.
    const bytes = packet < 0 ? 28 : packets.bytes[packet]!;
    this.counts.framesSent++;
    ethernet.frames.hold(frame);
    this.#network.sendPacket(this.#settings.node, {
      source: this.#settings.address,
      destination: remote,
      bytes: bytes + VXLAN_OVERHEAD_BYTES,
      protocol: UDP,
      note: this.vni,
      inner: frame,
    });
  }

  /** Answers a request for an address that is known here, so that nobody else is asked. */
  #answer(frame: number): boolean {
    const { ethernet } = this.#network;
    const { frames } = ethernet;
    const ip = frames.targetIp[frame]!;
    const mac = this.#known.get(ip);
    if (mac === undefined) return false;
    this.counts.answers++;
    const asker = frames.senderIp[frame]!;
    ethernet.send(this.port, frames.take(FRAME_KIND.arpReply, mac, frames.source[frame]!, ip, asker));
    return true;
  }

  #learn(mac: number, remote: number): void {
    if (this.#table.get(mac)?.isStatic) return;
    this.#table.set(mac, { remote, seenNs: this.#simulation.nowNs, isStatic: false });
  }

  #isFresh({ isStatic, seenNs }: Learned, nowNs: TimeNs): boolean {
    return isStatic || nowNs - seenNs <= this.#ageingNs;
  }
}

/** Hands VXLAN packets of a node to its ends by their network. */
export function serveVteps(network: Layer2Network, node: number, vteps: readonly Vtep[]): void {
  network.listen(node, (packet) => {
    if (network.packets.inner[packet]! < 0) return;
    const vtep = vteps.find(({ vni }) => vni === network.packets.note[packet]);
    if (vtep !== undefined) vtep.receive(packet);
    else for (const each of vteps) each.counts.drops++;
  });
}
