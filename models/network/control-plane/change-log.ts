/**
 * Everything that a control plane ever had to tell: changes in the order in which they were written.
 *
 * A version is a place in that order, from 1 on; 0 is the empty beginning. What a node has programmed is one number, the
 * version up to which it has applied all changes, so 5,000 nodes and any number of entries cost two arrays and not a
 * table of nodes times entries.
 * Source: resourceVersion of Kubernetes, revisions of etcd: one total order, from which every watcher is told in turn.
 * Leaves out: compaction of old versions, changes that overtake each other in another watch.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** The place of an entry that is not there. */
export const NO_PLACE = -1;

/** Changes of entries, each to the node behind which it now lies. */
export class ChangeLog {
  /** Versions so far. */
  count = 0;
  #entry = new Int32Array(1024);
  #place = new Int32Array(1024);
  #before = new Int32Array(1024);
  #present = new Int32Array(1024);
  #last = new Int32Array(1024);

  /** `entry` now lies behind `place`, or nowhere. Gives the version; 0 if that is so already. */
  append(entry: number, place: number): number {
    assert(entry >= 0 && Number.isInteger(entry), () => `entries are numbered from 0, got ${entry}`);
    const before = this.lastOf(entry);
    const wasAt = before === 0 ? NO_PLACE : this.#place[before]!;
    if (wasAt === place) return 0;
    const version = ++this.count;
    this.#makeRoom(version, entry);
    this.#entry[version] = entry;
    this.#place[version] = place;
    this.#before[version] = before;
    this.#present[version] = this.#present[version - 1]! + (place === NO_PLACE ? -1 : 0) + (wasAt === NO_PLACE ? 1 : 0);
    this.#last[entry] = version;
    return version;
  }

  #makeRoom(version: number, entry: number): void {
    if (version === this.#entry.length) {
      this.#entry = doubled(this.#entry);
      this.#place = doubled(this.#place);
      this.#before = doubled(this.#before);
      this.#present = doubled(this.#present);
    }
    while (entry >= this.#last.length) this.#last = doubled(this.#last);
  }

  /** The last change of an entry; 0 if there was none. */
  lastOf(entry: number): number {
    return this.#last[entry] ?? 0;
  }

  /** The entry that a version changed. */
  entryOf(version: number): number {
    return this.#entry[version]!;
  }

  /** Where that version put it. */
  placeIn(version: number): number {
    return this.#place[version]!;
  }

  /** Entries that are somewhere after that version. */
  presentAfter(version: number): number {
    return this.#present[version]!;
  }

  /** Where an entry lies for one who has applied everything up to `version`; `NO_PLACE`: nowhere. */
  placeAt(entry: number, version: number): number {
    let at = this.lastOf(entry);
    while (at > version) at = this.#before[at]!;
    return at === 0 ? NO_PLACE : this.#place[at]!;
  }

  /** How many entries lie behind `place` for one who has applied everything up to `version`. */
  behind(place: number, version: number): number {
    let count = 0;
    for (let at = 1; at <= version; at++) {
      if (this.#place[at] === place) count++;
      const before = this.#before[at]!;
      if (before !== 0 && this.#place[before] === place) count--;
    }
    return count;
  }
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * column.length);
  larger.set(column);
  return larger;
}
