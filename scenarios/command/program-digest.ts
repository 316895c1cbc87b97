/**
 * What this program is, to the byte: its version, and a digest of all code that can change a result.
 *
 * A journal takes over only what the same program computed. A version number alone would not do: between two releases a
 * checkout changes many times.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_VERSIONS, WAVETANK_VERSION } from '../compile/index.ts';

const DIGEST_CHARS = 16;
/** Rooms whose code runs in a comparison, where the program runs from its sources (in tests). */
const ROOMS = ['sim', 'models', 'scenarios'] as const;

/** Version and digest: `0.1.0 build 3f2a91c4d5e6f708`. */
export function programName(): string {
  const hash = createHash('sha256');
  // Packages stay outside of the built files; their versions are exact.
  hash.update(JSON.stringify(PACKAGE_VERSIONS));
  for (const path of codeFiles()) hash.update(path.name).update('\0').update(readFileSync(path.file)).update('\0');
  return `${WAVETANK_VERSION} build ${hash.digest('hex').slice(0, DIGEST_CHARS)}`;
}

interface CodeFile {
  /** Path below the folder of the program. */
  readonly name: string;
  readonly file: string;
}

function codeFiles(): CodeFile[] {
  if (!import.meta.url.endsWith('.ts'))
    return filesOf(fileURLToPath(new URL('.', import.meta.url)), '', /\.js$/, false);
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return ROOMS.flatMap((room) => filesOf(join(root, room), `${room}/`, /\.(?:ts|json|yaml)$/, true));
}

function filesOf(folder: string, prefix: string, pattern: RegExp, deep: boolean): CodeFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return deep ? filesOf(file, `${prefix}${entry.name}/`, pattern, deep) : [];
    return pattern.test(entry.name) ? [{ name: `${prefix}${entry.name}`, file }] : [];
  });
}
