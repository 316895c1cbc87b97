/** `export TRACE --format F`: what other tools read. */
import { basename, join } from 'node:path';
import { openFileSource } from '../../sim/node/file-source.ts';
import { KeptWhenDone, probeOutputFolder } from '../../sim/node/output-folder.ts';
import { refuseOverwriting } from '../../sim/node/same-file.ts';
import { openTrace, type TraceReader } from '../../sim/trace/reader.ts';
import { nearestWord } from '../document/nearest.ts';
import { type ExportFormat, type ExportSummary, type ExportTarget, tableNames } from '../export/format.ts';
import { FORMATS } from '../export/index.ts';
import { ArgumentProblem, callerPath, flag, operand, textOption } from './arguments.ts';
import { INTERRUPTED_STATUS } from './interruption.ts';
import type { Arguments, Io, Verb } from './verb.ts';

/** `--out -` is standard output. */
const PIPE = '-';

/** Writes a recording in a format of others. */
export const verb: Verb = {
  name: 'export',
  summary: 'a recording in a format that other tools read',
  usage: 'export TRACE --format FORMAT [options]',
  details: [
    'TRACE is a recording (.wtrace), as "run --trace" and "compare --traces" write them. Formats:',
    ...FORMATS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    'Without --out the text goes to standard output, where the format has one file. With a file for each table, --out',
    'is a folder, or --table chooses one. A damaged recording is exported as far as it can be read.',
  ].join('\n'),
  options: {
    format: { type: 'string', value: 'FORMAT', help: `${FORMATS.map(({ name }) => name).join(', ')}` },
    out: {
      type: 'string',
      value: 'PATH',
      help: 'the file, or the folder where there is one file for each table; - is standard output',
    },
    table: { type: 'string', value: 'NAME', help: 'only this table; marks for the marks' },
    json: { type: 'boolean', help: 'print what was written as JSON (with --out)' },
  },
  run: exportTrace,
};

async function exportTrace(args: Arguments, io: Io): Promise<number> {
  const path = callerPath(io, operand(args, 'TRACE'));
  const format = chosenFormat(textOption(args, 'format'));
  const out = textOption(args, 'out') ?? PIPE;
  const table = textOption(args, 'table');
  checkPlace(format, out, table, flag(args, 'json'));
  if (out !== PIPE) refuseOverwriting(path, callerPath(io, out));
  const source = await openFileSource(path);
  try {
    const reader = await openTrace(source);
    if (table !== undefined) checkTable(reader, table);
    const place = await openPlace(format, out, table, reader, io);
    let done = false;
    try {
      const choices = table === undefined ? {} : { table };
      const summary = await format.write(reader, place.target, choices, () => io.signal.aborted);
      done = true;
      place.close(true);
      report(summary, format, place.paths, flag(args, 'json'), io);
    } finally {
      if (!done) place.close(false);
    }
  } finally {
    await source.close();
  }
  return io.signal.aborted ? INTERRUPTED_STATUS : 0;
}

function chosenFormat(name: string | undefined): ExportFormat {
  const names = FORMATS.map((format) => format.name);
  if (name === undefined)
    throw new ArgumentProblem(`--format is missing; write --format with one of ${names.join(', ')}.`);
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new ArgumentProblem(`There is no format "${name}". The formats are ${names.join(', ')}.${hint}`);
}

function checkPlace(format: ExportFormat, out: string, table: string | undefined, json: boolean): void {
  if (out === PIPE && !format.streams)
    throw new ArgumentProblem(`${format.name} cannot go to standard output; give a place with --out.`);
  if (out === PIPE && format.perTable && table === undefined) {
    throw new ArgumentProblem(
      `${format.name} writes a file for each table; give a folder with --out, or choose one with --table.`,
    );
  }
  if (out === PIPE && json) throw new ArgumentProblem('--json needs --out: standard output can hold only one of them.');
}

function checkTable(reader: TraceReader, table: string): void {
  const names = tableNames(reader);
  if (!names.includes(table))
    throw new ArgumentProblem(`The recording has no table "${table}". It has ${names.join(', ')}.`);
}

interface Place {
  readonly target: ExportTarget;
  /** Where each file is, by its name. */
  readonly paths: Map<string, string>;
  close(done: boolean): void;
}

async function openPlace(
  format: ExportFormat,
  out: string,
  table: string | undefined,
  reader: TraceReader,
  io: Io,
): Promise<Place> {
  if (out === PIPE) return pipe(io);
  const isFolder = format.perTable && table === undefined;
  const path = callerPath(io, out);
  if (isFolder)
    await probeOutputFolder(
      path,
      tableNames(reader).map((name) => `${name}${format.suffix}`),
    );
  return files((name) => (isFolder ? join(path, `${name}${format.suffix}`) : path));
}

function pipe(io: Io): Place {
  // Pieces end between characters, but a decoder that streams does not have to rely on it.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const write = (bytes: Uint8Array): void => {
    io.out.write(decoder.decode(bytes, { stream: true }));
  };
  return { target: { file: () => ({ write }) }, paths: new Map(), close: () => undefined };
}

function files(pathOf: (name: string) => string): Place {
  const paths = new Map<string, string>();
  const open: KeptWhenDone[] = [];
  return {
    paths,
    target: {
      file(name) {
        const file = new KeptWhenDone(pathOf(name));
        open.push(file);
        paths.set(name, pathOf(name));
        return file;
      },
    },
    close(done) {
      for (const file of open.splice(0)) file.close(done);
    },
  };
}

function report(
  summary: ExportSummary,
  format: ExportFormat,
  paths: ReadonlyMap<string, string>,
  json: boolean,
  io: Io,
): void {
  const written = [...paths].map(([name, path]) => ({ name, path, lines: summary.files[name] ?? 0 }));
  if (json) io.out.write(`${JSON.stringify({ format: format.name, files: written, notes: summary.notes }, null, 2)}\n`);
  else if (written.length > 0)
    io.out.write(written.map(({ path, lines }) => `${basename(path)}: ${lines} ${format.unit}\n`).join(''));
  for (const note of summary.notes) io.err.write(`${note}\n`);
}
