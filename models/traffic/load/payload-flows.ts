/**
 * Payloads of requests as flows: they share the links and the processors of both nodes with each other, and with the threads that serve.
 *
 * A payload drains at its max-min fair share of every link (wire bytes) and of both nodes' processors (half of the data path's cost each), never
 * faster than one core moves one stream; then its last packet is on its way for a time of its own. An end outside of the cluster has no
 * processors here: its payloads come and go over a spine that is drawn for each. Source: the fluid of network/transport.ts, with these ends; many flows on
 * one link are a queue with processor sharing (Kleinrock 1967), which tests hold it to.
 * A payload on a link that breaks stands still until its switches have other routes. Left out: slow start, connections that carry one payload behind
 * the other, acknowledgements' share of the way back, loss by congestion, TCP's pause after a break, and senders that die while they send.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { FlowId, ResourceId, SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { COST_SHARE_OF_AN_END } from '../../machine/processors.ts';
import { type Fabric, PATH_LINKS_MAX } from '../../network/fabric.ts';

/** Two processors and the links of the longest path. */
const RESOURCES_MAX = PATH_LINKS_MAX + 2;
/** Hashes are drawn from so many: enough for any number of spines. */
const HASHES = 2 ** 31;
const NONE = -1;

/** What a payload comes to on its way. */
export interface PayloadWay {
  readonly bytes: number;
  /** The same with all headers and framing, as links carry it. */
  readonly wireBytes: number;
  /** Processor time of both ends together, ns for each payload byte. */
  readonly cpuNsPerByte: number;
  /** What one core moves of one stream. */
  readonly streamBytesPerSec: number;
  /** From the end of the transfer until the receiver has the last byte. */
  readonly tailNs: TimeNs;
}

/** What flows of payloads stand on. */
export interface PayloadSurroundings {
  readonly sim: Simulation;
  /** Those of the fabric's links and the nodes' processors. */
  readonly resources: SharedResources;
  readonly fabric: Fabric;
  /** Draws the spine of each payload. */
  readonly hashes: Stream;
  readonly processorOf: (node: number) => ResourceId;
  /** To be called after every change of flows: a settlement's `changed`. */
  readonly changed: () => void;
}

/** Payloads under way. Whoever pops finished flows of the resources calls `finished` for those that `owns` says are payloads. */
export class PayloadFlows {
  /** Payload bytes that have been delivered. */
  deliveredBytes = 0;
  #forgottenCpuNs = 0;
  readonly #at: PayloadSurroundings;
  readonly #delivered: (tag: number, to: number) => void;
  readonly #arrives: EventKind;
  readonly #slotOf = new Map<FlowId, number>();
  readonly #free: number[] = [];
  readonly #flow: FlowId[] = [];
  readonly #event: EventHandle[] = [];
  readonly #tag: number[] = [];
  readonly #to: number[] = [];
  /** Nodes of both ends, and the hash by which switches choose. */
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  readonly #hash: number[] = [];
  /** The link to or from a spine that each goes over; -1: none. */
  readonly #trunk: number[] = [];
  readonly #ways: PayloadWay[] = [];
  /** What the ends inside take for each byte. */
  readonly #cpuNsPerByte: number[] = [];
  readonly #links = new Int32Array(PATH_LINKS_MAX);
  readonly #uses = new Int32Array(RESOURCES_MAX);
  readonly #weights = new Float64Array(RESOURCES_MAX);

  /** `delivered` hears of a payload's tag and of whom it was for, by the number that `send` was given. */
  constructor(at: PayloadSurroundings, delivered: (tag: number, to: number) => void) {
    this.#at = at;
    this.#delivered = delivered;
    this.#arrives = at.sim.kind('load: a payload has arrived', (slot) => this.#arrived(slot));
  }

