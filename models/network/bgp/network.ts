/**
 * A network of BGP speakers: routes that come in, decisions, and what is told of them, by message.
 *
 * Source: RFC 4271 and the daemons as recorded (profile.ts): FRR gathers changes for 50 ms and decides them together, BIRD what
 * has come in at the moment; GoBGP answers message by message. Left out: soft reconfiguration, processor time of the daemons.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import { Aggregation } from './aggregation.ts';
import { Announcing, ownAttributes } from './announcing.ts';
import { AttributeTable } from './attributes.ts';
import { Carriers } from './carriers.ts';
import type { BgpConfiguration, Prefix, SpeakerConfiguration } from './configuration.ts';
import { Decision, type DecisionStep } from './decision.ts';
import { Importing, REFUSED } from './importing.ts';
import { Inbox } from './inbox.ts';
import { KernelRoutes } from './kernel-routes.ts';
import { MainLoop } from './main-loop.ts';
import { type BgpMessage, NOTIFICATION, type RefreshMessage, type UpdateMessage } from './message.ts';
import { Output } from './output.ts';
import { type PathView, pathViews } from './path-view.ts';
import { NO_PORT, Ports } from './ports.ts';
import { type PrefixId, PrefixTable } from './prefix-table.ts';
import { type DelayNs, PROFILES, type Profile } from './profile.ts';
import { Resolution } from './resolution.ts';
import { NO_PATH, Rib, STALE } from './rib.ts';
import { RouteRefresh } from './route-refresh.ts';
import { NO_END, SessionEnds } from './session-ends.ts';
import { Sessions } from './sessions.ts';
import { isEndOfRib, NOTHING, Telling, type Told } from './telling.ts';
import { type UpdateGroup, UpdateGroups } from './update-group.ts';
import { Welcoming } from './welcoming.ts';

/** Who watches a network. Times are the simulation's present. */
export interface BgpObserver {
  /** A message leaves an end. Where this is given, keepalives are messages of their own. */
  message?(fromEnd: number, message: BgpMessage): void;
  /** A kernel route was written, changed or taken out. `told`: the kernel says so to those who listen to it. */
  route?(speaker: number, prefix: PrefixId, told: boolean): void;
  /** A session came up or went down at one of its ends. */
  session?(end: number, up: boolean): void;
}

/** Another program that writes a daemon's routes into the kernel follows it. Ours. */
const OTHER_PROGRAM: DelayNs = { low: 0, high: 2 * NS_PER_MS };

/** Speakers, sessions and routes of one run. */
export class BgpNetwork {
  readonly ends: SessionEnds;
  readonly ports: Ports;
  readonly prefixes = new PrefixTable();
  readonly attributes = new AttributeTable();
  readonly speakers: readonly SpeakerConfiguration[];
  readonly #profiles: readonly Profile[];
  readonly #observer: BgpObserver;
  readonly #holdStale = new Set<number>();
  readonly #rib: Rib;
  readonly #groups: UpdateGroups;
  readonly #decision: Decision;
  readonly #announcing: Announcing;
  readonly #importing: Importing;
  readonly #sessions: Sessions;
  readonly #telling: Telling;
  readonly #kernel: KernelRoutes | undefined;
  readonly #aggregation: Aggregation;
  readonly #inbox: Inbox;
  readonly #loop: MainLoop;
  readonly #refresh: RouteRefresh;
  readonly #welcoming: Welcoming;
  readonly #output: Output;
  readonly #carriers: Carriers;
  readonly #streams: StreamSource;
  readonly #sim: Simulation;
  readonly #networks: Set<PrefixId>[];
  /** Attributes of a route of one's own, by speaker. */
  readonly #own: readonly number[];
  readonly #kinds: Readonly<Record<'stale' | 'clear' | 'sweep', number>>;

