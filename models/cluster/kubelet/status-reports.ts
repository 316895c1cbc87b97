/**
 * What kubelets write into the status of pods, and when the API server has it.
 *
 * Source: Kubernetes 1.34 kubelet, status manager: a change is written as soon as it is noticed; while the API server cannot be
 * reached it waits, and is written when it can.
 * Leaves out: that changes which wait are written as one.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { POD_PHASE, type PodTable } from '../pod-table.ts';
import type { NodeLinks, Word } from './node-links.ts';

/** What is said of a pod. */
export const SAY = { running: 0, ready: 1, unready: 2, restarted: 3, succeeded: 4, failed: 5, ended: 6 } as const;

/** One of them. */
export type Saying = (typeof SAY)[keyof typeof SAY];

/** A report carries the pod's life and what is said in one operand. */
const SAYINGS = 8;

/** Hears of the status of pods. */
export interface StatusListener {
  /** Something in the pod's status has changed. */
  changed(pod: number): void;
  /** A pod that was to end has ended. */
  ended(pod: number): void;
}

/** What reports need. */
export interface ReportContext {
  readonly sim: Simulation;
  readonly pods: PodTable;
  readonly listener: StatusListener;
  readonly links: NodeLinks;
  /** From a change of a container until it is written. */
  readonly delayNs: TimeNs;
}

/** The status managers of all kubelets. */
export class StatusReports {
  readonly #at: ReportContext;
  readonly #isKnown: (pod: number, life: number) => boolean;
  readonly #over: (pod: number) => void;
  readonly #kind: EventKind;

  /** `isKnown`: whether a kubelet still has that pod; `over`: it need not know the pod any longer. */
  constructor(context: ReportContext, isKnown: (pod: number, life: number) => boolean, over: (pod: number) => void) {
    this.#at = context;
    this.#isKnown = isKnown;
    this.#over = over;
    this.#kind = context.sim.kind('kubelet: reports', (pod, code) => this.#send(pod, code));
  }

  /** Something has become of a pod on its node. */
  say({ pod, life }: { readonly pod: number; readonly life: number }, saying: Saying): void {
    this.#at.sim.after(this.#at.delayNs, this.#kind, pod, life * SAYINGS + saying);
  }

  #send(pod: number, code: number): void {
    const word = { pod, life: Math.floor(code / SAYINGS), saying: code % SAYINGS };
    if (this.#isKnown(pod, word.life)) this.#at.links.toServer(this.#at.pods.node[pod]!, word, this.#write);
  }

  readonly #write = ({ pod, life, saying }: Word): void => {
    if (!this.#isKnown(pod, life)) return;
    const { pods, listener } = this.#at;
    const hasEnded = saying === SAY.ended || saying === SAY.succeeded || saying === SAY.failed;
    if (hasEnded && (saying === SAY.ended || pods.terminating[pod] === 1)) {
      this.#over(pod);
      listener.ended(pod);
      return;
    }
    if (pods.hasEnded(pod)) return;
    this.#set(pod, saying);
    if (hasEnded) this.#over(pod);
    listener.changed(pod);
  };

  #set(pod: number, saying: number): void {
    const { pods, sim } = this.#at;
    if (saying === SAY.running) pods.setPhase(pod, POD_PHASE.running);
    else if (saying === SAY.ready) pods.setReady(pod, true, sim.nowNs);
    else if (saying === SAY.succeeded) pods.setPhase(pod, POD_PHASE.succeeded);
    else if (saying === SAY.failed) pods.setPhase(pod, POD_PHASE.failed);
    else pods.setReady(pod, false, sim.nowNs);
    if (saying === SAY.restarted) pods.restarts[pod]++;
  }
}
