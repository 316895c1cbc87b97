/** `import SOURCE PATH --out SCENARIO`: a scenario from the files that people have. */
import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkReadable, FileProblem } from '../../sim/node/file-problem.ts';
import { chunksOfFile, readText, writeWhole } from '../../sim/node/files.ts';
import { refuseOverwriting } from '../../sim/node/same-file.ts';
import { nearestWord } from '../document/nearest.ts';
import { printable } from '../document/problems.ts';
import type { Importer, ImportFile, ImportOutcome } from '../import/importer.ts';
import { IMPORTERS } from '../import/index.ts';
import { ArgumentProblem, callerPath, flag, textOption } from './arguments.ts';
import { MANIFEST_BYTES_MAX } from './library-files.ts';
import type { Arguments, Io, Verb } from './verb.ts';

/** Problems that are told one by one; the others are counted. */
const PROBLEMS_TOLD = 20;

/** Makes a scenario of a folder or a file of another system. */
export const verb: Verb = {
  name: 'import',
  summary: 'a scenario from the files that people have',
  usage: 'import SOURCE PATH --out SCENARIO [options]',
  details: [
    'PATH is a folder, or one file. Sources:',
    ...IMPORTERS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    'Status 0: the scenario is written, and what was left out is told; 2: nothing could be made of the files, or one of them ends in the middle.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'SCENARIO', help: 'the scenario file to write' },
    json: { type: 'boolean', help: 'print { "scenario", "notes", "problems" } on standard output' },
  },
  run: importScenario,
};

async function importScenario(args: Arguments, io: Io): Promise<number> {
  const [source, path, ...more] = args.operands;
  if (source === undefined || path === undefined || more.length > 0)
    throw new ArgumentProblem('import needs a source and a path; write import SOURCE PATH --out SCENARIO.');
  const importer = importerNamed(source);
  const out = textOption(args, 'out');
  if (out === undefined) throw new ArgumentProblem('--out is missing; write --out with the scenario file to write.');
  const files = await filesAt(callerPath(io, path), callerPath(io, out), importer);
  const target = callerPath(io, out);
  const outcome = importer.convert(files, basename(target).replace(/\.ya?ml$/, ''));
  if (outcome.scenario !== undefined) {
    for (const { name, text } of outcome.files ?? []) await writeWhole(join(dirname(target), name), text);
    await writeWhole(target, outcome.scenario);
  }
  tell(outcome, out, flag(args, 'json'), io);
  return outcome.scenario === undefined || outcome.doubtful === true ? 2 : 0;
}

function importerNamed(name: string): Importer {
  const names = IMPORTERS.map((one) => one.name);
  const found = IMPORTERS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new ArgumentProblem(`There is no source "${name}". The sources are ${names.join(', ')}.${hint}`);
}

async function filesAt(path: string, out: string, importer: Importer): Promise<ImportFile[]> {
  const paths = await pathsAt(path, importer);
  const files: ImportFile[] = [];
  for (const one of paths) {
    refuseOverwriting(one, out);
    const name = basename(one);
    files.push(
      importer.inPieces === true ? { name, text: '', chunks: piecesOf(one) } : { name, text: await readText(one) },
    );
  }
  return files;
}

function piecesOf(path: string): Iterable<string> {
  checkReadable(path, statSync(path), MANIFEST_BYTES_MAX);
  return chunksOfFile(path);
}

async function pathsAt(path: string, importer: Importer): Promise<string[]> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) throw new FileProblem(`There is no file or folder ${path}.`, path);
  if (!status.isDirectory()) return [path];
  const names = (await readdir(path, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const wanted = names.filter((name) => importer.wants(name)).sort();
  if (wanted.length === 0)
    throw new FileProblem(`${path} holds no file that ${importer.name} could be read from.`, path);
  return wanted.map((name) => join(path, name));
}

function tell({ scenario, notes, problems }: ImportOutcome, out: string, json: boolean, io: Io): void {
  if (json)
    io.out.write(`${JSON.stringify({ scenario: scenario === undefined ? null : out, notes, problems }, null, 2)}\n`);
  for (const note of notes) io.err.write(`${printable(note)}\n`);
  for (const { file, line, message } of problems.slice(0, PROBLEMS_TOLD)) {
    const place = file === '' ? '' : `${file}${line > 0 ? `:${line}` : ''}: `;
    io.err.write(`${printable(`${place}${message}`)}\n`);
  }
  if (problems.length > PROBLEMS_TOLD) io.err.write(`and ${problems.length - PROBLEMS_TOLD} more problems\n`);
  if (scenario !== undefined && !json)
    io.out.write(`${printable(out)} is written; check it with: wavetank check ${printable(out)}\n`);
}