  /** Sends from node to node, either of them below 0 for outside; gives a number for `cancel`. */
  send(from: number, to: number, way: PayloadWay, tag: number, receiver: number): number {
    const { sim, resources, changed } = this.#at;
    const hash = this.#at.hashes.below(HASHES);
    const count = this.#usesOf(from, to, hash, way);
    const flow = resources.start(sim.nowNs, way.bytes, this.#uses, this.#weights, count, way.streamBytesPerSec);
    const slot = this.#free.pop() ?? this.#flow.length;
    this.#slotOf.set(flow, slot);
    this.#flow[slot] = flow;
    this.#event[slot] = NONE;
    this.#tag[slot] = tag;
    this.#to[slot] = receiver;
    this.#start[slot] = from;
    this.#end[slot] = to;
    this.#hash[slot] = hash;
    this.#trunk[slot] = this.#trunkOf(from, to, hash);
    this.#ways[slot] = way;
    this.#cpuNsPerByte[slot] = cpuNsPerByteInside(from, to, way);
    changed();
    return slot;
  }

  /** Switches have other routes: payloads whose way is another now go on over it. Returns how many. */
  respread(): number {
    const { sim, resources, changed } = this.#at;
    let moved = 0;
    for (const [flow, slot] of this.#slotOf) {
      const [from, to, hash] = [this.#start[slot]!, this.#end[slot]!, this.#hash[slot]!];
      const trunk = this.#trunkOf(from, to, hash);
      if (trunk === this.#trunk[slot]) continue;
      this.#trunk[slot] = trunk;
      const count = this.#usesOf(from, to, hash, this.#ways[slot]!);
      resources.reroute(flow, sim.nowNs, this.#uses, this.#weights, count);
      moved++;
    }
    if (moved > 0) changed();
    return moved;
  }

  /** Forgets a payload that is under way. */
  cancel(slot: number): void {
    const { sim, resources, changed } = this.#at;
    const flow = this.#flow[slot]!;
    if (flow === NONE) sim.cancel(this.#event[slot]!);
    else {
      this.#forgottenCpuNs += resources.stop(flow, sim.nowNs) * this.#cpuNsPerByte[slot]!;
      this.#slotOf.delete(flow);
      changed();
    }
    this.#free.push(slot);
  }

  /** Processor time that payloads have not taken: what was forgotten of them, and what is to come. */
  untakenCpuNs(): number {
    const { sim, resources } = this.#at;
    let sumNs = this.#forgottenCpuNs;
    for (const [flow, slot] of this.#slotOf) sumNs += resources.remaining(flow, sim.nowNs) * this.#cpuNsPerByte[slot]!;
    return sumNs;
  }

  /** Payloads on links or in their last packet. */
  get underWay(): number {
    return this.#flow.length - this.#free.length;
  }

  /** Whether a flow is a payload of ours. */
  owns(flow: FlowId): boolean {
    return this.#slotOf.has(flow);
  }

  /** A flow that has been popped as finished: its last packet is on its way. */
  finished(flow: FlowId): void {
    const slot = this.#slotOf.get(flow)!;
    this.#slotOf.delete(flow);
    this.#flow[slot] = NONE;
    this.#event[slot] = this.#at.sim.after(this.#ways[slot]!.tailNs, this.#arrives, slot);
  }

  #arrived(slot: number): void {
    this.#free.push(slot);
    this.deliveredBytes += this.#ways[slot]!.bytes;
    this.#delivered(this.#tag[slot]!, this.#to[slot]!);
  }

  /** The first link between a leaf and a spine on the way. */
  #trunkOf(from: number, to: number, hash: number): number {
    const { fabric } = this.#at;
    const count = fabric.path(from, to, hash, this.#links);
    for (let at = 0; at < count; at++) if (fabric.isTrunk(this.#links[at]!)) return this.#links[at]!;
    return NONE;
  }

  /** Writes what a payload uses, and returns of how many resources. */
  #usesOf(from: number, to: number, hash: number, { bytes, wireBytes, cpuNsPerByte }: PayloadWay): number {
    const { fabric, processorOf } = this.#at;
    const links = fabric.path(from, to, hash, this.#links);
    for (let i = 0; i < links; i++) {
      this.#uses[i] = fabric.resourceOf[this.#links[i]!]!;
      this.#weights[i] = wireBytes / bytes;
    }
    let count = links;
    for (const node of from === to ? [from] : [from, to]) {
      if (node < 0) continue;
      this.#uses[count] = processorOf(node);
      this.#weights[count++] = from === to ? cpuNsPerByte : cpuNsPerByte * COST_SHARE_OF_AN_END;
    }
    return count;
  }
}

function cpuNsPerByteInside(from: number, to: number, { cpuNsPerByte }: PayloadWay): number {
  return cpuNsPerByte * ((from < 0 ? 0 : COST_SHARE_OF_AN_END) + (to < 0 ? 0 : 1 - COST_SHARE_OF_AN_END));
}
