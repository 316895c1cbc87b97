/** From an issue of zod to a finding in the words of this project: what was expected, what was there, what to do. */
import type { z } from 'zod';
import type { OneOf, Refusal } from './field.ts';
import { type JsonSchema, keysAt, schemasAt, unknownKeyHint } from './json-schema.ts';
import { nearestWord } from './nearest.ts';
import { type Path, valueAt } from './source.ts';

/** A problem without its place yet. */
export interface Finding {
  readonly path: Path;
  /** What is pointed at: the value, or the key. */
  readonly at: 'value' | 'key';
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** A finding about a value. */
export function finding(path: Path, message: string, expected: string, got: string, hint: string): Finding {
  return { path, at: 'value', message, expected, got, hint };
}

type Issue = z.core.$ZodIssue;

/** All findings about a raw value that a schema refused. */
export function findingsOf(issues: readonly Issue[], root: unknown, schema: JsonSchema): Finding[] {
  const flat = issues.flatMap((issue) => chosenBranch(issue, root));
  const unknown = flat.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue] : []));
  return flat
    .filter((issue) => !isEchoOfUnknownKey(issue, unknown, root))
    .flatMap((issue) => toFindings(issue, root, schema));
}

/** What a value is, in few words, for "got …". */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** "one of a, b" — or the one. */
export function oneOfText(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

/** The nearest allowed word, as a hint. */
export function nearestHint(raw: unknown, allowed: readonly unknown[]): string {
  const near = typeof raw === 'string' ? nearestWord(raw, allowed.map(String)) : undefined;
  return near === undefined ? '' : `did you mean ${near}?`;
}

/** Of a union only the branch that the value seems to have been meant for is reported. */
function chosenBranch(issue: Issue, root: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const branches = issue.errors.map((errors) =>
    errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] }) as Issue),
  );
  const weights = branches.map((errors) => errors.reduce((sum, error) => sum + weightOf(error, issue, root), 0));
  const lightest = branches[weights.indexOf(Math.min(...weights))];
  if (lightest.every((error) => error.path.length === issue.path.length && isTypeMismatch(error, root))) return [issue];
  return lightest.flatMap((error) => chosenBranch(error, root));
}

/** How badly an issue speaks against a branch: a value of another type most, an unknown key more than a missing one. */
function weightOf(issue: Issue, union: Issue, root: unknown): number {
  if (issue.path.length === union.path.length && isTypeMismatch(issue, root)) return 20;
  return issue.code === 'unrecognized_keys' ? 3 * issue.keys.length : 1;
}

function isTypeMismatch(issue: Issue, root: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  return issue.code === 'invalid_value' && typeof valueAt(root, issue.path) !== 'string';
}

/** A missing key that an unknown key was meant for is the same mistake, and one report of it is enough. */
function isEchoOfUnknownKey(issue: Issue, unknown: readonly { path: Path; keys: string[] }[], root: unknown): boolean {
  const oneOf = oneOfParams(issue);
  const parent = oneOf === undefined ? issue.path.slice(0, -1) : issue.path;
  const wanted = oneOf ?? (valueAt(root, issue.path) === undefined ? [String(issue.path.at(-1) ?? '')] : []);
  return unknown.some(
    ({ path, keys }) => samePath(path, parent) && keys.some((key) => nearestWord(key, wanted) !== undefined),
  );
}

function toFindings(issue: Issue, root: unknown, schema: JsonSchema): Finding[] {
  const raw = valueAt(root, issue.path);
  const base = { path: issue.path, at: 'value', expected: '', got: describeValue(raw), hint: '' } as const;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, schema));
  if (oneOfParams(issue) !== undefined) return [oneOfFinding(base, raw, oneOfParams(issue)!)];
  if (raw === undefined && issue.path.length > 0) return [missing(issue.path, schema)];
  const refusal = refusalParams(issue);
  if (refusal !== undefined) return [{ ...base, ...refusal }];
  return [{ ...base, ...wording(issue, raw, schema) }];
}

