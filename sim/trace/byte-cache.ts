/**
 * Keeps what was used last, up to a number of bytes.
 */

/** Something that knows its size in memory. */
export interface Sized {
  readonly byteLength: number;
}

/** A map that forgets what was not used for longest. */
export class ByteCache<T extends Sized> {
  private readonly limit: number;
  private readonly entries = new Map<number, T>();
  private bytes = 0;

  /** @param limit Bytes to keep; the newest entry is kept even if it is larger. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The entry, which now counts as used. */
  get(key: number): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    // A map keeps the order of insertion: the first key is the one not used for longest.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** Keeps an entry and forgets others if there is no room. */
  put(key: number, entry: T): void {
    this.remove(key);
    this.entries.set(key, entry);
    this.bytes += entry.byteLength;
    for (const old of this.entries.keys()) {
      if (this.bytes <= this.limit || old === key) break;
      this.remove(old);
    }
  }

  private remove(key: number): void {
    this.bytes -= this.entries.get(key)?.byteLength ?? 0;
    this.entries.delete(key);
  }

  /** The largest key up to `max` and not below `min`; nothing when there is none. */
  largestKey(min: number, max: number): number | undefined {
    let best: number | undefined;
    for (const key of this.entries.keys()) {
      if (key >= min && key <= max && (best === undefined || key > best)) best = key;
    }
    return best;
  }
}
