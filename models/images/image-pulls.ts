/**
 * How images come to nodes: what each node has, what it lacks is fetched from the registry, a few layers at a time, and unpacked.
 *
 * Source: containerd 1.7: `max_concurrent_downloads` 3 for each pull; a layer that another pull fetches already is not fetched twice;
 * layers are unpacked in order, one after another; a registry that does not answer is given up after 30 s (dial time-out), and a pull
 * without progress after `image_pull_progress_timeout` 5 min. What has arrived whole stays on the node when a pull fails.
 * Leaves out: the requests for manifests and tokens (some round trips), what is left of a layer that was half fetched, and the garbage
 * collection of images (85 % of a disk: nodes have no disks here).
 */
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../sim/engine/simulation.ts';
import { assertCatalog, type ImageCatalog } from './image.ts';

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

/** What a pull has come to. */
export interface PullResult {
  readonly node: number;
  readonly image: number;
  readonly pulled: boolean;
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
    const { fetched, unpacked } = this.#stores[node]!;
    for (const layer of this.#at.catalog.images[image]!.layers) {
      fetched.add(layer);
      unpacked.add(layer);
    }
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
    const { fetched, unpacked } = this.#stores[node]!;
    fetched.clear();
    unpacked.clear();
  }

  /** All pulls of a node go as far as they can. */
  #advance(node: number): void {
    const store = this.#stores[node]!;
    for (const [number, pull] of [...store.pulls]) {
      if (!store.pulls.has(number)) continue;
      const { layers } = this.#at.catalog.images[pull.image]!;
      if (store.reachable) this.#sendMissing(node, store, pull, layers);
      this.#unpack(node, store, number, pull, layers);
      if (layers.every((layer) => store.unpacked.has(layer))) this.#over(node, number, true);
    }
  }

  #sendMissing(node: number, store: Store, pull: Pull, layers: readonly number[]): void {
    for (const layer of layers) {
      if (pull.own.size >= this.#settings.layersAtOnce) return;
      if (store.fetched.has(layer) || store.fetching.has(layer)) continue;
      const { bytes } = this.#at.catalog.layers[layer]!;
      pull.own.add(layer);
      pull.bytes += bytes;
      const fetch = this.#at.carrier.send(node, layer, bytes, () => {
        store.fetching.delete(layer);
        store.fetched.add(layer);
        pull.own.delete(layer);
        this.#advance(node);
      });
      store.fetching.set(layer, fetch);
    }
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
    this.#over(node, number, false);
  }

  #stalled(node: number): void {
    const store = this.#stores[node]!;
    store.stalled = undefined;
    for (const [number, { own }] of [...store.pulls]) if (own.size > 0) this.#over(node, number, false);
  }

  #over(node: number, number: number, pulled: boolean): void {
    const store = this.#stores[node]!;
    const pull = store.pulls.get(number)!;
    store.pulls.delete(number);
    this.#stopIdle(store);
    const { image, beganNs, bytes, done } = pull;
    this.#at.over?.({ node, image, pulled, bytes, tookNs: this.#at.sim.nowNs - beganNs });
    done(pulled);
  }

  /** Layers that no pull wants any more are not fetched to their end. */
  #stopIdle(store: Store): void {
    const wanted = new Set([...store.pulls.values()].flatMap(({ image }) => this.#at.catalog.images[image]!.layers));
    for (const [layer, fetch] of [...store.fetching]) {
      if (wanted.has(layer)) continue;
      this.#at.carrier.stop(fetch);
      store.fetching.delete(layer);
    }
  }
}

function emptyStore(): Store {
  return {
    fetched: new Set(),
    unpacked: new Set(),
    fetching: new Map(),
    pulls: new Map(),
    reachable: true,
    stalled: undefined,
  };
}
