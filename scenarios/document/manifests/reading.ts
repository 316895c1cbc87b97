/**
 * From the text of a manifest file to its objects: JSON of any size object by object, YAML with several documents, and
 * lists in both. What cannot be read is told with its line, and the objects before and after it go on.
 */
import { describeValue } from '../issue.ts';
import { type Problem, ScenarioProblems } from '../problems.ts';
import { type Path, type Place, pathText, readSource, type Source, type SourceLimits } from '../source.ts';
import { isObject, type JsonObject, listAt, textAt } from './json.ts';
import { ITEM_LENGTH_MAX, type JsonItem, JsonItems } from './json-items.ts';
import type { ReportWriter } from './report.ts';

/** An object as it was found, and the place of any of its parts. */
export interface RawManifest {
  readonly value: JsonObject;
  readonly placeOf: (path: Path) => Place;
  /** Likewise for later, without holding the text: of a part of JSON only where the object begins. */
  readonly placeLater: (path: Path) => Place;
}

/** Characters of a YAML file: with the place of each value it is read at about a megabyte a second. */
export const YAML_LENGTH_MAX = 4_000_000;
const YAML_LIMITS: SourceLimits = { length: 2 * YAML_LENGTH_MAX, entries: 50_000 };

/** Reads chunks of a file; `each` gets every object. Only what a YAML file needs is held. */
export function readManifestFile(
  chunks: Iterable<string>,
  file: string,
  report: ReportWriter,
  each: (manifest: RawManifest) => void,
): void {
  const reader = new ManifestFileReader(file, report, each);
  for (const chunk of chunks) reader.feed(chunk);
  reader.end();
}

/** Takes a manifest file in chunks. */
export class ManifestFileReader {
  readonly #file: string;
  readonly #report: ReportWriter;
  readonly #each: (manifest: RawManifest) => void;
  #json: JsonItems | undefined;
  #yaml = '';
  #tooLong = false;
  #begun = false;
  #read = 0;

  constructor(file: string, report: ReportWriter, each: (manifest: RawManifest) => void) {
    this.#file = file;
    this.#report = report;
    this.#each = each;
  }

  /** The next piece of the text. */
  feed(chunk: string): void {
    if (!this.#begun) {
      const text = (this.#yaml + chunk).replace(/^\uFEFF/, '');
      this.#yaml = text;
      const first = text.trimStart().charAt(0);
      if (first === '') return;
      this.#begun = true;
      if (first !== '{' && first !== '[') return;
      this.#json = new JsonItems((item) => this.#item(item));
      this.#yaml = '';
      this.#json.feed(text);
    } else if (this.#json !== undefined) this.#json.feed(chunk);
    else if (this.#yaml.length + chunk.length > YAML_LENGTH_MAX) this.#tooLong = true;
    else this.#yaml += chunk;
  }

  /** The text ends. */
  end(): void {
    if (this.#json !== undefined) this.#endJson(this.#json);
    else if (this.#yaml.trim() === '') this.#say(1, 'the file is empty', 'Kubernetes objects in YAML or JSON', '', '');
    else if (this.#tooLong || this.#yaml.length > YAML_LENGTH_MAX) this.#yamlTooLong();
    else for (const part of yamlDocuments(this.#yaml)) this.#yamlDocument(part);
  }

  #item({ text, line, listKind }: JsonItem): void {
    this.#read++;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.#badItem(text, line, error);
      return;
    }
    const placeOf = (path: Path): Place => placeInJson(text, line, path, this.#file);
    this.#object(value, listKind, placeOf, () => ({ file: this.#file, line, column: 1 }));
  }

  #badItem(text: string, line: number, error: unknown): void {
    if (text.length > ITEM_LENGTH_MAX / 2) {
      this.#say(line, 'an object is too large and was left out', 'an object of at most a few MB', '', '');
      return;
    }
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0);
    const at = line + newlines(text.slice(0, offset));
    const hint = 'mend it, or write the file anew with kubectl get … -o json';
    this.#say(at, `this is not valid JSON, and the object ${nameIn(text)}was left out`, '', '', hint);
  }

  #endJson(json: JsonItems): void {
    const cut = json.end();
    if (json.strayLine > 0) {
      const hint = 'remove what is not JSON, such as messages of kubectl';
      this.#say(json.strayLine, 'there is text outside of the JSON', '', '', hint);
    }
    if (json.strayItemLine > 0) {
      const expected = 'maps with apiVersion and kind';
      this.#say(
        json.strayItemLine,
        'an item of the list is no object and was left out',
        expected,
        'a text, a number or null',
        '',
      );
    }
    if (cut === undefined) return;
    const where = cut.partial === '' ? 'between objects' : `in the middle of an object, ${nameIn(cut.partial)}which`;
    const begins = cut.partial === '' ? '' : ` begins in line ${cut.partialLine}`;
    this.#report.cutOff({
      ...{ file: this.#file, line: cut.line, column: 1, path: '', expected: '', got: '' },
      message: `the file ends ${where}${begins}; ${this.#read} whole objects before that were read`,
      hint: 'write the file anew, and look whether the disk is full or the command was stopped',
    });
  }

  #yamlTooLong(): void {
    const hint = 'write it as JSON, which may be of any size: kubectl get … -o json';
    this.#say(1, 'the YAML file is too large and was left out', `at most ${YAML_LENGTH_MAX} characters`, '', hint);
  }

  #yamlDocument({ text, line }: { text: string; line: number }): void {
    let source: Source;
    try {
      // Empty lines stand for the documents before, so that the lines of problems are those of the file.
      source = readSource('\n'.repeat(line - 1) + text, this.#file, YAML_LIMITS);
    } catch (error) {
      if (!(error instanceof ScenarioProblems)) throw error;
      for (const problem of error.problems) this.#report.problem(problem);
      return;
    }
    if (source.value === null || source.value === undefined) return;
    this.#read++;
    const placeOf = (path: Path): Place => source.placeOfValue(path);
    this.#object(source.value, '', placeOf, placeOf);
  }

  #object(
    value: unknown,
    listKind: string,
    placeOf: RawManifest['placeOf'],
    placeLater: RawManifest['placeLater'],
  ): void {
    if (!isObject(value)) {
      const { line } = placeOf([]);
      const hint = 'write objects that begin with apiVersion and kind';
      this.#say(line, 'this is not a Kubernetes object', 'a map with apiVersion and kind', describeValue(value), hint);
      return;
    }
    const kind = textAt(value, 'kind');
    if (kind === 'List' || (kind.endsWith('List') && Array.isArray(value.items))) {
      listAt(value, 'items').forEach((item, index) => {
        const below = (place: RawManifest['placeOf']) => (path: Path) => place(['items', index, ...path]);
        this.#object(item, kind, below(placeOf), below(placeLater));
      });
      return;
    }
    // The API itself leaves out the kind of what stands in a list of one kind.
    const single = /^(.+)List$/.exec(listKind)?.[1];
    const whole = kind === '' && single !== undefined ? { ...value, kind: single } : value;
    this.#each({ value: whole, placeOf, placeLater });
  }

