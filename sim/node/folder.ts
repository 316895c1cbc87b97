/**
 * Makes folders, step by step: Node's own recursive mkdir never returns on file systems that refuse a new folder with
 * "not found", as /proc does.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, FileProblem, fileProblem } from './file-problem.ts';

/** Makes a folder and those above it; one that is there already is fine. @throws FileProblem */
export function makeFolder(path: string): void {
  try {
    makeWithParents(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new FileProblem(
        `${path} cannot be made a folder: nothing can be made there. Choose another place.`,
        path,
        error,
      );
    }
    throw fileProblem(error, 'be made a folder', path);
  }
}

function makeWithParents(path: string): void {
  if (makeOne(path)) return;
  const above = dirname(path);
  if (above !== path) makeWithParents(above);
  mkdirSync(path);
}

/** False when the folder above is missing. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    // Some systems say "read-only" or "no permission" for a folder that is there.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return true;
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
