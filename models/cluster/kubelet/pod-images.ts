/**
 * The images of a pod that is set up: those that are missing are pulled one after another, each in the node's turn.
 *
 * Source: Kubernetes 1.34 kubelet `images/image_manager.go`: an image that is there needs no turn; a pull that failed is tried again
 * after a pause for each pod and image (ErrImagePull, then ImagePullBackOff).
 * Leaves out: the pull before each restart of a container with policy `Always`.
 */
import type { NodeServices } from './node-services.ts';
import type { PodRun } from './pod-run.ts';
import type { PullTurns } from './pull-turns.ts';

/** What becomes of the images of a pod. */
export interface PodImagesContext {
  readonly turns: PullTurns;
  readonly services: NodeServices;
  /** Whether the pod is still to be set up on a node that runs. */
  readonly isSettingUp: (run: PodRun) => boolean;
  readonly told: (run: PodRun, stage: 'pulling' | 'pull-failed') => void;
  /** All are there. */
  readonly whole: (run: PodRun) => void;
  readonly failed: (run: PodRun) => void;
}

/** Brings the images of pods. */
export class PodImages {
  readonly #at: PodImagesContext;

  constructor(context: PodImagesContext) {
    this.#at = context;
  }

  /** Goes on with the image that comes next. */
  pull(run: PodRun): void {
    const image = run.runtime.images[run.image];
    if (image === undefined) this.#at.whole(run);
    else if (this.#at.services.has?.(run.node, image) === true) this.#pulled(run);
    else {
      this.#at.told(run, 'pulling');
      this.#at.turns.take(run.node, () => this.#begin(run, image));
    }
  }

  #begin(run: PodRun, image: number): void {
    const { turns, services, isSettingUp, told, failed } = this.#at;
    if (!isSettingUp(run)) {
      turns.release(run.node);
      return;
    }
    services.pull(run.node, image, (pulled) => {
      turns.release(run.node);
      if (!isSettingUp(run)) return;
      if (pulled) this.#pulled(run);
      else {
        told(run, 'pull-failed');
        failed(run);
      }
    });
  }

  #pulled(run: PodRun): void {
    run.image++;
    run.retries = 0;
    this.pull(run);
  }
}
