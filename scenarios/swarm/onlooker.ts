/**
 * What somebody knows who has watched a run from its beginning: which pod belongs to what and is Ready, which nodes take pods, how many
 * replicas were ordered where, and which rollouts are under way.
 *
 * Rests on the recording and the document alone; checkers ask it.
 */
import { HEALTH, PHASE } from '../../models/world/catalog.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import { RESERVE_NAME } from '../document/reserve.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { WorkloadKind } from '../document/workload-kind-schema.ts';
import type { Instant, Row, SeenMark, Tables } from './playback.ts';

/** What is known of a pod. */
export interface KnownPod {
  readonly row: Row;
  /** Its place among the groups of pods; -1: a pause pod of a reserve. */
  readonly workload: number;
  /** As the control plane last said. */
  ready: boolean;
  /** Since when it is, or was last. */
  readyNs: TimeNs;
  /** The control plane gave it up for its node's sake. */
  evicted: boolean;
  /** When the descheduler moved it. */
  movedNs: TimeNs | undefined;
  /** Why it has no node, as it was last told. */
  refusal: string;
  /** When that was. */
  refusedNs: TimeNs;
  /** When its end was ordered. */
  endsNs: TimeNs | undefined;
  /** When its containers ended for good, well or badly. */
  doneNs: TimeNs | undefined;
  /** When it last lost its readiness without being told to end. */
  failedNs: TimeNs;
}

/** Orders for the pods of one workload in one cluster. */
export interface Order {
  readonly cluster: number;
  readonly workload: number;
  wanted: number;
  /** When another number was last written. */
  orderedNs: TimeNs;
  /** The number before that. */
  before: number;
  rolling: boolean;
  /** When the last rollout began or ended. */
  rolledNs: TimeNs;
}

/** Watches one run. */
export class Onlooker {
  readonly document: ScenarioDocument;
  readonly tables: Tables;
  readonly pods: KnownPod[] = [];
  /** By cluster, then by workload; one cluster where there is no federation. */
  readonly orders: readonly (readonly Order[])[];
  /** Rows of nodes that people or autoscalers have closed, with the time. */
  readonly cordoned = new Map<number, TimeNs>();
  /** When memory was last short: containers were killed, or pods evicted. */
  shortNs: TimeNs = Number.NEGATIVE_INFINITY;
  /** Names of members; one empty name where there is no federation. */
  readonly clusters: readonly string[];
  readonly #groups: readonly string[];

