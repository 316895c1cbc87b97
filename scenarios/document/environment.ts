/** Environments by name: from the scenario itself, or from the library's files, each fully checked. */
import type { z } from 'zod';
import { type Environment, environmentSchema, type InlineEnvironment } from './environment-schema.ts';
import { type Finding, findingsOf } from './issue.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { DataLibrary } from './library.ts';
import { nearestWord } from './nearest.ts';
import { type Problem, ScenarioProblems } from './problems.ts';
import { type Path, pathText, readSource, type Source } from './source.ts';

/** A finding at its place in a source. */
export function problemOf(finding: Finding, source: Source): Problem {
  const { path, at, message, expected, got, hint } = finding;
  const place = at === 'key' ? source.placeOfKey(path) : source.placeOfValue(path);
  return { ...place, path: pathText(path), message, expected, got, hint };
}

/** File name under which problems of a library environment are reported. */
export function environmentFile(name: string): string {
  return `environments/${name}.yaml`;
}

/** Reads and checks one environment file. Throws ScenarioProblems with all its problems. */
export function loadEnvironment(text: string, file: string): Environment {
  const source = readSource(text, file);
  const read = environmentSchema.safeParse(source.value);
  if (read.success) return read.data;
  const findings = findingsOf(read.error.issues, source.value, environmentJsonSchema());
  throw new ScenarioProblems(
    findings.map((finding) => problemOf(finding, source)),
    new Map([[file, text]]),
  );
}

/** What the lookup of one environment came to. */
export interface EnvironmentLookup {
  readonly environment?: Environment;
  /** About the scenario's own text. */
  readonly findings?: readonly Finding[];
  /** About the environment's file. */
  readonly problems?: ScenarioProblems;
  /** There is no environment of this name. */
  readonly unknown?: true;
}

/** Looks up environments of one scenario; each library file is read once. */
export class EnvironmentFinder {
  private readonly inline: Readonly<Record<string, InlineEnvironment>>;
  private readonly raw: unknown;
  private readonly library: DataLibrary;
  private readonly files = new Map<string, EnvironmentLookup>();

  /** @param raw `environments` as it was written, for the places of missing members. */
  constructor(inline: Readonly<Record<string, InlineEnvironment>>, raw: unknown, library: DataLibrary) {
    this.inline = inline;
    this.raw = raw;
    this.library = library;
  }

  /** The scenario's own environment of this name, or else the library's. */
  find(name: string): EnvironmentLookup {
    const own = Object.hasOwn(this.inline, name) ? this.inline[name] : undefined;
    return own === undefined ? this.findInLibrary(name) : this.complete(name, own);
  }

  /** All names that may be written. */
  names(): string[] {
    return [...new Set([...Object.keys(this.inline), ...this.library.environmentNames()])];
  }

  private findInLibrary(name: string): EnvironmentLookup {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const lookup = readFromLibrary(name, this.library);
    this.files.set(name, lookup);
    return lookup;
  }

  private complete(name: string, own: InlineEnvironment): EnvironmentLookup {
    const { use, rules, ...fields } = own;
    if (use === undefined) return this.completeByItself(name);
    const base = this.findInLibrary(use);
    if (base.environment === undefined)
      return base.unknown === true ? { findings: [this.unknownBase(name, use)] } : base;
    const merged = { ...base.environment, ...fields, rules: { ...base.environment.rules, ...rules } };
    return { environment: merged as Environment };
  }

  private completeByItself(name: string): EnvironmentLookup {
    const raw = (this.raw as Record<string, unknown>)[name];
    const read = environmentSchema.safeParse(raw);
    if (read.success) return { environment: read.data };
    const path: Path = ['environments', name];
    return { findings: prefixed(findingsOf(read.error.issues, raw, environmentJsonSchema()), path) };
  }

  private unknownBase(name: string, use: string): Finding {
    const known = this.library.environmentNames();
    return unknownName(['environments', name, 'use'], 'environment', use, known);
  }
}

/** A name that leads nowhere. */
export function unknownName(path: Path, what: string, name: string, known: readonly string[]): Finding {
  const near = nearestWord(name, known);
  const hint = near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
  return { path, at: 'value', message: `there is no ${what} of this name`, expected: '', got: name, hint };
}

function readFromLibrary(name: string, library: DataLibrary): EnvironmentLookup {
  const text = library.environment(name);
  if (text === undefined) return { unknown: true };
  try {
    return { environment: loadEnvironment(text, environmentFile(name)) };
  } catch (error) {
    if (error instanceof ScenarioProblems) return { problems: error };
    throw error;
  }
}

function prefixed(findings: readonly Finding[], prefix: Path): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...prefix, ...finding.path] }));
}

let environmentKeys: ReturnType<typeof jsonSchemaOf> | undefined;

function environmentJsonSchema(): ReturnType<typeof jsonSchemaOf> {
  environmentKeys ??= jsonSchemaOf(environmentSchema as z.ZodType);
  return environmentKeys;
}
