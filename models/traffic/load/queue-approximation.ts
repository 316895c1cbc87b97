/**
 * Mean queues in closed form, for load that is not simulated request by request.
 *
 * Source: Erlang 1917 (B and C); the square-root form for many servers is Sakasegawa, "An approximation formula L_q ≃ αρ^β/(1-ρ)" (Annals of the
 * Institute of Statistical Mathematics 29, 1977); other services than exponential by the factor of Allen and Cunneen (Allen, "Probability, Statistics and Queueing
 * Theory", 1978). Left out: everything but means and the chance to wait at all; queues that change with time (thin-service.ts).
 */
import { pow } from '../../../sim/random/numeric.ts';

/** A queue in its steady state. */
export interface SteadyQueue {
  /** Requests that wait, on average. */
  readonly waiting: number;
  /** The chance of a request that is taken to wait. */
  readonly waitChance: number;
  /** The share of requests that find no room. */
  readonly lost: number;
}

/** Up to so many servers Erlang's recursion is run; beyond, Sakasegawa's form is within a few percent. */
const RECURSION_MAX = 64;

/** Room beyond this is as good as any. */
const ROOM_MAX = 512;

/** M/M/c with room for all. `load` is in servers and below `servers`, which may be broken (a mean over time). */
export function openQueue(load: number, servers: number): SteadyQueue {
  if (load <= 0) return { waiting: 0, waitChance: 0, lost: 0 };
  const waitChance =
    servers <= RECURSION_MAX && Number.isInteger(servers) ? erlangC(load, servers) : sakasegawa(load, servers);
  return { waiting: (waitChance * load) / (servers - load), waitChance, lost: 0 };
}

/** M/M/c/K: `room` requests may wait. Any load. Undefined when the room is too large for the sum to be worth its time. */
export function finiteQueue(load: number, servers: number, room: number): SteadyQueue | undefined {
  const whole = Math.round(servers);
  if (!(room <= ROOM_MAX && whole >= 1 && whole <= RECURSION_MAX)) return undefined;
  if (load <= 0) return { waiting: 0, waitChance: 0, lost: 0 };
  let [weight, all, late, waiting] = [1, 1, 0, 0];
  for (let n = 1; n <= whole + room; n++) {
    weight *= load / Math.min(n, whole);
    all += weight;
    // Who comes when all are busy and there is room waits.
    if (n >= whole && n < whole + room) late += weight;
    waiting += weight * Math.max(0, n - whole);
  }
  const lost = weight / all;
  return { waiting: waiting / all, waitChance: late / all / (1 - lost), lost };
}

/** How much longer or shorter queues are than those of M/M/c: the mean of the squared coefficients of variation of gaps and services. */
export function variability(gapScv: number, serviceScv: number): number {
  return (gapScv + serviceScv) / 2;
}

function erlangC(load: number, servers: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

function sakasegawa(load: number, servers: number): number {
  return pow(load / servers, Math.sqrt(2 * (servers + 1)) - 1);
}
