/**
 * The library that travels inside the program: scenarios with their lessons, environments and data lists, taken in when
 * the program is built. Works in Node and in the browser alike.
 */
import type { DataLibrary } from './library.ts';

const scenarios = byStem(
  import.meta.glob<string>('../library/*.yaml', { query: '?raw', eager: true, import: 'default' }),
);
const lessons = byStem(import.meta.glob<string>('../library/*.md', { query: '?raw', eager: true, import: 'default' }));
const environments = byStem(
  import.meta.glob<string>('../data/environments/*.yaml', { query: '?raw', eager: true, import: 'default' }),
);
/** By their path below the library: `manifests/shop.yaml`. */
const beside = new Map(
  Object.entries(
    import.meta.glob<string>(['../library/manifests/*', '../library/rates/*'], {
      query: '?raw',
      eager: true,
      import: 'default',
    }),
  ).map(([path, text]) => [path.replace('../library/', ''), text]),
);
const dataTexts = byStem(import.meta.glob<string>('../data/*.json', { query: '?raw', eager: true, import: 'default' }));

/** The scenarios, lessons, environments and data lists that ship with the program. */
export const bundledLibrary: DataLibrary = {
  environment: (name) => environments.get(name),
  data: (name) => parsedOnce(name),
  beside: (path) => {
    const text = beside.get(path);
    return text === undefined ? undefined : [text];
  },
  environmentNames: () => [...environments.keys()],
  dataNames: () => [...dataTexts.keys()],
  scenario: (name) => scenarios.get(name),
  scenarioNames: () => [...scenarios.keys()],
  lesson: (name) => lessons.get(name),
};

/** Parsed when first asked for: most runs need none of the larger lists. */
const parsedData = new Map<string, unknown>();

function parsedOnce(name: string): unknown | undefined {
  const text = dataTexts.get(name);
  if (text !== undefined && !parsedData.has(name)) parsedData.set(name, JSON.parse(text));
  return parsedData.get(name);
}

function byStem(files: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const stem = (path: string) => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));
  return new Map(
    Object.keys(files)
      .sort()
      .map((path) => [stem(path), files[path]]),
  );
}
