/**
 * A heap of pods with removal from the middle, which queues of pods need: a pod may be deleted while it waits.
 *
 * Source: binary heap with positions (Sedgewick and Wayne, Algorithms, 4th edition, section 2.4). Leaves out: bulk loading.
 */

/** What waits in a queue. */
export interface QueuedPod {
  /** Number of the pod. */
  readonly pod: number;
  readonly priority: number;
  /** When it came into the queue for its present turn. */
  timestampNs: number;
  /** Number of its coming, so that equal instants have an order. */
  sequence: number;
  /** Attempts that found no node, for which some plugin gave a reason. */
  unschedulableCount: number;
  /** Attempts in a row that failed for no plugin's reason, such as an empty cluster. */
  errorCount: number;
  /** Attempts in all. */
  attempts: number;
  /** End of the pod's backoff, already moved to the start of its window; 0 while it is not known. */
  backoffUntilNs: number;
  /** Plugins that refused it last; events that none of them cares about do not wake it. */
  rejectors: readonly string[];
  /** Where it stands in the heap that it is in; it is in one at most. */
  place: number;
}

/** Pods in order of `before`. */
export class PodHeap {
  readonly #items: QueuedPod[] = [];
  readonly #waiting = new Map<number, QueuedPod>();
  readonly #before: (a: QueuedPod, b: QueuedPod) => boolean;

  constructor(before: (a: QueuedPod, b: QueuedPod) => boolean) {
    this.#before = before;
  }

  /** How many pods wait. */
  get size(): number {
    return this.#items.length;
  }

  /** The first pod, which stays. */
  get first(): QueuedPod | undefined {
    return this.#items[0];
  }

  /** Whether a pod is in the heap. */
  has(pod: number): boolean {
    return this.#waiting.has(pod);
  }

  /** Adds a pod that is not in the heap. */
  push(queued: QueuedPod): void {
    this.#items.push(queued);
    this.#waiting.set(queued.pod, queued);
    this.#rise(this.#items.length - 1);
  }

  /** Takes the first pod out. */
  pop(): QueuedPod | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first.pod);
    return first;
  }

  /** Takes a pod out, wherever it stands. */
  remove(pod: number): QueuedPod | undefined {
    const removed = this.#waiting.get(pod);
    if (removed === undefined) return undefined;
    const { place } = removed;
    const last = this.#items.pop()!;
    this.#waiting.delete(pod);
    if (last !== removed) {
      this.#put(last, place);
      this.#rise(place);
      this.#sink(last.place);
    }
    return removed;
  }

  #put(queued: QueuedPod, place: number): void {
    this.#items[place] = queued;
    queued.place = place;
  }

  #rise(from: number): void {
    const item = this.#items[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#before(item, this.#items[parent]!)) break;
      this.#put(this.#items[parent]!, place);
      place = parent;
    }
    this.#put(item, place);
  }

  #sink(from: number): void {
    const item = this.#items[from]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#items.length) break;
      if (child + 1 < this.#items.length && this.#before(this.#items[child + 1]!, this.#items[child]!)) child++;
      if (!this.#before(this.#items[child]!, item)) break;
      this.#put(this.#items[child]!, place);
      place = child;
    }
    this.#put(item, place);
  }
}
