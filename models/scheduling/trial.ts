/**
 * Trying out where pods would go, on the scheduler's own books, and taking all of it back.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `simulator/clustersnapshot`, which runs the scheduler's own filters in the same way.
 * For those who ask the filters without deciding. Nothing is drawn and nothing is scored.
 * Leaves out: reservations of volumes (a try reserves none).
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Framework, Placed } from './framework.ts';
import { chooseDevices } from './plugins/gpu-devices.ts';

/** One thing that was done. */
type Step =
  | { readonly kind: 'placed'; readonly pod: number }
  | { readonly kind: 'lifted'; readonly pod: number; readonly node: number; readonly devices: number }
  | { readonly kind: 'presence' | 'cordon'; readonly node: number; readonly was: number };

/** A try on the books of one scheduler. Between beginning and `backTo(0)` nobody else may touch them. */
export class Trial {
  readonly #frameworkOf: (pod: number) => Framework;
  readonly #framework: Framework;
  readonly #steps: Step[] = [];
  /** The pod that was asked about last, and its filters; they hold until something is done. */
  #asked = -1;
  #filters: readonly Placed[] = [];

  /** `framework`: whose books they are; `frameworkOf`: who filters for a pod. */
  constructor(framework: Framework, frameworkOf: (pod: number) => Framework) {
    this.#framework = framework;
    this.#frameworkOf = frameworkOf;
  }

  /** Whether the filters let the pod, which is on no node, on the node. */
  fits(pod: number, node: number): boolean {
    const framework = this.#frameworkOf(pod);
    if (this.#asked !== pod) {
      this.#filters = framework.filtersFor(pod);
      this.#asked = pod;
    }
    return framework.firstRefusal(this.#filters, pod, node) === 0;
  }

  /** Books the pod on the node. */
  place(pod: number, node: number): void {
    const { ledger, demands } = this.#framework.context;
    const shape = demands.shapeOf[pod];
    ledger.hold(pod, node, chooseDevices(ledger, node, demands.gpus[shape], demands.gpuMilli[shape]));
    this.#did({ kind: 'placed', pod });
  }

  /** Takes the pod off its node. */
  lift(pod: number): void {
    const { ledger } = this.#framework.context;
    const devices = ledger.devicesOf[pod];
    this.#did({ kind: 'lifted', pod, node: ledger.release(pod), devices });
  }

  /** Makes a node that does not exist a node without pods, or takes it out. */
  setPresent(node: number, present: boolean): void {
    const { marks } = this.#framework.context.ledger;
    this.#did({ kind: 'presence', node, was: marks.absent[node]! });
    marks.setPresent(node, present);
  }

  /** Makes the node refuse new pods though it stays where it is, or take them. */
  setCordoned(node: number, cordoned: boolean): void {
    const { marks } = this.#framework.context.ledger;
    this.#did({ kind: 'cordon', node, was: marks.cordoned[node]! });
    marks.setCordoned(node, cordoned);
  }

  /** Where things stand, to come back to. */
  mark(): number {
    return this.#steps.length;
  }

  /** Takes back all that was done since the mark, the last first. */
  backTo(mark: number): void {
    assert(mark >= 0 && mark <= this.#steps.length, () => `mark ${mark} of ${this.#steps.length} steps`);
    this.#asked = -1;
    while (this.#steps.length > mark) this.#takeBack(this.#steps.pop()!);
  }

  #did(step: Step): void {
    this.#steps.push(step);
    this.#asked = -1;
  }

  #takeBack(step: Step): void {
    const { ledger } = this.#framework.context;
    if (step.kind === 'placed') ledger.release(step.pod);
    else if (step.kind === 'lifted') ledger.hold(step.pod, step.node, step.devices);
    else if (step.kind === 'presence') ledger.marks.setPresent(step.node, step.was === 0);
    else ledger.marks.setCordoned(step.node, step.was === 1);
  }
}
