/** A stream of the process as a verb may use it: one that fails later takes no more text and ends nothing. */
import { codeOf, FileProblem, fileProblem } from '../../sim/node/file-problem.ts';
import type { TextSink } from './verb.ts';

/** The part of a stream that is needed; tests have one of their own. */
export interface FailingStream {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Wraps a stream. `wavetank … | head` closes our output early (EPIPE): the rest of the text is dropped in silence and
 * the work goes on. Any other fault, as of a full disk, is told once with a sentence.
 */
export function outputStream(stream: FailingStream, name: string, lost: (sentence: string) => void): TextSink {
  let closed = false;
  const fail = (error: unknown): void => {
    if (closed) return;
    closed = true;
    if (codeOf(error) !== 'EPIPE') lost(sentenceOf(error, name));
  };
  stream.on('error', fail);
  return {
    write(text) {
      if (closed) return false;
      try {
        return stream.write(text);
      } catch (error) {
        fail(error);
        return false;
      }
    },
  };
}

function sentenceOf(error: unknown, name: string): string {
  const problem = fileProblem(error, 'be written', name);
  if (problem instanceof FileProblem) return problem.message;
  return `${name} cannot be written: ${error instanceof Error ? error.message : String(error)}.`;
}
