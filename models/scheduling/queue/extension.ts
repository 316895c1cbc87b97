/**
 * What may be hooked into the cycle of a pod besides filters and scores: gates before the queue, reservations, permits,
 * and work before binding.
 *
 * Source: the scheduling framework of Kubernetes 1.34 (PreEnqueue, Reserve, Permit, PreBind, PostBind). Leaves out: Bind
 * plugins in place of the default one, PreScore (a plugin's `prepare`), and errors that are not verdicts.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** A verdict of Permit: go on, wait for `allow` at most so long, or not. */
export type Permit = 'allow' | 'reject' | { readonly waitAtMostNs: TimeNs };

/** Hooks of one plugin; each is absent where the plugin has nothing to say. */
export interface Extension {
  readonly name: string;
  /** Whether the pod may enter the queue. */
  preEnqueue?(pod: number): boolean;
  /** The pod is assumed to be on the node: take what goes with it. False: another was quicker. */
  reserve?(pod: number, node: number): boolean;
  /** The pod does not get the node after all; called for every extension whose `reserve` was asked, last first. */
  unreserve?(pod: number, node: number): void;
  /** May the pod be bound now? */
  permit?(pod: number, node: number): Permit;
  /** How long the work before binding takes (an attached volume); -1: it failed. */
  preBind?(pod: number, node: number): TimeNs;
  /** The pod is bound. */
  postBind?(pod: number, node: number): void;
}
