/**
 * How images come to nodes: what each node has, what it lacks is fetched from the registry, a few layers at a time, and unpacked.
 *
 * Source: containerd 1.7: `max_concurrent_downloads` 3 for each pull; a layer that another pull fetches already is not fetched twice;
 * layers are unpacked in order, one after another; a registry that does not answer is given up after 30 s (dial time-out), and a pull
 * without progress after `image_pull_progress_timeout` 5 min. What has arrived whole stays on the node when a pull fails.
 * A node may have a disk of a size: a layer that does not fit ends its pull (no space left), once layers of failed pulls, which are nobody's, are gone.
 * Leaves out: the requests for manifests and tokens (some round trips), what is left of a layer that was half fetched.
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../sim/engine/simulation.ts';
import { assertCatalog, type ImageCatalog } from './image.ts';

/** The disk of a node, as far as images may have it. */
export interface ImageDisk {
  /** What it holds at most. */
  readonly bytes: number;
  /** Bytes on the disk for each compressed byte of a layer: what was sent is kept, and unpacked beside it. */
  readonly expansion: number;
  /** Something has come to the disk of a node. */
  readonly grown: (node: number) => void;
}

/** Carries layers from the registry to nodes. */
export interface LayerCarrier {
  /** Begins to send; `done` is called when the last byte is there. Returns a number for `hold` and `stop`. */
  send(node: number, layer: number, bytes: number, done: () => void): number;
  /** Nothing moves any more, or moves again. */
  hold(fetch: number, held: boolean): void;
  /** Nobody waits for it any longer. */
  stop(fetch: number): void;
}

/** How container runtimes pull. */
export interface PullSettings {
  /** Layers of one pull that are fetched at the same time. */
  readonly layersAtOnce: number;
  /** Compressed bytes that a node unpacks in a second; Infinity: in no time. */
  readonly unpackBytesPerSec: number;
  /** Until a registry that does not answer is given up. */
  readonly dialNs: TimeNs;
  /** Until a pull that does not move is given up. */
  readonly stalledNs: TimeNs;
}

/** Defaults of containerd; unpacking depends on the machine, so it takes no time unless somebody says so. */
export const PULL_DEFAULTS: PullSettings = {
  layersAtOnce: 3,
  unpackBytesPerSec: Number.POSITIVE_INFINITY,
  dialNs: 30 * NS_PER_SECOND,
  stalledNs: 300 * NS_PER_SECOND,
};

/** Why a pull is given up. */
export type PullFailure = 'unanswered' | 'no-space';

/** What a pull has come to. */
export interface PullResult {
  readonly node: number;
  readonly image: number;
  readonly pulled: boolean;
  /** Why it was given up. */
  readonly why?: PullFailure;
  /** From its beginning. */
  readonly tookNs: TimeNs;
  /** That it fetched itself. */
  readonly bytes: number;
}

/** What pulls need. */
export interface PullGround {
  readonly sim: Simulation;
  readonly nodes: number;
  readonly catalog: ImageCatalog;
  readonly carrier: LayerCarrier;
  readonly settings?: PullSettings;
  /** Undefined: there is room for everything. */
  readonly disk?: ImageDisk;
  readonly over?: (result: PullResult) => void;
}

interface Pull {
  readonly image: number;
  readonly beganNs: TimeNs;
  readonly done: (pulled: boolean) => void;
  readonly own: Set<number>;
  bytes: number;
  unpacking: boolean;
}

interface Store {
  readonly fetched: Set<number>;
  readonly unpacked: Set<number>;
  readonly fetching: Map<number, number>;
  readonly pulls: Map<number, Pull>;
  /** Images that were pulled or there from the start, and not removed. */
  readonly images: Set<number>;
  /** Compressed bytes of all layers that are there or come. */
  bytes: number;
  reachable: boolean;
  stalled: EventHandle | undefined;
}

/** The image stores of all nodes of a cluster, and its registry as they see it. */
export class ImagePulls {
  readonly #at: PullGround;
  readonly #settings: PullSettings;
  readonly #stores: readonly Store[];
  readonly #kinds: Readonly<Record<'unanswered' | 'stalled' | 'unpacked', EventKind>>;
  #pulls = 0;

