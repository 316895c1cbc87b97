/**
 * Paths by speaker and prefix: the Adj-RIBs-In of all speakers and what each decided, in one pool of typed arrays.
 *
 * Hot file: a full mesh of a thousand routers keeps a million paths, three reflectors of five thousand nodes 75 million.
 * Source: RFC 4271 section 3.2; the lists are short, so a path is found by walking. Left out: giving memory back.
 */
import { grownFloat64, grownInt32, grownUint8 } from '../../../sim/sharing/growth.ts';
import type { AttributesId } from './attributes.ts';
import type { PrefixId } from './prefix-table.ts';

/** No path. */
export const NO_PATH = -1;

/** The path that the speaker chose. */
export const BEST = 1;
/** A path that shares the load with the chosen one; the chosen one has it too. */
export const MULTIPATH = 2;
/** Kept only because its sender restarts gracefully. */
export const STALE = 4;

/** The paths of all speakers. */
export class Rib {
  /** Of each path: the end that it came from; -1 for a route of one's own. */
  endOf = new Int32Array(1024);
  attributesOf = new Int32Array(1024);
  flagsOf = new Uint8Array(1024);
  /** Of each path: weights are rare, so most are 0. */
  weightOf = new Float64Array(0);
  nextOf = new Int32Array(1024);
  #count = 0;
  #free = NO_PATH;
  #hasWeights = false;
  /** Of each speaker, by prefix: its first path + 1. */
  readonly #heads: Int32Array<ArrayBuffer>[];

  constructor(speakers: number) {
    this.#heads = Array.from({ length: speakers }, () => new Int32Array(16));
  }

  /** How many paths the pool has room for without growing: what it has used at most. */
  get peak(): number {
    return this.#count;
  }

  /** The first path of a list, or `NO_PATH`; go on with `nextOf`. */
  first(speaker: number, prefix: PrefixId): number {
    const heads = this.#heads[speaker]!;
    return prefix < heads.length ? heads[prefix]! - 1 : NO_PATH;
  }

  /** The path from an end, or `NO_PATH`. */
  find(speaker: number, prefix: PrefixId, end: number): number {
    let path = this.first(speaker, prefix);
    while (path !== NO_PATH && this.endOf[path] !== end) path = this.nextOf[path]!;
    return path;
  }

  /** Puts a path in, or changes it. False if nothing changed. */
  put(speaker: number, prefix: PrefixId, end: number, attributes: AttributesId, weight = 0): boolean {
    const known = this.find(speaker, prefix, end);
    if (known !== NO_PATH) return this.#change(known, attributes, weight);
    const path = this.#take();
    this.endOf[path] = end;
    this.attributesOf[path] = attributes;
    this.flagsOf[path] = 0;
    this.#setWeight(path, weight);
    this.#link(speaker, prefix, path);
    return true;
  }

  #change(path: number, attributes: AttributesId, weight: number): boolean {
    const wasStale = (this.flagsOf[path]! & STALE) !== 0;
    this.flagsOf[path]! &= ~STALE;
    if (this.attributesOf[path] === attributes && this.weight(path) === weight) return wasStale;
    this.attributesOf[path] = attributes;
    this.#setWeight(path, weight);
    return true;
  }

  /** Takes a path out. False if there was none. */
  remove(speaker: number, prefix: PrefixId, end: number): boolean {
    let before = NO_PATH;
    let path = this.first(speaker, prefix);
    while (path !== NO_PATH && this.endOf[path] !== end) {
      before = path;
      path = this.nextOf[path]!;
    }
    if (path === NO_PATH) return false;
    if (before === NO_PATH) this.#heads[speaker]![prefix] = this.nextOf[path]! + 1;
    else this.nextOf[before] = this.nextOf[path]!;
    this.nextOf[path] = this.#free;
    this.#free = path;
    return true;
  }

  /** Takes all paths of a speaker out. */
  clear(speaker: number): void {
    for (let prefix = 0; prefix < this.prefixRoom(speaker); prefix++) {
      for (let path = this.first(speaker, prefix); path !== NO_PATH; path = this.first(speaker, prefix))
        this.remove(speaker, prefix, this.endOf[path]!);
    }
  }

  /** Local weight of a path. */
  weight(path: number): number {
    return this.#hasWeights ? this.weightOf[path]! : 0;
  }

  /** Every prefix of which the speaker has room for paths; some may have none. */
  prefixRoom(speaker: number): number {
    return this.#heads[speaker]!.length;
  }

  #link(speaker: number, prefix: PrefixId, path: number): void {
    let heads = this.#heads[speaker]!;
    if (prefix >= heads.length) {
      heads = grownInt32(heads, prefix + 1);
      this.#heads[speaker] = heads;
    }
    this.nextOf[path] = heads[prefix]! - 1;
    heads[prefix] = path + 1;
  }

  #take(): number {
    const freed = this.#free;
    if (freed !== NO_PATH) {
      this.#free = this.nextOf[freed]!;
      return freed;
    }
    const path = this.#count++;
    if (path >= this.endOf.length) this.#grow(path + 1);
    return path;
  }

  #grow(needed: number): void {
    this.endOf = grownInt32(this.endOf, needed);
    this.attributesOf = grownInt32(this.attributesOf, needed);
    this.nextOf = grownInt32(this.nextOf, needed);
    this.flagsOf = grownUint8(this.flagsOf, needed);
    if (this.#hasWeights) this.weightOf = grownFloat64(this.weightOf, this.endOf.length);
  }

  #setWeight(path: number, weight: number): void {
    if (!this.#hasWeights) {
      if (weight === 0) return;
      this.#hasWeights = true;
      this.weightOf = new Float64Array(this.endOf.length);
    }
    this.weightOf[path] = weight;
  }
}
