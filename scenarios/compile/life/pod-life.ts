/** The life of pods as a run shows and counts it: rows of the recording, offers to callers, containers that use processors. */
import type { Presence } from '../../../models/cluster/control-plane/presence.ts';
import type { PodStage } from '../../../models/cluster/kubelet/kubelet-context.ts';
import { NEVER_NS, NONE } from '../../../models/cluster/pod-table.ts';
import type { Residents } from '../../../models/cluster/residents.ts';
import type { Decision, PostFilter } from '../../../models/scheduling/scheduler.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import { PHASE } from '../../../models/world/catalog.ts';
import type { Publication } from '../../../models/world/publication.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import { RESERVE_NAME } from '../../document/reserve.ts';
import type { Version } from './life-plan.ts';
import type { LivingCluster, LivingFollower } from './living-cluster.ts';
import type { Offers } from './ports.ts';
import type { Tally } from './tally.ts';

/** What the life of pods touches. Cluster, load and offers are made after it, so it asks for them when something happens. */
export interface PodLifeParts {
  readonly sim: Simulation;
  readonly publish: Publication;
  readonly residents: Residents;
  readonly tally: Tally;
  readonly versions: readonly Version[];
  /** The run's number of the cluster's first node. */
  readonly firstNode: number;
  /** The load's number of the cluster's own copy of a service; NONE stays. */
  readonly serviceOf: (service: number) => number;
  readonly cluster: () => LivingCluster;
  readonly load: () => ServedLoad;
  readonly offers: () => Offers;
  /** Who tells callers of pods. */
  readonly controllers: Presence;
  /** Something happened to the pod in a row; `node` is that of a pod that was bound. */
  readonly onStep?: (pod: number, step: PodStep, node: number) => void;
  /** A pod has this number from now on. */
  readonly onCreated: (number: number, workload: number) => void;
  /** A pod has become Ready, or is so no longer. */
  readonly onReadiness: () => void;
  /** A pod has left its node. */
  readonly onLeft: (node: number) => void;
}

/** Steps of a pod's way that others follow. */
export type PodStep = 'refused' | 'bound' | 'networked' | 'pulled' | 'started' | 'ready' | 'gone';

/** A container that runs. */
export interface RunningContainer {
  readonly sinceNs: TimeNs;
  /** Processor time that the pod had used before it. */
  readonly cpuNs: number;
}

/** Follows the pods of a living cluster. */
export class PodLife implements LivingFollower {
  readonly #parts: PodLifeParts;
  /** By the pod's number. */
  readonly containers = new Map<number, RunningContainer>();
  /** When the Ready condition of the pod of each row last changed. */
  readonly #readyChangedNs: TimeNs[] = [];
  /** Numbers of pods whose image was not there when they came. */
  readonly #pulling = new Set<number>();
  /** Numbers of pods whose end was written, and which are not gone. */
  readonly #ending = new Set<number>();

  constructor(parts: PodLifeParts) {
    this.#parts = parts;
  }

  /** When the Ready condition of the pod in a row last changed; NEVER_NS: it has never been Ready. */
  readyChangedNs(pod: number): TimeNs {
    return this.#readyChangedNs[pod] ?? NEVER_NS;
  }