  constructor(document: ScenarioDocument, tables: Tables) {
    this.document = document;
    this.tables = tables;
    this.clusters = document.federation?.clusters.map(({ name }) => name) ?? [''];
    this.#groups = document.cluster.pods.map(({ name }) => name);
    this.orders = this.clusters.map((_, cluster) =>
      // A reserve is nobody's order: it follows what is requested or offered.
      this.#groups.flatMap((name, workload) =>
        name === RESERVE_NAME
          ? []
          : [
              {
                cluster,
                workload,
                wanted: document.federation === undefined ? document.cluster.pods[workload]!.count : 0,
                orderedNs: 0,
                before: 0,
                // The first version is a rollout too.
                rolling: true,
                rolledNs: 0,
              },
            ],
      ),
    );
  }

  /** Takes in what has happened. */
  see(now: Instant): void {
    for (const { what, table, row } of now.changes) if (what === 'born' && table === 'pods') this.#pod(row);
    if (now.timeNs === 0) this.#stand();
    for (const mark of now.marks) this.#mark(mark, now.timeNs);
    for (const { what, table, row, column } of now.changes)
      if (what === 'set' && table === 'pods' && column === 'phase' && row.values['phase'] === PHASE.ending)
        this.pods[row.row]!.endsNs ??= now.timeNs;
  }

  /** Whether pods stand when the run begins. */
  get stands(): boolean {
    return this.document.load?.standing === true;
  }

  /** Name of a workload. */
  nameOf(workload: number): string {
    return this.#groups[workload] ?? RESERVE_NAME;
  }

  /** Where a node stands. */
  clusterOf({ name }: Row): number {
    return Math.max(
      0,
      this.clusters.findIndex((cluster) => cluster !== '' && name.startsWith(`${cluster}-`)),
    );
  }

  /** The node that a pod was given, there or not. */
  nodeOf({ row }: KnownPod): Row | undefined {
    return this.tables.of('nodes')[row.values['node']!];
  }

  /** Pods that are there. */
  living(): KnownPod[] {
    return this.pods.filter(({ row }) => row.diedNs === undefined);
  }

  /** Pods of a workload that have a node in a cluster. */
  standing({ cluster, workload }: Order): KnownPod[] {
    return this.living().filter((pod) => {
      const node = this.nodeOf(pod);
      return pod.workload === workload && node !== undefined && this.clusterOf(node) === cluster;
    });
  }

  /** Of those, the ones that are Ready and are to stay. */
  healthy(order: Order): KnownPod[] {
    return this.standing(order).filter(({ ready, endsNs }) => ready && endsNs === undefined);
  }

  /** Whether a pod of a workload waits for room now, or was refused since then. */
  isShortSince(workload: number, sinceNs: TimeNs): boolean {
    return this.pods.some((pod) => pod.workload === workload && (pod.refusedNs >= sinceNs || this.#waits(pod)));
  }

  /** Whether a node is there, has power, is believed well and takes pods. */
  isOpen({ row, diedNs, values }: Row): boolean {
    const well = values['health'] === HEALTH.ready && values['healthBelieved'] === HEALTH.ready;
    return diedNs === undefined && well && !this.cordoned.has(row);
  }

  /** What is written on a workload. */
  fileOf(workload: number): ScenarioDocument['workloads'][string] | undefined {
    return this.document.workloads[this.nameOf(workload)];
  }

  /** Who keeps the pods of a workload. */
  kindOf(workload: number): WorkloadKind {
    return this.fileOf(workload)?.kind ?? 'Deployment';
  }

  #waits({ row, refusal, endsNs }: KnownPod): boolean {
    return refusal !== '' && row.diedNs === undefined && endsNs === undefined && row.values['node']! < 0;
  }

  #pod(row: Row): void {
    const group = row.name.slice(0, row.name.lastIndexOf('-'));
    const workload = group === RESERVE_NAME ? -1 : this.#groups.indexOf(group);
    const never = Number.NEGATIVE_INFINITY;
    const nothing = {
      ready: false,
      evicted: false,
      refusal: '',
      endsNs: undefined,
      doneNs: undefined,
      movedNs: undefined,
    };
    this.pods[row.row] = { row, workload, ...nothing, readyNs: never, refusedNs: never, failedNs: never };
  }

  /** Pods that stand from the start are Ready without a word. */
  #stand(): void {
    if (!this.stands) return;
    for (const pod of this.pods)
      if (pod.row.values['phase'] === PHASE.running) Object.assign(pod, { ready: true, readyNs: 0 });
  }

  #mark({ name, row, payload }: SeenMark, timeNs: TimeNs): void {
    const pod = this.pods[row]!;
    const order = this.orders[Math.floor(row / this.#groups.length)]?.[row % this.#groups.length];
    if (name === 'pod-ready') Object.assign(pod, { ready: true, readyNs: timeNs });
    else if (name === 'pod-unready') {
      pod.ready = false;
      pod.failedNs = timeNs;
    } else if (name === 'evicted') pod.evicted = true;
    else if (name === 'pod-succeeded' || name === 'pod-failed') pod.doneNs = timeNs;
    else if (name === 'descheduled') pod.movedNs = timeNs;
    else if (name === 'memory-evicted' || name === 'oom-killed') this.shortNs = timeNs;
    else if (name === 'unschedulable') Object.assign(pod, { refusal: String(payload[0]), refusedNs: timeNs });
    else if (name === 'drain') this.#drain(row, String(payload[0]), timeNs);
    else if (order === undefined) return;
    else if (name === 'scaled') {
      Object.assign(order, { before: payload[0], wanted: payload[1], orderedNs: timeNs });
    } else if (name === 'rollout') {
      Object.assign(order, { rolling: payload[0] !== 'complete', rolledNs: timeNs });
    }
  }

  #drain(node: number, words: string, timeNs: TimeNs): void {
    if (words === 'takes no new pods') this.cordoned.set(node, timeNs);
    else if (words === 'takes pods again') this.cordoned.delete(node);
  }
}

/** A time as findings tell it. */
export function seconds(timeNs: TimeNs): string {
  return `${Number((timeNs / NS_PER_SECOND).toFixed(3))} s`;
}
