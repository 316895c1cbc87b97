/**
 * An object reduced to the fields that the model knows. What is not known is counted by its path, what has the wrong type
 * is a fault; both are told, and neither is kept.
 */
import { describeValue, oneOfText } from '../issue.ts';
import { nearestWord } from '../nearest.ts';
import type { Path } from '../source.ts';
import type { Field } from './field.ts';
import { isObject, type JsonObject } from './json.ts';
import { readQuantity } from './quantity.ts';

/** A value that is not what its field holds. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** What an object is reduced to. */
export interface Pruned {
  readonly body: JsonObject;
  readonly faults: readonly Fault[];
}

/** Deeper values of fields that are kept whole are cut off. */
const DEPTH_MAX = 20;
/** Whole numbers above this are no counts, ports or sizes. */
const WHOLE_MAX = Number.MAX_SAFE_INTEGER;

/**
 * Reduces an object to its known fields.
 * @param ignored called with the path of each field that is not known; positions in lists are `[]`
 */
export function prune(
  value: JsonObject,
  fields: Readonly<Record<string, Field>>,
  ignored: (path: string) => void,
): Pruned {
  const walk = new Walk(ignored);
  return { body: walk.members(value, fields), faults: walk.faults };
}

class Walk {
  readonly faults: Fault[] = [];
  readonly #path: (string | number)[] = [];
  readonly #ignored: (path: string) => void;

  constructor(ignored: (path: string) => void) {
    this.#ignored = ignored;
  }

  members(value: JsonObject, fields: Readonly<Record<string, Field>>): JsonObject {
    const kept: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const member = value[key];
      // Kubernetes writes null for what is not there.
      if (member === null || member === undefined) continue;
      this.#path.push(key);
      if (Object.hasOwn(fields, key)) {
        const known = this.#field(member, fields[key]);
        if (known !== undefined) kept[key] = known;
      } else this.#ignored(this.#pattern());
      this.#path.pop();
    }
    return kept;
  }

  #field(value: unknown, field: Field): unknown {
    switch (field.is) {
      case 'map':
        return isObject(value) ? this.members(value, field.members) : this.#fault('a map', value);
      case 'list':
        return Array.isArray(value) ? this.#list(value, field.of) : this.#fault('a list', value);
      case 'texts':
        return Array.isArray(value) ? this.#list(value, { is: 'text' }) : this.#fault('a list of texts', value);
      case 'labels':
        return this.#record(value, { is: 'text' }, 'a map from text to text');
      case 'quantities':
        return this.#record(value, { is: 'quantity' }, 'a map from resources to quantities');
      case 'anything':
        return this.#plain(value, 0);
      default:
        return this.#leaf(value, field);
    }
  }

  #list(value: readonly unknown[], of: Field): unknown[] {
    const kept: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      this.#path.push(index);
      const known = this.#field(value[index], of);
      if (known !== undefined) kept.push(known);
      this.#path.pop();
    }
    return kept;
  }

  #record(value: unknown, of: Field, expected: string): unknown {
    if (!isObject(value)) return this.#fault(expected, value);
    const kept: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      // Assigning to this key would change the map itself.
      if (value[key] === null || key === '__proto__') continue;
      this.#path.push(key);
      const known = this.#field(value[key], of);
      if (known !== undefined) kept[key] = known;
      this.#path.pop();
    }
    return kept;
  }

  #leaf(value: unknown, field: Field): unknown {
    if (field.is === 'quantity') return this.#quantity(value);
    if (field.is === 'one of') return this.#oneOf(value, field.words);
    if (field.is === 'flag') return typeof value === 'boolean' ? value : this.#fault('true or false', value);
    if (field.is === 'text') return typeof value === 'string' ? value : this.#fault('text', value, textHint(value));
    const least = field.is === 'whole' ? 0 : -WHOLE_MAX;
    const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= WHOLE_MAX;
    return fits ? value : this.#fault(field.is === 'whole' ? 'a whole number, 0 or more' : 'a whole number', value);
  }

  #oneOf(value: unknown, words: readonly string[]): unknown {
    if (typeof value === 'string' && words.includes(value)) return value;
    const near = typeof value === 'string' ? nearestWord(value, words) : undefined;
    const shown = words.filter((word) => word !== '');
    return this.#fault(oneOfText(shown), value, near === undefined ? '' : `did you mean ${near}?`);
  }

  #quantity(value: unknown): unknown {
    const reading = readQuantity(value);
    if (!reading.ok) return this.#fault(reading.expected, value, reading.hint);
    if (reading.tooLarge)
      return this.#fault('at most 2^63 - 1, about 8Ei', value, 'look for a zero or suffix too many');
    if (reading.nano < 0n) return this.#fault('a quantity of 0 or more', value, 'write it without a sign');
    return value;
  }

  #plain(value: unknown, depth: number): unknown {
    if (depth > DEPTH_MAX || value === null) return undefined;
    if (Array.isArray(value)) return value.map((one) => this.#plain(one, depth + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#plain(member, depth + 1)]));
  }

  #fault(expected: string, value: unknown, hint = ''): undefined {
    const message = 'wrong kind of value';
    this.faults.push({ path: [...this.#path], message, expected, got: describeValue(value), hint });
    return undefined;
  }

  #pattern(): string {
    return patternOf(this.#path);
  }
}

/** A path for people: `spec.containers[].env`. */
export function patternOf(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += '[]';
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

function textHint(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `write it in quotes: "${String(value)}"` : '';
}