  created(pod: number): number {
    const { residents, tally, sim } = this.#parts;
    const { service, shape, name } = this.#versionOf(pod);
    // A pod with a place is called by it, and so is the one that takes its place.
    const ordinal = this.#parts.cluster().pods.ordinal[pod]!;
    const suffix = ordinal === NONE ? residents.pods.length : ordinal;
    const number = residents.adopt({ name: `${name}-${suffix}`, shape, service });
    this.#parts.onCreated(number, this.#versionOf(pod).workload);
    residents.bearPod(number);
    this.#readyChangedNs[pod] = NEVER_NS;
    if (this.#counts(pod)) tally.pods(1, sim.nowNs);
    return number;
  }

  bound(pod: number, { node, score, feasible, ties }: Decision): void {
    const number = this.#numberOf(pod);
    const place = this.#parts.firstNode + node;
    this.#mark('scheduled', number, this.#parts.residents.nodeRow(place), score, feasible, ties);
    this.#parts.residents.bind(number, place);
    this.#step(pod, 'bound', node);
    this.#parts.residents.wait(number, PHASE.starting);
  }

  stood(pod: number, node: number): void {
    const { residents, firstNode, offers, sim } = this.#parts;
    const number = this.#numberOf(pod);
    this.#readyChangedNs[pod] = sim.nowNs;
    residents.bind(number, firstNode + node);
    this.#step(pod, 'bound', node);
    this.#started(pod, number);
    this.#step(pod, 'ready');
    offers().stands(number);
  }

  refused(pod: number, { message }: PostFilter): void {
    const { residents, publish, cluster } = this.#parts;
    const number = this.#numberOf(pod);
    this.#mark('unschedulable', number, publish.recorder.text(message), cluster().nodeCount);
    residents.wait(number, PHASE.unschedulable);
    this.#step(pod, 'refused');
  }

  ready(pod: number, ready: boolean): void {
    const number = this.#numberOf(pod);
    this.#readyChangedNs[pod] = this.#parts.sim.nowNs;
    this.#mark(ready ? 'pod-ready' : 'pod-unready', number);
    if (ready) {
      this.#parts.residents.wait(number, PHASE.running);
      this.#step(pod, 'ready');
    }
    this.#offer(number, ready);
    this.#parts.onReadiness();
  }

  evicted(pod: number): void {
    this.#mark('evicted', this.#numberOf(pod));
    this.#parts.tally.evictions++;
  }

  terminating(pod: number): void {
    const { tally, residents, sim } = this.#parts;
    const number = this.#numberOf(pod);
    this.#ending.add(number);
    if (this.#counts(pod)) tally.pods(-1, sim.nowNs);
    residents.wait(number, PHASE.ending);
    this.#offer(number, false);
  }

  /** Services keep their endpoints until somebody is there to write others. */
  #offer(number: number, offered: boolean): void {
    this.#parts.controllers.whenThere(() => this.#parts.offers().set(number, offered));
  }

  gone(pod: number): void {
    const { tally, residents, sim, onLeft, cluster } = this.#parts;
    const number = this.#numberOf(pod);
    const node = cluster().pods.node[pod]!;
    // Nobody had to be told that it ends: it had no node, or was forced away.
    if (!this.#ending.delete(number) && this.#counts(pod)) tally.pods(-1, sim.nowNs);
    this.#step(pod, 'gone');
    this.#pulling.delete(number);
    this.#stopped(number);
    if (residents.nodeOf[number] !== NONE) residents.leave(number);
    residents.bury(number);
    if (node !== NONE) onLeft(node);
  }

  stage(pod: number, stage: PodStage): void {
    const number = this.#numberOf(pod);
    if (stage === 'networked' || stage === 'pulled') this.#step(pod, stage);
    if (stage === 'pulling' || stage === 'pull-failed' || stage === 'pulled') this.#image(number, stage);
    else if (stage === 'started') this.#started(pod, number);
    else if (stage === 'evicted') this.#evicted(pod, number);
    else if (stage === 'stopped') this.#stopped(number);
    else if (stage === 'succeeded' || stage === 'failed') {
      this.#stopped(number);
      this.#mark(`pod-${stage}`, number);
    } else if (stage === 'lost') {
      this.containers.delete(number);
      this.#parts.offers().stranded(number);
      this.#parts.residents.wait(number, PHASE.lost);
    } else if (stage === 'seen') this.#goesOn(number, PHASE.starting);
    else if (stage === 'exited') {
      this.#stopped(number);
      this.#parts.tally.restarts++;
      this.#mark('container-exited', number);
      this.#goesOn(number, PHASE.crashed);
    }
  }

  /** Where a pod is that is to stay: one whose end was ordered ends, even while its kubelet does not know yet. */
  #goesOn(number: number, phase: number): void {
    if (!this.#ending.has(number)) this.#parts.residents.wait(number, phase);
  }

  /** Nothing is shown of images that were there. */
  #image(number: number, stage: 'pulling' | 'pull-failed' | 'pulled'): void {
    const isLate = this.#pulling.has(number);
    if (stage === 'pulled' && !isLate) return;
    if (stage === 'pulled') this.#pulling.delete(number);
    else this.#pulling.add(number);
    const phase = { pulling: PHASE.pulling, 'pull-failed': PHASE.noImage, pulled: PHASE.starting }[stage];
    this.#goesOn(number, phase);
  }

  #started(pod: number, number: number): void {
    const { sim, load, offers } = this.#parts;
    const { service } = this.#versionOf(pod);
    this.containers.set(number, { sinceNs: sim.nowNs, cpuNs: load().usedNs(number) });
    const copy = this.#parts.serviceOf(service);
    if (copy >= 0) offers().started(number, copy);
    this.#step(pod, 'started');
  }

  /** Its kubelet has ended it; the API server hears of that. */
  #evicted(pod: number, number: number): void {
    const { tally, residents, sim } = this.#parts;
    this.#stopped(number);
    residents.wait(number, PHASE.evicted);
    if (this.#ending.has(number)) return;
    this.#ending.add(number);
    if (this.#counts(pod)) tally.pods(-1, sim.nowNs);
  }

  #stopped(number: number): void {
    this.containers.delete(number);
    this.#parts.offers().ended(number);
  }

  #numberOf(pod: number): number {
    return this.#parts.cluster().numberOf(pod);
  }

  #versionOf(pod: number): Version {
    return this.#parts.versions[this.#parts.cluster().pods.template[pod]!]!;
  }

  /** Pause pods of a reserve are no replicas of anything. */
  #counts(pod: number): boolean {
    return this.#versionOf(pod).name !== RESERVE_NAME;
  }

  #step(pod: number, step: PodStep, node: number = NONE): void {
    this.#parts.onStep?.(pod, step, node);
  }

  #mark(name: string, number: number, ...payload: number[]): void {
    const { publish, residents } = this.#parts;
    publish.recorder.mark(publish.mark(name), residents.row(number), ...payload);
  }
}
