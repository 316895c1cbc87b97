/**
 * The timers of daemons that nobody configured, beside those that our models have; and what follows from them when two
 * such daemons meet, which a run of our BGP model shows.
 *
 * Quantity by quantity: `hold_s` and its like are held against models/network/bgp/default-timers.ts, what sessions agreed on and
 * how long FRR takes against runs. Notes in words are no quantities.
 */
import type { BgpConfiguration, Daemon } from '../../models/network/bgp/configuration.ts';
import {
  BFD_DEFAULTS,
  DAEMON_DEFAULTS,
  type DaemonDefaults,
  type DefaultSet,
} from '../../models/network/bgp/default-timers.ts';
import { cabled, prefix, type Router } from '../../models/network/bgp/designs.ts';
import { BgpNetwork } from '../../models/network/bgp/network.ts';
import { PROFILES } from '../../models/network/bgp/profile.ts';
import { NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { isObject, objectField, textField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import type { JsonObject, RecordedCase, Replay, Suite } from './suite.ts';

/** Default timers. */
export const netDefaultsSuite: Suite = {
  name: 'net',
  recognises: ({ json }) =>
    isObject(json.negotiation_seen) && Object.keys(json).some((key) => setOf(key) !== undefined),
  replay,
};

/** Words of the recording that are no figures. */
const PROSE = ['note', 'description'];
/** Delays were written down as "about" so much. */
const ABOUT = 0.1;

function replay({ json }: RecordedCase): Replay {
  return {
    family: textField(json, 'family'),
    name: textField(json, 'case'),
    quantities: Object.keys(json).flatMap((key) => blockQuantities(key, json)),
  };
}

function blockQuantities(key: string, json: JsonObject): readonly Quantity[] {
  const value = json[key];
  if (!isObject(value)) return [];
  if (key === 'negotiation_seen') return negotiated(objectField(json, key));
  const set = setOf(key);
  const fields = Object.entries(value).filter(([field]) => !PROSE.includes(field));
  return fields.map(([field, observed]) => {
    const name = `${key}: ${field}`;
    if (key.startsWith('measured_')) return measured(name, field, observed);
    return judge(name, observed, set === undefined ? bfdFigure(key, field) : figureOf(set, field), 0);
  });
}

/** The set of defaults that a name such as `frr_8.4.4_traditional` speaks of. */
function setOf(key: string): DefaultSet | undefined {
  const [daemon, version, set] = key.split('_');
  if (version === undefined || !/^\d/.test(version)) return undefined;
  const name = set === undefined ? daemon! : `${daemon} ${set}`;
  return name in DAEMON_DEFAULTS ? (name as DefaultSet) : undefined;
}

function daemonOf(set: DefaultSet): Daemon {
  return set === 'bird' || set === 'gobgp' ? set : 'frr';
}

/** What our models have under the name of a recorded field; undefined if they have none. */
function figureOf(set: DefaultSet, field: string): unknown {
  const defaults: DaemonDefaults = DAEMON_DEFAULTS[set];
  const profile = PROFILES[daemonOf(set)];
  const met = /^hold_s_negotiated_with_(\w+)$/.exec(field)?.[1];
  if (met !== undefined) return agreedHold(set, namedSet(met));
  const figures: Readonly<Record<string, unknown>> = {
    hold_s: defaults.timers.holdSeconds,
    hold_s_own_default: defaults.timers.holdSeconds,
    keepalive_s: defaults.timers.keepaliveSeconds,
    connect_retry_s: defaults.timers.connectRetrySeconds,
    mrai_ms: 1000 * defaults.timers.mraiSeconds,
    mrai: profile.keepsMrai ? undefined : UNUSED_MRAI[daemonOf(set)],
    graceful_restart: defaults.gracefulRestart,
    restart_time_s: defaults.restartSeconds,
    stale_path_time_s: defaults.stalePathSeconds,
    conditional_advertisement_s: defaults.conditionalAdvertisementSeconds,
    idle_hold_time_after_reset_s: profile.idleHoldNs / NS_PER_SECOND,
  };
  return figures[field];
}

/** How the recording says that a daemon keeps no minimum interval. */
const UNUSED_MRAI: Readonly<Partial<Record<Daemon, string>>> = { bird: 'not implemented', gobgp: 'not applied' };

function bfdFigure(key: string, field: string): unknown {
  if (!key.endsWith('_bfd')) return undefined;
  const figures: Readonly<Record<string, unknown>> = {
    detect_multiplier: BFD_DEFAULTS.multiplier,
    rx_ms: BFD_DEFAULTS.receiveMs,
    tx_ms: BFD_DEFAULTS.transmitMs,
    slow_start_ms: BFD_DEFAULTS.slowStartMs,
    echo: BFD_DEFAULTS.echo ? 'enabled' : 'disabled',
  };
  return figures[field];
}

function negotiated(seen: JsonObject): readonly Quantity[] {
  return Object.entries(seen).map(([pair, observed]) => {
    const [a, b] = pair.split('-').map(namedSet);
    return judge(`negotiated hold time, ${pair}`, observed, agreedHold(a, b), 0);
  });
}

/** The set of `frr_traditional`, `bird`, … */
function namedSet(name: string): DefaultSet | undefined {
  const set = name.replace('_', ' ');
  return set in DAEMON_DEFAULTS ? (set as DefaultSet) : undefined;
}

/** The hold time that two untouched daemons agree on in a run, s. */
function agreedHold(a: DefaultSet | undefined, b: DefaultSet | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  const { network, sim } = started([a, b]);
  sim.run(WATCHED_SECONDS * NS_PER_SECOND);
  const end = network.ends.endOf(0, 1);
  return network.established(end) ? network.holdNs(end) / NS_PER_SECOND : undefined;
}

/** Long enough for any daemon to try twice. */
const WATCHED_SECONDS = 300;

interface Sent {
  readonly seconds: number;
  readonly speaker: number;
}

/** A chain of untouched daemons; the first originates a prefix. `log` takes sessions that came up and UPDATEs with routes. */
function started(
  sets: readonly DefaultSet[],
  log?: { readonly up: Sent[]; readonly updates: Sent[] },
  seed = 'default timers',
) {
  const sim = new Simulation();
  const routers = sets.map(
    (set, i): Router => ({
      name: `r${i + 1}`,
      asn: 65_001 + i,
      networks: i === 0 ? [prefix(0)] : [],
      settings: { daemon: daemonOf(set) },
    }),
  );
  const joints = sets.slice(1).map((set, i) => ({
    a: i,
    b: i + 1,
    ofA: { timers: DAEMON_DEFAULTS[sets[i]!].timers },
    ofB: { timers: DAEMON_DEFAULTS[set].timers },
  }));
  const configuration: BgpConfiguration = cabled(routers, joints);
  const at = (end: number): Sent => ({ seconds: sim.nowNs / NS_PER_SECOND, speaker: network.ends.speakerOf[end]! });
  const network: BgpNetwork = new BgpNetwork({ sim, streams: new StreamSource(seed) }, configuration, {
    session: (end, up) => up && log?.up.push(at(end)),
    message: (end, message) => {
      if (message.kind === 'update' && message.announced.length > 0) log?.updates.push(at(end));
    },
  });
  for (const speaker of sets.keys()) network.start(speaker);
  return { network, sim };
}

/** Delays within FRR, from a run of three routers in a row. */
function measured(name: string, field: string, text: unknown): Quantity {
  const written = /\d+(?:\.(\d+))?/.exec(String(text));
  const observed = written === null ? Number.NaN : Number(written[0]);
  // A figure that somebody wrote is good to half of its last digit, besides being about right.
  const half = 0.5 / 10 ** (written?.[1]?.length ?? 0);
  return judge(name, observed, field in DELAYS ? DELAYS[field]!() : undefined, ABOUT * observed + half);
}

/** Starts that a typical delay is taken from. */
const STARTS = Array.from({ length: 21 }, (_, start) => start);

/** From the session's being up at the originator until its first UPDATE, in one start of two routers. */
function firstUpdateSeconds(seed: string): number | undefined {
  const log = { up: [] as Sent[], updates: [] as Sent[] };
  started(['frr traditional', 'frr traditional'], log, seed).sim.run(WATCHED_SECONDS * NS_PER_SECOND);
  const up = log.up.find(({ speaker }) => speaker === 0);
  return up === undefined || log.updates.length === 0 ? undefined : log.updates[0]!.seconds - up.seconds;
}

const DELAYS: Readonly<Record<string, () => number | undefined>> = {
  // "About" is what was seen most often: which end's connection is kept decides over a twentieth of a second.
  first_update_after_established_s: () => {
    const seen = STARTS.flatMap((start) => firstUpdateSeconds(`default timers/${start}`) ?? []);
    return seen.sort((a, b) => a - b)[Math.floor(seen.length / 2)];
  },
  per_hop_update_processing_s: () => {
    const log = { up: [] as Sent[], updates: [] as Sent[] };
    const { network, sim } = started(['frr traditional', 'frr traditional', 'frr traditional'], log);
    sim.run(WATCHED_SECONDS * NS_PER_SECOND);
    log.updates.length = 0;
    network.announce(0, prefix(1));
    sim.run((WATCHED_SECONDS + 10) * NS_PER_SECOND);
    const [first, second] = [0, 1].map((from) => log.updates.find(({ speaker }) => speaker === from)?.seconds);
    return first === undefined || second === undefined ? undefined : second - first;
  },
};
