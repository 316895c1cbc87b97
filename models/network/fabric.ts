/**
 * A leaf-spine fabric: nodes on leaf switches, every leaf on every spine, each cable two links (one a direction).
 *
 * Source: the Clos fabric as data centres build it (RFC 7938 describes its routing). Flows are spread over the spines by
 * a hash that the flow carries (equal-cost multipath by five-tuple) as the leaves' routes say: a link that died goes on attracting
 * flows until the switches that choose it have other routes; when they have is a result of routing/route-history.ts.
 * Whoever stands outside comes in over a leaf of its own, the border, which has routes as the others have them and links that never fill or fail.
 * Left out: queues and drops in ports (fluid sharing has none), links of unequal speed. Sites of a federation
 * stand in racks of their own; what joins them is models/federation/interconnect, and the spines here are those of each site.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';

/** Sizes and speeds of a fabric. */
export interface FabricSetting {
  /** Nodes on one leaf switch; the last rack may hold fewer. */
  readonly nodesPerRack: number;
  /** Spine switches; every leaf has one cable to each. */
  readonly spines: number;
  /** Speed of the cable between a node and its leaf, in each direction. */
  readonly hostLinkBitsPerSec: number;
  /** Speed of the cable between a leaf and a spine, in each direction. */
  readonly uplinkBitsPerSec: number;
  /** Time on one cable. */
  readonly linkLatencyNs: TimeNs;
  /** Time through one switch. */
  readonly switchLatencyNs: TimeNs;
}

/** Links of a path at most: node to leaf, leaf to spine, spine to leaf, leaf to node. */
export const PATH_LINKS_MAX = 4;
/** Of these, links between leaves and spines. */
const TRUNKS_OF_A_LONG_PATH = 2;
/** Share of a link that flows keep however much is flooded, so that a stormed link is slow and not stuck. */
const KEPT_FOR_FLOWS = 0.001;
/** What floods take has to move by this share of a link before flows are shared anew: sharing costs the run more than they differ. */
const FLOODED_STEP = 0.0001;

/** The fabric of one run. Link numbers: host up, host down (node order), then uplinks and downlinks (rack, spine). */
export class Fabric {
  readonly nodes: number;
  readonly racks: number;
  readonly spines: number;
  /** Links of one direction each. */
  readonly linkCount: number;
  readonly setting: FabricSetting;
  /** The link as a shared resource, bytes a second. */
  readonly resourceOf: Int32Array;
  /** 1 while the link carries. */
  readonly carries: Uint8Array;
  /** By link: what floods take of it before flows get theirs, bytes a second. */
  readonly #flooded: Float64Array;
  /** The same as flows were last told. */
  readonly #heeded: Float64Array;
  /** The number of the border among the leaves: the one after the last rack. */
  readonly border: number;
  /** By leaf, rack and spine: 1 while the leaf has a route to the rack over the spine. */
  readonly #routes: Uint8Array;
  readonly #resources: SharedResources;
  readonly #rackOf: Int32Array;
  readonly #way = new Int32Array(PATH_LINKS_MAX);
  #uplinkFactor = 1;
  #hasBroken = false;

  /** `nodes`: how many, or how many at each site; no rack holds nodes of two sites. */
  constructor(nodes: number | readonly number[], setting: FabricSetting, resources: SharedResources) {
    const sites = typeof nodes === 'number' ? [nodes] : nodes;
    assert(
      sites.length > 0 && sites.every((count) => count > 0) && setting.nodesPerRack > 0 && setting.spines > 0,
      'a fabric has nodes, racks and spines',
    );
    this.nodes = sites.reduce((sum, count) => sum + count, 0);
    this.setting = setting;
    this.#rackOf = racksOf(sites, setting.nodesPerRack);
    this.racks = this.#rackOf[this.nodes - 1]! + 1;
    this.border = this.racks;
    this.spines = setting.spines;
    this.linkCount = 2 * this.nodes + 2 * this.racks * this.spines;
    this.#resources = resources;
    this.resourceOf = new Int32Array(this.linkCount);
    this.carries = new Uint8Array(this.linkCount).fill(1);
    this.#flooded = new Float64Array(this.linkCount);
    this.#heeded = new Float64Array(this.linkCount);
    for (let link = 0; link < this.linkCount; link++)
      this.resourceOf[link] = resources.addResource(this.capacityBitsPerSec(link) / 8);
    const leaves = this.racks + 1;
    this.#routes = new Uint8Array(leaves * leaves * this.spines).fill(1);
  }

