/**
 * A YAML text with the place of each of its values. Hostile texts (too large, too deep, bombs of aliases) end as problems.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Problem, ScenarioProblems } from './problems.ts';

/**
 * Characters of one file. A scenario of thousands of lines stays far below; long lists belong into data files, because
 * YAML with the place of each value takes seconds and hundreds of megabytes for a few million characters.
 */
export const TEXT_LENGTH_MAX = 500_000;
/** Nesting of maps and lists. The schema needs ten; parsers recurse, so an unlimited depth would exhaust the stack. */
export const DEPTH_MAX = 64;
/** Entries of one map or list. The schema allows some hundreds; each one too many would be a problem of its own. */
export const ENTRIES_MAX = 2_000;
/** Values that aliases may repeat, before the text counts as a bomb. */
const ALIASES_MAX = 100;
/** Characters of a message that the parser words: it may repeat the text. */
const MESSAGE_CHARS_MAX = 200;
/** Syntax errors shown from one text; the first one usually causes the rest. */
const SYNTAX_ERRORS_MAX = 10;

/** Keys and list positions from the root. */
export type Path = readonly PropertyKey[];
/** A place in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A document that parses: its value, and where each part of it stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** The place of the value at a path; of the nearest part above it that exists, if it is missing. */
  placeOfValue(path: Path): Place;
  /** The place of the key at the end of a path. */
  placeOfKey(path: Path): Place;
}

/** How large a text may be, where it may be larger than a scenario. */
export interface SourceLimits {
  /** Characters. */
  readonly length: number;
  /** Entries of one map or list. */
  readonly entries: number;
}

const SCENARIO_LIMITS: SourceLimits = { length: TEXT_LENGTH_MAX, entries: ENTRIES_MAX };

/** Parses a YAML text. Throws ScenarioProblems with all syntax problems. */
export function readSource(text: string, file: string, limits: SourceLimits = SCENARIO_LIMITS): Source {
  if (text.length > limits.length) throw tooLarge(text, file);
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const yaml = parsed(text, lines, place(0));
  const problems = [
    ...syntaxProblems(yaml, place),
    ...keyProblems(yaml, place),
    ...structureProblems(yaml, place, limits),
  ];
  if (problems.length > 0) throw new ScenarioProblems(problems, new Map([[file, text]]));
  return {
    file,
    text,
    value: plainValue(yaml, place(firstAliasOffset(yaml)), text),
    placeOfValue: (path) => place(offsets(yaml, path).value),
    placeOfKey: (path) => place(offsets(yaml, path).key),
  };
}

/** A path for people: keys and positions joined by dots. */
export function pathText(path: Path): string {
  return path.map(String).join('.');
}

/** What stands at a path, undefined if nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

type PlaceOf = (offset: number) => Place;

function parsed(text: string, lines: LineCounter, start: Place): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  } catch (error) {
    // The parser recurses: what it cannot hold on the stack is nested thousands of levels deep.
    const deep = error instanceof RangeError;
    const problem = deep ? tooDeep(start, '') : syntaxProblem(start, String(error));
    throw new ScenarioProblems([problem], new Map([[start.file, text]]));
  }
}

function syntaxProblems(yaml: Document.Parsed, place: PlaceOf): Problem[] {
  return yaml.errors.slice(0, SYNTAX_ERRORS_MAX).map((error) => {
    if (error.code === 'RESOURCE_EXHAUSTION') return tooDeep(place(0), '');
    const message = error.message.split('\n')[0].replace(/[.:]$/, '');
    const words = SYNTAX_WORDS[error.code] ?? lowerFirst(message);
    return syntaxProblem(place(error.pos[0]), words, SYNTAX_HINTS[error.code] ?? '');
  });
}

/** Where the parser speaks to programmers. */
const SYNTAX_WORDS: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and a file holds one',
};

const SYNTAX_HINTS: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'write one scenario in one file; remove the line ---',
  BAD_INDENT: 'indent the members of one map by the same number of spaces',
};

/** Keys that stand twice in one map, and the one that no object may have. The parser's own check is quadratic. */
function keyProblems(yaml: Document.Parsed, place: PlaceOf): Problem[] {
  const problems: Problem[] = [];
  const open: unknown[] = [yaml.contents];
  while (open.length > 0 && problems.length < SYNTAX_ERRORS_MAX) {
    const node = open.pop();
    if (isMap(node)) problems.push(...keyProblemsOfMap(node, place));
    if (isPair(node)) open.push(node.value, node.key);
    else if (isCollection(node)) for (let i = node.items.length - 1; i >= 0; i--) open.push(node.items[i]);
  }
  return problems.slice(0, SYNTAX_ERRORS_MAX);
}

function keyProblemsOfMap(map: YAMLMap, place: PlaceOf): Problem[] {
  const problems: Problem[] = [];
  const met = new Set<string>();
  for (const { key } of map.items) {
    // Maps and lists as keys are refused by the schema; here they would only cost time.
    if (key !== null && !isScalar(key)) continue;
    const text = keyText(key);
    if (met.has(text)) {
      problems.push(syntaxProblem(place(offsetOf(key)), 'map keys must be unique', 'keep one of the two'));
    } else if (text === '__proto__') problems.push(protoKey(place(offsetOf(key))));
    met.add(text);
  }
  return problems;
}

