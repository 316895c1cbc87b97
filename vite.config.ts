/**
 * One build of everything, and the settings of the tests.
 *
 * `vite build --app` makes the viewer (root `viz` → `dist/viz`) and the program (`dist/cli.js`, `dist/worker.js`, `dist/validate-worker.js`, `dist/swarm-worker.js`),
 * and the report without its data (`dist/report-shell.html`).
 * Packages stay outside of the program: piscina does not run from inside a bundle.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { defineConfig } from 'vitest/config';
import { reportShell } from './viz/report/template.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Pages of the viewer; each is an entry of its own. */
const pages = ['index', 'report'].filter((name) => existsSync(at(`viz/${name}.html`)));

/** The report's script and style in one file: a report opens from a mail or a disk, where modules do not load. */
async function buildReport(): Promise<void> {
  const built = await build({
    configFile: false,
    root: at('viz'),
    logLevel: 'warn',
    build: {
      write: false,
      cssCodeSplit: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      lib: { entry: at('viz/report/main.ts'), formats: ['iife'], name: 'wavetankReport', cssFileName: 'report' },
    },
  });
  const files = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
  const script = files.find((file) => file.type === 'chunk')?.code ?? '';
  const style = files.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
  const css = style?.type === 'asset' ? String(style.source) : '';
  writeFileSync(at('dist/report-shell.html'), reportShell({ script, style: css }));
}

export default defineConfig({
  root: at('viz'),
  // Relative, so that the viewer opens from any path of any server.
  base: './',
  worker: { format: 'es' },
  environments: {
    client: {
      build: {
        outDir: at('dist/viz'),
        emptyOutDir: true,
        manifest: true,
        rolldownOptions: { input: Object.fromEntries(pages.map((name) => [name, at(`viz/${name}.html`)])) },
      },
    },
    ssr: {
      build: {
        ssr: true,
        outDir: at('dist'),
        emptyOutDir: false,
        copyPublicDir: false,
        target: 'node20',
        rolldownOptions: {
          input: {
            cli: at('scenarios/command/cli.ts'),
            worker: at('scenarios/command/compare-worker.ts'),
            'validate-worker': at('scenarios/command/validate-worker.ts'),
            'swarm-worker': at('scenarios/command/swarm-worker.ts'),
          },
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      // Chunks of an older build would stay for ever.
      rmSync(at('dist'), { recursive: true, force: true });
      await builder.build(builder.environments.client);
      await builder.build(builder.environments.ssr);
      await buildReport();
    },
  },
  test: {
    root: at('.'),
    include: ['test/**/*.test.ts'],
    setupFiles: [at('test/property-seed.ts')],
    environment: 'node',
    pool: 'threads',
    // Left to itself vitest keeps one core free, which is half of a small machine.
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
