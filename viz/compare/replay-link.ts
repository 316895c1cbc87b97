/** Where the replay of a trace is: results name their traces relative to themselves. */
import { hashOf } from '../shell/page.ts';

/** The hash that replays `trace`, a file beside the results file `results`. */
export function replayHash(results: string, trace: string): string {
  const folder = results.includes('/') ? results.slice(0, results.lastIndexOf('/') + 1) : '';
  return hashOf('run', folder + trace);
}
