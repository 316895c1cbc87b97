/**
 * Who listens where, and who is offered to callers: the life of pods on one side, the replicas of the load on the other.
 *
 * A pod is a replica of its service from the start of its container on. Callers choose among those that they know of, which they learn
 * of late; a pod that does not answer yet or any more refuses.
 */

import { ARRIVED, type CarrierMaker, OUTSIDE } from '../../../models/traffic/load/carrier.ts';
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';

/** When Linux stops asking for a connection to somebody who never answers: 1 + 2 + 4 + … s for `tcp_syn_retries` 6. */
const GIVES_UP_NS = 127 * NS_PER_SECOND;

/** What ports need to know of pods, by number. */
export interface Listeners {
  /** Whether the pod's application takes requests now. */
  listens(pod: number): boolean;
  /** Whether its machine runs: a dead one refuses nobody. */
  isOn(pod: number): boolean;
  /** From one pod to another, either of them outside (below 0) perhaps; Infinity: it never arrives, and nobody is told. */
  wayNs(from: number, to: number, bytes: number): TimeNs;
}

/** Finds the first answer of each pod that somebody waits for: the first payload that it sends to one who had asked it. */
export class FirstAnswers {
  readonly #askedBy = new Map<number, Set<number>>();
  readonly #onAnswer: (pod: number) => void;

  constructor(onAnswer: (pod: number) => void) {
    this.#onAnswer = onAnswer;
  }

  /** From now on the pod's first answer is looked for. */
  await(pod: number): void {
    this.#askedBy.set(pod, new Set());
  }

  /** Nobody waits for it any more. */
  forget(pod: number): void {
    this.#askedBy.delete(pod);
  }

