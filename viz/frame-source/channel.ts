/** A frame source on the other side of a worker: calls become messages, typed arrays are moved and not copied. */
import type { Frame, FrameRequest, FrameSource, MarkBatch, RunInfo } from './frame.ts';

type Call = Exclude<keyof FrameSource, 'close'>;

interface Question {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly problem?: string;
}

/** The part of `Worker` and of a worker's own scope that the channel needs. */
interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Answers the questions of a page from a source that lives in this worker. */
export function serve(port: Port, source: FrameSource): void {
  port.addEventListener('message', (event: MessageEvent<Partial<Question>>) => {
    const { id, call, args } = event.data;
    if (id === undefined || call === undefined || args === undefined) return;
    answer(source, call, args).then(
      (result) => port.postMessage({ id, result } satisfies Answer, buffersOf(result)),
      (error: unknown) =>
        port.postMessage({ id, problem: error instanceof Error ? error.message : String(error) } satisfies Answer, []),
    );
  });
}

async function answer(source: FrameSource, call: Call, args: readonly unknown[]): Promise<unknown> {
  const method = source[call] as (...values: readonly unknown[]) => Promise<unknown>;
  return method.apply(source, [...args]);
}

/** Every buffer inside a message, once. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value !== null && typeof value === 'object') {
    // Lists in messages hold words only; walking them would cost more than it finds.
    if (!Array.isArray(value)) for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}

/** The page's side. */
export class WorkerSource implements FrameSource {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextId = 1;
  #broken: Error | null = null;

  /** `start` is posted before the first question and tells the worker what to open. */
  constructor(worker: Worker, start: unknown) {
    this.#worker = worker;
    worker.addEventListener('message', (event: MessageEvent<Answer>) => this.#settle(event.data));
    worker.addEventListener('error', (event) => this.#fail(event.message || 'The worker could not be started.'));
    worker.postMessage(start);
  }

  open(): Promise<RunInfo> {
    return this.#ask('open', []) as Promise<RunInfo>;
  }

  frame(request: FrameRequest): Promise<Frame> {
    return this.#ask('frame', [request]) as Promise<Frame>;
  }

  marks(from: number): Promise<MarkBatch> {
    return this.#ask('marks', [from]) as Promise<MarkBatch>;
  }

  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array> {
    return this.#ask('density', [bins, fromNs, toNs]) as Promise<Uint32Array>;
  }

  names(table: string, from: number): Promise<readonly string[]> {
    return this.#ask('names', [table, from]) as Promise<readonly string[]>;
  }

  tune(knob: string, factor: number): Promise<void> {
    return this.#ask('tune', [knob, factor]) as Promise<void>;
  }

  close(): void {
    this.#worker.terminate();
    this.#fail('The run was closed.');
  }

  #ask(call: Call, args: readonly unknown[]): Promise<unknown> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, args } satisfies Question);
    });
  }

  #settle(message: Answer): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.problem === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.problem));
  }

  #fail(words: string): void {
    this.#broken = new Error(words);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#broken);
    this.#waiting.clear();
  }
}
