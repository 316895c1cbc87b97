/**
 * Reading of the words after a verb: options by `node:util` parseArgs, with problems that say what was meant.
 */
import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestWord } from '../document/nearest.ts';
import { seedProblem } from '../document/seed.ts';
import type { Arguments, Io, OptionSpec, OptionValue, Verb } from './verb.ts';

/** The command line is wrong. The message is one sentence that says what to write instead; the exit status is 2. */
export class ArgumentProblem extends Error {
  override readonly name = 'ArgumentProblem';
}

/** Reads the words after the verb. @throws ArgumentProblem for an unknown option or a missing value. */
export function readArguments(verb: Verb, words: readonly string[]): Arguments {
  const config: ParseArgsConfig = {
    args: [...words],
    options: Object.fromEntries(Object.entries(verb.options).map(([name, spec]) => [name, parserOption(spec)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  };
  const parsed = parseArgs(config);
  for (const token of parsed.tokens ?? []) {
    if (token.kind === 'option') checkOption(verb, token);
  }
  return { operands: parsed.positionals, options: parsed.values as Record<string, OptionValue>, words };
}

function parserOption(spec: OptionSpec) {
  return {
    type: spec.type,
    ...(spec.short === undefined ? {} : { short: spec.short }),
    ...(spec.multiple === undefined ? {} : { multiple: spec.multiple }),
  };
}

/** What parseArgs tells of one option as it was typed. */
interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function checkOption(verb: Verb, token: OptionToken): void {
  const { name, rawName, value } = token;
  const spec = Object.hasOwn(verb.options, name) ? verb.options[name] : undefined;
  if (spec === undefined) throw new ArgumentProblem(unknownOption(verb, name, rawName));
  if (spec.type === 'boolean' && value !== undefined) {
    throw new ArgumentProblem(`${rawName} takes no value, but "${value}" was given; write ${rawName} alone.`);
  }
  if (spec.type === 'string' && value === undefined) {
    const example = `${rawName} ${spec.value ?? 'VALUE'}`;
    throw new ArgumentProblem(`${rawName} needs a value; write ${example}.`);
  }
  if (spec.type === 'string' && value === '') {
    throw new ArgumentProblem(
      `${rawName} needs a value, but an empty one was given; write ${rawName} ${spec.value ?? 'VALUE'}.`,
    );
  }
  // A value that looks like an option is nearly always a forgotten value; written with `=` it is meant.
  if (spec.type === 'string' && token.inlineValue === false && /^--?[A-Za-z]/.test(value!)) {
    throw new ArgumentProblem(
      `${rawName} needs a value, but the option ${value} follows; write ${rawName}=${value} if that is meant.`,
    );
  }
}

function unknownOption(verb: Verb, name: string, rawName: string): string {
  const nearest = nearestWord(name, Object.keys(verb.options));
  const hint = nearest === undefined ? `See wavetank ${verb.name} --help.` : `Did you mean --${nearest}?`;
  return `${verb.name} has no option ${rawName}. ${hint}`;
}

/** The only operand of a verb that needs one. @throws ArgumentProblem when it is missing or more are given. */
export function operand(args: Arguments, name: string): string {
  const value = optionalOperand(args, name);
  if (value === undefined) {
    const what = name === 'SCENARIO' ? ': a file, or a name of the library such as first-steps' : '';
    throw new ArgumentProblem(`${name} is missing${what}; see --help of this verb.`);
  }
  return value;
}

/** The only operand of a verb that can do without. @throws ArgumentProblem when more are given. */
export function optionalOperand(args: Arguments, name: string): string | undefined {
  if (args.operands.length > 1) {
    throw new ArgumentProblem(`Only one ${name} is possible, but "${args.operands[1]}" was given too.`);
  }
  return args.operands[0];
}

/** Refuses operands where a verb takes none. */
export function noOperands(args: Arguments): void {
  if (args.operands.length > 0) throw new ArgumentProblem(`"${args.operands[0]}" is not expected here; see --help.`);
}

/** Whether a switch was given. */
export function flag(args: Arguments, name: string): boolean {
  return args.options[name] === true;
}

/** The value of an option as text; the last one when it was given twice. */
export function textOption(args: Arguments, name: string): string | undefined {
  const value = args.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of an option that may be repeated. */
export function textOptions(args: Arguments, name: string): readonly string[] {
  const value = args.options[name];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  return typeof value === 'string' ? [value] : [];
}

/** The value of an option as a whole number within bounds. @throws ArgumentProblem otherwise. */
export function wholeNumberOption(
  args: Arguments,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw new ArgumentProblem(
    `--${name} must be a whole number from ${bounds.min} to ${bounds.max}, but "${text}" was given.`,
  );
}

/** A path of the command line, absolute: relative ones start at the caller's folder. */
export function callerPath(io: Io, path: string): string {
  return resolve(io.cwd, path);
}

/** The seed of the command line, checked as the scenario's is; undefined when none was given. @throws ArgumentProblem */
export function seedOption(args: Arguments): string | undefined {
  const seed = textOption(args, 'seed');
  const problem = seed === undefined ? undefined : seedProblem(seed);
  if (problem !== undefined) throw new ArgumentProblem(problem);
  return seed;
}
