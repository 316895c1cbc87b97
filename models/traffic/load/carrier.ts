/**
 * Who carries payloads from pod to pod, and two plain ones: at once, and after a fixed time.
 *
 * Source: ours. The network's flows stand behind the same interface when a run has a fabric. Left out: here everything about networks;
 * set-up of connections (its round trips belong to whoever implements a carrier).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';

/** What `send` gives back when the payload has arrived already. */
export const ARRIVED = -1;

/** The end that stands outside of the cluster. Numbers below it are ends outside too, which a carrier may tell apart. */
export const OUTSIDE = -1;

/** Carries payloads. */
export interface Carrier {
  /**
   * Sends `bytes` from pod to pod, either of them `OUTSIDE` perhaps. Gives `ARRIVED`, or a number for `cancel`; the carrier then tells
   * of `tag` once, when the payload has arrived, is lost or refused, and not within this call.
   */
  send(fromPod: number, toPod: number, bytes: number, tag: number): number;
  /** Forgets a payload that is under way: nothing is told of it. */
  cancel(sending: number): void;
}

/** Makes a carrier that tells of payloads by their tags: arrived, lost on the way, or refused because nobody listens there. */
export type CarrierMaker = (
  arrived: (tag: number) => void,
  lost: (tag: number) => void,
  refused: (tag: number) => void,
) => Carrier;

/** Everything arrives at the instant at which it is sent. */
export const atOnce: CarrierMaker = () => ({
  send: () => ARRIVED,
  cancel: () => assert(false, 'nothing is under way where all arrives at once'),
});

/** Everything takes so long, one event a payload. One of them for each simulation. */
export function afterNs(sim: Simulation, delayNs: TimeNs): CarrierMaker {
  return (arrived) => {
    const kind: EventKind = sim.kind('load: payload arrives', arrived);
    return {
      send: (_from, _to, _bytes, tag) => sim.after(delayNs, kind, tag),
      cancel: (sending) => {
        sim.cancel(sending);
      },
    };
  };
}
