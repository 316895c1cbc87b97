/**
 * Runs the benchmarks: `npm run bench [NAME …]` with `hold-model`, `sharing`, `station`, `scheduling`, `gpu-sharing`,
 * `recording`, `experiment`, `bgp`, `control-plane`, `packet`, `load`, `living-day`, `federation-hour`; all of them without a name. What follows the first word that begins
 * with two dashes goes to the one benchmark that is named.
 *
 * Each is bundled and run in a process of its own, so that none warms up another. Times are processor time; what counts
 * are the ratios within one table.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BENCHMARKS = [
  'hold-model',
  'sharing',
  'station',
  'scheduling',
  'gpu-sharing',
  'recording',
  'experiment',
  'bgp',
  'control-plane',
  'packet',
  'load',
  'living-day',
  'federation-hour',
];

/** Programs that a benchmark starts itself, and which are bundled too. */
const PROGRAMS = { 'hold-model': ['hold-program'], packet: ['packet-program'] };

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith('-'));
const wanted = firstOption < 0 ? words : words.slice(0, firstOption);
const options = firstOption < 0 ? [] : words.slice(firstOption);
/** Benchmarks that take options; they check them themselves. */
const WITH_OPTIONS = ['hold-model'];
const unknown = wanted.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are ${BENCHMARKS.join(', ')}.`);
  process.exit(2);
}
if (options.length > 0 && !(wanted.length === 1 && WITH_OPTIONS.includes(wanted[0]))) {
  console.error(`${options[0]} belongs to one benchmark, named before it: ${WITH_OPTIONS.join(', ')} takes options.`);
  process.exit(2);
}

/** Beside the sources' depth, so that relative data paths of a benchmark still point into the checkout. */
const outDir = join(root, 'dist', 'bench');
mkdirSync(outDir, { recursive: true });

async function bundle(name) {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: join(root, 'bench', `${name}.ts`),
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
}

for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
  for (const each of [name, ...(PROGRAMS[name] ?? [])]) await bundle(each);
  console.log(`\n# ${name}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(outDir, `${name}.js`), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  // 2 says that the options were wrong; a signal leaves no status.
  if (status !== 0) process.exitCode = status === 2 ? 2 : 1;
}
