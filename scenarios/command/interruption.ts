/**
 * Ctrl-C: the first press asks the verb to stop and keep what is finished, the second leaves at once.
 */
import type { TextSink } from './verb.ts';

/** Exit status of a program that Ctrl-C ended: 128 + the number of SIGINT. */
export const INTERRUPTED_STATUS = 130;

/** Ctrl-C as a verb sees it: a signal to finish what runs, and the place to report presses. */
export interface Interruption {
  /** Aborted by the first press; a second one ends the process. */
  readonly signal: AbortSignal;
  /** To be called at each press. */
  readonly press: () => void;
}

/** One press arrives twice when npm, which the terminal tells too, passes it on. Nobody presses twice this quickly. */
const SAME_PRESS_MS = 300;

/** Makes the signal for a verb. `leave` ends the process; `now` is a clock in ms. */
export function interruption(
  err: TextSink,
  leave: (status: number) => void,
  now: () => number = () => performance.now(),
): Interruption {
  const controller = new AbortController();
  let firstMs = 0;
  const press = (): void => {
    if (controller.signal.aborted) {
      if (now() - firstMs >= SAME_PRESS_MS) leave(INTERRUPTED_STATUS);
      return;
    }
    firstMs = now();
    err.write('\nStopping: what is finished is kept. Press Ctrl-C again to leave at once.\n');
    controller.abort();
  };
  return { signal: controller.signal, press };
}
