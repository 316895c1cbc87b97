/** The help texts: the list of verbs, and one verb with its options. */
import type { OptionSpec, Verb, VerbEntry } from './verb.ts';

/** The list of all verbs. */
export function helpOfAll(verbs: readonly VerbEntry[]): string {
  return [
    'Wavetank: a deterministic simulator of container networks and scheduling.',
    '',
    'Usage: wavetank VERB ...',
    '',
    ...columns(verbs.map((entry) => [entry.name, entry.summary])),
    '',
    'wavetank VERB --help tells the options of a verb. To begin, with a scenario of the library:',
    '',
    '  wavetank run first-steps',
    '  wavetank compare first-steps --out results',
    '  wavetank view results',
    '',
  ].join('\n');
}

/** One verb: its usage, what it does, its options. */
export function helpOfVerb(verb: Verb): string {
  const rows = Object.entries(verb.options).map(([name, spec]): [string, string] => [
    optionName(name, spec),
    spec.help,
  ]);
  return [
    `Usage: wavetank ${verb.usage}`,
    '',
    `${verb.summary[0].toUpperCase()}${verb.summary.slice(1)}.`,
    ...(verb.details === undefined ? [] : ['', verb.details]),
    '',
    'Options:',
    ...columns([...rows, ['-h, --help', 'this text']]),
    '',
  ].join('\n');
}

function optionName(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  const value = spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : '';
  return `${short}--${name}${value}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
