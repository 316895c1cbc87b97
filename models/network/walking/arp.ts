/**
 * An ARP exchange on a walk: its frames, the time that it takes, and the processor time of those that are machines of ours.
 *
 * Source: RFC 826; costs from machine/way-parts.ts. Left out: what a tunnel, a bridge or a switch on the way costs the messages;
 * routers and providers, whose processors are not ours.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Leg } from './leg.ts';
import type { ArpSide, ArpWire } from './neighbours.ts';
import type { Trip } from './trip.ts';

/** Who asks whom, over which wires. */
export interface ArpExchange {
  readonly asker: ArpSide;
  readonly answerer: ArpSide;
  readonly wires: readonly ArpWire[];
  /** Kernels of ours among the two; 2 if left out. */
  readonly ends?: 1 | 2;
  /** Whether a node's card sends and receives the messages. */
  readonly byCard: boolean;
  /** Time on the wires, there and back. */
  readonly wiresNs: TimeNs;
  /** Whether it is a router that asks, so that the kernel of ours is the one that answers. */
  readonly routerAsks?: boolean;
}

/** Asks and is answered before the packet goes on; both learn. */
export function exchangeArp(trip: Trip, leg: Leg, exchange: ArpExchange): void {
  const { asker, answerer, wires, ends = 2, byCard, wiresNs, routerAsks = false } = exchange;
  const { processorNs, timeNs, cardNs } = trip.ground.arp;
  const askerNs = routerAsks ? 0 : Math.round(timeNs);
  const answererNs = ends === 2 || routerAsks ? Math.round(timeNs) : 0;
  leg.nowNs += askerNs;
  trip.neighbours.exchange(asker, answerer, wires, leg.nowNs, 2 * answererNs);
  leg.nowNs += wiresNs + 2 * answererNs + askerNs;
  leg.chargeArp(2 * ends * (processorNs + (byCard ? cardNs : 0)));
}
