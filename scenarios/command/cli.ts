/**
 * The program `wavetank`: the process around `invoke`.
 *
 * Start-up: streams that may be closed early → Ctrl-C becomes a signal for the verb → the verb → its exit status.
 * The status is set and not forced, so that what was written still reaches a slow pipe.
 */
import { interruption } from './interruption.ts';
import { invoke } from './invocation.ts';
import { outputStream } from './output-stream.ts';
import type { Io, TextSink } from './verb.ts';
import { VERBS } from './verbs.ts';

/** Text that was lost makes the call fail, whatever the verb says. */
let outputLost = false;

const err: TextSink = outputStream(process.stderr, 'Standard error', () => loseOutput());
const out: TextSink = outputStream(process.stdout, 'Standard output', (sentence) => {
  loseOutput();
  err.write(`${sentence}\n`);
});

function loseOutput(): void {
  outputLost = true;
  // The fault may be told only after the verb is done.
  process.exitCode = 1;
}

const interrupted = interruption(err, (status) => process.exit(status));
/** Ctrl-C, a polite kill, and a terminal that was closed. */
const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
for (const stop of STOPS) process.on(stop, interrupted.press);

const io: Io = {
  out,
  err,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  signal: interrupted.signal,
  isTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? process.stderr.columns ?? 80,
};

const status = await invoke(process.argv.slice(2), io, VERBS);
process.exitCode = outputLost ? 1 : status;
for (const stop of STOPS) process.off(stop, interrupted.press);
