/**
 * The program `wavetank`: the process around `invoke`.
 *
 * Start-up: streams that may be closed early → Ctrl-C becomes a signal for the verb → the verb → its exit status.
 * The status is set and not forced, so that what was written still reaches a slow pipe.
 */
import { interruption } from './interruption.ts';
import { invoke } from './invocation.ts';
import type { Io, TextSink } from './verb.ts';
import { VERBS } from './verbs.ts';

/** `wavetank … | head` closes our output early. The rest of the text is dropped in silence; the work goes on. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): TextSink {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  return { write: (text) => (closed ? false : stream.write(text)) };
}

const err = ignoreClosedPipe(process.stderr);
const interrupted = interruption(err, (status) => process.exit(status));
process.on('SIGINT', interrupted.press);
process.on('SIGTERM', interrupted.press);

const io: Io = {
  out: ignoreClosedPipe(process.stdout),
  err,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  signal: interrupted.signal,
  isTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? process.stderr.columns ?? 80,
};

process.exitCode = await invoke(process.argv.slice(2), io, VERBS);
process.off('SIGINT', interrupted.press);
process.off('SIGTERM', interrupted.press);
