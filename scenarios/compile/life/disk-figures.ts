/** What the disks of all nodes of a run come to. */

/** Counts of one run. */
export class DiskFigures {
  /** Pods evicted for want of disk, and looks at images that could not free enough. */
  evictions = 0;
  unfreed = 0;
  #removed = 0;
  #bytes = 0;
  #peak = 0;

  /** An image was removed from a node, which freed so many bytes of its disk. */
  removed(bytes: number): void {
    this.#removed++;
    this.#bytes += bytes;
  }

  /** So much of a disk was in use. */
  used(share: number): void {
    this.#peak = Math.max(this.#peak, share);
  }

  /** Keys of the catalog's metrics. */
  metrics(): Record<string, number> {
    return {
      imagesRemoved: this.#removed,
      imageBytesFreed: this.#bytes,
      imageGarbageShort: this.unfreed,
      diskUsePeak: this.#peak,
      diskEvictions: this.evictions,
    };
  }
}
