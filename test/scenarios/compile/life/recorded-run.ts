/** The run of a scenario's text, alone or with its recording. */
import { type RunResult, startRun } from '../../../../scenarios/compile/index.ts';
import { MemorySource } from '../../../../sim/trace/memory-source.ts';
import { openTrace, type TraceReader } from '../../../../sim/trace/reader.ts';
import { planOfText } from '../small-worlds.ts';

/** The run of a text's first alternative; with a sink it is recorded. */
export function runOf(text: string, sink?: MemorySource): RunResult {
  const plan = planOfText(text);
  const options = sink === undefined ? {} : { sink, level: 'state' as const };
  return startRun(plan, plan.alternatives[0]!.name, 'test/0', options).finish();
}

/** That run, and its recording. */
export async function recordedRun(text: string): Promise<{ readonly result: RunResult; readonly trace: TraceReader }> {
  const memory = new MemorySource();
  const result = runOf(text, memory);
  return { result, trace: await openTrace(memory) };
}
