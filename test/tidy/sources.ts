/** The project's own sources, as text, and the imports that they make. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Imports, exports from and dynamic imports, as written. */
  readonly imports: readonly string[];
}

const TOP_FOLDERS = ['sim', 'models', 'scenarios', 'viz', 'bench', 'test'];
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|[^.\w])import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;

/** Every TypeScript file below the top folders, in order of path. */
export function sources(): Source[] {
  return TOP_FOLDERS.flatMap((folder) => filesBelow(join(ROOT, folder)))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: slashed(relative(ROOT, path)), text, imports: importsOf(text) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]!);
}

/** The imported file from the root, or the package's name. */
export function resolved(source: Source, imported: string): string {
  if (!imported.startsWith('.')) return imported;
  const target = resolve(join(ROOT, dirname(source.path)), imported.replace(/\?.*$/, ''));
  return slashed(relative(ROOT, target));
}

function slashed(path: string): string {
  return path.split('\\').join('/');
}

/** A source without comments and without the contents of strings and templates, for searches of calls. */
export function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}
