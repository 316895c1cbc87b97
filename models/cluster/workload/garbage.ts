/**
 * What becomes of the pods and objects of an owner that is deleted.
 *
 * Source: Kubernetes 1.34 `pkg/controller/garbagecollector`: `Background` deletes the owner at once and then what it owned, `Foreground`
 * what it owned first and the owner when all of it is gone, `Orphan` leaves what it owned behind.
 * Leaves out: owners that are several, `blockOwnerDeletion`.
 */
import { NS_PER_MS } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import type { ControllerManager } from './controller-manager.ts';

/** How the deletion of an owner spreads. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** How often an owner that waits for its pods looks whether they are gone. */
const LOOK_NS = 500 * NS_PER_MS;

interface Waiting {
  readonly family: readonly number[];
  readonly onGone: () => void;
}

/** The garbage collector of one cluster. */
export class GarbageCollector {
  readonly #manager: ControllerManager;
  readonly #kind: EventKind;
  readonly #waiting = new Map<number, Waiting>();

  constructor(manager: ControllerManager) {
    this.#manager = manager;
    this.#kind = manager.sim.kind('garbage is collected', (object) => this.#look(object));
  }

  /** Deletes an object; `onGone` is called when it, and with `Foreground` all that it owned, is gone. */
  delete(object: number, propagation: Propagation, onGone: () => void = () => {}): void {
    const { pods } = this.#manager;
    if (propagation === 'Orphan') {
      for (const pod of pods.podsOf(object)) pods.orphan(pod);
      this.#manager.drop(object);
      onGone();
      return;
    }
    const family = this.#familyOf(object);
    // None of them may make a pod again.
    for (const member of family) this.#manager.drop(member);
    for (const member of family) for (const pod of pods.podsOf(member)) this.#manager.deletePod(pod);
    if (propagation === 'Background') {
      onGone();
      return;
    }
    this.#waiting.set(object, { family, onGone });
    this.#look(object);
  }

  #familyOf(object: number): number[] {
    return [object, ...this.#manager.ownedBy(object).flatMap((child) => this.#familyOf(child))];
  }

  #look(object: number): void {
    const waiting = this.#waiting.get(object);
    if (waiting === undefined) return;
    if (waiting.family.some((member) => this.#manager.pods.podsOf(member).length > 0)) {
      this.#manager.sim.after(LOOK_NS, this.#kind, object);
      return;
    }
    this.#waiting.delete(object);
    waiting.onGone();
  }
}
