/**
 * Variants: named changes of a scenario, so that one file compares thin uplinks with thick ones, or small clusters with large.
 *
 * A variant is written like `--set`: a path and a value. Each variant is checked as a whole scenario, so that a value that fits
 * nowhere else in it is found before anything runs, at the line where the variant names it.
 */
import type { Finding } from './issue.ts';
import { describeValue } from './issue.ts';
import { type Change, changePath } from './override.ts';
import type { Source } from './source.ts';

/** What a variant may change: the thing that is asked about, and never the question, the chance or the axes themselves. */
export const CHANGEABLE_PARTS = [
  'assume',
  'autoscalers',
  'changes',
  'cluster',
  'duration',
  'environments',
  'fabric',
  'faults',
  'federation',
  'lifecycle',
  'load',
  'machine',
  'mtu',
  'nodeAutoscaler',
  'packetLevel',
  'placements',
  'routing',
  'scheduling',
  'services',
  'startup',
  'traffic',
  'workloads',
] as const;

/** `variants` as the schema accepts it: for each name, values by path. */
export type Variants = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The changes of one variant, at their places in the source; `null` as a value takes the key out. */
export function changesOf(name: string, variants: Variants, source: Source): Change[] {
  return Object.entries(variants[name] ?? {}).flatMap(([text, value]) => {
    const path = changePath(text);
    if (path === undefined) return [];
    const at = ['variants', name, text];
    return [
      { path, value, removes: value === null, keyPlace: source.placeOfKey(at), valuePlace: source.placeOfValue(at) },
    ];
  });
}

/** Paths that are none, and paths to what a variant must leave alone; about every variant, also those that no axis names. */
export function checkVariants(variants: Variants): Finding[] {
  return Object.entries(variants).flatMap(([name, values]) => {
    const path = ['variants', name];
    if (Object.keys(values).length > 0) return Object.keys(values).flatMap((text) => checkPath(text, [...path, text]));
    const hint = 'write a path and a value, or take the variant out';
    return [
      { path, at: 'value', message: 'changes nothing', expected: 'at least one path', got: 'none', hint } as const,
    ];
  });
}

function checkPath(text: string, path: readonly string[]): Finding[] {
  const hint = 'write for example fabric.uplink: 10Gbps';
  const first = changePath(text)?.[0];
  if (first === undefined) {
    const message = 'this is not a path into the scenario';
    return [{ path, at: 'key', message, expected: 'names with dots between them', got: describeValue(text), hint }];
  }
  if ((CHANGEABLE_PARTS as readonly string[]).includes(first)) return [];
  const message = `a variant cannot change ${first}`;
  return [
    { path, at: 'key', message, expected: `a path that begins with ${CHANGEABLE_PARTS.join(', ')}`, got: first, hint },
  ];
}
