/** The JSON Schema of what people write: for editors, for the reference page, and for naming the keys that are known. */
import { z } from 'zod';
import { nearestWord } from './nearest.ts';
import { type QuantityKind, quantityExamples } from './quantity.ts';
import { scenarioSchema } from './schema.ts';
import type { Path } from './source.ts';

/** The members of JSON Schema that this room makes and reads. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Not of the standard: which kind of quantity the text is. */
  readonly 'x-quantity'?: QuantityKind;
}

/** The schema of scenario files, as checked in at `scenario.schema.json`. */
export function scenarioJsonSchema(): JsonSchema {
  const { $schema, ...rest } = jsonSchemaOf(scenarioSchema);
  return { ...($schema === undefined ? {} : { $schema }), title: 'Wavetank scenario', ...rest };
}

/** Widest line of checked-in text. */
const COLUMNS_MAX = 120;

/** The text of `scenario.schema.json`: indented by two, and lists of plain values on one line where they fit. */
export function scenarioJsonSchemaText(): string {
  const indented = JSON.stringify(scenarioJsonSchema(), null, 2);
  const text = indented.replace(/^(.*)\[\n([^[\]{}]*?)\n\s*\](,?)$/gm, (whole, before, members, comma) => {
    const line = `${before}[${members.trim().replace(/\n\s*/g, ' ')}]${comma}`;
    return line.length <= COLUMNS_MAX ? line : whole;
  });
  return `${text}\n`;
}

/** The schema of what a zod schema reads. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => tidy(jsonSchema as Writable),
  }) as JsonSchema;
}

type Writable = { -readonly [Key in keyof JsonSchema]: JsonSchema[Key] };

/** Adds the examples of quantities, and removes bounds that only say "exact in a number". */
function tidy(schema: Writable): void {
  const kind = schema['x-quantity'];
  if (kind !== undefined) schema.examples = quantityExamples(kind);
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** All branches that a value at this path may follow; empty if the path leads nowhere. */
export function schemasAt(root: JsonSchema, path: Path): readonly JsonSchema[] {
  let here = branches(root);
  for (const part of path) here = here.flatMap((schema) => memberOf(schema, part)).flatMap(branches);
  return here;
}

/** The keys that are known at this path. */
export function keysAt(root: JsonSchema, path: Path): readonly string[] {
  return [...new Set(schemasAt(root, path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** What to do about an unknown key: the near key that was meant, where else the key belongs, or all known keys. */
export function unknownKeyHint(root: JsonSchema, path: Path, key: string): string {
  const known = keysAt(root, path);
  const near = nearestWord(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  const elsewhere = placesOfKey(root, key);
  if (elsewhere.length > 0) return `move it: ${key} belongs under ${elsewhere.slice(0, 3).join(' or ')}`;
  return `known here: ${known.join(', ')}`;
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(branches);
}

function memberOf(schema: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  if (schema.items !== undefined) return [schema.items];
  const named = Object.hasOwn(schema.properties ?? {}, part) ? schema.properties![String(part)] : undefined;
  if (named !== undefined) return [named];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

/** Paths of the maps that know the key; list positions are left out, so the path reads like the file. */
function placesOfKey(schema: JsonSchema, key: string, at = ''): string[] {
  return branches(schema).flatMap((branch) => {
    const own = Object.hasOwn(branch.properties ?? {}, key) && at !== '' ? [at] : [];
    const below = Object.entries(branch.properties ?? {}).flatMap(([name, member]) =>
      placesOfKey(member, key, at === '' ? name : `${at}.${name}`),
    );
    return [...own, ...below, ...(branch.items === undefined ? [] : placesOfKey(branch.items, key, at))];
  });
}
