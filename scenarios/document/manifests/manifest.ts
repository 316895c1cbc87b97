/** Objects of manifests reduced to what the model knows, and the store in which they are found by kind and name. */
import { nearestWord } from '../nearest.ts';
import type { Path, Place } from '../source.ts';
import { type JsonObject, textAt } from './json.ts';
import { groupAndVersion, KINDS, type Kind, NEVER_KEPT } from './kinds.ts';
import { prune } from './pruning.ts';
import { problemAt, type RawManifest } from './reading.ts';
import type { ReportWriter } from './report.ts';

/** One object: only fields that the model knows. */
export interface Manifest {
  readonly kind: string;
  /** Empty for kinds that stand in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly body: JsonObject;
  /** Where a part of it stands; looked up when something is to be said. */
  readonly placeOf: (path: Path) => Place;
}

const NAME_LENGTH_MAX = 253;

/** Takes objects as they are read, and keeps what can be used. */
export class ManifestStore {
  readonly #report: ReportWriter;
  readonly #byKind = new Map<string, Map<string, Manifest>>();
  #generated = 0;

  constructor(report: ReportWriter) {
    this.#report = report;
  }

  /** All objects of a kind, in the order in which they were read. */
  all(kind: string): readonly Manifest[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])];
  }

  /** One object. */
  find(kind: string, namespace: string, name: string): Manifest | undefined {
    return this.#byKind.get(kind)?.get(`${namespace}/${name}`);
  }

  /** Number of objects of all kinds. */
  get size(): number {
    return [...this.#byKind.values()].reduce((sum, objects) => sum + objects.size, 0);
  }

  /** Reduces an object and keeps it, or says why not. */
  add(raw: RawManifest): void {
    const name = textAt(raw.value, 'kind');
    const kind = this.#kindOf(raw, name);
    if (kind === undefined) return;
    const { apiVersion: _version, kind: _kind, ...value } = raw.value;
    const { body, faults } = prune(value, kind.fields, (path) => this.#report.ignore(name, path));
    for (const { path, ...words } of faults) this.#report.problem(problemAt(raw, path, words));
    const missing = kind.required.filter((path) => !isThere(value, path));
    for (const path of missing) this.#missing(raw, path);
    const manifest = this.#named(raw, name, kind, body);
    if (faults.length + missing.length > 0) this.#leaveOut(name, manifest);
    else if (manifest !== undefined) this.#keep(manifest, raw);
  }

  #kindOf(raw: RawManifest, name: string): Kind | undefined {
    if (name === '') {
      const words = { message: 'kind is missing', expected: 'a kind such as Pod or Deployment', got: 'nothing' };
      this.#report.problem(problemAt(raw, [], { ...words, hint: 'add apiVersion and kind' }));
      return undefined;
    }
    const { group, version } = groupAndVersion(textAt(raw.value, 'apiVersion'));
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    const sameGroup = kind !== undefined && (kind.group === group || textAt(raw.value, 'apiVersion') === '');
    if (kind === undefined || !sameGroup) {
      this.#unknownKind(raw, name, group);
      return undefined;
    }
    if (kind.versions === undefined || version === '' || kind.versions.includes(version)) return kind;
    const expected = kind.versions.map((one) => `${kind.group}/${one}`).join(' or ');
    const words = { message: `a ${name} of this version was left out`, expected, got: `${group}/${version}` };
    this.#report.problem(problemAt(raw, ['apiVersion'], { ...words, hint: 'write it in a version that is read' }));
    return undefined;
  }

  #unknownKind(raw: RawManifest, name: string, group: string): void {
    const shown = group === '' || Object.hasOwn(KINDS, name) === false ? name : `${name} of ${group}`;
    const near = NEVER_KEPT.includes(name) ? undefined : nearestWord(name, Object.keys(KINDS));
    // A slip of the pen in one's own file; a snapshot is full of kinds that mean nothing to a scheduler.
    if (near !== undefined && group === KINDS[near].group) {
      const words = { message: `the kind ${name} is not known`, expected: '', got: '', hint: `did you mean ${near}?` };
      this.#report.problem(problemAt(raw, ['kind'], words));
      return;
    }
    this.#report.count(`kind ${shown}`, (count) => `${count} ${shown} ${count === 1 ? 'was' : 'were'} not read.`);
  }

  #missing(raw: RawManifest, path: string): void {
    const words = { message: `${path} is missing`, expected: 'a map', got: 'nothing', hint: `add ${path}` };
    this.#report.problem(problemAt(raw, [], words));
  }

  #leaveOut(kind: string, manifest: Manifest | undefined): void {
    const name = manifest === undefined ? 'without a name' : titleOf(manifest);
    this.#report.note(`${manifest === undefined ? `a ${kind} ${name}` : name} was left out: see its problems.`);
  }

  /** The object with its name; undefined where there is none. */
  #named(raw: RawManifest, kindName: string, kind: Kind, body: JsonObject): Manifest | undefined {
    const prefix = textAt(body, 'metadata', 'generateName');
    const written = textAt(body, 'metadata', 'name') || (kind.namedAfter?.(body) ?? kind.namelessAs ?? '');
    const name = written !== '' || prefix === '' ? written : `${prefix}${String(this.#generated++).padStart(5, '0')}`;
    const namespace = kind.namespaced ? textAt(body, 'metadata', 'namespace') || 'default' : '';
    if (name !== '' && (name.length <= NAME_LENGTH_MAX || kind.namedAfter !== undefined))
      return { kind: kindName, namespace, name, body, placeOf: raw.placeLater };
    const words = {
      message: 'metadata.name is missing',
      expected: 'a name of at most 253 characters',
      got: name.slice(0, 20),
    };
    this.#report.problem(problemAt(raw, ['metadata'], { ...words, hint: 'add metadata.name' }));
    return undefined;
  }

  #keep(manifest: Manifest, raw: RawManifest): void {
    let objects = this.#byKind.get(manifest.kind);
    if (objects === undefined) {
      objects = new Map();
      this.#byKind.set(manifest.kind, objects);
    }
    const key = `${manifest.namespace}/${manifest.name}`;
    const first = objects.get(key);
    if (first === undefined) {
      objects.set(key, manifest);
      this.#report.read(manifest.kind);
      return;
    }
    const { file, line } = first.placeOf([]);
    const message = `${titleOf(manifest)} stands twice: the first, in ${file} line ${line}, counts`;
    const hint = 'take one of them out, or give it another name';
    this.#report.problem(problemAt(raw, ['metadata', 'name'], { message, expected: '', got: '', hint }));
  }
}

/** An object for people: `Deployment shop/web`. */
export function titleOf({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return namespace === '' || namespace === 'default' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function isThere(value: JsonObject, path: string): boolean {
  let found: unknown = value;
  for (const key of path.split('.')) found = (found as JsonObject | undefined)?.[key] ?? undefined;
  return typeof found === 'object' && found !== null;
}