/** Depth and aliases, over the nodes as written; does not recurse. */
function structureProblems(yaml: Document.Parsed, place: PlaceOf, { entries }: SourceLimits): Problem[] {
  if (yaml.errors.length > 0) return [];
  const problems: Problem[] = [];
  const open: { node: unknown; depth: number }[] = [{ node: yaml.contents, depth: 1 }];
  while (open.length > 0) {
    const { node, depth } = open.pop()!;
    if (isPair(node)) {
      open.push({ node: node.value, depth }, { node: node.key, depth });
    } else if (isAlias(node) && node.resolve(yaml) === undefined) {
      problems.push(unresolvedAlias(place(offsetOf(node)), node.source));
    } else if (isCollection(node)) {
      if (node.items.length > entries) problems.push(tooMany(place(offsetOf(node)), node.items.length));
      else if (depth > DEPTH_MAX) problems.push(tooDeep(place(offsetOf(node)), `deeper than ${DEPTH_MAX} levels`));
      else for (const item of node.items) open.push({ node: item, depth: depth + 1 });
    }
  }
  return problems;
}

function plainValue(yaml: Document.Parsed, alias: Place, text: string): unknown {
  try {
    return yaml.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const message = error instanceof Error ? lowerFirst(error.message) : String(error);
    const hint = 'write the values out instead of repeating them by aliases';
    throw new ScenarioProblems([{ ...syntaxProblem(alias, message), hint }], new Map([[alias.file, text]]));
  }
}

/** Offsets of the value at a path and of its key; of the last part that exists, if the path leads further. */
function offsets(yaml: Document.Parsed, path: Path): { key: number; value: number } {
  let node: unknown = yaml.contents;
  let found = { key: offsetOf(node), value: offsetOf(node) };
  for (const part of path) {
    const next = child(resolved(yaml, node), part);
    // A missing member is pointed at by the key of the part that should hold it.
    if (next === undefined) return { key: found.key, value: found.key };
    found = { key: offsetOf(next.key ?? next.value), value: offsetOf(next.value ?? next.key) };
    node = next.value;
  }
  return found;
}

function child(node: unknown, part: PropertyKey): { key: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => keyText(pair.key) === String(part));
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : String(key);
}

function resolved(yaml: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(yaml) : node;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? ((node as ParsedNode | Node).range?.[0] ?? 0) : 0;
}

function firstAliasOffset(yaml: Document.Parsed): number {
  const open: unknown[] = [yaml.contents];
  let first = Number.MAX_SAFE_INTEGER;
  while (open.length > 0) {
    const node = open.pop();
    if (isAlias(node)) first = Math.min(first, offsetOf(node));
    else if (isPair(node)) open.push(node.key, node.value);
    else if (isCollection(node)) open.push(...node.items.slice(0, 100_000));
  }
  return first === Number.MAX_SAFE_INTEGER ? 0 : first;
}

function syntaxProblem(place: Place, words: string, hint = ''): Problem {
  const message = `this is not valid YAML: ${shortened(words)}`;
  return { ...place, path: '', message, expected: '', got: '', hint };
}

/** JavaScript gives this key a meaning of its own, and checks further on skip it: it would be dropped in silence. */
function protoKey(place: Place): Problem {
  const message = 'the key __proto__ is not possible';
  return { ...place, path: '__proto__', message, expected: '', got: '', hint: 'choose another name' };
}

function unresolvedAlias(place: Place, name: string): Problem {
  const word = shortened(name);
  const hint = `mark the repeated value with &${word} above this line, or put text that starts with * in quotes`;
  return { ...place, path: '', message: `the alias *${word} refers to nothing`, expected: '', got: '', hint };
}

function tooDeep(place: Place, got: string): Problem {
  const expected = `at most ${DEPTH_MAX} levels`;
  return { ...place, path: '', message: 'nested too deeply', expected, got, hint: 'a scenario needs about ten levels' };
}

function tooMany(place: Place, count: number): Problem {
  const expected = `at most ${ENTRIES_MAX} entries`;
  const hint = 'put long lists of nodes or pods into a data file and name it with `data:`';
  return { ...place, path: '', message: 'too many entries in one list or map', expected, got: String(count), hint };
}

function tooLarge(text: string, file: string): ScenarioProblems {
  const expected = `at most ${TEXT_LENGTH_MAX} characters`;
  const hint = 'put long lists of nodes or pods into a data file and name it with `data:`';
  const place = { file, line: 1, column: 1, path: '' };
  return new ScenarioProblems([{ ...place, message: 'the file is too large', expected, got: `${text.length}`, hint }]);
}

function shortened(text: string): string {
  return text.length <= MESSAGE_CHARS_MAX ? text : `${text.slice(0, MESSAGE_CHARS_MAX - 1)}…`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
