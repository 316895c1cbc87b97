/**
 * Probes: UDP flows between two pods' prefixes, one packet every 10 ms, sent along the kernel routes of our run.
 *
 * Each node picks among equal next hops by the flow's hash, the same at every node, as Linux does with one secret for all
 * namespaces. Left out: the time on the way (microseconds) and losses of the recording machine itself, which is why
 * outages of less than a few packets are not counted.
 */
import type { Stream } from '../../../sim/random/stream.ts';
import { isObject } from '../case-reader.ts';
import type { Quantity } from '../quantity.ts';
import { CaseProblem, type JsonObject } from '../suite.ts';
import { prefixText } from './address.ts';
import type { NetCase, RecordedEvent } from './recorded.ts';
import { timeRuleOf } from './rules.ts';
import type { SimWindow } from './run.ts';
import { isWithin, spreadOf } from './spread.ts';
import { figureOf, lateSeconds, timeQuantity } from './times.ts';

/** Shorter outages are those of a busy machine. */
const SHORT_SECONDS = 0.06;
/** Which flows a hash sends where is chance: so many more or fewer. */
const HASH_ROOM = 3;
/** Longer ways than any case has. */
const HOPS_MAX = 16;

/** What the flows of one run lost. */
export interface ProbeLosses {
  readonly flowsWithLoss: number;
  readonly longestSeconds: number;
  /** When the last packet was lost; null if none was. */
  readonly lastSeconds: number | null;
}

/** Losses of an event's probe. None if there was no probe. */
export function probeQuantities(
  label: string,
  event: RecordedEvent,
  windows: readonly SimWindow[],
  netCase: NetCase,
  stream: Stream,
): readonly Quantity[] {
  const { probe } = event.json;
  if (!isObject(probe)) return [];
  const losses = windows.map((window) => lossesOf(probe, window, netCase, stream));
  const late = lateSeconds(event, windows, netCase);
  return [flowsQuantity(label, event, losses), longestQuantity(label, event, losses, netCase, late)];
}

/** Flows with an outage. One that began when the last kernel route of the event had changed is the recording machine's own. */
export function flowsWithOutage({ json }: Pick<RecordedEvent, 'json'>): number {
  const { probe, last_fib_change_s: lastRoute } = json;
  const flows = isObject(probe) && Array.isArray(probe.per_flow) ? probe.per_flow.filter(isObject) : [];
  const isOver = (flow: JsonObject): boolean =>
    typeof lastRoute === 'number' && (figureOf(flow, 'first_loss_s') ?? 0) > lastRoute;
  return flows.filter((flow) => (figureOf(flow, 'longest_outage_s') ?? 0) > SHORT_SECONDS && !isOver(flow)).length;
}

function flowsQuantity(label: string, event: RecordedEvent, losses: readonly ProbeLosses[]): Quantity {
  const observed = flowsWithOutage(event);
  const ours = losses.map(({ flowsWithLoss }) => flowsWithLoss);
  return {
    name: `${label}: flows that lost more than ${SHORT_SECONDS} s`,
    observed,
    simulated: spreadOf(ours),
    tolerance: `in our range, ${HASH_ROOM} more on both sides where any are lost`,
    agree: isWithin(observed, ours, Math.max(...ours) === 0 ? 0 : HASH_ROOM),
  };
}

function longestQuantity(
  label: string,
  event: RecordedEvent,
  losses: readonly ProbeLosses[],
  netCase: NetCase,
  late: number,
): Quantity {
  const outage = ({ json }: RecordedEvent): number => {
    return isObject(json.probe) ? (figureOf(json.probe, 'max_outage_s') ?? 0) : 0;
  };
  const rule = timeRuleOf(event, netCase);
  const observed = outage(event);
  const ours = losses.map(({ longestSeconds }) => longestSeconds);
  const name = `${label}: longest outage of a flow, s`;
  const repeats = netCase.events.filter((each) => each.name === event.name).map(outage);
  return timeQuantity(name, observed, ours, rule, {
    case: netCase.name,
    repeats,
    pool: `${event.name}: outage`,
    apart: SHORT_SECONDS,
    late,
  });
}

