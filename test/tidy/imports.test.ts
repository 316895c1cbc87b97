import { describe, expect, it } from 'vitest';
import { resolved, type Source, sources } from './sources.ts';

/** Folders that a folder may import from; a file may always import from its own folder. Longest match counts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'sim/engine': [],
  'sim/random': ['sim/engine', 'seedrandom'],
  'sim/sharing': ['sim/engine', 'sim/stats/running.ts', 'sim/stats/time-weighted.ts'],
  'sim/stats': ['sim/engine', 'sim/random', 'sim/experiment/results.ts'],
  'sim/trace': ['sim/engine', '@msgpack/msgpack'],
  'sim/experiment': ['sim/engine', 'sim/stats', 'sim/trace'],
  'sim/node': ['sim/engine', 'sim/trace', 'sim/experiment', 'piscina', 'node:'],
  models: ['sim/engine', 'sim/random', 'sim/sharing', 'sim/stats', 'sim/trace', 'ipaddr.js'],
  'scenarios/document': [
    'models/autoscaling',
    'models/cluster',
    'models/images/image-garbage.ts',
    'models/network/control-plane/profiles.ts',
    'models/network/packet/port-table.ts',
    'models/scheduling',
    'models/federation',
    'models/storage',
    'models/schemes/index.ts',
    'models/traffic/load',
    'models/world/metrics.ts',
    'sim/engine',
    'sim/random',
    'yaml',
    'zod',
    'ipaddr.js',
  ],
  'scenarios/compile': ['scenarios/document', 'models', 'sim', 'package.json'],
  'scenarios/answers': ['scenarios/document', 'scenarios/compile', 'models', 'sim'],
  'scenarios/import': ['scenarios/document', 'models', 'sim'],
  'scenarios/reality': ['scenarios/compile', 'scenarios/document', 'scenarios/import', 'models', 'sim'],
  'scenarios/swarm': [
    'scenarios/compile',
    'scenarios/document',
    'models',
    'sim/engine',
    'sim/random',
    'sim/trace',
    'yaml',
  ],
  'scenarios/export': ['sim/trace', 'hyparquet-writer'],
  'scenarios/command': ['scenarios', 'models', 'sim', 'node:'],
  viz: ['sim/trace', 'sim/experiment', 'sim/engine/sim-time.ts', 'scenarios/answers', 'd3', '@msgpack/msgpack'],
  'viz/live': ['viz', 'scenarios', 'models', 'sim'],
  bench: ['sim', 'models', 'scenarios', 'viz', 'node:', 'piscina'],
  test: [
    'sim',
    'models',
    'scenarios',
    'viz',
    'bench',
    'node:',
    'vitest',
    'vite',
    'fast-check',
    'playwright-core',
    'axe-core',
    '@axe-core/playwright',
    'yaml',
    'piscina',
    '@msgpack/msgpack',
    'package.json',
    'vite.config.ts',
    'd3-',
    'zod',
    'ipaddr.js',
    'seedrandom',
    'hyparquet',
  ],
};

/** The folders of `models` from the bottom to the top: a folder imports only from those before it. */
const MODEL_ORDER = [
  'world',
  'machine',
  'network',
  'schemes',
  'cluster',
  'scheduling',
  'autoscaling',
  'storage',
  'images',
  'service',
  'traffic',
  'platform',
  'monitoring',
  'federation',
  'pricing',
];

/** Debt: edges that should not be, each with its reason. Empty is the aim. */
const DEBT: readonly string[] = [];

function ownFolder(path: string): string {
  const keys = Object.keys(ALLOWED).filter((key) => path === key || path.startsWith(`${key}/`));
  return keys.reduce((longest, key) => (key.length > longest.length ? key : longest), '');
}

function isAllowed(folder: string, target: string): boolean {
  if (target === folder || target.startsWith(`${folder}/`)) return true;
  return ALLOWED[folder]!.some((allowed) => {
    if (allowed.endsWith(':') || allowed.endsWith('-')) return target.startsWith(allowed);
    return target === allowed || target.startsWith(`${allowed}/`);
  });
}

function edges(all: readonly Source[]): { from: string; to: string }[] {
  return all.flatMap((source) =>
    source.imports.map((imported) => ({ from: source.path, to: resolved(source, imported) })),
  );
}

const all = sources();

describe('arrows between rooms', () => {
  it('reads the tree', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(edges(all).length).toBeGreaterThan(300);
  });

  it('every file lives in a room that the list knows', () => {
    expect(all.map((source) => source.path).filter((path) => ownFolder(path) === '')).toEqual([]);
  });

  it('imports only along the arrows', () => {
    const wrong = edges(all)
      .filter(({ from, to }) => !isAllowed(ownFolder(from), to))
      .map(({ from, to }) => `${from} -> ${to}`)
      .filter((edge) => !DEBT.includes(edge));
    expect(wrong).toEqual([]);
  });

  it('models import only downwards', () => {
    const rank = (path: string): number => MODEL_ORDER.indexOf(path.split('/')[1]!);
    const wrong = edges(all)
      .filter(({ from, to }) => from.startsWith('models/') && to.startsWith('models/'))
      .filter(({ from }) => from.split('/').length > 2)
      .filter(({ from, to }) => rank(to) > rank(from) || rank(to) < 0)
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it('knows a wrong arrow when it sees one', () => {
    expect(isAllowed(ownFolder('sim/engine/x.ts'), 'models/world/world.ts')).toBe(false);
    expect(isAllowed(ownFolder('models/network/x.ts'), 'node:fs')).toBe(false);
    expect(isAllowed(ownFolder('viz/map/x.ts'), 'scenarios/compile/run.ts')).toBe(false);
    expect(isAllowed(ownFolder('viz/live/x.ts'), 'scenarios/compile/run.ts')).toBe(true);
  });
});
