/** The checked-in JSON Schema and reference page are what the schema says. `UPDATE=1` rewrites them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { environmentSchema } from '../../../scenarios/document/environment-schema.ts';
import {
  type JsonSchema,
  jsonSchemaOf,
  scenarioJsonSchema,
  scenarioJsonSchemaText,
} from '../../../scenarios/document/json-schema.ts';
import { referencePage } from '../../../scenarios/document/reference.ts';

const folder = new URL('../../../scenarios/document/', import.meta.url);

function checkedIn(name: string, fresh: string): string {
  const file = new URL(name, folder);
  if (process.env['UPDATE'] === '1') writeFileSync(file, fresh);
  return readFileSync(file, 'utf8');
}

/** Paths of members without a description. */
function undescribed(schema: JsonSchema, path: string): string[] {
  const members = Object.entries(schema.properties ?? {});
  const own = members.filter(([, member]) => (member.description ?? '') === '').map(([key]) => `${path}.${key}`);
  const below = [
    ...members.map(([key, member]) => [key, member] as const),
    ...(schema.items === undefined ? [] : [['[]', schema.items] as const]),
    ...(schema.anyOf ?? []).map((branch) => ['|', branch] as const),
    ...(typeof schema.additionalProperties === 'object' ? [['*', schema.additionalProperties] as const] : []),
  ];
  return [...own, ...below.flatMap(([key, member]) => undescribed(member, `${path}.${key}`))];
}

describe('files written from the schema', () => {
  it('has an up-to-date JSON Schema (UPDATE=1 rewrites it)', () => {
    const fresh = scenarioJsonSchemaText();
    expect(checkedIn('scenario.schema.json', fresh)).toBe(fresh);
    expect(JSON.parse(fresh)).toEqual(scenarioJsonSchema());
  });

  it('has an up-to-date reference page (UPDATE=1 rewrites it)', () => {
    const fresh = referencePage();
    expect(checkedIn('REFERENCE.md', fresh)).toBe(fresh);
  });

  it('accepts the library scenarios by the JSON Schema alone, as an editor does', () => {
    const editor = z.fromJSONSchema(scenarioJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
    for (const name of bundledLibrary.scenarioNames()) {
      const text = bundledLibrary.scenario(name)!;
      expect(editor.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
      expect(editor.safeParse(parse(text.replace(/uplink: \d+Gbps/, 'uplink: 40'))).success).toBe(false);
      expect(editor.safeParse(parse(text.replace('title:', 'titel:'))).success).toBe(false);
    }
  });

  it('describes every field', () => {
    expect(undescribed(scenarioJsonSchema(), '')).toEqual([]);
    expect(undescribed(jsonSchemaOf(environmentSchema), '')).toEqual([]);
  });

  it('names every field on the reference page', () => {
    const page = referencePage();
    const names = (schema: JsonSchema): string[] => [
      ...Object.keys(schema.properties ?? {}),
      ...[
        ...Object.values(schema.properties ?? {}),
        ...(schema.anyOf ?? []),
        ...(schema.items ? [schema.items] : []),
      ].flatMap(names),
    ];
    for (const name of names(scenarioJsonSchema())) expect(page).toContain(`\`${name}\``);
  });

  it('refuses unknown keys everywhere', () => {
    const open = (schema: JsonSchema): boolean =>
      (schema.properties !== undefined && schema.additionalProperties !== false) ||
      [
        ...Object.values(schema.properties ?? {}),
        ...(schema.anyOf ?? []),
        ...(schema.items ? [schema.items] : []),
      ].some(open);
    expect(open(scenarioJsonSchema())).toBe(false);
  });
});
