/**
 * Reading of fields of a case that nobody has checked yet: each gives the value or a problem in one sentence.
 */

import { CaseProblem, type JsonObject } from './suite.ts';

/** Whether a JSON value is an object and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a field. @throws CaseProblem */
export function objectField(parent: JsonObject, name: string): JsonObject {
  const value = parent[name];
  if (isObject(value)) return value;
  throw new CaseProblem(`"${name}" must be an object, but it is ${shown(value)}.`);
}

/** The text in a field. @throws CaseProblem */
export function textField(parent: JsonObject, name: string): string {
  const value = parent[name];
  if (typeof value === 'string') return value;
  throw new CaseProblem(`"${name}" must be a text, but it is ${shown(value)}.`);
}

/** The whole number in a field, within bounds. @throws CaseProblem */
export function wholeField(parent: JsonObject, name: string, min: number, max: number): number {
  const value = parent[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new CaseProblem(`"${name}" must be a whole number from ${min} to ${max}, but it is ${shown(value)}.`);
}

/** The number in a field, within bounds. @throws CaseProblem */
export function numberField(parent: JsonObject, name: string, min: number, max: number): number {
  const value = parent[name];
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new CaseProblem(`"${name}" must be a number from ${min} to ${max}, but it is ${shown(value)}.`);
}

/** A value as a message shows it: short. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
