/**
 * Overrides from the command line: `--set fabric.uplink=100Gbps` puts a value over the file's, before any check, so that an
 * override is checked like the file and problems with it point at `--set`.
 */
import { type Problem, ScenarioProblems } from './problems.ts';
import { type Path, type Place, readSource, type Source, valueAt } from './source.ts';

/** The file name under which problems with overrides are reported; the line is the number of the override. */
export const OVERRIDES_FILE = '--set';

/** A value that goes over the one at a path, and where it was written. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
  /** An empty value removes the key. */
  readonly removes: boolean;
  readonly keyPlace: Place;
  readonly valuePlace: Place;
}

/** Characters of one path part; keys with dots or slashes cannot be reached. */
const PART = /^(?!__proto__$)[A-Za-z0-9_-]{1,100}$/;
const PARTS_MAX = 20;

/** The source with the overrides laid over it. Throws ScenarioProblems if an override cannot be read or applied. */
export function withOverrides(source: Source, texts: readonly string[]): Source {
  if (texts.length === 0) return source;
  const problems: Problem[] = [];
  const changes = texts.flatMap((text, index) => readOverride(text, index, problems) ?? []);
  const changed = withChanges(source, changes, (change, message) => {
    problems.push(problemAt(change.keyPlace, texts[change.keyPlace.line - 1]!, message));
  });
  if (problems.length > 0) throw new ScenarioProblems(problems, new Map([[OVERRIDES_FILE, texts.join('\n')]]));
  return changed;
}

/**
 * The source with the changes laid over it, in their order; what cannot be applied is told to `refused` and left out.
 * Problems with a changed value point at the place of the change.
 */
export function withChanges(
  source: Source,
  changes: readonly Change[],
  refused: (change: Change, message: string) => void,
): Source {
  let value = source.value;
  for (const change of changes) {
    const applied = apply(value, change, 0);
    if (typeof applied === 'string') refused(change, applied);
    else value = applied.value;
  }
  // The last override of a path is the one in force.
  const newestFirst = [...changes].reverse();
  const covering = (path: Path) =>
    newestFirst.find((change) => covers(change.path, path)) ??
    // A map that only an override has made stands nowhere in the file.
    (valueAt(source.value, path) === undefined ? newestFirst.find(({ path: set }) => covers(path, set)) : undefined);
  return {
    ...source,
    value,
    placeOfValue: (path) => covering(path)?.valuePlace ?? source.placeOfValue(path),
    placeOfKey: (path) => covering(path)?.keyPlace ?? source.placeOfKey(path),
  };
}

function readOverride(text: string, index: number, problems: Problem[]): Change | undefined {
  const equals = text.indexOf('=');
  const keyPlace = { file: OVERRIDES_FILE, line: index + 1, column: 1 };
  const path = equals < 1 ? undefined : changePath(text.slice(0, equals).trim());
  if (path === undefined) {
    problems.push(problemAt(keyPlace, text, 'this is not a path and a value'));
    return undefined;
  }
  const written = text.slice(equals + 1);
  const valuePlace = { ...keyPlace, column: equals + 2 };
  try {
    const value = readSource(written, OVERRIDES_FILE).value;
    return { path, value, removes: written.trim() === '', keyPlace, valuePlace };
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, ...valuePlace, path: path.join('.') })));
    return undefined;
  }
}

/** The parts of a path with dots, or undefined if it is none. */
export function changePath(text: string): readonly string[] | undefined {
  const path = text.split('.');
  return path.length <= PARTS_MAX && path.every((part) => PART.test(part)) ? path : undefined;
}

/** A copy with the value in place, or a sentence that says why it cannot be put there. Never changes what it is given. */
function apply(here: unknown, override: Change, depth: number): { value: unknown } | string {
  if (depth === override.path.length) return { value: override.value };
  const part = override.path[depth];
  if (Array.isArray(here)) return applyToList(here, override, depth, part);
  if (here !== undefined && here !== null && typeof here !== 'object') {
    return `${override.path.slice(0, depth).join('.')} is a single value and holds no ${part}`;
  }
  const members = new Map(Object.entries(here ?? {}));
  if (override.removes && depth === override.path.length - 1) members.delete(part);
  else {
    const inner = apply(members.get(part), override, depth + 1);
    if (typeof inner === 'string') return inner;
    members.set(part, inner.value);
  }
  // `fromEntries` defines own members, so a key like `__proto__` stays data.
  return { value: Object.fromEntries(members) };
}

function applyToList(
  list: readonly unknown[],
  override: Change,
  depth: number,
  part: string,
): { value: unknown } | string {
  const position = /^\d{1,6}$/.test(part) ? Number(part) : -1;
  const where = override.path.slice(0, depth).join('.');
  if (position < 0 || position > list.length)
    return `${where} is a list of ${list.length}; name an entry by 0 to ${list.length}`;
  if (override.removes && depth === override.path.length - 1)
    return { value: list.filter((_, index) => index !== position) };
  const inner = apply(list[position], override, depth + 1);
  if (typeof inner === 'string') return inner;
  const copy = [...list];
  copy[position] = inner.value;
  return { value: copy };
}

function covers(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => String(part) === String(path[index]));
}

function problemAt(place: Place, text: string, message: string): Problem {
  const hint = 'write for example --set fabric.uplink=100Gbps';
  return { ...place, path: '', message, expected: 'path=value', got: JSON.stringify(text.slice(0, 80)), hint };
}
