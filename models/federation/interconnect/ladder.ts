/**
 * What the ways of providers give and cost on each rung of the ladder of reach.
 *
 * Source: prices, read in September 2026: AWS, United States, first step of the list: nothing within a zone, $0.01 each way between
 * zones (both ends pay), $0.02 from region to region and $0.09 to the Internet (the sender pays); Google asks $0.01 per GiB between
 * zones. Round trips: 0.07 to 0.15 ms within a zone (Google, netperf beside ping, 2020), 0.82 ms between zones of eu-west-1 (2022; other
 * pairs 0.3 to 1.5 ms), 71.4 ms from us-east-1 to us-west-2 and 66.6 ms to eu-west-1. One flow is held to 5 Gbit/s outside of a placement
 * group, and so is all that a machine of fewer than 32 processors sends out of its region (EC2 user guide). MTU: 9001 within a region,
 * 1500 between regions and to the Internet (8500 over peering between regions).
 * Leaves out: steps of price by volume, free allowances, prices by region (a plan states its own), loss: studies of such ways found
 * losses in the tails, ten times fewer inside of a provider's network, and no figure that holds everywhere, so it is 0 until stated.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Reach } from './place.ts';

/** Bytes in a GB of a bill. AWS counts 2^30; prices here are per 10^9, which is up to 7 % more. */
export const BYTES_PER_GB = 1e9;

/** What a way gives and costs. */
export interface Rung {
  /** There and back, without queues. */
  readonly rttNs: TimeNs;
  /** Share of packets that are lost, 0 to 1. */
  readonly lossShare: number;
  /** Between one pair of gateways; Infinity: not limited here. */
  readonly bitsPerSec: number;
  /** Largest IP packet. */
  readonly mtu: number;
  /** What the sender pays, US dollars for 10^9 bytes. */
  readonly usdPerGbOut: number;
  /** What the receiver pays. */
  readonly usdPerGbIn: number;
}

const ONE_FLOW_BITS_PER_SEC = 5e9;
const JUMBO = 9001;
const ETHERNET = 1500;
const free = { lossShare: 0, usdPerGbOut: 0, usdPerGbIn: 0 };

/** The defaults. */
export const LADDER: Readonly<Record<Reach, Rung>> = {
  // What the kernel takes is told by models/machine.
  'same-host': { ...free, rttNs: 0, bitsPerSec: Number.POSITIVE_INFINITY, mtu: JUMBO },
  'same-zone': { ...free, rttNs: 0.1 * NS_PER_MS, bitsPerSec: ONE_FLOW_BITS_PER_SEC, mtu: JUMBO },
  'between-zones': {
    ...free,
    rttNs: 0.8 * NS_PER_MS,
    bitsPerSec: ONE_FLOW_BITS_PER_SEC,
    mtu: JUMBO,
    usdPerGbOut: 0.01,
    usdPerGbIn: 0.01,
  },
  'between-regions': {
    ...free,
    rttNs: 70 * NS_PER_MS,
    bitsPerSec: ONE_FLOW_BITS_PER_SEC,
    mtu: ETHERNET,
    usdPerGbOut: 0.02,
  },
  // Providers have regions in the same towns (1 to 10 ms), but whoever flees from one goes far.
  'between-providers': {
    ...free,
    rttNs: 70 * NS_PER_MS,
    bitsPerSec: ONE_FLOW_BITS_PER_SEC,
    mtu: ETHERNET,
    usdPerGbOut: 0.09,
  },
};
