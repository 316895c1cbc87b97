/**
 * How long a fabric of FRR routers takes on average until all leaves avoid a broken link: measured on the protocol, for answers
 * that tell an assumption in seconds.
 *
 * Source: models/network/bgp. The mean is that of 64 fixed seeds on two racks and two spines: link watch and batches decide it, and
 * not the size of the fabric. Left out: fabrics deeper than two stages.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { routeHistory } from './route-history.ts';

const SEEDS = 64;
const WATCHED_NS = 5 * NS_PER_SECOND;
const FABRIC = { racks: 2, spines: 2, nodes: 2, rackOf: (node: number): number => node };

let known: TimeNs | undefined;

/** Mean time from a break until the last leaf avoids the link. Computed once. */
export function meanRerouteNs(): TimeNs {
  known ??= measured();
  return known;
}

function measured(): TimeNs {
  const cut = [{ atNs: 0, kind: 'link', rack: 0, spine: 0, up: false } as const];
  let sum = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { changes } = routeHistory({ fabric: FABRIC }, cut, WATCHED_NS, new StreamSource(`mean reroute ${seed}`));
    sum += Math.max(...changes.map(({ atNs }) => atNs));
  }
  return Math.round(sum / SEEDS);
}