  constructor(ground: PullGround) {
    assertCatalog(ground.catalog);
    this.#at = ground;
    this.#settings = ground.settings ?? PULL_DEFAULTS;
    this.#stores = Array.from({ length: ground.nodes }, () => emptyStore());
    const { sim } = ground;
    this.#kinds = {
      unanswered: sim.kind('image pull: no answer', (node, pull) => this.#unanswered(node, pull)),
      stalled: sim.kind('image pull: nothing moves', (node) => this.#stalled(node)),
      unpacked: sim.kind('image pull: layer is unpacked', (node, code) => this.#unpacked(node, code)),
    };
  }

  /** The node has every layer of the image, whoever brought them there. */
  isThere(node: number, image: number): boolean {
    const { unpacked } = this.#stores[node]!;
    return this.#at.catalog.images[image]!.layers.every((layer) => unpacked.has(layer));
  }

  /** The kubelet need not ask anybody. */
  needsNoPull(node: number, image: number): boolean {
    return this.#at.catalog.images[image]!.policy === 'if-not-present' && this.isThere(node, image);
  }

  /** The image is on the node from the start. */
  preload(node: number, image: number): void {
    const store = this.#stores[node]!;
    store.images.add(image);
    for (const layer of this.#at.catalog.images[image]!.layers) {
      if (!store.fetched.has(layer)) store.bytes += this.#bytesOf(layer);
      store.fetched.add(layer);
      store.unpacked.add(layer);
    }
    this.#at.disk?.grown(node);
  }

  /** Images that the node has, in the order in which they came. */
  imagesOn(node: number): readonly number[] {
    return [...this.#stores[node]!.images];
  }

  /** What images take of its disk, those that come included. */
  usedBytes(node: number): number {
    return this.#stores[node]!.bytes * (this.#at.disk?.expansion ?? 1);
  }

  /** An image is removed from a node, with the layers that no other one there has and no pull wants. */
  remove(node: number, image: number): void {
    const store = this.#stores[node]!;
    store.images.delete(image);
    this.#sweep(store);
  }

  /** Brings what is missing; `done` is called once, unless the node dies. */
  pull(node: number, image: number, done: (pulled: boolean) => void): void {
    const { sim } = this.#at;
    const store = this.#stores[node]!;
    const number = this.#pulls++;
    store.pulls.set(number, { image, beganNs: sim.nowNs, done, own: new Set(), bytes: 0, unpacking: false });
    if (!store.reachable) sim.after(this.#settings.dialNs, this.#kinds.unanswered, node, number);
    else this.#advance(node);
  }

  /** The registry and the node reach each other, or do not any more. */
  setReachable(node: number, reachable: boolean): void {
    const store = this.#stores[node]!;
    if (store.reachable === reachable) return;
    const { sim, carrier } = this.#at;
    store.reachable = reachable;
    for (const fetch of store.fetching.values()) carrier.hold(fetch, !reachable);
    if (store.stalled !== undefined) sim.cancel(store.stalled);
    store.stalled = undefined;
    if (!reachable && store.fetching.size > 0)
      store.stalled = sim.after(this.#settings.stalledNs, this.#kinds.stalled, node);
    if (reachable) this.#advance(node);
  }

  /** The node has lost its power: its pulls are nobody's; what it has unpacked stays. */
  nodeDied(node: number): void {
    const store = this.#stores[node]!;
    store.pulls.clear();
    this.#stopIdle(store);
    if (store.stalled !== undefined) this.#at.sim.cancel(store.stalled);
    store.stalled = undefined;
  }

  /** Another machine stands there: it has nothing. */
  newMachine(node: number): void {
    this.nodeDied(node);
    const store = this.#stores[node]!;
    store.fetched.clear();
    store.unpacked.clear();
    store.images.clear();
    store.bytes = 0;
  }

  #bytesOf(layer: number): number {
    return this.#at.catalog.layers[layer]!.bytes;
  }

  /** Layers that no image has and no pull wants are nobody's. */
  #sweep(store: Store): void {
    const { images } = this.#at.catalog;
    const pulled = [...store.pulls.values()].map(({ image }) => image);
    const wanted = new Set([...store.images, ...pulled].flatMap((image) => images[image]!.layers));
    for (const layer of store.fetched) {
      if (wanted.has(layer)) continue;
      store.fetched.delete(layer);
      store.unpacked.delete(layer);
      store.bytes -= this.#bytesOf(layer);
    }
  }

  #fits(node: number, store: Store, bytes: number): boolean {
    const { disk } = this.#at;
    if (disk === undefined) return true;
    const added = bytes * disk.expansion;
    if (this.usedBytes(node) + added > disk.bytes) this.#sweep(store);
    return this.usedBytes(node) + added <= disk.bytes;
  }

  /** All pulls of a node go as far as they can. */
  #advance(node: number): void {
    const store = this.#stores[node]!;
    for (const [number, pull] of [...store.pulls]) {
      if (!store.pulls.has(number)) continue;
      const { layers } = this.#at.catalog.images[pull.image]!;
      if (store.reachable && !this.#sendMissing(node, store, pull, layers)) {
        this.#over(node, number, false, 'no-space');
        continue;
      }
      this.#unpack(node, store, number, pull, layers);
      if (layers.every((layer) => store.unpacked.has(layer))) this.#over(node, number, true);
    }
  }

  /** False: the next layer finds no room. */
  #sendMissing(node: number, store: Store, pull: Pull, layers: readonly number[]): boolean {
    for (const layer of layers) {
      if (pull.own.size >= this.#settings.layersAtOnce) return true;
      if (store.fetched.has(layer) || store.fetching.has(layer)) continue;
      const bytes = this.#bytesOf(layer);
      if (!this.#fits(node, store, bytes)) return false;
      pull.own.add(layer);
      pull.bytes += bytes;
      store.bytes += bytes;
      const fetch = this.#at.carrier.send(node, layer, bytes, () => {
        store.fetching.delete(layer);
        store.fetched.add(layer);
        pull.own.delete(layer);
        this.#advance(node);
      });
      store.fetching.set(layer, fetch);
      this.#at.disk?.grown(node);
    }
    return true;
  }

