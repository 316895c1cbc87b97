/**
 * How long a network goes on sending into a hole: closed forms, until the protocols themselves are simulated.
 *
 * Source: our recordings of FRR 8.4, BIRD 2.0.12 and the Linux 6.18 kernel (`events`, `birdev` cases and their README):
 * - the switch at a dead cable acts within 0.075 to 0.08 s;
 * - the switch at its other end hears from the kernel's link watch, at most once a second: uniform 0 to 1 s;
 * - each further router changes its kernel route one batch of 50.7 ms later (`events-02`: spine 0.0774 s, leaves 0.1284 s);
 * - a link that comes back carries routes after 1.3 to 2.5 s;
 * - a BIRD peer that falls silent is given up 0.75 to 1.0 x its hold time (240 s) after its last message, and it sent one
 *   every 80 s;
 * - a GoBGP peer (hold 90 s, keepalive 30 s, the defaults read from GoBGP 3.10) at its hold time, which is not jittered.
 * Each is drawn for each fault from a stream of its own, so alternatives with the same form meet the same times.
 * Left out: the protocols' messages themselves, timers that operators have set otherwise.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { Stream } from '../../sim/random/stream.ts';

/** From the loss of carrier to the changed kernel route of the router at that end. */
const LOCAL_CARRIER_LOSS_NS = 78 * NS_PER_MS;
const LINK_WATCH_NS_MAX = NS_PER_SECOND;
const BATCH_NS = 50_700_000;
const LINK_UP_NS = { low: 1.3 * NS_PER_SECOND, high: 2.5 * NS_PER_SECOND } as const;
const BIRD_HOLD_NS = 240 * NS_PER_SECOND;
const BIRD_KEEPALIVE_NS = 80 * NS_PER_SECOND;

/** Mean time from a break until all leaves avoid the link: half a period of the link watch, then two routers. */
export const MEAN_REROUTE_NS = LINK_WATCH_NS_MAX / 2 + LOCAL_CARRIER_LOSS_NS + BATCH_NS;
const GOBGP_HOLD_NS = 90 * NS_PER_SECOND;
const GOBGP_KEEPALIVE_NS = 30 * NS_PER_SECOND;

/** When the two sides of a broken link act. */
export interface LinkReaction {
  /** The leaf at the link stops sending over it. */
  readonly leafNs: TimeNs;
  /** The other leaves stop reaching that leaf over the spine. */
  readonly othersNs: TimeNs;
}

/** After a break between a leaf and a spine in a routed fabric: spine hears by link watch, withdraws, the leaves follow. */
export function routedLinkDown(stream: Stream): LinkReaction {
  const spineHearsNs = stream.uniform() * LINK_WATCH_NS_MAX;
  return {
    leafNs: LOCAL_CARRIER_LOSS_NS,
    othersNs: Math.round(spineHearsNs + LOCAL_CARRIER_LOSS_NS + BATCH_NS),
  };
}

/** After a repair: routes are back over the link on all leaves. */
export function routedLinkUp(stream: Stream): LinkReaction {
  const backNs = Math.round(LINK_UP_NS.low + stream.uniform() * (LINK_UP_NS.high - LINK_UP_NS.low));
  return { leafNs: backNs, othersNs: backNs };
}

/** A node died and its port lost carrier: the leaf withdraws its pods' routes, the others follow two batches later. */
export function carrierWithdrawal(): TimeNs {
  return LOCAL_CARRIER_LOSS_NS + 2 * BATCH_NS;
}

/**
 * A BIRD peer fell silent, with no carrier to tell: given up by its jittered hold timer. The timer runs from the last
 * message, whose age at the fault is uniform in a keepalive period: 100 to 240 s, 170 s on average.
 */
export function birdHoldExpiry(stream: Stream): TimeNs {
  const holdNs = BIRD_HOLD_NS * (0.75 + 0.25 * stream.uniform());
  return Math.round(holdNs - BIRD_KEEPALIVE_NS * stream.uniform());
}

/**
 * A GoBGP peer fell silent: given up when its hold time has passed since its last message, whose age at the fault is uniform
 * in a keepalive period: 60 to 90 s.
 */
export function goBgpHoldExpiry(stream: Stream): TimeNs {
  return Math.round(GOBGP_HOLD_NS - GOBGP_KEEPALIVE_NS * stream.uniform());
}

/** Linux neighbour entries: reachable 15 to 45 s after the last proof, then 5 s of delay and three probes a second apart. */
export function neighbourExpiry(stream: Stream): TimeNs {
  const reachableNs = (15 + 30 * stream.uniform()) * NS_PER_SECOND;
  return Math.round(reachableNs + (5 + 3) * NS_PER_SECOND);
}