  constructor(
    world: { readonly sim: Simulation; readonly streams: StreamSource },
    configuration: BgpConfiguration,
    observer: BgpObserver = {},
  ) {
    const { sim, streams } = world;
    const { speakers } = configuration;
    this.#sim = sim;
    this.#streams = streams;
    this.#observer = observer;
    this.speakers = speakers;
    this.#profiles = speakers.map(({ daemon }) => PROFILES[daemon]);
    this.ports = new Ports(configuration);
    this.ends = new SessionEnds(configuration, this.ports);
    this.#rib = new Rib(speakers.length);
    const parts = {
      speakers,
      ends: this.ends,
      ports: this.ports,
      rib: this.#rib,
      attributes: this.attributes,
      prefixes: this.prefixes,
      resolution: new Resolution(configuration.lateResolution, this.ends, streams),
      countsKeepalives: observer.message !== undefined,
    };
    this.#groups = new UpdateGroups(this.#profiles, this.ends, (end) => this.#lanOf(end));
    this.#decision = new Decision(parts);
    this.#announcing = new Announcing(parts);
    this.#importing = new Importing(parts);
    this.#aggregation = new Aggregation(parts);
    this.#own = speakers.map(({ daemon }) => this.attributes.idOf(ownAttributes(daemon)));
    this.#networks = speakers.map(({ networks }) => new Set(networks.map((prefix) => this.prefixes.idOf(prefix))));
    this.#kernel =
      observer.route === undefined
        ? undefined
        : new KernelRoutes(world, configuration, (speaker, prefix) => observer.route?.(speaker, prefix, true));
    this.#inbox = new Inbox(world, speakers, {
      decide: (speaker, changed) => this.#decide(speaker, changed),
      take: (end, message) => this.#take(end, message),
    });
    this.#loop = new MainLoop(world, configuration, {
      read: (end, connection, items) => this.#sessions.read(end, connection, items),
      letters: (speaker) => this.#telling.letters(this.#groups.ofSpeaker[speaker]!),
      send: ({ ends, messages }) => this.#sessions.send(ends, messages),
    });
    this.#sessions = new Sessions(world, parts, {
      socket: (end, connection, items) => this.#loop.deliver(this.ends.speakerOf[end]!, end, connection, items),
      accepted: (end) => this.#welcoming.accepted(end),
      up: (end) => this.#up(end),
      down: (end, graceful) => this.#down(end, graceful),
      update: (end, message) => this.#inbox.deliver(this.ends.speakerOf[end]!, end, message),
      sent: (end, message) => observer.message?.(end, message),
    });
    this.#carriers = new Carriers(world, configuration, this, {
      streamOf: (speaker) => this.#stream(speaker),
      shut: (port) => this.#shut(port),
      portLost: (end) => this.#sessions.portLost(end),
      pathChanged: (end, cause) => this.#sessions.pathChanged(end, cause),
      awaits: (end) => this.#sessions.awaits(end),
      nextHopsChanged: (speaker) => this.#nextHopsChanged(speaker),
    });
    this.#telling = new Telling({
      sim,
      attributes: this.attributes,
      prefixes: this.prefixes,
      clockPhaseNs: Math.floor(streams.stream('bgp', 'clock phase').uniform() * NS_PER_SECOND),
      send: (ends, messages) => this.#sessions.send(ends, messages),
      groupOf: (end) => this.#groups.ofEnd[end]!,
      tellsSource: (speaker) => this.#profiles[speaker]!.tellsSource,
      keepsMrai: (speaker) => this.#profiles[speaker]!.keepsMrai,
      collects: (speaker) => this.#profiles[speaker]!.hasMainLoop,
      wake: (speaker) => this.#loop.wake(speaker),
      originatorOf: (speaker, attributes) => this.ends.towards(speaker, this.attributes.get(attributes).originatorId),
    });
    const links = {
      established: (end: number) => this.established(end),
      connectionOf: (end: number) => this.#sessions.connectionOf(end),
      latencyNs: (end: number) => this.ports.latencyNs[this.ends.portOf[end]!]!,
      groupOf: (end: number) => this.#groups.ofEnd[end]!,
      streamOf: (speaker: number) => this.#stream(speaker),
      welcome: (end: number, endOfRib: boolean) => this.#telling.welcome(end, endOfRib),
      tellAgain: (end: number) => this.#telling.again(end),
      sent: (end: number, message: RefreshMessage) => observer.message?.(end, message),
    };
    this.#welcoming = new Welcoming(sim, parts, links);
    this.#refresh = new RouteRefresh(sim, parts, links);
    this.#output = new Output(sim, speakers.length, (news) => this.#telling.tell(news.group, news.prefixes, news.told));
    this.#kinds = {
      stale: sim.kind('bgp restart time', (end) => this.#restartEnds(end)),
      clear: sim.kind('bgp clears a session', (end) => this.#clear(end)),
      sweep: sim.kind('bgp kernel sweep', (speaker) => this.#kernel?.sweep(speaker)),
    };
  }

  /** Starts the daemon of a speaker, with the networks that it originates. */
  start(speaker: number): void {
    for (const prefix of this.#networks[speaker]!) this.#putOwn(speaker, prefix);
    this.#markDefaults(speaker);
    this.#inbox.settle(speaker);
    this.#sessions.start(speaker);
    this.#welcoming.started(speaker);
    this.#refresh.started(speaker);
    const restart = this.speakers[speaker]!.gracefulRestart;
    const recovers = restart !== undefined && restart.startsCold !== true;
    const sweepNs = recovers ? restart.restartSeconds * NS_PER_SECOND : this.#profiles[speaker]!.sweepNs;
    if (this.#kernel !== undefined) this.#sim.after(Math.round(sweepNs), this.#kinds.sweep, speaker);
  }

  /** Kills the daemon of a speaker. Its kernel routes stay, its connections are reset. */
  kill(speaker: number): void {
    this.#sessions.kill(speaker);
    this.#refresh.stopped(speaker);
    this.#inbox.clear(speaker);
    this.#loop.clear(speaker);
    this.#output.clear(speaker);
    for (let end = this.ends.firstOf[speaker]!; end < this.ends.firstOf[speaker + 1]!; end++)
      this.#telling.dismiss(end);
    for (const group of this.#groups.ofSpeaker[speaker]!) this.#telling.forget(group);
    this.#rib.clear(speaker);
    this.#aggregation.forget(speaker);
    this.#kernel?.forget(speaker);
  }

  /** The speaker originates a prefix from now on. */
  announce(speaker: number, prefix: Prefix): void {
    const id = this.prefixes.idOf(prefix);
    this.#networks[speaker]!.add(id);
    if (!this.isRunning(speaker)) return;
    this.#putOwn(speaker, id);
    this.#inbox.settle(speaker);
  }

  /** The speaker no longer originates a prefix. */
  withdraw(speaker: number, prefix: Prefix): void {
    const id = this.prefixes.idOf(prefix);
    this.#networks[speaker]!.delete(id);
    if (this.#rib.remove(speaker, id, NO_END)) this.#inbox.mark(speaker, id);
    this.#inbox.settle(speaker);
  }

  /** An operator resets the session of two speakers, at the first. */
  resetSession(speaker: number, peer: number): void {
    const end = this.ends.endOf(speaker, peer);
    assert(end !== NO_END, () => `${this.#name(speaker)} and ${this.#name(peer)} have no session`);
    this.#sessions.close(end, NOTIFICATION.ceaseReset);
  }

  /** Shuts or opens a port. */
  setPort(speaker: number, segment: number, up: boolean): void {
    this.#carriers.setPort(this.#portOn(speaker, segment), up);
  }

  /** A port drops all packets of a direction while its carrier stays, or no longer. */
  setSilent(speaker: number, segment: number, direction: 'in' | 'out' | 'both', silent: boolean): void {
    this.#carriers.setSilent(this.#portOn(speaker, segment), direction, silent);
  }

  /** Whether the daemon runs. */
  isRunning(speaker: number): boolean {
    return this.#sessions.running[speaker] === 1;
  }

  /** Whether an end's session is established. */
  established(end: number): boolean {
    return this.#sessions.established(end);
  }

  /** Negotiated hold time, ns; 0: none, or no session. */
  holdNs(end: number): TimeNs {
    return this.#sessions.holdNs(end);
  }

  /** How long ago the peer's last message came to this end, ns. */
  silenceNs(end: number): TimeNs {
    return this.#sessions.silenceNs(end);
  }

  /** From now on it is as if the peer's last message had come to this end so long ago: what a recording gives. */
  setSilenceNs(end: number, silenceNs: TimeNs): void {
    this.#sessions.setSilenceNs(end, silenceNs);
  }

  /** Candidate paths of a prefix, those that came last first. */
  paths(speaker: number, prefix: PrefixId): PathView[] {
    return pathViews(this.#rib, this.#decision, this.attributes, speaker, prefix);
  }

  /** The step that decides a prefix now. */
  reason(speaker: number, prefix: PrefixId): DecisionStep {
    this.#decision.decide(speaker, prefix);
    return this.#decision.lastStep;
  }

  /**
   * Speakers that the kernel hands packets of a prefix to, ascending; undefined where it has no route from BGP. Without a
   * watcher of routes: as decided.
   */
  nextHops(speaker: number, prefix: PrefixId): readonly number[] | undefined {
    if (this.#kernel !== undefined) return this.#kernel.get(speaker, prefix);
    const hops = this.#decision.handedTo(speaker, prefix);
    return hops.length === 0 ? undefined : hops;
  }

  /** UPDATE messages that were sent so far, End-of-RIB included. */
  get updatesSent(): number {
    return this.#sessions.updatesSent;
  }

  /** Paths in all tables at most so far. */
  get pathsPeak(): number {
    return this.#rib.peak;
  }

  #name(speaker: number): string {
    return this.speakers[speaker]!.name;
  }

  #portOn(speaker: number, segment: number): number {
    const port = this.ports.on(speaker, segment);
    assert(port !== NO_PORT, () => `${this.#name(speaker)} has no port on segment ${segment}`);
    return port;
  }

  #putOwn(speaker: number, prefix: PrefixId): void {
    if (this.#rib.put(speaker, prefix, NO_END, this.#own[speaker]!)) this.#inbox.mark(speaker, prefix);
  }

  #markDefaults(speaker: number): void {
    const groups = this.#groups.ofSpeaker[speaker]!;
    if (groups.some(({ neighbor }) => neighbor.defaultOriginate === true))
      this.#inbox.mark(speaker, this.prefixes.idOf({ address: 0, length: 0 }));
  }

  /** Decides prefixes that changed, and tells what came of it. */
  #decide(speaker: number, changed: readonly PrefixId[]): void {
    const prefixes = [...changed];
    const bests = new Map<PrefixId, number>();
    for (const prefix of changed) bests.set(prefix, this.#decision.decide(speaker, prefix));
    for (const prefix of this.#aggregation.update(speaker, changed, this.#own[speaker]!)) {
      if (!bests.has(prefix)) prefixes.push(prefix);
      bests.set(prefix, this.#decision.decide(speaker, prefix));
    }
    this.#output.put(
      speaker,
      this.#groups.ofSpeaker[speaker]!.map((group) => ({
        group,
        prefixes,
        told: prefixes.map((prefix) => this.#toldOf(group, prefix, bests.get(prefix)!)),
      })),
      this.#draw(speaker, this.#profiles[speaker]!.output),
    );
    const delay =
      this.#profiles[speaker]!.kernel ?? (this.speakers[speaker]!.writesRoutes === true ? OTHER_PROGRAM : undefined);
    if (this.#kernel === undefined || delay === undefined) return;
    this.#kernel.want(
      speaker,
      prefixes,
      (prefix) => this.#decision.handedTo(speaker, prefix),
      this.#draw(speaker, delay),
    );
  }

  #toldOf(group: UpdateGroup, prefix: PrefixId, best: number): Told {
    if (group.neighbor.defaultOriginate === true && this.prefixes.get(prefix).length === 0)
      return { attributes: this.#announcing.defaultRoute(group), source: NO_END };
    if (best === NO_PATH || this.#aggregation.suppresses(group.speaker, prefix)) return NOTHING;
    return { attributes: this.#announcing.of(group, prefix, best), source: this.#rib.endOf[best]! };
  }

  #take(end: number, message: UpdateMessage): void {
    const speaker = this.ends.speakerOf[end]!;
    if (isEndOfRib(message)) this.#sweepStale(end);
    for (const prefix of message.withdrawn) this.#remove(speaker, prefix, end);
    for (const prefix of message.announced) {
      const attributes = this.#importing.of(end, prefix, message.attributes);
      if (attributes === REFUSED) this.#remove(speaker, prefix, end);
      else if (this.#rib.put(speaker, prefix, end, attributes, this.#importing.weight))
        this.#inbox.mark(speaker, prefix);
    }
  }

  #remove(speaker: number, prefix: PrefixId, end: number): void {
    if (this.#rib.remove(speaker, prefix, end)) this.#inbox.mark(speaker, prefix);
  }

  #up(end: number): void {
    this.#observer.session?.(end, true);
    const peer = this.ends.speakerOf[this.ends.peerOf[end]!]!;
    if (this.speakers[peer]!.gracefulRestart?.startsCold === true) this.#sweepStale(end);
    this.#welcoming.up(end);
  }

  #down(end: number, graceful: boolean): void {
    this.#observer.session?.(end, false);
    this.#telling.dismiss(end);
    const speaker = this.ends.speakerOf[end]!;
    if (graceful) {
      this.#markStale(end);
      return;
    }
    const delayNs = this.#draw(speaker, this.#profiles[speaker]!.clearing);
    if (delayNs === 0) this.#clear(end);
    else this.#sim.after(delayNs, this.#kinds.clear, end);
  }

  /** Takes out what a session had told. None comes up again so soon. */
  #clear(end: number): void {
    const speaker = this.ends.speakerOf[end]!;
    for (let prefix = 0; prefix < this.#rib.prefixRoom(speaker); prefix++) this.#remove(speaker, prefix, end);
    this.#inbox.settle(speaker);
  }

  /** The peer restarts: what it told stays in use until it has told all anew, or its time is up. */
  #markStale(end: number): void {
    const speaker = this.ends.speakerOf[end]!;
    for (let prefix = 0; prefix < this.#rib.prefixRoom(speaker); prefix++) {
      const path = this.#rib.find(speaker, prefix, end);
      if (path !== NO_PATH) this.#rib.flagsOf[path]! |= STALE;
    }
    this.#holdStale.add(end);
    const peer = this.ends.speakerOf[this.ends.peerOf[end]!]!;
    const { restartSeconds } = this.speakers[peer]!.gracefulRestart!;
    this.#sim.after(Math.round(restartSeconds * NS_PER_SECOND), this.#kinds.stale, end);
  }

  /** The restart time of a peer is over. If its session came back meanwhile, its End-of-RIB decides. */
  #restartEnds(end: number): void {
    if (!this.established(end)) this.#sweepStale(end);
  }

  #sweepStale(end: number): void {
    const speaker = this.ends.speakerOf[end]!;
    const room = this.#holdStale.delete(end) ? this.#rib.prefixRoom(speaker) : 0;
    for (let prefix = 0; prefix < room; prefix++) {
      const path = this.#rib.find(speaker, prefix, end);
      if (path !== NO_PATH && (this.#rib.flagsOf[path]! & STALE) !== 0) this.#remove(speaker, prefix, end);
    }
    this.#inbox.settle(speaker);
  }

  /** Any path may have become usable or useless. */
  #nextHopsChanged(speaker: number): void {
    for (let prefix = 0; prefix < this.#rib.prefixRoom(speaker); prefix++) {
      if (this.#rib.first(speaker, prefix) !== NO_PATH) this.#inbox.mark(speaker, prefix);
    }
    this.#inbox.settle(speaker);
  }

  /** The kernel forgets the routes that left through a port which was shut. */
  #shut(port: number): void {
    const speaker = this.ports.speakerOf[port]!;
    const lost = this.#kernel?.cut(speaker, (hop) => !this.ports.neighbours(speaker, hop)) ?? [];
    for (const prefix of lost) this.#observer.route?.(speaker, prefix, false);
  }

  /** The segment of an end where more than two share it; -1 on a cable. */
  #lanOf(end: number): number {
    const port = this.ends.portOf[end]!;
    return port === NO_PORT || this.ports.otherEnd[port] !== NO_PORT ? -1 : this.ports.segmentOf[port]!;
  }

  #stream(speaker: number): Stream {
    return this.#streams.stream(`bgp/${this.#name(speaker)}`, 'delays');
  }

  #draw(speaker: number, { low, high }: DelayNs): TimeNs {
    return low === high ? low : Math.round(low + (high - low) * this.#stream(speaker).uniform());
  }
}
