/**
 * The cluster of a recorded timeline on our models, once for one draw of what the recording does not tell.
 *
 * That is: when leases are renewed, when the controllers look, and when the limiter of the zone was used last: nodes of one cluster
 * were tried at the same time, so another one may have taken the token up to a whole gap before.
 */
import { READY, TAINT_OF_BIT } from '../../../models/cluster/node-life/node-conditions.ts';
import { NodeLife } from '../../../models/cluster/node-life/node-life.ts';
import type { TaintedPods } from '../../../models/cluster/node-life/tainted-pods.ts';
import { effectiveTolerations, type Toleration } from '../../../models/cluster/toleration.ts';
import { NS_PER_SECOND, nsToSeconds, secondsToNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { type Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { JsonObject } from '../suite.ts';
import type { Deed, RecordedLife, Transition } from './recorded.ts';

/** The first deed comes when everything is in its stride. */
const BEGIN_SECONDS = 100;
/** Nobody else may do anything for so long after the last recorded transition. */
export const SILENCE_SECONDS = 40;
/** For so long the recording watched a cluster in which a zone was down, and then brought it back. */
const WATCHED_SECONDS = 35;
/** Number of the node that may be tried at the same time. */
const NEIGHBOUR = 0;

/** What one run gave. */
export interface LifeRun {
  readonly timeline: readonly Transition[];
  readonly afterRecovery: readonly Transition[];
}

interface PodState {
  readonly name: string;
  readonly tolerations: readonly Toleration[];
  ready: boolean;
  terminating: boolean;
  disruption: string | null;
  gone: boolean;
}

/** Runs a case with the phases of one draw. */
export function runLife(life: RecordedLife, draw: number): LifeRun {
  return new Bench(life, new StreamSource(`node life ${draw}`).stream('recording', 'phases')).run();
}

class Bench {
  readonly #life: RecordedLife;
  readonly #sim = new Simulation();
  readonly #pods: PodState[];
  readonly #model: NodeLife;
  readonly #seen: { timeNs: number; kind: 'node' | 'pod'; name: string; state: JsonObject }[] = [];
  readonly #last = new Map<string, string>();
  readonly #recoveryNs: number;
  readonly #firstNode: number;

  constructor(life: RecordedLife, stream: Stream) {
    this.#life = life;
    this.#firstNode = life.isOneOfMany ? NEIGHBOUR + 1 : 0;
    this.#pods = life.pods.map(({ name, tolerationSeconds }) => ({
      name,
      tolerations: tolerationsFor(tolerationSeconds),
      ready: true,
      terminating: false,
      disruption: null,
      gone: false,
    }));
    this.#model = this.#makeModel(stream);
    this.#recoveryNs = secondsToNs(BEGIN_SECONDS + lastSecond(life.timeline) + WATCHED_SECONDS);
    this.#schedule(stream);
  }

  run(): LifeRun {
    const { timeline, afterRecovery } = this.#life;
    const isMended = afterRecovery.length > 0;
    const endNs = isMended
      ? this.#recoveryNs + secondsToNs(lastSecond(afterRecovery) + SILENCE_SECONDS)
      : secondsToNs(BEGIN_SECONDS + lastSecond(timeline) + SILENCE_SECONDS);
    this.#sim.run(endNs);
    const begunNs = BEGIN_SECONDS * NS_PER_SECOND;
    const mendedNs = isMended ? this.#recoveryNs : Number.POSITIVE_INFINITY;
    return {
      timeline: this.#between(begunNs, mendedNs),
      afterRecovery: isMended ? this.#between(mendedNs, Number.POSITIVE_INFINITY) : [],
    };
  }

  #between(fromNs: number, untilNs: number): Transition[] {
    return this.#seen
      .filter(({ timeNs }) => timeNs >= fromNs && timeNs < untilNs)
      .map(({ timeNs, ...what }) => ({ seconds: nsToSeconds(timeNs - fromNs), ...what }));
  }

  #makeModel(stream: Stream): NodeLife {
    const { nodes, profile } = this.#life;
    const upTo = (ns: number): number => Math.floor(stream.uniform() * ns);
    const monitorNs = upTo(profile.monitorPeriodNs + profile.lookNs);
    const taintingNs = upTo(profile.taintingPeriodNs);
    const sharedNs = upTo(profile.heartbeatPeriodNs);
    // One program renews all leases, perhaps one after the other over its whole period.
    const spreadNs = stream.uniform() < 0.5 ? profile.heartbeatPeriodNs : profile.taintingPeriodNs;
    const phases = Array.from({ length: nodes }, () => (sharedNs + upTo(spreadNs)) % profile.heartbeatPeriodNs);
    const model = new NodeLife({
      sim: this.#sim,
      nodes,
      zones: 1,
      profile,
      phases: { monitorNs, taintingNs, heartbeatNs: (node) => phases[node]! },
      pods: this.#podTable(),
      listener: { readyChanged: (node) => this.#seeNode(node), taintsChanged: (node) => this.#seeNode(node) },
    });
    for (let node = 0; node < nodes; node++) model.found(node, 0);
    return model;
  }

  #podTable(): TaintedPods {
    const change = (pod: number, what: Partial<PodState>): void => {
      Object.assign(this.#pods[pod]!, what);
      this.#seePod(this.#pods[pod]!);
    };
    return {
      podsOn: (node) => (node === this.#firstNode ? [...this.#pods.keys()] : []),
      lifeOf: () => 0,
      tolerationsOf: (pod) => this.#pods[pod]!.tolerations,
      isTerminating: (pod) => this.#pods[pod]!.terminating,
      markNotReady: (pod) => change(pod, { ready: false }),
      disrupt: (pod, reason) => change(pod, { disruption: reason }),
      evict: (pod) => change(pod, { terminating: true }),
      forceDelete: (pod) => change(pod, { gone: true }),
    };
  }

  #schedule(stream: Stream): void {
    const { deeds, names, isOneOfMany, afterRecovery, profile } = this.#life;
    const own = names.map((_, i) => this.#firstNode + i);
    for (const deed of deeds)
      this.#at(BEGIN_SECONDS + deed.seconds, () => {
        for (const node of own) this.#do(deed, node);
      });
    // Earlier by up to one gap of the limiter, or not at all.
    const earlierSeconds = nsToSeconds(profile.evictionGapNs) * Math.max(0, 2 * stream.uniform() - 1);
    if (isOneOfMany && stream.uniform() < 0.5)
      this.#at(BEGIN_SECONDS - earlierSeconds, () => this.#do(deeds[0]!, NEIGHBOUR));
    if (afterRecovery.length === 0) return;
    this.#at(nsToSeconds(this.#recoveryNs), () => {
      for (const node of own) this.#model.start(node);
    });
  }

  #at(seconds: number, what: () => void): void {
    const timeNs = secondsToNs(seconds);
    this.#sim.at(timeNs, this.#sim.kind(`deed at ${timeNs} ns ${this.#sim.pending}`, what));
  }

  #do({ what }: Deed, node: number): void {
    if (what === 'silence') this.#model.silence(node);
    else if (what === 'resume') this.#model.start(node);
    else if (what === 'delete') this.#delete(node);
    else this.#model.report(node, what === 'ready');
  }

  #delete(node: number): void {
    this.#model.leave(node);
    this.#seeNode(node);
  }

  #seeNode(node: number): void {
    const name = this.#life.names[node - this.#firstNode];
    if (name === undefined) return;
    const { nodes } = this.#model;
    const taints = TAINT_OF_BIT.filter(({ bit }) => (nodes.taints[node]! & bit) !== 0);
    const ready = nodes.ready[node] === READY.none ? null : nodes.readyWords(node);
    const state = { taints: taints.map(({ key, effect }) => `${key}:${effect}`), ready };
    this.#see('node', name, { ...state, deleted: nodes.exists[node] === 0 });
  }

  #seePod({ name, terminating, ready, disruption, gone }: PodState): void {
    this.#see('pod', name, { terminating, ready: ready ? 'True' : 'False', disruptionTarget: disruption, gone });
  }

  /** Whoever watches sees a state once. */
  #see(kind: 'node' | 'pod', name: string, state: JsonObject): void {
    const text = JSON.stringify(state);
    if (this.#last.get(name) === text) return;
    this.#last.set(name, text);
    this.#seen.push({ timeNs: this.#sim.nowNs, kind, name, state });
  }
}

function lastSecond(timeline: readonly Transition[]): number {
  return Math.max(0, ...timeline.map(({ seconds }) => seconds));
}

function tolerationsFor(seconds: number | undefined): readonly Toleration[] {
  const every = { operator: 'Exists', value: '', effect: 'NoExecute' } as const;
  if (seconds === undefined) return effectiveTolerations([]);
  if (seconds === Number.POSITIVE_INFINITY) return effectiveTolerations([{ key: '', ...every }]);
  const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
  return effectiveTolerations(keys.map((key) => ({ key, ...every, tolerationSeconds: seconds })));
}
