/** Checks over several parts of a scenario: times within the run, faults within the fabric, calls between pods that exist. */
import { formatTime, NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import { type CountedCluster, pendingCount, workloadNames } from './cluster-size.ts';
import { unknownName } from './environment.ts';
import type { Fault } from './fault-schema.ts';
import { federatedNodes } from './federation-check.ts';
import { type Finding, finding } from './issue.ts';
import { checkJoins } from './joins-check.ts';
import { checkPacketLevel } from './packet-level-check.ts';
import { checkPlace } from './place-check.ts';
import { formatQuantity } from './quantity.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path } from './source.ts';
import { checkStartup } from './startup-check.ts';
import type { SizeDistribution, Talker, TrafficSettings } from './traffic-schema.ts';

/** Pairs of services of which one calls the other. */
const CALLS_MAX = 1_000_000;
/** Services that one service calls, if the scenario says nothing. */
export const FANOUT_DEFAULT = 3;

/** All such findings, as far as the parts that they need are there. */
export function checkRun(
  file: Partial<ScenarioFile>,
  lists: { readonly [Part in keyof CountedCluster]: CountedCluster[Part] | undefined },
): Finding[] {
  const findings: Finding[] = [];
  const { nodes, pods, manifests } = lists;
  const cluster = nodes === undefined || pods === undefined ? undefined : { nodes, pods, manifests };
  if (file.load === undefined) findings.push(...checkFlowFaults(file.faults ?? []));
  findings.push(...checkJoins(file, cluster));
  if (file.duration !== undefined) findings.push(...checkTimes(file, file.duration));
  if (file.traffic !== undefined) findings.push(...checkTalkers(file.traffic));
  if (file.services !== undefined) findings.push(...checkServices(file.services, cluster));
  if (file.startup !== undefined && cluster !== undefined)
    findings.push(...checkStartup(file.startup, [...cluster.pods.map(({ name }) => name), ...workloadNames(cluster)]));
  if (cluster !== undefined) findings.push(...checkPlacing(file, pendingCount(cluster)));
  if (file.services !== undefined && cluster !== undefined) findings.push(...checkCalls(file.services, cluster));
  if (cluster !== undefined && file.fabric !== undefined)
    findings.push(...checkFaultTargets(file.faults ?? [], file.fabric, inAllMembers(cluster, file.federation)));
  if (file.packetLevel !== undefined) findings.push(...checkPacketLevel(file, file.packetLevel, cluster));
  return findings;
}

function checkTimes(file: Partial<ScenarioFile>, durationNs: number): Finding[] {
  const times: { path: Path; atNs: number | undefined; what: string }[] = [
    { path: ['traffic', 'start'], atNs: file.traffic?.start, what: 'traffic starts' },
    { path: ['scheduling', 'start'], atNs: file.scheduling?.start, what: 'placing starts' },
    ...(file.faults ?? []).map((fault, index) => ({
      path: ['faults', index, 'at'],
      atNs: fault.at,
      what: 'the fault happens',
    })),
  ];
  return times.flatMap(({ path, atNs, what }) => {
    if (atNs === undefined || atNs < durationNs) return [];
    const end = formatQuantity('duration', durationNs);
    const message = `${what} at ${formatQuantity('duration', atNs)}, but the run ends at ${end}`;
    return [
      finding(
        path,
        message,
        `less than ${end}`,
        formatQuantity('duration', atNs),
        'write an earlier time, or a longer duration',
      ),
    ];
  });
}

/** Between standing pods nodes die for good: saying for how long, or that they run on, would be a promise that nobody keeps. */
function checkFlowFaults(faults: readonly Fault[]): Finding[] {
  return faults.flatMap((fault, index) => {
    if (fault.kind === 'link') return [];
    if (fault.kind === 'control-plane-away') return fault.part === undefined ? [] : [partOfFlows(index, fault.part)];
    if (fault.kind === 'switch') return checkFlowSwitch(fault.target, ['faults', index, 'switch']);
    if (fault.cut) {
      const hint = 'leave `cut` out, or write load instead of traffic';
      return [finding(['faults', index, 'cut'], 'only nodes of living services are cut off', 'no `cut`', 'true', hint)];
    }
    if (fault.for === null) return [];
    const got = formatQuantity('duration', fault.for);
    const message = `a ${fault.kind} that died does not come back`;
    return [
      finding(
        ['faults', index, 'for'],
        message,
        'no length',
        got,
        'leave `for` out; only links, spines, control planes and the nodes of living services come back',
      ),
    ];
  });
}

/** Standing pods are placed once: nobody would miss these. */
function partOfFlows(index: number, part: string): Finding {
  const hint = 'write away, or load instead of traffic';
  return finding(['faults', index, 'controlPlane'], 'only living services miss it', 'away', part, hint);
}

/** Between standing pods a rack dies as a whole. */
function checkFlowSwitch(target: Extract<Fault, { kind: 'switch' }>['target'], path: Path): Finding[] {
  const isLeaf = target === 'any-leaf' || (typeof target === 'object' && 'leaf' in target);
  if (!isLeaf) return [];
  const hint = 'write rack instead of switch, or load instead of traffic';
  return [finding(path, 'only the nodes of living services outlive their leaf', 'a spine', 'a leaf', hint)];
}

function checkTalkers(traffic: TrafficSettings): Finding[] {
  const names = traffic.talkers.map((talker) => talker.name);
  return traffic.talkers.flatMap((talker, index) => {
    const path = ['traffic', 'talkers', index];
    const again = names.indexOf(talker.name) < index;
    const twice = again
      ? [finding([...path, 'name'], 'used twice', 'a name of its own', talker.name, 'give each talker its own name')]
      : [];
    return [...twice, ...checkDatagram(talker, path), ...checkSize(talker.size, [...path, 'size'])];
  });
}

function checkDatagram({ protocol, datagram }: Talker, path: Path): Finding[] {
  if (datagram === undefined || protocol === 'udp') return [];
  const message = 'TCP has no datagrams';
  return [
    finding(
      [...path, 'datagram'],
      message,
      'nothing, or protocol: udp',
      formatQuantity('bytes', datagram),
      'write protocol: udp, or leave datagram out',
    ),
  ];
}

function checkSize(size: SizeDistribution, path: Path): Finding[] {
  const bounds =
    size.kind === 'uniform'
      ? (['low', size.low, 'high', size.high] as const)
      : size.kind === 'pareto'
        ? (['min', size.min, 'max', size.max] as const)
        : undefined;
  if (bounds === undefined || bounds[1] < bounds[3]) return [];
  const [lowName, low, highName, high] = bounds;
  const lowText = formatQuantity('bytes', low);
  const message = `${highName} is not above ${lowName}`;
  return [
    finding(
      [...path, size.kind, highName],
      message,
      `more than ${lowText}`,
      formatQuantity('bytes', high),
      `exchange ${lowName} and ${highName}, or write constant`,
    ),
  ];
}

function checkServices(services: ScenarioFile['services'], cluster: CountedCluster | undefined): Finding[] {
  const findings: Finding[] = [];
  if (services.fanout === 0 && services.calls.length === 0) {
    findings.push(
      finding(
        ['services', 'fanout'],
        'no service calls another',
        'at least 1, or calls',
        '0',
        'write a fanout, or name calls',
      ),
    );
  }
  if (cluster === undefined) return findings;
  const names = [...new Set([...cluster.pods.map((kind) => kind.name), ...workloadNames(cluster)])];
  services.calls.forEach((call, index) => {
    for (const end of ['from', 'to'] as const) {
      if (!names.includes(call[end]))
        findings.push(unknownName(['services', 'calls', index, end], 'group of pods', call[end], names.slice(0, 20)));
    }
  });
  return findings;
}

/** Placing must be over before the run is: what is not placed then would be missing from the answer in silence. */
function checkPlacing({ scheduling, duration, federation }: Partial<ScenarioFile>, all: number): Finding[] {
  if (scheduling === undefined || duration === undefined || scheduling.start >= duration) return [];
  // Each member has a scheduler of its own, and none can be done before its share of them is.
  const pods = Math.ceil(all / (federation?.clusters.length ?? 1));
  const takesNs = Math.ceil((pods / scheduling.rate) * NS_PER_SECOND);
  if (scheduling.start + takesNs <= duration) return [];
  const takes = formatTime(takesNs);
  const where = federation === undefined ? '' : ' in each member';
  const message = `placing ${pods} pods${where} takes ${takes} from ${formatTime(scheduling.start)} on, but the run ends at ${formatTime(duration)}`;
  const least = Math.ceil((pods * NS_PER_SECOND) / (duration - scheduling.start));
  const hint = 'write a higher rate, or a longer duration';
  return [finding(['scheduling', 'rate'], message, `at least ${least}`, String(scheduling.rate), hint)];
}

/** The graph of calls is held in memory, and every pair of it is a place where flows may go. */
function checkCalls(services: ScenarioFile['services'], cluster: CountedCluster): Finding[] {
  const byKind = new Map<string, number>();
  for (const { name, count, replicas } of cluster.pods) {
    byKind.set(name, (byKind.get(name) ?? 0) + Math.ceil(count / (replicas ?? services.replicasMax)));
  }
  for (const name of workloadNames(cluster)) byKind.set(name, (byKind.get(name) ?? 0) + 1);
  const of = (name: string): number => byKind.get(name) ?? 0;
  const count = [...byKind.values()].reduce((sum, each) => sum + each, 0);
  const fanout = services.fanout ?? (services.calls.length > 0 ? 0 : FANOUT_DEFAULT);
  const drawn = count * Math.min(fanout, Math.max(0, count - 1));
  const named = services.calls.reduce(
    (sum, { from, to, pairing }) => sum + of(from) * (pairing === 'all' ? of(to) : Math.min(1, of(to))),
    0,
  );
  if (drawn + named <= CALLS_MAX) return [];
  const message = `${count} services with a fanout of ${fanout} and ${named} named pairs make ${drawn + named} calls between services`;
  const hint = 'write a larger replicasMax, a smaller fanout, or pairing: same-index';
  const path = ['services', drawn > named ? 'fanout' : 'calls'];
  return [finding(path, message, `at most ${CALLS_MAX}`, String(drawn + named), hint)];
}

/** Faults strike nodes of all members. */
function inAllMembers(cluster: CountedCluster, federation: ScenarioFile['federation']): CountedCluster {
  if (federation === undefined) return cluster;
  return { ...cluster, nodes: federatedNodes(federation.clusters, cluster.nodes) };
}

function checkFaultTargets(
  faults: readonly Fault[],
  fabric: ScenarioFile['fabric'],
  cluster: CountedCluster,
): Finding[] {
  return faults.flatMap((fault, index) =>
    fault.kind === 'control-plane-away' ? [] : checkPlace(['faults', index, fault.kind], fault, fabric, cluster),
  );
}
