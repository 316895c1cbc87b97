/**
 * What was found while manifests were read: fields that the model does not know, objects that were left out, and faults
 * with their places. Nothing is dropped in silence.
 */
import type { Problem } from '../problems.ts';

/** A field that the model does not know. */
export interface IgnoredField {
  readonly kind: string;
  /** Positions in lists are `[]`: `spec.containers[].livenessProbe`. */
  readonly path: string;
  /** How often it stands in the manifests. */
  readonly count: number;
}

/** All that is to be said about manifests. Plain data. */
export interface ManifestReport {
  /** Objects that were read, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly ignored: readonly IgnoredField[];
  /** What is wrong, with its place. What could not be used is left out, the rest goes on. */
  readonly problems: readonly Problem[];
  /** What was left out, done instead or has no effect, in sentences. */
  readonly notes: readonly string[];
  /** A file ends in the middle. */
  readonly cut: boolean;
}

/** Problems of manifests that are kept one by one; the others are counted. */
const PROBLEMS_MAX = 200;

/** Collects what is to be said. */
export class ReportWriter {
  readonly #kinds = new Map<string, number>();
  readonly #ignored = new Map<string, Map<string, number>>();
  readonly #problems: Problem[] = [];
  readonly #notes: string[] = [];
  /** Notes that are one sentence with a count: sentence by key. */
  readonly #counted = new Map<string, { count: number; words: (count: number) => string }>();
  #unsaid = 0;
  #cut = false;

  /** An object of this kind was read. */
  read(kind: string): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  /** A field that is not known. */
  ignore(kind: string, path: string): void {
    let paths = this.#ignored.get(kind);
    if (paths === undefined) {
      paths = new Map();
      this.#ignored.set(kind, paths);
    }
    paths.set(path, (paths.get(path) ?? 0) + 1);
  }

  /** A fault with its place. */
  problem(problem: Problem): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(problem);
    else this.#unsaid++;
  }

  /** A file ends too early. */
  cutOff(problem: Problem): void {
    this.#cut = true;
    this.#problems.push(problem);
  }

  /** A sentence. */
  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  /** One more of what is told by one sentence with a count. */
  count(key: string, words: (count: number) => string): void {
    const known = this.#counted.get(key);
    if (known === undefined) this.#counted.set(key, { count: 1, words });
    else known.count++;
  }

  /** All that was collected. */
  finish(): ManifestReport {
    const counted = [...this.#counted.values()].map(({ count, words }) => words(count));
    const unsaid = this.#unsaid === 0 ? [] : [`${this.#unsaid} more problems are not listed.`];
    return {
      kinds: Object.fromEntries(this.#kinds),
      ignored: [...this.#ignored].flatMap(([kind, paths]) =>
        [...paths].map(([path, count]) => ({ kind, path, count })).sort((a, b) => (a.path < b.path ? -1 : 1)),
      ),
      problems: this.#problems,
      notes: [...this.#notes, ...counted, ...unsaid],
      cut: this.#cut,
    };
  }
}
