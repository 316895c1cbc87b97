/**
 * Where the program's own built files are. Everything lies flat in `dist`, so that any chunk finds them beside itself;
 * run from the sources (in tests) they are looked for in the checkout's `dist`.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FileProblem } from '../../sim/node/file-problem.ts';

/** The built worker of the pool. @throws FileProblem when it is not built. */
export function workerFile(): URL {
  return builtFile('worker.js');
}

/** As `workerFile`, for the replay of recorded cases. @throws FileProblem when it is not built. */
export function validateWorkerFile(): URL {
  return builtFile('validate-worker.js');
}

/** As `workerFile`, for the seeds of a swarm. @throws FileProblem when it is not built. */
export function swarmWorkerFile(): URL {
  return builtFile('swarm-worker.js');
}

/** The folder of the built viewer. @throws FileProblem when it is not built. */
export function viewerFolder(): string {
  return fileURLToPath(new URL('.', builtFile('viz/index.html')));
}

/** The self-contained report without its data. @throws FileProblem when it is not built. */
export function reportShellFile(): string {
  return fileURLToPath(builtFile('report-shell.html'));
}

function builtFile(name: string): URL {
  const here = import.meta.url;
  const places = [`./${name}`, `../../dist/${name}`].map((place) => new URL(place, here));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new FileProblem(`dist/${name} is missing: the program is not built. Run "npm run build" in its folder.`, name);
}
