/** An `Io` for tests that keeps what was said. */
import type { Io } from '../../../scenarios/command/verb.ts';

export interface RecordedIo extends Io {
  readonly said: { out: string; err: string };
}

export function recordedIo(more: Partial<Io> = {}): RecordedIo {
  const said = { out: '', err: '' };
  return {
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
    cwd: '/',
    signal: new AbortController().signal,
    isTerminal: false,
    columns: 80,
    ...more,
    said,
  };
}
