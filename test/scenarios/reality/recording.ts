/** A recorded file of cases, for tests of suites: all of it must agree, and a changed case must not. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { JsonObject, RecordedCase, Suite } from '../../../scenarios/reality/suite.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';

export type Recording = { readonly cases: JsonObject[] } & JsonObject;

/** A file of test/oracles by its path there. */
export function recordingOf(path: string): Recording {
  return JSON.parse(readFileSync(new URL(`../../oracles/${path}`, import.meta.url), 'utf8')) as Recording;
}

/** Every quantity of every case agrees, and every case belongs to some suite. */
export function expectAgreement(recording: Recording): void {
  const { suites, unknown, problems } = validateCases([{ path: 'recording.json', json: recording }]);
  const wrong = suites.flatMap(({ details }) =>
    details.flatMap(({ case: name, quantities }) => quantities.filter(({ agree }) => !agree).map((one) => [name, one])),
  );
  expect({ wrong, unknown, problems }).toEqual({ wrong: [], unknown: [], problems: [] });
  expect(suites.reduce((sum, { cases }) => sum + cases, 0)).toBe(recording.cases.length);
}

/** Names of the quantities in which a case does not agree. */
export function disagreementsOf(suite: Suite, json: unknown, file: Recording): string[] {
  const recorded: RecordedCase = { path: 'case', index: 0, json: json as JsonObject, file };
  const { quantities } = suite.replay(recorded, { sibling: () => undefined });
  return quantities.flatMap(({ name, agree }) => (agree ? [] : [name]));
}
