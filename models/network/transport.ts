/**
 * Flows between nodes: which links and processors they use, and what happens to them when a link breaks or a node dies.
 *
 * A flow is fluid: it drains at its max-min fair share of every link (wire bytes, headers included) and of the processors
 * of both ends (processor time for each payload byte), never faster than one core moves one stream.
 * Source: the fluid model as SimGrid has it (CM02), held against SimGrid by `validate`.
 * Left out: slow start, acknowledgements' share of the way back, loss by congestion (they come with the packet level, for the links that
 * a scenario puts there: levels/two-level-transport.ts).
 */
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { FlowId, ResourceId, SharedResources } from '../../sim/sharing/shared-resources.ts';
import { COST_SHARE_OF_AN_END } from '../machine/processors.ts';
import { type Fabric, PATH_LINKS_MAX } from './fabric.ts';
import type { FlowCarrier, FlowRequest } from './flow-carrier.ts';

/** Two processors and the links of the longest path. */
const RESOURCES_MAX = PATH_LINKS_MAX + 2;

/** Flows as a fluid. */
export class Transport implements FlowCarrier {
  readonly #fabric: Fabric;
  readonly #resources: SharedResources;
  readonly #processorOf: Int32Array;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #hash: number[] = [];
  readonly #links: Int32Array[] = [];
  readonly #linkCount: number[] = [];
  readonly #wireWeight: number[] = [];
  readonly #cpuWeight: number[] = [];
  readonly #active: number[] = [];
  readonly #running = new Set<FlowId>();
  readonly #resourceScratch = new Int32Array(RESOURCES_MAX);
  readonly #weightScratch = new Float64Array(RESOURCES_MAX);
  /** 1 for a link that somebody else shares out (levels/two-level-transport.ts): flows use nothing of it here. */
  readonly apart: Uint8Array;

  /** `processorNsPerSec[node]`: processor time that packets may use there. */
  constructor(fabric: Fabric, resources: SharedResources, processorNsPerSec: Float64Array) {
    this.#fabric = fabric;
    this.#resources = resources;
    this.apart = new Uint8Array(fabric.linkCount);
    this.#processorOf = Int32Array.from(processorNsPerSec, (capacity) => resources.addResource(capacity));
  }

  processorOf(node: number): ResourceId {
    return this.#processorOf[node]!;
  }

