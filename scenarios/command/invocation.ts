/**
 * One call of `wavetank`: finds the verb, reads its options, runs it, and turns whatever goes wrong into words and
 * an exit status. Knows no process, so that tests call it directly.
 */

import { nearestWord } from '../document/nearest.ts';
import { ArgumentProblem, readArguments } from './arguments.ts';
import { reportFailure } from './failure.ts';
import { helpOfAll, helpOfVerb } from './help.ts';
import type { Io, VerbEntry } from './verb.ts';

/** Runs one command line (without `node` and the program). Never throws; resolves to the exit status. */
export async function invoke(words: readonly string[], io: Io, verbs: readonly VerbEntry[]): Promise<number> {
  try {
    return await dispatch(words, io, verbs);
  } catch (error) {
    return reportFailure(error, words, io);
  }
}

async function dispatch(words: readonly string[], io: Io, verbs: readonly VerbEntry[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    io.err.write(helpOfAll(verbs));
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], io, verbs);
  const verb = await findVerb(name, verbs).load();
  if (asksForHelp(rest)) {
    io.out.write(helpOfVerb(verb));
    return 0;
  }
  return await verb.run(readArguments(verb, rest), io);
}

async function help(name: string | undefined, io: Io, verbs: readonly VerbEntry[]): Promise<number> {
  io.out.write(name === undefined ? helpOfAll(verbs) : helpOfVerb(await findVerb(name, verbs).load()));
  return 0;
}

/** `--help` counts anywhere before a bare `--`, even beside options that are wrong: help is what is wanted then. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

function findVerb(name: string, verbs: readonly VerbEntry[]): VerbEntry {
  const found = verbs.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = verbs.map((entry) => entry.name);
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? `The verbs are ${names.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new ArgumentProblem(`There is no verb "${name}". ${hint}`);
}
