/** Asks for a decision to be made again, in a worker that is loaded with the first question. */
import type { ExplainAnswer, ExplainRequest } from './explain-request.ts';

/** A question under way. */
export interface Explaining {
  readonly answer: Promise<ExplainAnswer>;
  /** Ends the work; no answer comes then. */
  stop(): void;
}

/** Starts a worker for one question. */
export function explainInWorker(request: ExplainRequest): Explaining {
  const worker = new Worker(new URL('./explain-worker.ts', import.meta.url), { type: 'module' });
  const answer = new Promise<ExplainAnswer>((resolve) => {
    const settle = (value: ExplainAnswer): void => {
      worker.terminate();
      resolve(value);
    };
    worker.addEventListener('message', (event: MessageEvent<ExplainAnswer>) => settle(event.data));
    worker.addEventListener('error', (event) =>
      settle({ problem: event.message || 'The explanation could not be started. Load the page again.' }),
    );
    worker.postMessage(request);
  });
  return { answer, stop: () => worker.terminate() };
}
