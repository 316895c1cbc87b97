/** The worker that makes a decision again: one question, one answer. */
import { explainAgain } from './explain-again.ts';
import type { ExplainAnswer, ExplainRequest } from './explain-request.ts';

function answered(request: ExplainRequest): ExplainAnswer {
  try {
    return explainAgain(request);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', (event: MessageEvent<ExplainRequest>) => self.postMessage(answered(event.data)), {
  once: true,
});
