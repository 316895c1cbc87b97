/**
 * How Linux keeps neighbours: states, times and limits, with its defaults.
 *
 * Source: RFC 826 (ARP), RFC 4861 section 7.3 (states), Linux 6.x net/core/neighbour.c, net/ipv4/arp.c and
 * Documentation/networking/ip-sysctl.rst (`net.ipv4.neigh.*`).
 * Left out: application probes (`app_solicit`), entries that programs manage, the slack of the kernel's timer wheel
 * (a timer of 5 s may be up to a sixteenth late).
 */
import { NS_PER_MS } from '../../../sim/engine/sim-time.ts';

/** States of an entry, after RFC 4861 and Linux. `permanent` is written by hand and never asked about. */
export const NEIGHBOUR_STATES = [
  'none',
  'incomplete',
  'reachable',
  'stale',
  'delay',
  'probe',
  'failed',
  'permanent',
] as const;
/** The name of a state. */
export type NeighbourState = (typeof NEIGHBOUR_STATES)[number];

/** States as they are stored. */
export const STATE = {
  none: 0,
  incomplete: 1,
  reachable: 2,
  stale: 3,
  delay: 4,
  probe: 5,
  failed: 6,
  permanent: 7,
} as const;

/** Whether the hardware address of an entry in that state may be used. */
export function isValid(state: number): boolean {
  return (state >= STATE.reachable && state <= STATE.probe) || state === STATE.permanent;
}

/** Whether a timer of the kernel runs for it, so that it is not collected. */
export function isInTimer(state: number): boolean {
  return state === STATE.incomplete || state === STATE.reachable || state === STATE.delay || state === STATE.probe;
}

/** Times of an interface's neighbours. Whole milliseconds. */
export interface NeighbourTimes {
  /** An answer is trusted for this long times 0.5 to 1.5, drawn for each interface and again every 300 s. */
  readonly baseReachableMs: number;
  /** A stale entry in use is asked again after this. */
  readonly delayFirstProbeMs: number;
  /** Between two requests for one address. */
  readonly retransMs: number;
  /** Requests to the known address before it is given up. */
  readonly unicastProbes: number;
  /** Requests to everybody before an address is given up. */
  readonly broadcastProbes: number;
  /** Another answer so soon after the first does not replace it. */
  readonly lockMs: number;
  /** An entry that was not used for so long may be forgotten. */
  readonly gcStaleMs: number;
  /** What waits for one address, bytes of kernel memory; the oldest packets are dropped. */
  readonly unresolvedQueueBytes: number;
}

/** Linux's defaults. */
export const LINUX_TIMES: NeighbourTimes = {
  baseReachableMs: 30_000,
  delayFirstProbeMs: 5_000,
  retransMs: 1_000,
  unicastProbes: 3,
  broadcastProbes: 3,
  lockMs: 1_000,
  gcStaleMs: 60_000,
  unresolvedQueueBytes: 212_992,
};

/** Limits of the neighbour table of one kernel, over all its network namespaces. */
export interface NeighbourLimits {
  /** Fewer entries than this are never collected. */
  readonly gcThresh1: number;
  /** More than this may stay for 5 s only. */
  readonly gcThresh2: number;
  /** No entry is made beyond this: "neighbour table overflow". */
  readonly gcThresh3: number;
}

/** Linux's defaults. */
export const LINUX_LIMITS: NeighbourLimits = { gcThresh1: 128, gcThresh2: 512, gcThresh3: 1024 };

/** The kernel's clock for neighbours: a jiffy at 250 Hz. */
export const TICK_NS = 4 * NS_PER_MS;
/** Ticks in so many milliseconds, rounded up. */
export const ticksOf = (ms: number): number => Math.ceil((ms * NS_PER_MS) / TICK_NS);
/** As if the machine had been up for some minutes: entries may be older than the run. */
export const TICK_ORIGIN = 100_000;

/** Between two draws of the reachable time, and how often the table is looked through. */
export const REDRAW_TICKS = ticksOf(300_000);
/** Entries younger than this are not collected in need. */
export const FORCED_GC_AGE_TICKS = ticksOf(5_000);

/** What a small packet takes of the queue: `struct sk_buff`, its shared part, headroom, the data's power of two. */
export function kernelBytesOf(packetBytes: number): number {
  const data = packetBytes + 16 + 320;
  let size = 512;
  while (size < data) size *= 2;
  return size + 256;
}

/** What is wrong with limits, in sentences. */
export function limitsProblems({ gcThresh1, gcThresh2, gcThresh3 }: NeighbourLimits): string[] {
  const wrong = [gcThresh1, gcThresh2, gcThresh3].filter((value) => !Number.isInteger(value) || value < 0);
  if (wrong.length > 0)
    return [`A limit of the neighbour table must be a whole number from 0, not ${wrong.join(', ')}.`];
  if (gcThresh1 <= gcThresh2 && gcThresh2 <= gcThresh3) return [];
  return [`Limits of the neighbour table must rise: ${gcThresh1}, ${gcThresh2}, ${gcThresh3} do not.`];
}
