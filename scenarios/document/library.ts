/**
 * Where a scenario's names lead: environments, data lists and other scenarios, as text. The bundled library travels in
 * the program; on the command line a folder beside the scenario is laid over it.
 */

/** Read-only access by name. Names are plain (`aws-like-vpc`), without folder and suffix. */
export interface DataLibrary {
  /** The YAML text of an environment file. */
  environment(name: string): string | undefined;
  /** A data list, as parsed JSON. Throws an Error with one clear sentence if the file is there but is not JSON. */
  data(name: string): unknown | undefined;
  environmentNames(): string[];
  dataNames(): string[];
  /** The text of a file beside the scenario in pieces, by its path relative to it: a manifest, a recorded rate. */
  beside(path: string): Iterable<string> | undefined;
  /** The YAML text of a scenario. */
  scenario(name: string): string | undefined;
  scenarioNames(): string[];
  /** The Markdown text of the lesson that belongs to a scenario. */
  lesson(name: string): string | undefined;
}

/** Files beside a scenario, by their path relative to its folder, such as `environments/my-room.yaml`. */
export interface FolderLookup {
  /** The text of the file, undefined if there is none. */
  text(path: string): string | undefined;
  /** Likewise in pieces, for files that are too large for one text. */
  chunks?(path: string): Iterable<string> | undefined;
  /** Names of all files in a sub-folder (`''`: the folder itself), without order. */
  files(folder: string): readonly string[];
}

/**
 * Lays a folder over a library: `my-room` is looked for as `my-room.yaml` and `environments/my-room.yaml` (data:
 * `.json`, `data/`) in the folder first, then in the library.
 */
export function withFolder(library: DataLibrary, lookup: FolderLookup): DataLibrary {
  const own = (folder: string, name: string, suffix: string) =>
    isPlainName(name) ? (lookup.text(`${name}${suffix}`) ?? lookup.text(`${folder}/${name}${suffix}`)) : undefined;
  const names = (folder: string, suffix: string, below: readonly string[]) =>
    [...new Set([...stems(lookup.files(folder), suffix), ...below])].sort();
  return {
    environment: (name) => own('environments', name, '.yaml') ?? library.environment(name),
    data: (name) => parsed(name, own('data', name, '.json')) ?? library.data(name),
    beside: (path) => chunksOf(lookup, path) ?? library.beside(path),
    environmentNames: () => names('environments', '.yaml', library.environmentNames()),
    dataNames: () => names('data', '.json', library.dataNames()),
    scenario: (name) => library.scenario(name),
    scenarioNames: () => library.scenarioNames(),
    lesson: (name) => library.lesson(name),
  };
}

function chunksOf(lookup: FolderLookup, path: string): Iterable<string> | undefined {
  if (lookup.chunks !== undefined) return lookup.chunks(path);
  const text = lookup.text(path);
  return text === undefined ? undefined : [text];
}

/** Names that may become part of a path: letters, digits, dot, hyphen and underscore, not starting with a dot. */
export function isPlainName(name: string): boolean {
  return name.length <= 100 && /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name);
}

function stems(files: readonly string[], suffix: string): string[] {
  return files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
}

function parsed(name: string, text: string | undefined): unknown | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}.json is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
