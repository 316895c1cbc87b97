/**
 * What a page of the visualizer is, and what the shell offers to it.
 *
 * The shell owns the top bar, the router, the live region and the opened files; a page owns everything below the bar
 * from the moment it is mounted until its unmount function runs.
 */
import type { ByteSource } from '../../sim/trace/reader.ts';

/** What a file is, as the server's index says. */
export type FileKind = 'results' | 'trace' | 'report';

/** One file that can be opened. Names may hold folders: `network-schemes/results.json`. */
export interface FileEntry {
  readonly name: string;
  readonly kind: FileKind;
  readonly bytes: number;
  readonly title?: string;
}

/** Where the bytes of a file are, in a form that can be posted to a worker. */
export type FilePlace = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'blob'; readonly blob: Blob };

/** The files of the server together with those that were dropped on the page. */
export interface FileLibrary {
  /** Dropped files first, then those of the server; empty where no server answers. */
  list(): Promise<readonly FileEntry[]>;
  /** Bytes on demand. Fails with a sentence for people. */
  open(name: string): Promise<ByteSource>;
  /** The parsed content of a JSON file. Fails with a sentence for people. */
  json(name: string): Promise<unknown>;
  /** Where the bytes are, for a worker that reads them itself. */
  place(name: string): FilePlace;
  /** Takes in a dropped or chosen file and returns the name to open it by. */
  add(file: File): string;
}

/** What the top bar shows about the thing on screen. Everything absent is left out. */
export interface Subject {
  readonly title?: string;
  readonly seed?: string;
  readonly digest?: string | null;
  readonly alternative?: string;
}

/** One hit of the search box. */
export interface SearchHit {
  readonly label: string;
  readonly detail: string;
  choose(): void;
}

/** What a page lets the search box of the top bar do. */
export type SearchProvider = (query: string) => readonly SearchHit[];

/** The figures and commands behind `window.__viz`; tests wait on `idle()`, never on sleeps. */
export interface PageHandle {
  /** Resolves when nothing is loading and the last frame is drawn. */
  idle(): Promise<void>;
  /** Moves the playhead; resolves when that time is presented. */
  seek?(timeNs: number): Promise<void>;
  state?(): unknown;
  stats?(): unknown;
}

/** What the shell gives to a page when it mounts it. */
export interface PageContext {
  /** The decoded segments after the route's name: `['network-schemes', 'calico.wtrace']` for `#/run/network-schemes/calico.wtrace`. */
  readonly path: readonly string[];
  readonly params: URLSearchParams;
  /** Goes to another hash, with an entry in the history: `navigate('#/results/results.json')`. */
  navigate(hash: string): void;
  /** Replaces the parameters of this page's hash without an entry in the history and without mounting it again. */
  replaceParams(params: URLSearchParams): void;
  readonly files: FileLibrary;
  /** What the bar says; the document's title follows. */
  describe(subject: Subject): void;
  /** Says one sentence in the polite live region. */
  announce(sentence: string): void;
  /** Connects the search box; without it the box is hidden. */
  search(provider: SearchProvider): void;
  /** Connects `window.__viz`. Pages without one are idle as soon as they are mounted. */
  handle(handle: PageHandle): void;
  /** Is called with the theme in force now and after each change. */
  onTheme(listener: (theme: 'dark' | 'light') => void): void;
}

/** Mounts a page into `root` and returns its unmount function. */
export type Page = (root: HTMLElement, context: PageContext) => () => void;

/** The hash of a file's page; the folders of its name stay readable. */
export function hashOf(route: 'run' | 'results' | 'live' | 'lesson', name: string): string {
  return `#/${route}/${name.split('/').map(encodeURIComponent).join('/')}`;
}