/** Follows the flows through the changes of a window. */
function lossesOf(probe: JsonObject, window: SimWindow, netCase: NetCase, stream: Stream): ProbeLosses {
  const flows = typeof probe.flows === 'number' ? probe.flows : 16;
  const gap = (typeof probe.gap_ms === 'number' ? probe.gap_ms : 10) / 1000;
  const hashes = Array.from({ length: flows }, () => stream.uniform());
  const way = new ProbeWay(window, netCase, String(probe.from), String(probe.to));
  const longest = hashes.map(() => 0);
  const since: (number | undefined)[] = hashes.map(() => undefined);
  let lastSeconds: number | null = null;
  const end = (flow: number, seconds: number): void => {
    const begun = since[flow];
    if (begun === undefined) return;
    // Packets leave on a grid: an outage is a whole number of gaps.
    const lost = Math.floor((seconds - begun) / gap) * gap;
    longest[flow] = Math.max(longest[flow]!, lost);
    lastSeconds = Math.max(lastSeconds ?? 0, seconds);
    since[flow] = undefined;
  };
  for (const seconds of way.moments()) {
    way.advance(seconds);
    hashes.forEach((hash, flow) => {
      if (way.arrives(hash)) end(flow, seconds);
      else since[flow] ??= seconds;
    });
  }
  hashes.forEach((_, flow) => {
    end(flow, way.lastMoment());
  });
  const lossy = longest.filter((seconds) => seconds > SHORT_SECONDS).length;
  return { flowsWithLoss: lossy, longestSeconds: Math.max(0, ...longest), lastSeconds };
}

/** The way of packets at one moment of a window. */
class ProbeWay {
  private readonly window: SimWindow;
  private readonly netCase: NetCase;
  private readonly from: number;
  private readonly to: number;
  private readonly prefix: string;
  /** Next hops by node, of the prefix that is probed. */
  private readonly hops = new Map<string, readonly string[]>();
  private readonly deaf = new Set<string>();
  private readonly mute = new Set<string>();

  constructor(window: SimWindow, netCase: NetCase, from: string, to: string) {
    this.window = window;
    this.netCase = netCase;
    this.from = netCase.topology.nodeOf(from);
    this.to = netCase.topology.nodeOf(to);
    const target = netCase.topology.configuration.speakers[this.to]!.networks[0];
    if (target === undefined) throw new CaseProblem(`The probed node ${to} originates no prefix.`);
    this.prefix = prefixText(target);
    for (const [node, routes] of window.before) {
      const known = routes.get(this.prefix);
      if (known !== undefined) this.hops.set(node, known);
    }
  }

  /** Instants at which something changed, in order. */
  moments(): readonly number[] {
    const { changes, ports } = this.window;
    const own = changes.filter(({ prefix }) => prefix === this.prefix);
    return [...new Set([...own, ...ports].map(({ seconds }) => seconds))].sort((a, b) => a - b);
  }

  /** The last thing that is known of the window. */
  lastMoment(): number {
    const { changes, messages } = this.window;
    return Math.max(changes.at(-1)?.seconds ?? 0, messages.at(-1)?.seconds ?? 0, this.moments().at(-1) ?? 0);
  }

  /** Takes in what changed at an instant. */
  advance(seconds: number): void {
    for (const { seconds: at, node, prefix, hops } of this.window.changes) {
      if (at !== seconds || prefix !== this.prefix) continue;
      if (hops === undefined) this.hops.delete(node);
      else this.hops.set(node, hops);
    }
    for (const { seconds: at, node, segment, sends, receives } of this.window.ports) {
      if (at !== seconds) continue;
      mark(this.mute, `${node} ${segment}`, !sends);
      mark(this.deaf, `${node} ${segment}`, !receives);
    }
  }

  /** Whether a packet with this hash comes to its end. */
  arrives(hash: number): boolean {
    const { speakers } = this.netCase.topology.configuration;
    let node = this.from;
    for (let hop = 0; hop < HOPS_MAX; hop++) {
      if (node === this.to) return true;
      const { name } = speakers[node]!;
      // The kernel itself drops next hops behind a port that was shut here.
      const hops = (this.hops.get(name) ?? []).filter((peer) => this.isUsable(node, this.nodeOf(peer)));
      if (hops.length === 0) return false;
      const next = this.nodeOf(hops[Math.floor(hash * hops.length)]!);
      if (!this.passes(node, next)) return false;
      node = next;
    }
    return false;
  }

  private nodeOf(name: string): number {
    return this.netCase.topology.nodeOf(name);
  }

  private segment(node: number, next: number): number {
    const theirs = this.netCase.topology.segmentsOf(next);
    return this.netCase.topology.segmentsOf(node).find((segment) => theirs.includes(segment)) ?? -1;
  }

  /** A port that is shut sends and receives nothing; a silent one is still there for the kernel. */
  private isUsable(node: number, next: number): boolean {
    const key = this.key(node, this.segment(node, next));
    return !(this.mute.has(key) && this.deaf.has(key) && this.isShut(key));
  }

  private isShut(key: string): boolean {
    return this.window.ports.some(({ node, segment, isCarrier }) => isCarrier && `${node} ${segment}` === key);
  }

  private passes(node: number, next: number): boolean {
    const segment = this.segment(node, next);
    return !this.mute.has(this.key(node, segment)) && !this.deaf.has(this.key(next, segment));
  }

  private key(node: number, segment: number): string {
    return `${this.netCase.topology.configuration.speakers[node]!.name} ${segment}`;
  }
}

function mark(set: Set<string>, key: string, is: boolean): void {
  if (is) set.add(key);
  else set.delete(key);
}
