/**
 * The suite `net`: cases of FRR, BIRD and GoBGP routers in network namespaces, replayed on our BGP model.
 *
 * Each recorded cold start is run for many seeds, the first one with all its events, because reality varies; every recorded
 * figure is held against those runs by the targets of net/rules.ts. Given from the recording and not predicted: over which
 * time daemons were started, how long issuing a command took, how old the last messages were when packets began to be
 * dropped, which prefixes were announced together, and (from the keepalives) how long an event was watched.
 */
import { messageBytes } from '../../models/network/bgp/message-bytes.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { isObject, objectField } from './case-reader.ts';
import { countQuantities, type OpenBytes } from './net/counts.ts';
import { statisticsQuantities } from './net/neighbor-statistics.ts';
import { probeQuantities } from './net/probe.ts';
import { type NetCase, netCaseOf, objectsOf, type RecordedStart } from './net/recorded.ts';
import { stateQuantities } from './net/rib.ts';
import { routeQuantities } from './net/routes.ts';
import { countRuleOf, daemonsOf, startCountRule } from './net/rules.ts';
import { type SimRun, simulate } from './net/run.ts';
import { timelineOf } from './net/timeline.ts';
import { startTimeQuantities, timeQuantities } from './net/times.ts';
import { judge, type Quantity } from './quantity.ts';
import type { RecordedCase, Replay, Suite } from './suite.ts';

/** Runs of each cold start, and of the events. */
const RUNS = 50;

/** Recorded routers. */
export const netSuite: Suite = {
  name: 'net',
  isSlow: true,
  recognises: ({ json }) => isObject(json.topology) && isObject(json.topology.nodes) && isObject(json.initial),
  replay,
  timeline: ({ json }) => timelineOf(netCaseOf(json), `${String(json.case)} 0`),
};

function replay({ json }: RecordedCase): Replay {
  const netCase = netCaseOf(json);
  const seeds = Array.from({ length: RUNS }, (_, run) => `${netCase.name} ${run}`);
  const runs = seeds.map((seed) => simulate(netCase, netCase.starts[0]!, netCase.events, seed));
  const repeats = netCase.starts.slice(1).flatMap((start, i) => repeatQuantities(netCase, start, i + 1));
  return {
    family: netCase.family,
    name: netCase.name,
    quantities: [
      ...stateQuantities(netCase.rib, netCase.fib, runs),
      ...startQuantities(netCase, 'cold start', netCase.starts[0]!, runs),
      ...statisticsQuantities(objectField(json, 'initial').frr_neighbor_stats, netCase, runs),
      ...repeats,
      ...sameQuantities(netCase, runs),
      ...eventQuantities(netCase, runs),
    ],
  };
}

function openBytesIn({ topology }: NetCase): OpenBytes {
  return (node) => {
    const speaker = topology.configuration.speakers[topology.nodeOf(node)]!;
    const sender = { daemon: speaker.daemon, name: node, restarts: speaker.gracefulRestart !== undefined };
    return messageBytes({ kind: 'open', withdrawn: [], announced: [] }, sender);
  };
}

function startQuantities(
  netCase: NetCase,
  label: string,
  start: RecordedStart,
  runs: readonly SimRun[],
): readonly Quantity[] {
  const windows = runs.map((run) => run.start);
  return [
    ...countQuantities(
      label,
      { recorded: start, repeats: netCase.starts },
      windows,
      startCountRule(netCase),
      openBytesIn(netCase),
    ),
    ...startTimeQuantities(
      netCase.name,
      label,
      { recorded: start, repeats: netCase.starts },
      windows,
      daemonsOf(netCase),
    ),
  ];
}

function repeatQuantities(netCase: NetCase, start: RecordedStart, number: number): readonly Quantity[] {
  const runs = Array.from({ length: RUNS }, (_, run) => {
    return simulate(netCase, start, [], `${netCase.name} ${number} ${run}`);
  });
  return startQuantities(netCase, `cold start ${number + 1}`, start, runs);
}

/** Whether the routes of a repeat were those of the first start: only where ours differ, too, may they not be. */
function sameQuantities({ json }: NetCase, runs: readonly SimRun[]): readonly Quantity[] {
  const shown = (run: SimRun): string =>
    JSON.stringify([...run.fib].map(([node, routes]) => [node, [...routes].sort()]));
  const vary = new Set(runs.map(shown)).size > 1;
  return objectsOf(json.repeat_runs, 'repeat_runs').flatMap((repeat, i) => {
    const observed = repeat.fib_same_as_first_run;
    if (typeof observed !== 'boolean') return [];
    const name = `cold start ${i + 2}: kernel routes are those of the first`;
    return [{ ...judge(name, observed, vary ? observed : true, 'the same, but where ours vary'), simulated: !vary }];
  });
}

function eventQuantities(netCase: NetCase, runs: readonly SimRun[]): readonly Quantity[] {
  const stream = new StreamSource(netCase.name).stream('probe', 'hashes');
  return netCase.events.flatMap((event, i) => {
    const windows = runs.map(({ events }) => events[i]!);
    const label = `event ${i + 1} ${event.name}`;
    const rule = countRuleOf(event, netCase);
    const seen = { recorded: event, repeats: netCase.events.filter(({ name }) => name === event.name) };
    return [
      ...timeQuantities(label, event, windows, netCase),
      ...countQuantities(label, seen, windows, rule, openBytesIn(netCase)),
      ...routeQuantities(label, seen, windows, rule),
      ...probeQuantities(label, event, windows, netCase, stream),
    ];
  });
}
