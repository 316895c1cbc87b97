/** The routes of the visualizer: a hash names a page, the thing that it shows, and what the reader looked at. */
import { lostPage } from './lost.ts';
import type { Page } from './page.ts';

/** A parsed hash. */
export interface Route {
  readonly name: string;
  /** Decoded segments after the name. */
  readonly path: readonly string[];
  readonly params: URLSearchParams;
}

/** Parses `#/run/a/b.wtrace?v=1&t=2s`. Segments that cannot be decoded are kept as written. */
export function parseHash(hash: string): Route {
  const body = hash.replace(/^#\/?/, '');
  const mark = body.indexOf('?');
  const place = mark < 0 ? body : body.slice(0, mark);
  const [name = '', ...path] = place.split('/').filter(Boolean).map(decode);
  return { name, path, params: new URLSearchParams(mark < 0 ? '' : body.slice(mark + 1)) };
}

/** The hash of a route; the inverse of `parseHash`. Commas and colons stay readable. */
export function formatHash(route: Route): string {
  const place = [route.name, ...route.path].filter(Boolean).map(encodeURIComponent).join('/');
  const query = route.params.toString().replace(/%3A/g, ':').replace(/%2C/g, ',');
  return `#/${place}${query ? `?${query}` : ''}`;
}

/** Two hashes with the same place show the same page; only its parameters differ. */
export function samePlace(a: Route, b: Route): boolean {
  return a.name === b.name && a.path.join('/') === b.path.join('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Finds the page of a route. Pages are loaded when they are first needed. */
export async function loadPage(name: string): Promise<Page> {
  if (name === '') return (await import('../library/page.ts')).libraryPage;
  if (name === 'run') return (await import('../replay/page.ts')).replayPage;
  if (name === 'live') return (await import('../live/page.ts')).livePage;
  if (name === 'results') return (await import('../compare/page.ts')).resultsPage;
  if (name === 'lesson') return (await import('../lessons/page.ts')).lessonPage;
  return lostPage;
}
