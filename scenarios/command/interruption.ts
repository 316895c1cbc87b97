/**
 * Ctrl-C: the first press asks the verb to stop and keep what is finished, the second leaves at once.
 */
import type { TextSink } from './verb.ts';

/** Exit status of a program that Ctrl-C ended: 128 + the number of SIGINT. */
export const INTERRUPTED_STATUS = 130;

export interface Interruption {
  readonly signal: AbortSignal;
  /** To be called at each press. */
  readonly press: () => void;
}

/** Makes the signal for a verb. `leave` ends the process. */
export function interruption(err: TextSink, leave: (status: number) => void): Interruption {
  const controller = new AbortController();
  const press = (): void => {
    if (controller.signal.aborted) {
      leave(INTERRUPTED_STATUS);
      return;
    }
    err.write('\nStopping: what is finished is kept. Press Ctrl-C again to leave at once.\n');
    controller.abort();
  };
  return { signal: controller.signal, press };
}
