/**
 * Makes a checkout ready: `node scenarios/command/setup.mjs [--build]`.
 *
 * Checks the version of Node, installs the packages when what is installed is not what package-lock.json says, and with
 * --build also builds `dist` when it is missing or older than the sources. Plain Node, because it runs before any
 * package is there. Does nothing, quickly, when nothing is to be done. Works from any folder.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, env, execPath, exit, platform, stderr, versions } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** All that decides what the build makes. */
const SOURCES = ['package.json', 'package-lock.json', 'vite.config.ts', 'sim', 'models', 'scenarios', 'viz'];

/** The sentence that refuses a version of Node, or undefined when it will do (`^20.19 || >=22.12`). */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  const fits = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
  if (fits) return undefined;
  return `Wavetank needs Node 20.19 or newer of the 20 line, or 22.12 and above; this is Node ${version}. Install one from https://nodejs.org and run the command again.`;
}

/** Whether `installed` (node_modules/.package-lock.json) is what `wanted` (package-lock.json) asks for. */
export function isInstalled(wanted, installed) {
  const want = wanted.packages ?? {};
  const have = installed.packages ?? {};
  const same = (path) => want[path]?.version === have[path].version && want[path]?.integrity === have[path].integrity;
  // Packages for other machines are optional and rightly absent.
  const missing = (path) => path !== '' && !(path in have) && !want[path].optional && !want[path].devOptional;
  return Object.keys(have).every(same) && !Object.keys(want).some(missing);
}

/** One digest of the names and contents of all sources below `root`. */
export function digestOfSources(root) {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((name) => filesBelow(root, name))) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** Files below a source, as paths from `root` with `/`, in an order that is the same on every machine. */
function filesBelow(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!path.includes('/') && path.includes('.')) return [path];
  const entries = readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const below = `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, below) : [below];
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

function say(line) {
  stderr.write(`${line}\n`);
}

/** Runs npm in the checkout with its words on standard error; leaves with its status when it fails. */
function npm(words, failure) {
  // Inside an npm script, npm tells where it is itself: no search of PATH, and no .cmd trouble on Windows.
  const own = env.npm_execpath?.endsWith('.js') ? env.npm_execpath : undefined;
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2], shell: own === undefined && platform === 'win32' };
  const done = own === undefined ? spawnSync('npm', words, options) : spawnSync(execPath, [own, ...words], options);
  if (done.status === 0) return;
  say(done.error === undefined ? failure : `${failure} (${done.error.message})`);
  exit(1);
}

function install() {
  const lock = readJson(join(ROOT, 'package-lock.json'));
  if (isInstalled(lock, readJson(join(ROOT, 'node_modules', '.package-lock.json')))) return;
  say('setup: installing packages (npm ci)');
  npm(
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    'setup: npm ci failed; see the lines above. It needs the network, or a filled npm cache, once.',
  );
}

function build() {
  const digest = digestOfSources(ROOT);
  const mark = join(ROOT, 'dist', '.built-from');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest && existsSync(join(ROOT, 'dist', 'cli.js'))) return;
  say('setup: building dist (npm run build)');
  npm(['run', '--silent', 'build', '--', '--logLevel', 'warn'], 'setup: the build failed; see the lines above.');
  // Taken before the build: a source saved meanwhile makes the next call build again.
  writeFileSync(mark, digest);
}

function main() {
  const problem = nodeProblem(versions.node);
  if (problem !== undefined) {
    say(problem);
    exit(1);
  }
  install();
  if (argv.includes('--build')) build();
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) main();
