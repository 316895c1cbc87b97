/**
 * What traffic between places costs, by pair and direction.
 *
 * Source: the prices of ladder.ts and line.ts. Hours of a line are paid from the start of the run, whether it is up or not.
 * Leaves out: who of both ends pays, taxes, rounding of bills to full hours and cents.
 */
import { nsToSeconds, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { LineState } from './interconnect.ts';
import { BYTES_PER_GB } from './ladder.ts';

const SECONDS_PER_HOUR = 3600;

/** What one direction between two places has carried and cost. */
export interface PairBill {
  readonly from: number;
  readonly to: number;
  /** Bytes on the lines, headers included. */
  readonly bytes: number;
  /** What both ends pay for them, US dollars. */
  readonly usd: number;
}

/** The bill of an interconnect. */
export interface TrafficBill {
  /** Pairs that carried something, by from and to. */
  readonly pairs: readonly PairBill[];
  /** For bytes. */
  readonly trafficUsd: number;
  /** For lines that cost by the hour. */
  readonly lineUsd: number;
}

/** The bill of all lines from the start of the run until `nowNs`. */
export function trafficBill(states: readonly LineState[], nowNs: TimeNs): TrafficBill {
  const pairs = new Map<string, PairBill>();
  for (const state of states) for (const way of [0, 1] as const) addWay(pairs, state, way);
  const sorted = [...pairs.values()].sort((a, b) => a.from - b.from || a.to - b.to);
  const hours = nsToSeconds(nowNs) / SECONDS_PER_HOUR;
  return {
    pairs: sorted,
    trafficUsd: sorted.reduce((sum, { usd }) => sum + usd, 0),
    lineUsd: states.reduce((sum, { line }) => sum + line.usdPerHour * hours, 0),
  };
}

function addWay(pairs: Map<string, PairBill>, { between, line, bytes }: LineState, way: 0 | 1): void {
  const carried = bytes[way];
  if (carried === 0) return;
  const from = between[way];
  const to = between[1 - way]!;
  const before = pairs.get(`${from} ${to}`) ?? { from, to, bytes: 0, usd: 0 };
  const usd = (carried / BYTES_PER_GB) * (line.usdPerGbOut + line.usdPerGbIn);
  pairs.set(`${from} ${to}`, { ...before, bytes: before.bytes + carried, usd: before.usd + usd });
}
