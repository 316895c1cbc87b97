/** Scenarios as the command line names them: a file of the caller, or a name of the library that ships with the program. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkReadable, codeOf, fileProblem } from '../../sim/node/file-problem.ts';
import { chunksOfFile, readText, TEXT_BYTES_MAX } from '../../sim/node/files.ts';
import { bundledLibrary } from '../document/bundled-library.ts';
import { type DataLibrary, type FolderLookup, withFolder } from '../document/library.ts';
import { nearestWord } from '../document/nearest.ts';
import { ArgumentProblem, callerPath } from './arguments.ts';
import type { Io } from './verb.ts';

/** Bytes of a manifest file: snapshots of the largest clusters have some gigabytes, and are read in pieces. */
export const MANIFEST_BYTES_MAX = 8_000_000_000;

/** A scenario's text with all that it may refer to. */
export interface ScenarioText {
  /** The name for answers and file names: without folder and suffix. */
  readonly name: string;
  /** The file as messages should call it: as the caller wrote it. */
  readonly file: string;
  readonly text: string;
  readonly library: DataLibrary;
}

/**
 * Reads the scenario that the caller named. A path (it has a folder or `.yaml` in it) is always a file; a bare name is a
 * file of the caller's folder if there is one, else a scenario of the library.
 * @throws FileProblem when a file cannot be read, ArgumentProblem when the library has no such name.
 */
export async function readScenario(named: string, io: Io): Promise<ScenarioText> {
  const path = callerPath(io, named);
  if (/[\\/]|\.ya?ml$|\.json$/i.test(named) || isFile(path)) {
    const text = await readText(path);
    return { name: stemOf(path), file: named, text, library: libraryOf(dirname(path)) };
  }
  const text = bundledLibrary.scenario(named);
  if (text === undefined) throw new ArgumentProblem(unknownScenario(named));
  return { name: named, file: `library/${named}.yaml`, text, library: bundledLibrary };
}

/** The library as a scenario of `folder` sees it: files beside the scenario come before those that ship with us. */
export function libraryOf(folder: string): DataLibrary {
  return withFolder(bundledLibrary, folderLookup(folder));
}

function folderLookup(folder: string): FolderLookup {
  return {
    text: (path) => textIfThere(join(folder, path)),
    chunks: (path) => chunksIfThere(join(folder, path)),
    files: (below) => {
      const path = join(folder, below);
      return existsSync(path) ? readdirSync(path) : [];
    },
  };
}

function textIfThere(path: string): string | undefined {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return undefined;
    checkReadable(path, status, TEXT_BYTES_MAX);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw fileProblem(error, 'be read', path);
  }
}

/** A file in pieces; undefined if there is none. */
function chunksIfThere(path: string): Iterable<string> | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || status.isDirectory()) return undefined;
  checkReadable(path, status, MANIFEST_BYTES_MAX);
  return chunksOfFile(path);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function stemOf(path: string): string {
  return basename(path).replace(/\.(ya?ml|json)$/i, '');
}

function unknownScenario(named: string): string {
  const names = bundledLibrary.scenarioNames();
  const nearest = nearestWord(named, names);
  const hint = nearest === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${nearest}?`;
  return `There is no file "${named}" here, and no scenario of this name in the library. ${hint}`;
}
