/**
 * The load of a living run: its requests, one by one or by windows, on the pods and the ways of the run.
 *
 * One by one, a request pays the way between its pods and shares the processors of its nodes with the packets of all; by windows, a pod has its cores to itself and
 * a payload takes as long as to another rack, wherever it goes.
 */
import { NONE } from '../../../models/cluster/pod-table.ts';
import type { Residents } from '../../../models/cluster/residents.ts';
import type { Fabric } from '../../../models/network/fabric.ts';
import type { FlowGround } from '../../../models/network/flow-ground.ts';
import { Load, type LoadPlan } from '../../../models/traffic/load/load.ts';
import { threadsOn } from '../../../models/traffic/load/node-processors.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import { ThinLoad } from '../../../models/traffic/load/thin-load.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { LoadFile } from '../../document/load-schema.ts';
import type { ClusterLife } from './cluster-life.ts';
import type { FederationLife } from './federation-life.ts';
import { Payloads } from './payloads.ts';
import { type FirstAnswers, portsOf } from './ports.ts';
import type { Reach } from './reach.ts';
import type { Ways } from './ways.ts';

/** What the load of a run stands on. */
export interface LivingLoadParts {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly file: LoadFile;
  readonly plan: LoadPlan;
  readonly ways: Ways;
  readonly fabric: Fabric;
  /** The ground of the fabric's links. */
  readonly links: FlowGround;
  readonly residents: Residents;
  readonly reach: Reach;
  readonly answers: FirstAnswers;
  /** The cluster of the pod of a number. */
  readonly clusterOf: (number: number) => ClusterLife;
  /** Another number whenever a pod of a service of the load may have ceased to answer. */
  readonly silences: (service: number) => number;
  readonly federation: FederationLife | undefined;
}

/** A load, and its payloads where requests are followed one by one. */
export interface LivingLoad {
  readonly load: ServedLoad;
  readonly payloads?: Payloads;
}

/** The load, request by request or by windows as the document asks. */
export function livingLoadOf(parts: LivingLoadParts): LivingLoad {
  const { thin, flowsFrom } = parts.file;
  if (thin !== undefined) return { load: thinLoad(parts, thin) };
  const { sim, streams, ways, fabric, links, residents } = parts;
  const coresOf = residents.nodes.map(({ allocatable }) => allocatable.cpuMilli / 1000);
  const payloads = new Payloads({ sim, streams, ways, fabric, links, coresOf, flowsFrom });
  return { load: requestLoad(parts, payloads), payloads };
}

/** By windows. */
function thinLoad(parts: LivingLoadParts, { window, samples }: NonNullable<LoadFile['thin']>): ThinLoad {
  const { sim, streams, plan, file, ways, federation, clusterOf } = parts;
  let failedBefore = 0;
  const load: ThinLoad = new ThinLoad(plan, {
    sim,
    streams,
    windowNs: window,
    samples,
    hopNs: ways.oneWayNs(NONE, NONE, 0),
    coresOf: (number) => coresOf(parts, number),
    listens: (number) => clusterOf(number).listens(number),
    silences: parts.silences,
    ...(federation === undefined ? {} : { route: (call, from) => federation.routeByWindow(call, from) }),
    ...(federation === undefined
      ? {}
      : {
          windowDone: () => {
            const failed = failedOf(load, file.sources.length);
            federation.requestsFailed(Math.max(0, failed - failedBefore));
            failedBefore = failed;
          },
        }),
  });
  return load;
}

/** Requests of all sources that have failed. */
function failedOf(load: ThinLoad, sources: number): number {
  let failed = 0;
  for (let source = 0; source < sources; source++) failed += load.sourceMeasure(source).failures;
  return failed;
}

/** Cores that a pod has to itself where neighbours are not followed: its limit, or what its node has. */
function coresOf({ residents, clusterOf }: LivingLoadParts, number: number): number {
  const node = residents.nodes[residents.nodeOf[number]!]!;
  return Math.min(clusterOf(number).limitOf(number), node.allocatable.cpuMilli / 1000);
}

/** Request by request. */
function requestLoad(parts: LivingLoadParts, payloads: Payloads): Load {
  const { sim, streams, plan, residents, answers, clusterOf, federation } = parts;
  const nodeOf = (number: number): number => (number < 0 ? NONE : (residents.nodeOf[number] ?? NONE));
  const carrier = portsOf(
    sim,
    {
      listens: (number) => clusterOf(number).listens(number),
      isOn: (number) => clusterOf(number).isOn(number),
      wayNs: (from, to, bytes) => {
        const [start, end] = [nodeOf(from), nodeOf(to)];
        if (!parts.reach.between(start, end)) return Number.POSITIVE_INFINITY;
        return parts.ways.oneWayNs(start, end, bytes) + (federation?.wayNs(from, to, bytes) ?? 0);
      },
    },
    answers,
    (delivered, lost) => payloads.waysOf(nodeOf, delivered, lost),
  );
  const processors = threadsOn(payloads.ground, nodeOf, (number) => clusterOf(number).limitOf(number));
  if (federation === undefined) return new Load(plan, { sim, streams, carrier, processors });
  return new Load(
    plan,
    { sim, streams, carrier, processors, route: (call, from) => federation.route(call, from) },
    {
      requestOver: (_source, _latencyNs, cause) => {
        if (cause >= 0) federation.requestsFailed(1);
      },
    },
  );
}