  /** The rack of a node. */
  rackOf(node: number): number {
    return this.#rackOf[node]!;
  }

  /** The leaf of a node; below 0, for whoever stands outside, the border. */
  leafOf(node: number): number {
    return node < 0 ? this.border : this.#rackOf[node]!;
  }

  /** Whether any link has ever broken: until then every way is whole. */
  get hasBroken(): boolean {
    return this.#hasBroken;
  }

  /** The link from a node to its leaf. */
  hostUp(node: number): number {
    return node;
  }

  /** The link from a leaf to its node. */
  hostDown(node: number): number {
    return this.nodes + node;
  }

  /** The link from the leaf of a rack to a spine. */
  uplink(rack: number, spine: number): number {
    return 2 * this.nodes + rack * this.spines + spine;
  }

  /** The link from a spine to the leaf of a rack. */
  downlink(rack: number, spine: number): number {
    return 2 * this.nodes + (this.racks + rack) * this.spines + spine;
  }

  /** True for links between leaves and spines. */
  isTrunk(link: number): boolean {
    return link >= 2 * this.nodes;
  }

  /** The link that a shared resource stands for, or -1 when it stands for none (resources are numbered in a row). */
  linkOf(resource: number): number {
    const link = resource - this.resourceOf[0]!;
    return link >= 0 && link < this.linkCount ? link : -1;
  }

  /** What the link carries while it is whole, bit/s. */
  capacityBitsPerSec(link: number): number {
    if (!this.isTrunk(link)) return this.setting.hostLinkBitsPerSec;
    return this.setting.uplinkBitsPerSec * this.#uplinkFactor;
  }

  /** Scales every link between leaves and spines (a live slider). */
  scaleUplinks(factor: number, nowNs: TimeNs): void {
    assert(factor > 0, () => `links keep some capacity, got factor ${factor}`);
    this.#uplinkFactor = factor;
    for (let link = 2 * this.nodes; link < this.linkCount; link++) this.#applyCapacity(link, nowNs);
  }

  /** Breaks or repairs one direction; flows on it stand still or move again at the next settle. */
  setCarries(link: number, carries: boolean, nowNs: TimeNs): void {
    this.carries[link] = carries ? 1 : 0;
    if (!carries) this.#hasBroken = true;
    this.#applyCapacity(link, nowNs);
  }

  /** Floods take so much of a link from now on; flows get the rest, to a ten-thousandth of the link. True if that changed. */
  setFlooded(link: number, bytesPerSec: number, nowNs: TimeNs): boolean {
    this.#flooded[link] = bytesPerSec;
    const heeded = this.#heeded[link]!;
    const hasEnded = bytesPerSec === 0 && heeded !== 0;
    const hasMoved = 8 * Math.abs(bytesPerSec - heeded) >= FLOODED_STEP * this.capacityBitsPerSec(link);
    if (hasEnded || hasMoved) this.#applyCapacity(link, nowNs);
    return hasEnded || hasMoved;
  }

  /** What floods take of a link, bytes a second. */
  floodedBytesPerSec(link: number): number {
    return this.#flooded[link]!;
  }

  #applyCapacity(link: number, nowNs: TimeNs): void {
    this.#heeded[link] = this.#flooded[link]!;
    const wholeBytes = this.capacityBitsPerSec(link) / 8;
    const leftBytes = Math.max(wholeBytes - this.#flooded[link]!, KEPT_FOR_FLOWS * wholeBytes);
    this.#resources.setCapacity(this.resourceOf[link]!, this.carries[link] === 1 ? leftBytes : 0, nowNs);
  }

  /** A leaf (a rack's, or the border) reaches another over these spines from now on. */
  setRoute(rack: number, towards: number, spines: readonly number[]): void {
    const first = this.#routeAt(rack, towards);
    this.#routes.fill(0, first, first + this.spines);
    for (const spine of spines) this.#routes[first + spine] = 1;
  }

