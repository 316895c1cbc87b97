/** What a screen asks about a decision, and what comes back from the worker that makes it again. */
import type { PodExplanation } from '../../scenarios/compile/explaining.ts';
import type { TraceSource } from '../../sim/trace/header.ts';

export interface ExplainRequest {
  readonly scenario: string;
  /** Version of the program that ran it. */
  readonly wavetank: string;
  readonly source: TraceSource | null;
  readonly seed: string;
  readonly alternative: string;
  readonly pod: string;
  /** Whether a slider was moved. */
  readonly tuned: boolean;
}

/** A decision, or why it cannot be made again, in sentences. */
export type ExplainAnswer = { readonly explanation: PodExplanation } | { readonly problem: string };
