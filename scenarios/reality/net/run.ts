/**
 * A recorded case run on our BGP model: the cold start as it was recorded, then each event, once for each seed.
 */

import type { BgpConfiguration, Daemon } from '../../../models/network/bgp/configuration.ts';
import type { BgpMessage } from '../../../models/network/bgp/message.ts';
import { messageBytes } from '../../../models/network/bgp/message-bytes.ts';
import { BgpNetwork } from '../../../models/network/bgp/network.ts';
import { isEndOfRib } from '../../../models/network/bgp/telling.ts';
import { NS_PER_SECOND, secondsToNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { actionsOf, type NetAction } from './action.ts';
import { prefixText } from './address.ts';
import type { NetCase, RecordedEvent, RecordedStart, RouteChange } from './recorded.ts';
import { crowdedTable, issuedShare, RouteMonitor } from './recorder.ts';
import { type SimFib, type SimRib, stateOf } from './run-state.ts';
import { busyOf, commandSeconds, kernelLockOf, QUIET_START_SECONDS, startSeconds, watchedSeconds } from './watch.ts';

/** A message of our run, s after the start of its window. */
export interface SimMessage {
  readonly seconds: number;
  readonly from: string;
  readonly to: string;
  readonly kind: BgpMessage['kind'];
  readonly withdrawn: readonly string[];
  readonly announced: readonly string[];
  readonly asPath: readonly number[];
  readonly endOfRib: boolean;
  readonly code: number | undefined;
  readonly bytes: number;
}

/** A session that came up or went down. */
export interface SimSession {
  readonly seconds: number;
  readonly node: string;
  readonly peer: string;
  readonly up: boolean;
}

/** A port that changed, for the packets of probes. */
export interface SimPort {
  readonly seconds: number;
  readonly node: string;
  readonly segment: number;
  /** Packets leave through it, and arrive through it. */
  readonly sends: boolean;
  readonly receives: boolean;
  /** It was shut or opened, and not only made silent. */
  readonly isCarrier: boolean;
}

/** What our run showed in one window. */
export interface SimWindow {
  readonly messages: SimMessage[];
  readonly changes: RouteChange[];
  readonly sessions: SimSession[];
  readonly ports: SimPort[];
  /** Kernel routes as the window began. */
  readonly before: SimFib;
}

/** One run. */
export interface SimRun {
  readonly start: SimWindow;
  readonly rib: SimRib;
  readonly fib: SimFib;
  readonly events: readonly SimWindow[];
}

/** Runs a cold start, and then the events of a case. */
export function simulate(
  netCase: NetCase,
  start: RecordedStart,
  events: readonly RecordedEvent[],
  seed: string,
): SimRun {
  return new CaseRun(netCase, start, seed).run(start, events);
}

/** Of the machine that all recorded routers ran on. */
const PROCESSORS = 2;
/** It looked every so many seconds, and so often at most. */
const SETTLE_STEP_SECONDS = 2;
const SETTLE_LOOKS_MAX = 8;
/** How long a cold start was watched, if the recording does not tell, s. */
const START_SECONDS = 10;

class CaseRun {
  private readonly sim = new Simulation();
  private readonly network: BgpNetwork;
  private window: SimWindow = emptyWindow(new Map());
  private windowStartNs = 0;
  /** By node and segment: directions in which packets are dropped. */
  private readonly silent = new Map<string, 'in' | 'both'>();
  private readonly netCase: NetCase;
  private readonly streams: StreamSource;
  private readonly monitor: RouteMonitor;
  private pending: NetAction[] = [];

  constructor(netCase: NetCase, start: RecordedStart, seed: string) {
    this.netCase = netCase;
    this.streams = new StreamSource(seed);
    const busy = busyOf(start, netCase.topology.configuration.speakers.length);
    const lock = kernelLockOf(busy, start.watchedSeconds ?? START_SECONDS);
    const crowded = crowdedTable(netCase, this.streams.stream('recorder', 'neighbours'));
    this.monitor = new RouteMonitor(netCase, this.streams.stream('recorder', 'routes'));
    const configuration = {
      ...asStarted(netCase),
      sharedProcessors: PROCESSORS,
      ...(crowded === undefined ? {} : { lateResolution: crowded }),
      ...(lock === undefined ? {} : { kernelLock: lock }),
    };
    this.network = new BgpNetwork({ sim: this.sim, streams: this.streams }, configuration, {
      message: (end, message) => this.takeMessage(end, message),
      route: (speaker, prefix, told) => {
        if (told) this.takeRoute(speaker, prefix);
      },
      session: (end, up) => this.takeSession(end, up),
    });
    const kind = this.sim.kind('action of a recorded event', (action) => this.act(this.pending[action]!));
    this.schedule = (action, seconds) => {
      this.pending.push(action);
      this.sim.at(this.windowStartNs + secondsToNs(seconds), kind, this.pending.length - 1);
    };
  }

  private readonly schedule: (action: NetAction, seconds: number) => void;

  run(start: RecordedStart, events: readonly RecordedEvent[]): SimRun {
    const first = this.coldStart(start);
    this.window = windowAfter(first);
    if (events.length > 0) this.settle(start);
    const { rib, fib } = stateOf(this.network, this.netCase.topology);
    const windows = events.map((event) => this.event(event));
    return { start: first, rib, fib, events: windows };
  }

  private coldStart({ spanSeconds, watchedSeconds: watched }: RecordedStart): SimWindow {
    const { speakers } = this.netCase.topology.configuration;
    const span = spanSeconds ?? QUIET_START_SECONDS * speakers.length;
    startSeconds(span, speakers.length, this.streams.stream('recorder', 'starts')).forEach((seconds, node) => {
      this.schedule({ kind: 'start', node }, seconds);
    });
    this.addPrefixes(span);
    return this.watch(watched ?? START_SECONDS);
  }

  /** Before the first event the recorder waited until all sessions were up, and nothing had happened for as long as in the recording. */
  private settle({ quietSeconds }: RecordedStart): void {
    const { ends } = this.network;
    const isUp = (end: number): boolean => ends.peerOf[end]! < 0 || this.network.established(end);
    const all = Array.from({ length: ends.count }, (_, end) => end);
    for (let looks = 0; looks < SETTLE_LOOKS_MAX && !all.every(isUp); looks++) this.goOn(SETTLE_STEP_SECONDS);
    for (let looks = 0; looks < SETTLE_LOOKS_MAX; looks++) {
      const waitSeconds = this.lastSeconds() + quietSeconds - this.seconds();
      if (waitSeconds <= 0) return;
      this.goOn(waitSeconds);
    }
  }

  /** The run goes on in the same window. */
  private goOn(seconds: number): void {
    this.sim.run(this.sim.nowNs + secondsToNs(seconds));
  }

  /** When routes last changed, or were last told, in this window. */
  private lastSeconds(): number {
    const told = this.window.messages.filter(({ kind, endOfRib }) => kind === 'update' && !endOfRib).at(-1);
    return Math.max(told?.seconds ?? 0, this.window.changes.at(-1)?.seconds ?? 0);
  }

  /** One command after the other, once all daemons were started. */
  private addPrefixes(fromSeconds: number): void {
    const each = commandSeconds(this.streams.stream('recorder', 'commands'));
    let at = fromSeconds;
    for (const [node, { daemon, networks }] of this.netCase.topology.configuration.speakers.entries()) {
      if (!isToldLater(daemon)) continue;
      for (const prefix of networks) {
        at += each;
        this.schedule({ kind: 'announce', node, prefix }, at);
      }
    }
  }

  private event(event: RecordedEvent): SimWindow {
    const actions = actionsOf(event, this.netCase.topology);
    this.window = emptyWindow(stateOf(this.network, this.netCase.topology).fib);
    this.windowStartNs = this.sim.nowNs;
    this.age(event);
    // Ages are counted from the moment of issuing.
    const share = issuedShare(actions[0]!, this.netCase, this.streams.stream('recorder', 'commands'));
    const issued = event.ageSeconds.size > 0 ? 0 : event.issuedForSeconds * share;
    const several = actions.length > 1 && actions[0]!.kind !== 'announce' && actions[0]!.kind !== 'withdraw';
    actions.forEach((action, i) => {
      this.schedule(action, several ? (issued * (i + 1)) / actions.length : issued);
    });
    const { low, high } = watchedSeconds(event, this.netCase);
    return this.watch(low + (high - low) * this.streams.stream('recorder', 'watches').uniform());
  }

  /** The last messages before the fault were as old as was recorded. */
  private age({ ageSeconds }: RecordedEvent): void {
    for (const [direction, seconds] of ageSeconds) {
      const [from, to] = direction.split('>').map((name) => this.netCase.topology.nodeOf(name));
      const end = this.network.ends.endOf(to!, from!);
      if (end >= 0) this.network.setSilenceNs(end, secondsToNs(seconds));
    }
  }

  private watch(seconds: number): SimWindow {
    this.sim.run(this.windowStartNs + secondsToNs(seconds));
    return this.window;
  }

  private act(action: NetAction): void {
    const { network } = this;
    if (action.kind === 'start') network.start(action.node);
    else if (action.kind === 'kill') network.kill(action.node);
    else if (action.kind === 'announce') network.announce(action.node, action.prefix);
    else if (action.kind === 'withdraw') network.withdraw(action.node, action.prefix);
    else if (action.kind === 'reset') network.resetSession(action.node, action.peer);
    else if (action.kind === 'port') {
      network.setPort(action.node, action.segment, action.up);
      this.takePort(action.node, action.segment, action.up, action.up, true);
    } else if (action.kind === 'silence') this.silence(action.node, action.segment, action.direction);
    else this.heal();
  }

  private silence(node: number, segment: number, direction: 'in' | 'both'): void {
    this.network.setSilent(node, segment, direction, true);
    this.silent.set(`${node} ${segment}`, direction);
    this.takePort(node, segment, direction === 'in', false, false);
  }

  private heal(): void {
    for (const [key, direction] of this.silent) {
      const [node, segment] = key.split(' ').map(Number);
      this.network.setSilent(node!, segment!, direction, false);
      this.takePort(node!, segment!, true, true, false);
    }
    this.silent.clear();
  }

  private takePort(node: number, segment: number, sends: boolean, receives: boolean, isCarrier: boolean): void {
    this.window.ports.push({ seconds: this.seconds(), node: this.nameOf(node), segment, sends, receives, isCarrier });
  }

  private takeMessage(end: number, message: BgpMessage): void {
    const { network } = this;
    const { speakers } = this.netCase.topology.configuration;
    const speaker = speakers[network.ends.speakerOf[end]!]!;
    const peer = network.ends.peerOf[end]!;
    if (peer < 0 || this.isUnseen(end)) return;
    const update = message.kind === 'update' ? message : undefined;
    const withdrawn = (update?.withdrawn ?? []).map((prefix) => network.prefixes.get(prefix));
    const announced = (update?.announced ?? []).map((prefix) => network.prefixes.get(prefix));
    const attributes = announced.length === 0 ? undefined : network.attributes.get(update!.attributes);
    this.window.messages.push({
      seconds: this.seconds(),
      from: speaker.name,
      to: speakers[network.ends.speakerOf[peer]!]!.name,
      kind: message.kind,
      withdrawn: withdrawn.map(prefixText),
      announced: announced.map(prefixText),
      asPath: attributes?.asPath ?? [],
      endOfRib: update !== undefined && isEndOfRib(update),
      code: message.kind === 'notification' ? message.code : undefined,
      bytes: messageBytes(
        { kind: message.kind, withdrawn, announced, ...(attributes === undefined ? {} : { attributes }) },
        { daemon: speaker.daemon, name: speaker.name, restarts: speaker.gracefulRestart !== undefined },
      ),
    });
  }

  /** Packets are recorded as they leave a port: not those that are dropped before, nor any where the port is shut. */
  private isUnseen(end: number): boolean {
    const { ports, ends } = this.network;
    const port = ends.portOf[end]!;
    return port < 0 || ports.up[port] === 0 || ports.silentOut[port] === 1;
  }

  private takeRoute(speaker: number, prefix: number): void {
    const hops = this.network.nextHops(speaker, prefix)?.map((hop) => this.nameOf(hop));
    this.window.changes.push({
      seconds: this.monitor.noticed(this.sim.nowNs / NS_PER_SECOND) - this.windowStartNs / NS_PER_SECOND,
      node: this.nameOf(speaker),
      prefix: prefixText(this.network.prefixes.get(prefix)),
      hops: hops === undefined ? undefined : [...hops].sort(),
    });
  }

  private takeSession(end: number, up: boolean): void {
    const { ends } = this.network;
    const node = this.nameOf(ends.speakerOf[end]!);
    this.window.sessions.push({
      seconds: this.seconds(),
      node,
      peer: this.nameOf(ends.speakerOf[ends.peerOf[end]!]!),
      up,
    });
  }

  private nameOf(node: number): string {
    return this.netCase.topology.configuration.speakers[node]!.name;
  }

  private seconds(): number {
    return (this.sim.nowNs - this.windowStartNs) / NS_PER_SECOND;
  }
}

/** Whether a daemon is told of its prefixes by commands, and not by its configuration. */
function isToldLater(daemon: Daemon): boolean {
  return daemon === 'gobgp';
}

/** The configuration that the daemons start with. */
function asStarted({ topology: { configuration } }: NetCase): BgpConfiguration {
  const speakers = configuration.speakers.map((each) => (isToldLater(each.daemon) ? { ...each, networks: [] } : each));
  return { ...configuration, speakers };
}

/** A window that goes on where another one ended. */
function windowAfter({ messages, changes, sessions, ports, before }: SimWindow): SimWindow {
  return { messages: [...messages], changes: [...changes], sessions: [...sessions], ports: [...ports], before };
}

function emptyWindow(before: SimFib): SimWindow {
  return { messages: [], changes: [], sessions: [], ports: [], before };
}