  start(request: FlowRequest, nowNs: TimeNs): FlowId {
    const links = new Int32Array(PATH_LINKS_MAX);
    const linkCount = this.#fabric.path(request.from, request.to, request.hash, links);
    const wireWeight = request.wireBytes / request.bytes;
    const count = this.#uses(request.from, request.to, links, linkCount, wireWeight, request.cost.cpuNsPerByte);
    const flow = this.#resources.start(
      nowNs,
      request.bytes,
      this.#resourceScratch,
      this.#weightScratch,
      count,
      request.capBytesPerSec,
    );
    this.#from[flow] = request.from;
    this.#to[flow] = request.to;
    this.#hash[flow] = request.hash;
    this.#links[flow] = links;
    this.#linkCount[flow] = linkCount;
    this.#wireWeight[flow] = wireWeight;
    this.#cpuWeight[flow] = request.cost.cpuNsPerByte;
    this.#running.add(flow);
    return flow;
  }

  #uses(
    from: number,
    to: number,
    links: Int32Array,
    linkCount: number,
    wireWeight: number,
    cpuNsPerByte: number,
  ): number {
    const resources = this.#resourceScratch;
    const weights = this.#weightScratch;
    let count = 0;
    for (let i = 0; i < linkCount; i++) {
      if (this.apart[links[i]!] === 1) continue;
      resources[count] = this.#fabric.resourceOf[links[i]!]!;
      weights[count++] = wireWeight;
    }
    resources[count] = this.#processorOf[from]!;
    weights[count++] = from === to ? cpuNsPerByte : cpuNsPerByte * COST_SHARE_OF_AN_END;
    if (from === to) return count;
    resources[count] = this.#processorOf[to]!;
    weights[count++] = cpuNsPerByte * (1 - COST_SHARE_OF_AN_END);
    return count;
  }

  /** Lets a flow go on with `bytes` left and another cap, over its links that are not apart. */
  goOn(flow: FlowId, bytes: number, capBytesPerSec: number, nowNs: TimeNs): void {
    const count = this.#uses(
      this.#from[flow]!,
      this.#to[flow]!,
      this.#links[flow]!,
      this.#linkCount[flow]!,
      this.#wireWeight[flow]!,
      this.#cpuWeight[flow]!,
    );
    this.#resources.reroute(flow, nowNs, this.#resourceScratch, this.#weightScratch, count, {
      amount: bytes,
      capPerSec: capBytesPerSec,
    });
  }

  /** The links that the flow crosses now. */
  linksOf(flow: FlowId): Int32Array {
    return this.#links[flow]!.subarray(0, this.#linkCount[flow]);
  }

  remaining(flow: FlowId, nowNs: TimeNs): number {
    return this.#resources.remaining(flow, nowNs);
  }

  lostBytes(): number {
    return 0;
  }

  arrivedNs(): TimeNs {
    return 0;
  }

  boundBy(flow: FlowId): ResourceId {
    return this.#resources.boundBy(flow);
  }

  load(resource: ResourceId): number {
    return this.#resources.load(resource);
  }

  sharesChanged(): void {}

  whenDue(): void {}

  hops(flow: FlowId): number {
    return this.#linkCount[flow]!;
  }

  standsStill(flow: FlowId): boolean {
    const links = this.#links[flow]!;
    for (let i = 0; i < this.#linkCount[flow]!; i++) if (this.#fabric.carries[links[i]!] === 0) return true;
    return false;
  }

  flowsAt(node: number): FlowId[] {
    return this.#select((flow) => this.#from[flow] === node || this.#to[flow] === node);
  }

  flowsOver(link: number): FlowId[] {
    return this.#select((flow) => this.#links[flow]!.subarray(0, this.#linkCount[flow]).includes(link));
  }

  /** All running flows that cross a link that is apart, in order of their ids. */
  flowsApart(): FlowId[] {
    return this.#select((flow) => this.linksOf(flow).some((link) => this.apart[link] === 1));
  }

  rehash(nowNs: TimeNs): FlowId[] {
    const links = new Int32Array(PATH_LINKS_MAX);
    return this.#select((flow) => this.#move(flow, links, nowNs));
  }

  #move(flow: FlowId, links: Int32Array, nowNs: TimeNs): boolean {
    const count = this.#fabric.path(this.#from[flow]!, this.#to[flow]!, this.#hash[flow]!, links);
    if (count < PATH_LINKS_MAX || links[1] === this.#links[flow]![1]) return false;
    this.#links[flow]!.set(links);
    const uses = this.#uses(
      this.#from[flow]!,
      this.#to[flow]!,
      links,
      count,
      this.#wireWeight[flow]!,
      this.#cpuWeight[flow]!,
    );
    this.#resources.reroute(flow, nowNs, this.#resourceScratch, this.#weightScratch, uses);
    return true;
  }

  #select(wanted: (flow: FlowId) => boolean): FlowId[] {
    const ids = this.#active;
    ids.length = 0;
    for (const flow of this.#running) ids.push(flow);
    return ids.sort((a, b) => a - b).filter(wanted);
  }

  stop(flow: FlowId, nowNs: TimeNs): number {
    assert(this.#running.delete(flow), () => `flow ${flow} is not running`);
    return this.#resources.stop(flow, nowNs);
  }

  popFinished(nowNs: TimeNs): FlowId {
    const flow = this.#resources.popFinished(nowNs);
    if (flow >= 0) this.#running.delete(flow);
    return flow;
  }

  /** Flows under way. */
  get running(): number {
    return this.#running.size;
  }
}
