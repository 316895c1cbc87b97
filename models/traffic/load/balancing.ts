/**
 * Which replica a call goes to, among those that are on offer.
 *
 * Source: `random`: kube-proxy with iptables (each with the same chance, by the statistic module); `round-robin` and `least-requests`:
 * IPVS rr and lc; `two-choices`: Envoy's LEAST_REQUEST with its default of two choices, after Mitzenmacher, "The power of two choices in
 * randomized load balancing" (IEEE TPDS 12, 2001). Left out: weights, zones, sessions, connections that are kept (every request is
 * dealt anew), and what each caller knows alone: all callers share one turn and see all requests that are under way.
 */
import type { Stream } from '../../../sim/random/stream.ts';

/** Chooses a replica of a list that is not empty; `underWay` is by replica. */
export type Chooser = (offered: readonly number[], underWay: Int32Array) => number;

/** All policies, by name. Each has a state of its own for each service. */
const POLICIES = {
  random:
    (stream: Stream): Chooser =>
    (offered) =>
      offered[offered.length === 1 ? 0 : stream.below(offered.length)],
  'round-robin': (): Chooser => {
    let turn = -1;
    return (offered) => {
      turn = turn + 1 < offered.length ? turn + 1 : 0;
      return offered[turn];
    };
  },
  'least-requests': (): Chooser => (offered, underWay) => {
    let best = offered[0];
    for (let i = 1; i < offered.length; i++) if (underWay[offered[i]] < underWay[best]) best = offered[i];
    return best;
  },
  'two-choices':
    (stream: Stream): Chooser =>
    (offered, underWay) => {
      if (offered.length === 1) return offered[0];
      const a = offered[stream.below(offered.length)];
      const b = offered[stream.below(offered.length)];
      return underWay[b] < underWay[a] ? b : a;
    },
} as const;

/** A policy as plans name it. */
export type BalancingName = keyof typeof POLICIES;

/** In the order of the help. */
export const BALANCING_NAMES = Object.keys(POLICIES) as readonly BalancingName[];

/** A chooser of one service, with its own turn or chance. */
export function chooserOf(name: BalancingName, stream: Stream): Chooser {
  return POLICIES[name](stream);
}
