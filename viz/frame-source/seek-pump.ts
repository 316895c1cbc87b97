/** At most one seek is on its way; while it is, only the newest target is kept. */
import type { Frame, FrameRequest } from './frame.ts';

/** Feeds a screen with frames. */
export class SeekPump {
  readonly #ask: (request: FrameRequest) => Promise<Frame>;
  readonly #show: (frame: Frame, request: FrameRequest) => void;
  readonly #fail: (error: unknown) => void;
  #flying: Promise<void> | null = null;
  #next: FrameRequest | null = null;

  constructor(
    ask: (request: FrameRequest) => Promise<Frame>,
    show: (frame: Frame, request: FrameRequest) => void,
    fail: (error: unknown) => void,
  ) {
    this.#ask = ask;
    this.#show = show;
    this.#fail = fail;
  }

  /** True while a frame is on its way. */
  get busy(): boolean {
    return this.#flying !== null;
  }

  /** Asks for a frame; forgets an older target that has not been sent yet. */
  request(request: FrameRequest): void {
    this.#next = request;
    this.#flying ??= this.#run();
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.#flying) await this.#flying;
  }

  async #run(): Promise<void> {
    while (this.#next) {
      const request = this.#next;
      this.#next = null;
      try {
        this.#show(await this.#ask(request), request);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#flying = null;
  }
}
