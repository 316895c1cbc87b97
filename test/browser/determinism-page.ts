/** The script of the page that the determinism test opens: computes, and leaves the outcome on the window. */
import { type EngineAnswers, engineAnswers } from './engine-answers.ts';

/** What the test waits for; a failure is handed over as words, because errors do not cross the border whole. */
export type PageOutcome = { readonly answers: EngineAnswers } | { readonly problem: string };

declare global {
  interface Window {
    result?: PageOutcome;
  }
}

try {
  window.result = { answers: engineAnswers() };
} catch (error) {
  window.result = { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
