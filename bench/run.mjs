/**
 * Runs the benchmarks: `npm run bench [NAME …]` with `hold-model`, `sharing`, `station`, `scheduling`, `gpu-sharing`,
 * `recording`, `experiment`, `bgp`, `control-plane`; all of them without a name.
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
];

/** Programs that a benchmark starts itself, and which are bundled too. */
const PROGRAMS = { 'hold-model': ['hold-program'], packet: ['packet-program'] };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are ${BENCHMARKS.join(', ')}.`);
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
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(outDir, `${name}.js`)], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
