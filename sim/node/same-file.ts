/** A file that is read must not be the one that is written: the work that it holds would be gone. */
import { statSync } from 'node:fs';
import { FileProblem } from './file-problem.ts';

/** Refuses `output` when it is the file `input`, under whatever name. @throws {FileProblem} */
export function refuseOverwriting(input: string, output: string): void {
  const read = statSync(input, { throwIfNoEntry: false });
  const written = statSync(output, { throwIfNoEntry: false });
  if (read === undefined || written === undefined || read.ino !== written.ino || read.dev !== written.dev) return;
  throw new FileProblem(`${output} is the file that is read, and would be written over. Name another file.`, output);
}
