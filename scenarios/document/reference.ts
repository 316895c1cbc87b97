/** The reference page of scenario files (`REFERENCE.md`), written from the descriptions in the schema. */
import { environmentSchema } from './environment-schema.ts';
import { type JsonSchema, jsonSchemaOf, scenarioJsonSchema } from './json-schema.ts';
import { type QuantityKind, quantityExamples } from './quantity.ts';

/** One map of the file: where it stands, and its schema. */
interface Section {
  readonly path: string;
  readonly schema: JsonSchema;
  /** Which of several forms this is; empty if there is one. */
  readonly form?: string;
}

const INTRODUCTION = `# Scenario files

A scenario is one YAML file: a question, the cluster that it is asked of, and what is compared. This page is written from
the schema in this folder (\`schema.ts\`). Editors complete and check with \`scenario.schema.json\`; many take it from a
first line \`# yaml-language-server: $schema=FOLDER/scenarios/document/scenario.schema.json\`.

- Keys that are not listed here are refused, so that a slip of the pen cannot change an answer in silence.
- All problems of a file are reported at once, each with its line and column, and with what to write instead.
- \`--set path=value\` on the command line puts a value over the file's: \`--set fabric.uplink=100Gbps\`,
  \`--set traffic.talkers.0.rate=200\`. An empty value removes the key. It is checked like the file.
- An environment, a node list or a pod list is named without folder and suffix. Files beside the scenario come first
  (\`my-room.yaml\` or \`environments/my-room.yaml\`; \`my-nodes.json\` or \`data/my-nodes.json\`), then those of the library.
- Racks and spines are numbered from 0. Node i, counted from 0 in the order of the file, stands in rack i / nodesPerRack.

## Units

A quantity is a number and its unit, without a space. Only processor cores may stand without one.
`;

const UNITS: readonly (readonly [QuantityKind, string, string])[] = [
  ['duration', 'time', 'ns, us, ms, s, m, h'],
  ['bandwidth', 'bits a second', 'bps, Kbps, Mbps, Gbps, Tbps (thousands)'],
  ['cpu', 'processor cores', 'none, or m for thousandths of a core'],
  ['memory', 'memory', 'Mi, Gi, Ti (1024)'],
  ['bytes', 'amount of data', 'B, KB, MB, GB, TB (thousands); KiB, MiB, GiB, TiB (1024)'],
  ['percent', 'share', '% (0% to 100%)'],
];

const ENVIRONMENT_INTRODUCTION = `## Environment files

An environment says what the network under the cluster lets pass. It is a YAML file of its own, or stands under
\`environments\` in a scenario. A rule is \`pass\`, \`drop\`, or \`{ pass-if: CONDITION }\`, perhaps with \`within: subnet\`.
`;

/** The whole page, as checked in. */
export function referencePage(): string {
  const scenario = sectionsOf({ path: '', schema: scenarioJsonSchema() });
  const environment = sectionsOf({ path: '', schema: jsonSchemaOf(environmentSchema) });
  const blocks = [
    `${INTRODUCTION}\n${unitTable()}`,
    ...scenario.map((section) => sectionText(section, 'The file')),
    ENVIRONMENT_INTRODUCTION,
    ...environment.map((section) => sectionText(section, 'The environment file')),
  ];
  return `${blocks.map((block) => block.trimEnd()).join('\n\n')}\n`;
}

function unitTable(): string {
  const rows = UNITS.map(([kind, what, units]) => [kind, what, units, codeList(quantityExamples(kind), ', ')]);
  return table(['kind', 'what', 'units', 'examples'], rows);
}

/** A map and all maps below it, in the order of the file. */
function sectionsOf(section: Section): Section[] {
  const below = Object.entries(section.schema.properties ?? {}).flatMap(([key, member]) =>
    mapsIn({ path: joined(section.path, key), schema: member }),
  );
  return [section, ...withoutTwins(section.path, below).flatMap(sectionsOf)];
}

/** Members of one map that are alike, such as all rules, share one section. */
function withoutTwins(parent: string, sections: readonly Section[]): Section[] {
  const texts = sections.map(({ schema }) => JSON.stringify(schema));
  return sections.flatMap((section, index) => {
    if (texts.indexOf(texts[index]) < index) return [];
    return [texts.lastIndexOf(texts[index]) > index ? { ...section, path: joined(parent, '*') } : section];
  });
}

function joined(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** The maps that a value may be or hold: the value itself, entries of a list, members of a map with free names. */
function mapsIn({ path, schema }: Section): Section[] {
  if (schema.anyOf !== undefined) return formsIn(path, schema.anyOf);
  if (schema.items !== undefined) return mapsIn({ path: `${path}[]`, schema: schema.items });
  if (schema.properties !== undefined) return [{ path, schema }];
  if (typeof schema.additionalProperties !== 'object') return [];
  return mapsIn({ path: `${path}.NAME`, schema: schema.additionalProperties });
}

/** Maps that stand for each other are told apart by their first key. */
function formsIn(path: string, branches: readonly JsonSchema[]): Section[] {
  const maps = branches.flatMap((branch) => mapsIn({ path, schema: branch }));
  const form = ({ schema }: Section) => ` with \`${Object.keys(schema.properties ?? {})[0]}\``;
  return maps.length < 2 ? maps : maps.map((map) => ({ ...map, form: form(map) }));
}

function sectionText({ path, schema, form = '' }: Section, root: string): string {
  const rows = Object.entries(schema.properties ?? {}).map(([key, member]) => [
    `\`${key}\``,
    kindText(member),
    leftOutText(member, schema.required?.includes(key) ?? false),
    member.description ?? '',
  ]);
  const heading = path === '' ? `## ${root}` : `### \`${path}\`${form}`;
  return `${heading}\n\n${schema.description ?? ''}\n\n${table(['key', 'what to write', 'if left out', 'meaning'], rows)}`;
}

/** What to write for a value, in a few words. */
function kindText(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kindText))].join(', or ');
  if (schema['x-quantity'] !== undefined) return schema['x-quantity'];
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return codeList(schema.enum, ' or ');
  if (schema.items !== undefined) return `list of: ${kindText(schema.items)}`;
  if (schema.properties !== undefined) return 'map, see below';
  if (typeof schema.additionalProperties === 'object' && Object.keys(schema.additionalProperties).length === 0)
    return 'map';
  if (typeof schema.additionalProperties === 'object')
    return `map from names to: ${kindText(schema.additionalProperties)}`;
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: '`true` or `false`',
  };
  return `${words[String(schema.type)] ?? String(schema.type)}${rangeText(schema)}`;
}

function rangeText({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const low = minimum !== undefined ? `${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  if (low === '' && maximum === undefined) return '';
  if (maximum === undefined) return minimum === undefined ? `, ${low}` : `, at least ${low}`;
  return low === '' ? `, at most ${maximum}` : `, ${low} to ${maximum}`;
}

function leftOutText(schema: JsonSchema, required: boolean): string {
  if (required) return '**required**';
  if (schema.default === undefined) return 'optional';
  if (typeof schema.default === 'object') return schema.properties === undefined ? 'none' : 'the defaults';
  return schema.default === '' ? 'empty' : `\`${String(schema.default)}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function codeList(values: readonly unknown[], separator: string): string {
  return values.map((value) => `\`${String(value)}\``).join(separator);
}
