/**
 * The suite `flow`: closed workloads of max-min fair flows on a two-level fat tree, as SimGrid 3.32 shares them (model
 * CM02, no cross-traffic).
 *
 * The topology and the workload are those of `test/oracles/flow/README.md`. They run on the engine's own simulation
 * and sharing, in whole nanoseconds. Left out: latency, which is 0 in every recorded case.
 */

import { NS_PER_SECOND, nsToSeconds } from '../../sim/engine/sim-time.ts';
import { type EventHandle, type EventKind, Simulation } from '../../sim/engine/simulation.ts';
import { log } from '../../sim/random/numeric.ts';
import { SharedResources, type SolverName } from '../../sim/sharing/max-min.ts';
import { numberField, objectField, textField, wholeField } from './case-reader.ts';
import { judge, type Tolerance } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** The workload of a case. */
export interface FlowWorkload {
  readonly racks: number;
  readonly hostsPerRack: number;
  readonly spines: number;
  readonly linkBitsPerSec: number;
  readonly slots: number;
  readonly completions: number;
  readonly localPercent: number;
  readonly meanBytes: number;
}

/** What a run of a workload gives. */
export interface FlowOutcome {
  readonly simulatedSeconds: number;
  readonly meanFlowSeconds: number;
  readonly completed: number;
}

/** Whole nanoseconds against SimGrid's doubles: the recordings have nine digits, clocks are rounded at every finish. */
const TIMES: Tolerance = { relative: 1e-6 };

/**
 * Closed workloads of max-min fair flows, recorded from SimGrid 3.32 (model CM02); times agree within one millionth.
 */
export const flowSuite: Suite = {
  name: 'flow',
  recognises: ({ json }) => json.suite === 'flow',
  replay,
};

function replay({ json }: RecordedCase): Replay {
  const name = textField(json, 'case');
  const observed = objectField(json, 'observed');
  const outcome: JsonObject = { ...runWorkload(readWorkload(objectField(json, 'workload'))) };
  const quantities = Object.keys(observed).map((key) =>
    judge(key, observed[key], Object.hasOwn(outcome, key) ? outcome[key] : null, key === 'completed' ? 0 : TIMES),
  );
  return { family: name.split('-')[0], name, quantities };
}

/** Links of one tree, both directions; recorded cases have some thousands. */
const LINKS_MAX = 2_000_000;
/** Flows of one case; each is a solve. */
const COMPLETIONS_MAX = 2_000_000;
/** Flows at a time. */
const SLOTS_MAX = 200_000;

/** Reads and bounds a workload: a slip in a case file must not eat all memory. @throws CaseProblem */
export function readWorkload(json: JsonObject): FlowWorkload {
  // The recordings have no latency; one that has must not silently be run without it.
  if (json.latencyNs !== undefined) wholeField(json, 'latencyNs', 0, 0);
  const workload = {
    racks: wholeField(json, 'racks', 1, 10_000),
    hostsPerRack: wholeField(json, 'hostsPerRack', 2, 10_000),
    spines: wholeField(json, 'spines', 1, 1000),
    linkBitsPerSec: numberField(json, 'linkBitsPerSec', 1, 1e15),
    slots: wholeField(json, 'slots', 1, SLOTS_MAX),
    completions: wholeField(json, 'completions', 1, COMPLETIONS_MAX),
    localPercent: wholeField(json, 'localPercent', 0, 100),
    meanBytes: numberField(json, 'meanBytes', 1, 1e15),
  };
  const links = linksOf(workload);
  if (links <= LINKS_MAX) return workload;
  throw new CaseProblem(`"racks", "hostsPerRack" and "spines" make ${links} links; at most ${LINKS_MAX} are replayed.`);
}

/** Each direction of a link is a link of its own. */
function linksOf({ racks, hostsPerRack, spines }: Pick<FlowWorkload, 'racks' | 'hostsPerRack' | 'spines'>): number {
  return 2 * racks * hostsPerRack + 2 * racks * spines;
}

/** Runs a workload to its last counted completion. */
export function runWorkload(workload: FlowWorkload, solver: SolverName = 'auto'): FlowOutcome {
  return new ClosedWorkload(workload, solver).run();
}

/** The numbers of the links of a fat tree in one sharing; each direction is a link of its own. */
class FatTree {
  readonly shared: SharedResources;
  private readonly workload: FlowWorkload;
  private readonly hosts: number;

  constructor(workload: FlowWorkload, solver: SolverName) {
    this.workload = workload;
    this.hosts = workload.racks * workload.hostsPerRack;
    this.shared = new SharedResources({ solver });
    const links = linksOf(workload);
    for (let link = 0; link < links; link++) this.shared.addResource(workload.linkBitsPerSec / 8);
  }