  #routeAt(rack: number, towards: number): number {
    return (rack * (this.racks + 1) + towards) * this.spines;
  }

  /**
   * The spine of a flow between two racks: the `hash`-th of those that the sender's leaf has a route over, or -1 when it
   * has none.
   */
  spineFor(fromRack: number, toRack: number, hash: number): number {
    const routes = this.#routes;
    const first = this.#routeAt(fromRack, toRack);
    const end = first + this.spines;
    let usable = 0;
    for (let at = first; at < end; at++) usable += routes[at]!;
    if (usable === 0) return -1;
    let nth = hash % usable;
    for (let at = first; at < end; at++) if (routes[at] === 1 && nth-- === 0) return at - first;
    return -1;
  }

  /**
   * Writes the links of a path into `into` and returns how many: 0 on one node, 2 in a rack, 4 between racks; an end below 0 stands
   * outside, and adds none. When the leaf has no route, the flow waits at the sender's own link to the hashed spine.
   */
  path(from: number, to: number, hash: number, into: Int32Array): number {
    if (from === to || (from < 0 && to < 0)) return 0;
    let count = 0;
    if (from >= 0) into[count++] = this.hostUp(from);
    const [fromLeaf, toLeaf] = [this.leafOf(from), this.leafOf(to)];
    if (fromLeaf !== toLeaf) {
      const found = this.spineFor(fromLeaf, toLeaf, hash);
      const spine = found >= 0 ? found : hash % this.spines;
      if (from >= 0) into[count++] = this.uplink(fromLeaf, spine);
      if (to >= 0) into[count++] = this.downlink(toLeaf, spine);
    }
    if (to >= 0) into[count++] = this.hostDown(to);
    return count;
  }

  /** Whether what leaves for `to` now arrives: the leaf has a route, and all links of the path carry. */
  arrives(from: number, to: number, hash: number): boolean {
    if (!this.#hasBroken) return true;
    const [fromLeaf, toLeaf] = [this.leafOf(from), this.leafOf(to)];
    if (fromLeaf !== toLeaf && this.spineFor(fromLeaf, toLeaf, hash) < 0) return false;
    const count = this.path(from, to, hash, this.#way);
    for (let at = 0; at < count; at++) if (this.carries[this.#way[at]!] === 0) return false;
    return true;
  }

  /**
   * Time on wires and in switches from the first byte of a full packet of the flow at the first switch to the end of the answer:
   * the packet is stored and forwarded on every link after the first (which the flow's own transfer has paid), and a bare
   * answer comes back over all of them. Sizes are bytes on the wire.
   */
  roundTripNs(links: number, packetBytes: number, answerBytes: number): TimeNs {
    if (links === 0) return 0;
    const trunks = links === PATH_LINKS_MAX ? TRUNKS_OF_A_LONG_PATH : 0;
    const hosts = links - trunks;
    const bitsNs = 8 * 1e9;
    const trunkNs = (bitsNs * trunks) / (this.setting.uplinkBitsPerSec * this.#uplinkFactor);
    const hostNs = bitsNs / this.setting.hostLinkBitsPerSec;
    const fixedNs = links * this.setting.linkLatencyNs + (links - 1) * this.setting.switchLatencyNs;
    const forwardNs = packetBytes * (trunkNs + (hosts - 1) * hostNs);
    const backNs = answerBytes * (trunkNs + hosts * hostNs);
    return Math.round(2 * fixedNs + forwardNs + backNs);
  }
}

/** The rack of each node, filled in order and begun anew at each site. */
function racksOf(sites: readonly number[], nodesPerRack: number): Int32Array {
  const rackOf = new Int32Array(sites.reduce((sum, count) => sum + count, 0));
  let node = 0;
  let firstRack = 0;
  for (const count of sites) {
    for (let index = 0; index < count; index++) rackOf[node++] = firstRack + Math.floor(index / nodesPerRack);
    firstRack += Math.ceil(count / nodesPerRack);
  }
  return rackOf;
}
