/**
 * The replicas of one service in the thin mode: how many are on offer, which share of them answers, and what each has had of processor time.
 *
 * All on offer have the same share of a window's work, so one sum serves them all, and who comes remembers what it was then. Whether they answer
 * is asked of each only when one of them may have ceased to: a service of a thousand replicas costs as much as one of two.
 * Source: ours; held against the plain way, replica by replica, by test/models/traffic/load/thin-replicas.test.ts.
 * Left out: what thin-load.ts leaves out.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { TimeWeighted } from '../../../sim/stats/time-weighted.ts';

/** One replica, from its beginning and beyond its end: what it has used stays known. */
export interface ThinReplica {
  readonly of: ThinReplicas;
  readonly pod: number;
  readonly cores: number;
  offered: boolean;
  /** Processor time before it was last offered, and what each that was always on offer had had by then. */
  usedNs: number;
  fromNs: number;
}

/** Replicas by number; numbers are given by whoever adds them and grow. */
export class ThinReplicas {
  /** On offer. */
  readonly #offered: TimeWeighted;
  /** Those that are not at their end. */
  readonly #all = new Map<number, ThinReplica>();
  /** Of those on offer, the one with the lowest number; -1: none is. */
  #first = -1;
  /** Processor time that one has had that was always on offer. */
  #eachNs = 0;
  #togetherNs = 0;
  #areaBefore = 0;
  /** Those on offer that did not answer when they were last asked, or have come since. */
  readonly #doubtful = new Set<ThinReplica>();
  #silences = -1;

  constructor(nowNs: TimeNs) {
    this.#offered = new TimeWeighted(nowNs);
  }

  /** Replicas on offer. */
  get offered(): number {
    return this.#offered.value;
  }

  /** Cores of the first one on offer; undefined: none is. All have the same. */
  get cores(): number | undefined {
    return this.#all.get(this.#first)?.cores;
  }

  /** Processor time of all together, ns. */
  get usedNs(): number {
    return this.#togetherNs;
  }

  /** A new one that is not on offer. */
  add(replica: number, pod: number, cores: number): ThinReplica {
    const one = { of: this, pod, cores, offered: false, usedNs: 0, fromNs: 0 };
    this.#all.set(replica, one);
    return one;
  }

  /** Callers may choose it, or not any more. */
  offer(replica: number, on: boolean, nowNs: TimeNs): void {
    const one = this.#all.get(replica);
    if (one === undefined || one.offered === on) return;
    if (on) one.fromNs = this.#eachNs;
    else one.usedNs += this.#eachNs - one.fromNs;
    one.offered = on;
    if (on) this.#doubtful.add(one);
    else this.#doubtful.delete(one);
    this.#offered.set(nowNs, this.offered + (on ? 1 : -1));
    if (on && (this.#first < 0 || replica < this.#first)) this.#first = replica;
    else if (!on && this.#first === replica) this.#first = this.#firstOffered();
  }

  /** It is no more. */
  end(replica: number, nowNs: TimeNs): void {
    this.offer(replica, false, nowNs);
    this.#all.delete(replica);
  }

  /** Processor time that one of them has had, ns. */
  usedBy(one: ThinReplica): number {
    return one.usedNs + (one.offered ? this.#eachNs - one.fromNs : 0);
  }

  /** Processor time of a window, shared by those on offer. */
  spread(usedNs: number): void {
    if (this.offered === 0) return;
    this.#togetherNs += usedNs;
    this.#eachNs += usedNs / this.offered;
  }

  /** On offer on average over the `seconds` since this was last asked. */
  mean(nowNs: TimeNs, seconds: number): number {
    const area = this.#offered.areaNs(nowNs);
    const mean = (area - this.#areaBefore) / 1e9 / seconds;
    this.#areaBefore = area;
    return mean;
  }

  /** The share of those on offer that refuse; who answered is not asked again while `silences` stays what it was. */
  refused(listens: (pod: number) => boolean, silences: number | undefined): number {
    if (silences === undefined || silences !== this.#silences) {
      for (const one of this.#all.values()) if (one.offered) this.#doubtful.add(one);
      this.#silences = silences ?? -1;
    }
    for (const one of this.#doubtful) if (listens(one.pod)) this.#doubtful.delete(one);
    const broken = this.#doubtful.size;
    return broken === 0 ? 0 : broken / this.offered;
  }

  #firstOffered(): number {
    for (const [number, { offered }] of this.#all) if (offered) return number;
    return -1;
  }
}
