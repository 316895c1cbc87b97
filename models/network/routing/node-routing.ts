/**
 * How the nodes of a cluster tell each other of their pods by BGP, where a network scheme does so.
 *
 * Source: RFC 4271, RFC 4456; the designs of Calico, kube-router, Contiv and Cilium (their documentation).
 * Left out: several designs at once, sessions beyond a node's own cluster.
 */
import type { BgpTimers, Daemon } from '../bgp/configuration.ts';
import { DAEMON_DEFAULTS } from '../bgp/default-timers.ts';

/** Who has sessions with whom. */
export type NodeRoutingDesign =
  /** Every node with every other node. */
  | { readonly kind: 'mesh' }
  /** Every node with some route reflectors on machines of their own. */
  | { readonly kind: 'reflectors'; readonly count: number }
  /** Every node with the router of its rack, which tells the rest of the fabric. */
  | { readonly kind: 'top-of-rack' };

/** What a scheme runs on its nodes. */
export interface NodeRouting {
  readonly design: NodeRoutingDesign;
  readonly daemon: Daemon;
  readonly timers: BgpTimers;
}

/** BIRD as Calico runs it: with its own defaults. */
export const BIRD_TIMERS: BgpTimers = DAEMON_DEFAULTS.bird.timers;

/** GoBGP's defaults. */
export const GOBGP_TIMERS: BgpTimers = DAEMON_DEFAULTS.gobgp.timers;

/** FRR's traditional defaults. */
export const FRR_TIMERS: BgpTimers = DAEMON_DEFAULTS['frr traditional'].timers;