  /** Writes the links from host to host into `path` and returns their count. */
  path(source: number, destination: number, path: Int32Array): number {
    const { hosts } = this;
    const { hostsPerRack, spines, racks } = this.workload;
    const from = Math.floor(source / hostsPerRack);
    const to = Math.floor(destination / hostsPerRack);
    path[0] = source;
    path[1] = hosts + destination;
    if (from === to) return 2;
    const spine = destination % spines;
    path[2] = 2 * hosts + from * spines + spine;
    path[3] = 2 * hosts + racks * spines + to * spines + spine;
    return 4;
  }
}

/** Slots that run flows back to back until enough have completed. */
class ClosedWorkload {
  private readonly workload: FlowWorkload;
  private readonly tree: FatTree;
  private readonly simulation = new Simulation();
  private readonly finish: EventKind;
  private finishHandle: EventHandle = -1;
  private finishAtNs = Infinity;

  /** By slot: the state of its generator, and the start of its flow. */
  private readonly chance: Uint32Array;
  private readonly startedNs: Float64Array;
  /** By flow. */
  private readonly slotOf: Int32Array;
  private readonly path = new Int32Array(4);
  private readonly weights = Float64Array.of(1, 1, 1, 1);

  private completed = 0;
  private flowNs = 0;

  constructor(workload: FlowWorkload, solver: SolverName) {
    this.workload = workload;
    this.tree = new FatTree(workload, solver);
    this.finish = this.simulation.kind('flow finished', () => this.finishFlows());
    this.chance = Uint32Array.from({ length: workload.slots }, (_, slot) => firstState(slot));
    this.startedNs = new Float64Array(workload.slots);
    this.slotOf = new Int32Array(workload.slots);
  }

  run(): FlowOutcome {
    for (let slot = 0; slot < this.workload.slots; slot++) this.startFlow(slot);
    this.awaitFinish();
    this.simulation.run();
    return {
      simulatedSeconds: nsToSeconds(this.simulation.nowNs),
      meanFlowSeconds: this.flowNs / this.completed / NS_PER_SECOND,
      completed: this.completed,
    };
  }

  private finishFlows(): void {
    const nowNs = this.simulation.nowNs;
    this.finishAtNs = Infinity;
    for (let flow = this.pop(nowNs); flow >= 0; flow = this.pop(nowNs)) {
      const slot = this.slotOf[flow];
      this.flowNs += nowNs - this.startedNs[slot];
      this.completed++;
      this.startFlow(slot);
    }
    if (this.completed >= this.workload.completions) this.simulation.stop();
    else this.awaitFinish();
  }

  private pop(nowNs: number): number {
    return this.completed < this.workload.completions ? this.tree.shared.popFinished(nowNs) : -1;
  }

  /** Draws in the order of the recording: source, local or not, destination, size. */
  private startFlow(slot: number): void {
    const { racks, hostsPerRack, localPercent, meanBytes } = this.workload;
    const hosts = racks * hostsPerRack;
    const source = this.draw(slot) % hosts;
    const local = this.draw(slot) % 100 < localPercent;
    const destination = local ? this.localTo(source, slot) : (source + 1 + (this.draw(slot) % (hosts - 1))) % hosts;
    const bytes = Math.floor(1 - meanBytes * log(1 - this.draw(slot) / 2 ** 32));
    const count = this.tree.path(source, destination, this.path);
    const flow = this.tree.shared.start(this.simulation.nowNs, bytes, this.path, this.weights, count);
    this.slotOf[flow] = slot;
    this.startedNs[slot] = this.simulation.nowNs;
  }

  private localTo(source: number, slot: number): number {
    const { hostsPerRack } = this.workload;
    const rack = Math.floor(source / hostsPerRack);
    return (
      rack * hostsPerRack + (((source % hostsPerRack) + 1 + (this.draw(slot) % (hostsPerRack - 1))) % hostsPerRack)
    );
  }

  private draw(slot: number): number {
    this.chance[slot] = nextState(this.chance[slot]);
    return this.chance[slot];
  }

  /** Moves the one pending event to the next finish. */
  private awaitFinish(): void {
    this.tree.shared.settle(this.simulation.nowNs);
    const nextNs = this.tree.shared.nextFinishNs();
    if (nextNs === this.finishAtNs) return;
    if (this.finishAtNs < Infinity) this.simulation.cancel(this.finishHandle);
    this.finishAtNs = nextNs;
    this.finishHandle = this.simulation.at(nextNs, this.finish);
  }
}

/** The generator of a slot after its eight first steps. */
function firstState(slot: number): number {
  // A plain product would lose low bits above 2^53.
  let state = Math.imul(slot + 1, 2654435761) >>> 0 || 1;
  for (let step = 0; step < 8; step++) state = nextState(state);
  return state;
}

/** Marsaglia's xorshift32 (13, 17, 5). */
function nextState(state: number): number {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  next ^= next << 5;
  return next >>> 0;
}