  /** A payload leaves for somebody. */
  sent(from: number, to: number): void {
    if (this.#askedBy.size === 0) return;
    this.#askedBy.get(to)?.add(from);
    if (this.#askedBy.get(from)?.has(to) !== true) return;
    this.#askedBy.delete(from);
    this.#onAnswer(from);
  }
}

/** Ways of payloads, beside how long an idle one takes. */
export interface SharedWays {
  /** Sends from pod to pod what shares its way with others, or is lost at first; gives a number for `cancel`. Undefined: it goes by itself. */
  send(from: number, to: number, bytes: number, tag: number): number | undefined;
  cancel(sending: number): void;
}

/** Makes them; `delivered` is to hear of a payload's tag and of the pod that it has reached, `lost` of the tag of one that never will. */
export type SharedWaysMaker = (
  delivered: (tag: number, pod: number) => void,
  lost: (tag: number) => void,
) => SharedWays;

/** The numbers of what shares its way begin below those that carriers give for other things. */
const FIRST_SHARED = ARRIVED - 1;

/** Carries requests to pods that listen. */
export function portsOf(
  sim: Simulation,
  listeners: Listeners,
  watch?: FirstAnswers,
  makeShared?: SharedWaysMaker,
): CarrierMaker {
  return (arrived, lost, refused) => {
    const reaches = (tag: number, pod: number): void => {
      if (pod <= OUTSIDE || listeners.listens(pod)) arrived(tag);
      else if (listeners.isOn(pod)) refused(tag);
      else lost(tag);
    };
    const arrives: EventKind = sim.kind('request reaches a pod', reaches);
    const shared = makeShared?.(reaches, lost);
    const givesUp: EventKind = sim.kind('sender gives up', lost);
    return {
      send: (from, to, bytes, tag) => {
        watch?.sent(from, to);
        const wayNs = listeners.wayNs(from, to, bytes);
        if (wayNs === Number.POSITIVE_INFINITY) return sim.after(GIVES_UP_NS, givesUp, tag);
        const sending = shared?.send(from, to, bytes, tag);
        if (sending !== undefined) return FIRST_SHARED - sending;
        if (wayNs === 0 && (to <= OUTSIDE || listeners.listens(to))) return ARRIVED;
        return sim.after(wayNs, arrives, tag, to);
      },
      cancel: (sending) => {
        if (sending <= FIRST_SHARED) shared!.cancel(FIRST_SHARED - sending);
        else sim.cancel(sending);
      },
    };
  };
}

/** What is known of a pod. */
interface Offer {
  /** The load's number of its service; -1: not known yet. */
  service: number;
  /** Its replica in the load; -1: its container has never started. */
  replica: number;
  /** Whether callers choose it. */
  offered: boolean;
  /** Whether a container runs in it. */
  runs: boolean;
  /** Whether its machine has died with it: who waits for it does not hear of its end. */
  stranded: boolean;
}

/** Offers replicas to callers, as late as they learn of it. */
export class Offers {
  readonly #sim: Simulation;
  readonly #load: ServedLoad;
  readonly #lagNs: TimeNs;
  readonly #kinds: Readonly<Record<'on' | 'off', EventKind>>;
  readonly #onOffered: (pod: number) => void;
  /** By the pod's number; undefined: it was never offered and never ran, or is gone. */
  readonly #offers: (Offer | undefined)[] = [];
  readonly #changed: (service: number) => void;

  /** `onOffered`: callers know of the pod from now on. `changed`: a service may have somebody on offer who was not, or not any more. */
  constructor(
    sim: Simulation,
    load: ServedLoad,
    lagNs: TimeNs,
    onOffered: (pod: number) => void = () => {},
    changed: (service: number) => void = () => {},
  ) {
    this.#onOffered = onOffered;
    this.#changed = changed;
    this.#sim = sim;
    this.#load = load;
    this.#lagNs = lagNs;
    this.#kinds = {
      on: sim.kind('callers learn of a pod', (pod) => this.#tell(pod, true)),
      off: sim.kind('callers learn of an end', (pod) => this.#tell(pod, false)),
    };
  }

  /** The pod's container has started: it is a replica, offered if callers know of the pod already. */
  started(pod: number, service: number): void {
    const offer = this.#of(pod);
    offer.runs = true;
    offer.stranded = false;
    offer.service = service;
    if (offer.replica < 0) offer.replica = this.#load.addReplica(service, pod, false);
    if (!offer.offered) return;
    this.#load.offer(offer.replica, true);
    this.#changed(service);
  }

  /** Nothing runs in the pod any more: what stands at it fails, and callers choose it until they learn of that. */
  ended(pod: number): void {
    const offer = this.#offers[pod];
    if (offer === undefined || !offer.runs) return;
    offer.runs = false;
    this.#load.reset(offer.replica);
    if (!offer.offered) this.#end(pod, offer);
  }

  /** The pod's machine has died: who waits for its answers waits on, and callers choose it until they learn of that. */
  stranded(pod: number): void {
    const offer = this.#offers[pod];
    if (offer === undefined || !offer.runs) return;
    offer.runs = false;
    offer.stranded = true;
    this.#load.strand(offer.replica);
    if (!offer.offered) this.#end(pod, offer);
  }

  /** The API server says that it is Ready, or that it is not or ends. */
  set(pod: number, offered: boolean): void {
    this.#sim.after(this.#lagNs, offered ? this.#kinds.on : this.#kinds.off, pod);
  }

  /** Callers have known of the pod for long. */
  stands(pod: number): void {
    this.#tell(pod, true);
  }

  #tell(pod: number, offered: boolean): void {
    const offer = this.#of(pod);
    offer.offered = offered;
    if (offer.replica >= 0) this.#load.offer(offer.replica, offered);
    if (offered) this.#onOffered(pod);
    if (!offered && !offer.runs) this.#end(pod, offer);
    if (offer.service >= 0) this.#changed(offer.service);
  }

  #end(pod: number, offer: Offer): void {
    if (offer.replica >= 0 && offer.stranded) this.#load.vanish(offer.replica);
    else if (offer.replica >= 0) this.#load.end(offer.replica);
    this.#offers[pod] = undefined;
  }

  #of(pod: number): Offer {
    const known = this.#offers[pod];
    if (known !== undefined) return known;
    const offer = { service: -1, replica: -1, offered: false, runs: false, stranded: false };
    // Never with a hole, which would make engines keep the list as a table of keys.
    while (this.#offers.length < pod) this.#offers.push(undefined);
    this.#offers[pod] = offer;
    return offer;
  }
}
