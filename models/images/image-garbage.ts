/**
 * The kubelets' garbage collection of images: what nobody uses goes when a disk fills, the longest unused first.
 *
 * Source: Kubernetes 1.34 `pkg/kubelet/images/image_gc_manager.go`: each 5 min a kubelet notes which images it has and which its containers use,
 * dead ones of pods that are there included; with `imageGCHighThresholdPercent` (85) or more of the disk in use it removes unused images, by the time of
 * the last note of their use and then of the first note of them, until `imageGCLowThresholdPercent` (80) would be reached; none that it has known for
 * less than `imageMinimumGCAge` (2 min) since that note. It counts as freed what the runtime says an image is, which is its compressed size with all its layers: too
 * little, for what is unpacked goes too, and too much where layers stay for others. Images of before its start count as old.
 * Leaves out: `imageMaximumGCAge` (off by default), pinned images, errors of the runtime.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';

/** When images go. */
export interface GarbageSettings {
  /** Whole percent of the disk. */
  readonly highPercent: number;
  readonly lowPercent: number;
  readonly minAgeNs: TimeNs;
}

/** Defaults of the kubelet, and how often it looks. */
export const IMAGE_GARBAGE = {
  periodNs: 300 * NS_PER_SECOND,
  highPercent: 85,
  lowPercent: 80,
  minAgeNs: 120 * NS_PER_SECOND,
} as const;

/** What it needs. */
export interface GarbageGround {
  readonly settings: GarbageSettings;
  /** Bytes of the whole disk of a node, and those of them that are in use. */
  readonly diskBytes: number;
  readonly usedBytes: (node: number) => number;
  readonly imagesOn: (node: number) => readonly number[];
  /** As the runtime says it. */
  readonly sizeOf: (image: number) => number;
  readonly isUsed: (node: number, image: number) => boolean;
  readonly remove: (node: number, image: number) => void;
}

/** What a look has come to. */
export interface GarbageLook {
  /** Images that were removed, in that order. */
  readonly removed: readonly number[];
  /** Whether enough was freed, by the kubelet's own count. */
  readonly isEnough: boolean;
}

interface ImageRecord {
  readonly firstSeenNs: TimeNs;
  lastUsedNs: TimeNs;
}

const LONG_AGO_NS = Number.NEGATIVE_INFINITY;
const NOTHING: GarbageLook = { removed: [], isEnough: true };

/** The image managers of the kubelets of a cluster. */
export class ImageGarbage {
  readonly #at: GarbageGround;
  /** By node: what the kubelet knows of its images. */
  readonly #records = new Map<number, Map<number, ImageRecord>>();

  constructor(ground: GarbageGround) {
    this.#at = ground;
  }

  /** The kubelet of a node has started: it knows that its images are there, and nothing more. */
  started(node: number): void {
    const record = (): ImageRecord => ({ firstSeenNs: LONG_AGO_NS, lastUsedNs: LONG_AGO_NS });
    this.#records.set(node, new Map(this.#at.imagesOn(node).map((image) => [image, record()])));
  }

  /** The look of each 5 min. */
  look(node: number, nowNs: TimeNs): GarbageLook {
    const { diskBytes, usedBytes, settings } = this.#at;
    this.#note(node, nowNs);
    const available = Math.max(0, diskBytes - usedBytes(node));
    const usedPercent = 100 - Math.floor((available * 100) / diskBytes);
    if (usedPercent < settings.highPercent) return NOTHING;
    const wanted = Math.floor((diskBytes * (100 - settings.lowPercent)) / 100) - available;
    return this.#free(node, wanted, nowNs);
  }

  /** All that nobody uses goes: the kubelet's first means against DiskPressure. */
  removeUnused(node: number, nowNs: TimeNs): readonly number[] {
    return this.#free(node, Number.POSITIVE_INFINITY, nowNs).removed;
  }

  /** Notes what is there and what is used. */
  #note(node: number, nowNs: TimeNs): Map<number, ImageRecord> {
    const before = this.#records.get(node);
    const records = new Map<number, ImageRecord>();
    for (const image of this.#at.imagesOn(node)) {
      const record = before?.get(image) ?? { firstSeenNs: nowNs, lastUsedNs: LONG_AGO_NS };
      if (this.#at.isUsed(node, image)) record.lastUsedNs = nowNs;
      records.set(image, record);
    }
    this.#records.set(node, records);
    return records;
  }

  #free(node: number, wanted: number, nowNs: TimeNs): GarbageLook {
    const { sizeOf, remove, settings } = this.#at;
    const records = this.#note(node, nowNs);
    const removed: number[] = [];
    let freed = 0;
    for (const [image, { firstSeenNs, lastUsedNs }] of [...records].sort(byUse)) {
      if (lastUsedNs >= nowNs || nowNs - firstSeenNs < settings.minAgeNs) continue;
      freed += sizeOf(image);
      remove(node, image);
      records.delete(image);
      removed.push(image);
      if (freed >= wanted) break;
    }
    return { removed, isEnough: freed >= wanted };
  }
}

/** The longest unused first, then what was noted first. */
function byUse([imageA, a]: readonly [number, ImageRecord], [imageB, b]: readonly [number, ImageRecord]): number {
  return order(a.lastUsedNs, b.lastUsedNs) || order(a.firstSeenNs, b.firstSeenNs) || imageA - imageB;
}

function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