function wording(issue: Issue, raw: unknown, schema: JsonSchema): Pick<Finding, 'message' | 'expected' | 'hint'> {
  switch (issue.code) {
    case 'invalid_value':
      return { message: 'not a known value', expected: oneOfText(issue.values), hint: nearestHint(raw, issue.values) };
    case 'too_small':
      return { message: 'too small', expected: bound('at least', 'more than', issue.minimum, issue), hint: '' };
    case 'too_big':
      return { message: 'too large', expected: bound('at most', 'less than', issue.maximum, issue), hint: '' };
    case 'invalid_format':
      return { message: 'not in the right form', expected: issue.message, hint: '' };
    case 'invalid_key':
      return { message: 'not a good name', expected: issue.issues[0]?.message ?? 'a name', hint: '' };
    default: {
      const expected = expectationAt(schema, issue.path);
      return { message: 'wrong kind of value', expected, hint: typeHint(expected, raw) };
    }
  }
}

/** Numbers and booleans where text belongs are the classic trap of YAML. */
function typeHint(expected: string, raw: unknown): string {
  const scalar = typeof raw === 'number' || typeof raw === 'boolean';
  if (expected === 'text' && scalar) return `write it in quotes: "${String(raw)}"`;
  if (/number/.test(expected) && typeof raw === 'string' && /^[-+.\d]+$/.test(raw)) return 'write it without quotes';
  if (expected === 'true or false') return 'write true or false without quotes';
  return '';
}

function bound(
  inclusive: string,
  exclusive: string,
  limit: unknown,
  issue: { origin: string; inclusive?: boolean },
): string {
  const units: Record<string, string> = { string: ' characters', array: ' entries' };
  return `${issue.inclusive === false ? exclusive : inclusive} ${String(limit)}${units[issue.origin] ?? ''}`;
}

function unknownKey(path: Path, key: string, schema: JsonSchema): Finding {
  const hint = unknownKeyHint(schema, path, key);
  return { path: [...path, key], at: 'key', message: 'this key is not known', expected: '', got: '', hint };
}

function missing(path: Path, schema: JsonSchema): Finding {
  const key = String(path.at(-1));
  const example = schemasAt(schema, path)[0]?.examples?.[0];
  const hint = example === undefined ? `add ${key}` : `add for example ${key}: ${String(example)}`;
  return { path, at: 'key', message: `${key} is missing`, expected: expectationAt(schema, path), got: 'nothing', hint };
}

function oneOfFinding(base: Pick<Finding, 'path' | 'at'>, raw: unknown, keys: readonly string[]): Finding {
  const given = typeof raw === 'object' && raw !== null ? keys.filter((key) => Object.hasOwn(raw, key)) : [];
  const got = given.length === 0 ? 'none' : given.join(' and ');
  const hint = given.length === 0 ? `add one of them` : 'keep one of them';
  return { ...base, message: 'not exactly one', expected: `exactly ${oneOfText(keys)}`, got, hint };
}

/** In words, what the schema wants at a path. */
function expectationAt(root: JsonSchema, path: Path): string {
  const texts = [...new Set(schemasAt(root, path).map(expectation))].filter((text) => text !== '');
  return texts.join(' or ');
}

function expectation(schema: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return oneOfText(schema.enum);
  if (schema.examples !== undefined) return `a value such as ${schema.examples.slice(0, 2).join(' or ')}`;
  const words: Record<string, string> = {
    ...{ string: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false' },
    ...{ array: 'a list', object: objectWords(schema) },
  };
  return typeof schema.type === 'string' ? (words[schema.type] ?? schema.type) : '';
}

function objectWords(schema: JsonSchema): string {
  const keys = keysAt(schema, []);
  return keys.length > 0 && keys.length <= 6 ? `a map with ${keys.join(', ')}` : 'a map';
}

function oneOfParams(issue: Issue): readonly string[] | undefined {
  return issue.code === 'custom' ? (issue.params as Partial<OneOf> | undefined)?.oneOf : undefined;
}

function refusalParams(issue: Issue): Pick<Refusal, 'message' | 'expected' | 'hint'> | undefined {
  if (issue.code !== 'custom') return undefined;
  const refusal = (issue.params as { refusal?: Refusal } | undefined)?.refusal;
  return refusal === undefined
    ? undefined
    : { message: refusal.message, expected: refusal.expected, hint: refusal.hint };
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, index) => String(part) === String(b[index]));
}
