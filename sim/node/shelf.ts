/**
 * A folder of results that may be looked at: what lies in it, and whether a name of the network may be opened.
 *
 * Only files of known kinds are listed, and only what could be listed is opened. A name can leave the folder neither by
 * `..` nor through a symbolic link.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { checkReadable, fileProblem } from './file-problem.ts';

/** What a file holds, told by its name: a comparison's results, a recording, or a report page. */
export type ShelfKind = 'results' | 'trace' | 'report';

/** One line of the list, as the viewer reads it. Names use `/`. */
export interface ShelfEntry {
  /** Path from the folder: `network-schemes/results.json`. */
  readonly name: string;
  readonly kind: ShelfKind;
  readonly bytes: number;
  /** Title of the scenario, when the file is a results file that could be read. */
  readonly title?: string;
}

/** Folders deeper than this are not searched: a results folder is flat, and somebody may give their home folder. */
const DEPTH_MAX = 4;

/** Entries looked at before the search ends, for the same reason. */
const ENTRIES_MAX = 20_000;

/** A results file larger than this is listed without its title: it must be read whole for it. */
const TITLE_BYTES_MAX = 1_000_000;

/** Files looked into at a time: thousands at once would all be in memory. */
const AT_ONCE = 4;

/** A title as it was read, and of which state of the file. */
interface KnownTitle {
  readonly size: number;
  readonly mtimeMs: number;
  readonly title: string | undefined;
}

/** Lists and finds files below one folder, or one single file. */
export class Shelf {
  /** The folder's real path. */
  readonly root: string;
  /** The only file on the shelf, if just one was given. */
  readonly only: string | undefined;
  /** By name, of the files that the last list held: every look of the viewer at the list would read them again. */
  #titles: ReadonlyMap<string, KnownTitle> = new Map();

  /** Use `openShelf`. */
  constructor(root: string, only?: string) {
    this.root = root;
    this.only = only;
  }

  /** What lies here, sorted by name. */
  async list(): Promise<readonly ShelfEntry[]> {
    const names = this.only === undefined ? await namesBelow(this.root) : [this.only];
    const entries: ShelfEntry[] = [];
    const titles = new Map<string, KnownTitle>();
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const some = await Promise.all(names.slice(i, i + AT_ONCE).map((name) => this.#entry(name, titles)));
      entries.push(...some.filter((entry) => entry !== undefined));
    }
    this.#titles = titles;
    return entries;
  }

  /** The real path of a file with this name, or undefined when it is not on the shelf. */
  async find(name: string): Promise<string | undefined> {
    if (kindOf(name) === undefined || (this.only !== undefined && name !== this.only)) return undefined;
    return await fileInside(this.root, name);
  }

  async #entry(name: string, titles: Map<string, KnownTitle>): Promise<ShelfEntry | undefined> {
    const kind = kindOf(name);
    const path = await this.find(name);
    if (kind === undefined || path === undefined) return undefined;
    const { size: bytes, mtimeMs } = await stat(path);
    if (kind !== 'results' || bytes > TITLE_BYTES_MAX) return { name, kind, bytes };
    const known = this.#titles.get(name);
    const fresh = known !== undefined && known.size === bytes && known.mtimeMs === mtimeMs;
    const title = fresh ? known.title : await titleOf(path);
    titles.set(name, { size: bytes, mtimeMs, title });
    return title === undefined ? { name, kind, bytes } : { name, kind, bytes, title };
  }
}

/** Opens a folder, or one file of a known kind as a shelf of its own. @throws FileProblem when it cannot be read. */
export async function openShelf(path: string): Promise<Shelf> {
  try {
    const real = await realpath(path);
    const status = await stat(real);
    if (status.isDirectory()) {
      await readdir(real);
      return new Shelf(real);
    }
    checkReadable(path, status);
    const cut = real.lastIndexOf(sep);
    return new Shelf(real.slice(0, cut) || sep, real.slice(cut + 1));
  } catch (error) {
    throw fileProblem(error, 'be opened', path);
  }
}

/** What a file is, by its name. */
export function kindOf(name: string): ShelfKind | undefined {
  if (name.endsWith('.wtrace')) return 'trace';
  if (name.endsWith('.html')) return 'report';
  return name === 'results.json' || name.endsWith('/results.json') || name.endsWith('.results.json')
    ? 'results'
    : undefined;
}

/** The real path of a plain file `name` below `root` (itself real), or undefined when there is none or it lies outside. */
export async function fileInside(root: string, name: string): Promise<string | undefined> {
  const steps = name.split('/');
  // No step may be empty, hidden or upward; a backslash or a drive letter would mean something to Windows.
  if (steps.some((step) => step === '' || step.startsWith('.') || /[\\:\0]/.test(step))) return undefined;
  try {
    const real = await realpath(join(root, ...steps));
    const inside = real.startsWith(root.endsWith(sep) ? root : root + sep);
    return inside && (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

async function namesBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const queue = [{ folder: '', depth: 0 }];
  let looked = 0;
  for (const { folder, depth } of queue) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      looked += 1;
      if (looked > ENTRIES_MAX) return found.sort();
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < DEPTH_MAX) queue.push({ folder: name, depth: depth + 1 });
      else if (!entry.isDirectory() && kindOf(name) !== undefined) found.push(name);
    }
  }
  return found.sort();
}

async function titleOf(path: string): Promise<string | undefined> {
  try {
    const title: unknown = JSON.parse(await readFile(path, 'utf8'))?.scenario?.title;
    return typeof title === 'string' ? title : undefined;
  } catch {
    return undefined;
  }
}
