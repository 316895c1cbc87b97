/** `view`: serves the visualizer and a folder of results, to this machine only, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { FileProblem } from '../../sim/node/file-problem.ts';
import { kindOf, openShelf, type Shelf } from '../../sim/node/shelf.ts';
import { serveFiles } from '../../sim/node/static-server.ts';
import { callerPath, flag, optionalOperand, wholeNumberOption } from './arguments.ts';
import { viewerFolder } from './program-files.ts';
import type { Io, Verb } from './verb.ts';

const PORT = 4173;

/** Where `compare` and `npm start` put results when nothing else is said. */
const DEFAULT_FOLDER = 'results';

/** The verb for a viewer in the folder that `pages` tells. */
export const viewVerb = (pages: () => string): Verb => ({
  name: 'view',
  summary: 'the visualizer, on this machine only',
  usage: 'view [PATH] [options]',
  details: [
    `PATH is a folder of results, or one .wtrace file; without it, the folder "${DEFAULT_FOLDER}" here.`,
    'Nothing outside of it is served, and nobody but this machine is. Ctrl-C ends it.',
  ].join('\n'),
  options: {
    port: { type: 'string', value: 'N', help: `port to listen on; 0 takes a free one (${PORT})` },
    open: { type: 'boolean', help: 'open the page in the browser' },
  },
  async run(args, io) {
    const port = wholeNumberOption(args, 'port', { min: 0, max: 65_535 }) ?? PORT;
    const path = optionalOperand(args, 'PATH');
    const shelves = await shelvesOf(path, io);
    const server = await serveFiles({ port, pages: pages(), shelves });
    const address = server.url + startOf(path, shelves);
    io.err.write(`Wavetank is at ${address}\nCtrl-C ends it.\n`);
    if (flag(args, 'open')) openBrowser(address);
    await interrupted(io.signal);
    await server.close();
    return 0;
  },
});

/** Serves the viewer and a folder of results on this machine until Ctrl-C. */
export const verb: Verb = viewVerb(viewerFolder);

/** Without PATH a missing folder is no problem: the library and live runs need no results. */
async function shelvesOf(path: string | undefined, io: Io): Promise<readonly Shelf[]> {
  const full = callerPath(io, path ?? DEFAULT_FOLDER);
  if (path === undefined && !existsSync(full)) {
    io.err.write(
      `There is no folder "${DEFAULT_FOLDER}" here yet: only the library is shown. "npm start" makes one.\n`,
    );
    return [];
  }
  const shelf = await openShelf(full);
  if (shelf.only !== undefined && kindOf(shelf.only) === undefined) {
    throw new FileProblem(`${path} cannot be shown: give a folder of results, a .wtrace file or a results.json.`, full);
  }
  return [shelf];
}

/** The part of the address after the server's: a single file opens its page at once. */
function startOf(path: string | undefined, shelves: readonly Shelf[]): string {
  const only = shelves[0]?.only;
  if (path === undefined || only === undefined) return '';
  const name = encodeURIComponent(only);
  const kind = kindOf(only);
  if (kind === 'trace') return `#/run/${name}`;
  return kind === 'results' ? `#/results/${name}` : `files/${name}`;
}

function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Without a desktop nothing opens; the address stands on the screen in any case. */
function openBrowser(address: string): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