  /** The lowest layer that is not unpacked is, once it is there; two pulls do not unpack the same one. */
  #unpack(node: number, store: Store, number: number, pull: Pull, layers: readonly number[]): void {
    const { unpackBytesPerSec } = this.#settings;
    for (const layer of layers) {
      if (pull.unpacking) return;
      if (store.unpacked.has(layer)) continue;
      if (!store.fetched.has(layer)) return;
      if (unpackBytesPerSec === Number.POSITIVE_INFINITY) {
        store.unpacked.add(layer);
        continue;
      }
      for (const other of store.pulls.values())
        if (other.unpacking && this.#at.catalog.images[other.image]!.layers.includes(layer)) return;
      pull.unpacking = true;
      const { bytes } = this.#at.catalog.layers[layer]!;
      const code = number * this.#at.catalog.layers.length + layer;
      this.#at.sim.after(Math.ceil((bytes / unpackBytesPerSec) * NS_PER_SECOND), this.#kinds.unpacked, node, code);
    }
  }

  #unpacked(node: number, code: number): void {
    const layers = this.#at.catalog.layers.length;
    const store = this.#stores[node]!;
    const pull = store.pulls.get(Math.floor(code / layers));
    if (pull !== undefined) {
      pull.unpacking = false;
      store.unpacked.add(code % layers);
    }
    // One that was given up leaves its layer to the others.
    this.#advance(node);
  }

  #unanswered(node: number, number: number): void {
    const store = this.#stores[node]!;
    const pull = store.pulls.get(number);
    // The registry was back in time: the connection was made.
    if (pull === undefined || pull.bytes > 0 || store.reachable) return;
    this.#over(node, number, false, 'unanswered');
  }

  #stalled(node: number): void {
    const store = this.#stores[node]!;
    store.stalled = undefined;
    for (const [number, { own }] of [...store.pulls]) if (own.size > 0) this.#over(node, number, false, 'unanswered');
  }

  #over(node: number, number: number, pulled: boolean, why?: PullFailure): void {
    const store = this.#stores[node]!;
    const pull = store.pulls.get(number)!;
    store.pulls.delete(number);
    this.#stopIdle(store);
    const { image, beganNs, bytes, done } = pull;
    if (pulled) store.images.add(image);
    const tookNs = this.#at.sim.nowNs - beganNs;
    this.#at.over?.({ node, image, pulled, bytes, tookNs, ...(why === undefined ? {} : { why }) });
    done(pulled);
  }

  /** Layers that no pull wants any more are not fetched to their end. */
  #stopIdle(store: Store): void {
    const wanted = new Set([...store.pulls.values()].flatMap(({ image }) => this.#at.catalog.images[image]!.layers));
    for (const [layer, fetch] of [...store.fetching]) {
      if (wanted.has(layer)) continue;
      this.#at.carrier.stop(fetch);
      store.fetching.delete(layer);
      store.bytes -= this.#bytesOf(layer);
    }
  }
}

function emptyStore(): Store {
  return {
    fetched: new Set(),
    unpacked: new Set(),
    fetching: new Map(),
    pulls: new Map(),
    images: new Set(),
    bytes: 0,
    reachable: true,
    stalled: undefined,
  };
}