  #say(line: number, message: string, expected: string, got: string, hint: string): void {
    this.#report.problem({ file: this.#file, line, column: 1, path: '', message, expected, got, hint });
  }
}

/** A fault at a place of an object. */
export function problemAt(
  { placeOf }: { readonly placeOf: (path: Path) => Place },
  path: Path,
  words: Pick<Problem, 'message' | 'expected' | 'got' | 'hint'>,
): Problem {
  return { ...placeOf(path), path: pathText(path), ...words };
}

/** The documents of a YAML text with the lines at which they begin. */
function yamlDocuments(text: string): { text: string; line: number }[] {
  const documents: { text: string; line: number }[] = [];
  let lines: string[] = [];
  let first = 1;
  text.split('\n').forEach((line, index) => {
    const marker = /^---(\s|$)/.test(line);
    if (!marker) {
      lines.push(/^\.\.\.\s*$/.test(line) ? '' : line);
      return;
    }
    documents.push({ text: lines.join('\n'), line: first });
    lines = [line.slice(3)];
    first = index + 1;
  });
  documents.push({ text: lines.join('\n'), line: first });
  // Comments alone are no document.
  return documents.filter((document) => /^\s*[^\s#]/m.test(document.text));
}

/** The place of a part of an object of JSON: looked for only when something is wrong there. */
function placeInJson(text: string, line: number, path: Path, file: string): Place {
  if (path.length === 0 || text.length > YAML_LENGTH_MAX) return { file, line, column: 1 };
  try {
    const place = readSource(text, file, YAML_LIMITS).placeOfValue(path);
    return { file, line: place.line + line - 1, column: place.line === 1 ? 1 : place.column };
  } catch {
    return { file, line, column: 1 };
  }
}

/** Name of an object of which only a part can be read, with a space after it. */
function nameIn(text: string): string {
  const kind = /"kind"\s*:\s*"(\w+)"/.exec(text)?.[1];
  const name = /"metadata"\s*:[\s\S]*?"name"\s*:\s*"([^"]{1,253})"/.exec(text)?.[1];
  return [kind, name].map((part) => (part === undefined ? '' : `${part} `)).join('');
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
